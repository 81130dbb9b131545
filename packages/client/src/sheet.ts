// What the checkout knows of a provider's payment sheet.
import type { Checkout } from './checkout-types.ts';
import type { Place } from './types.ts';

/** Confirms the payment: null, or what went wrong in words for the payer. */
export type Pay = () => Promise<string | null>;

/**
 * Makes the sheet ready.
 * @param at an empty place in the page itself, not in a shadow root: some sheets are drawn there
 * @param url where the gateway is, for a sheet that sends the browser there; undefined: where the page is
 */
export type MakeReady<Action> = (at: Place, action: Action, checkout: Checkout, url?: string) => Promise<Pay>;

export interface Sheet {
  /** The type of the gateway's NextAction that it opens with, and what is selected of it. */
  readonly type: string;
  readonly fields: string;
  /** True: it is drawn in the page before the payer says to pay; false: it opens over the page when the payer does. */
  readonly isInPage: boolean;
  /** Loads the sheet's own code; `preload` fetches what the provider serves itself. */
  readonly load: () => Promise<{
    readonly makeReady: MakeReady<never>;
    readonly preload?: () => Promise<void>;
  }>;
}

/** Sheets by the name of their provider. */
export type Sheets = Readonly<Record<string, Sheet>>;
