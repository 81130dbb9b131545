'use client';

import { GatewayProvider } from '@credits-gateway/react';
import type { ReactNode } from 'react';

/** Asked for anew whenever one is needed. */
async function creditsToken(): Promise<string> {
  const response = await fetch('/api/credits-token', { method: 'POST' });
  const { token } = (await response.json()) as { token: string };
  return token;
}

interface CreditsProps {
  /** Where the gateway is, as the browser sees it. */
  readonly url: string;
  readonly children: ReactNode;
}

/** A function cannot come from a server component, so the one that gives the token stands here. */
export const Credits = ({ url, children }: CreditsProps) => (
  <GatewayProvider url={url} token={creditsToken}>
    {children}
  </GatewayProvider>
);
