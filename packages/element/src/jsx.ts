// The tag in JSX: import '@credits-gateway/element/jsx' once. It has types alone: React 19 asks its own module for them, React 18
// and others the global JSX.
import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { BuyCredits } from './buy-credits.ts';

/** Attributes of <buy-credits>. React 19 sets properties as well; before it, set those by a ref. */
export interface BuyCreditsProps extends DetailedHTMLProps<HTMLAttributes<BuyCredits>, BuyCredits> {
  /** The gateway's address; left out, the page's own origin. */
  endpoint?: string;
  /** Your address that answers {"token": "…"} to a POST. */
  'token-provider'?: string;
  /** A shared wallet that is bought for. */
  'wallet-id'?: string;
  /** A code that stands in its field to begin with. */
  'promo-code'?: string;
  provider?: string;
  currency?: string;
  theme?: 'light' | 'dark';
  tokenProvider?: BuyCredits['tokenProvider'];
  sheets?: BuyCredits['sheets'];
  solveCaptcha?: BuyCredits['solveCaptcha'];
  /** As HTML has it: before version 19 React hands className on as it is. */
  class?: string;
}

interface Tags {
  'buy-credits': BuyCreditsProps;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements extends Tags {}
  }
}
declare global {
  namespace JSX {
    interface IntrinsicElements extends Tags {}
  }
}
