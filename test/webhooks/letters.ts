// Webhook events as the providers send them: published bodies, signed here by the providers' own rules, and posted.
import { createHmac } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import Stripe from 'stripe';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import type { ProviderName } from '../../src/providers/provider';

const FIXTURES = path.resolve(__dirname, '..', 'fixtures');
const FOLDERS = { stripe: 'stripe/events', razorpay: 'razorpay/webhooks' } as const;

export interface Letter {
  readonly provider: ProviderName;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** Names of all published bodies of one provider. */
export const fixtureNames = (provider: ProviderName): string[] =>
  fs.readdirSync(path.join(FIXTURES, FOLDERS[provider])).sort();

const IDS = {
  stripe: /\b(pi|ch|evt|re|dp|po|txn|req)_(?:\dTest|Test)\w+/g,
  razorpay: /\b(pay|order|rfnd|disp|setl)_[A-Za-z0-9]{14}\b/g,
} as const;

/** A published body, byte for byte but for its ids, which end in `mark`: so that one database holds many of them. */
export const fixtureText = (provider: ProviderName, name: string, mark: string): string =>
  fs
    .readFileSync(path.join(FIXTURES, FOLDERS[provider], name), 'utf8')
    .replaceAll(IDS[provider], (id) => `${id}${mark}`);

/** @param signing the secret and the time of the signature; Razorpay's carries none. */
export function letter(
  provider: ProviderName,
  body: string,
  signing: { secret?: string; atMs?: number; eventId?: string } = {},
): Letter {
  const secret = signing.secret ?? MOCK_WEBHOOK_SECRETS[provider];
  const timestamp = Math.floor((signing.atMs ?? Date.now()) / 1000);
  const headers: Record<string, string> =
    provider === 'stripe'
      ? { 'stripe-signature': Stripe.webhooks.generateTestHeaderString({ payload: body, secret, timestamp }) }
      : {
          'x-razorpay-signature': createHmac('sha256', secret).update(body).digest('hex'),
          'x-razorpay-event-id':
            signing.eventId ?? `ev_${createHmac('sha256', 'id').update(body).digest('hex')}`,
        };
  return { provider, body, headers: { 'content-type': 'application/json', ...headers } };
}

/** The status and the body of the answer. */
export async function post(
  url: string,
  { provider, body, headers }: Letter,
): Promise<{ status: number } & Record<string, unknown>> {
  const response = await fetch(`${url}/webhooks/${provider}`, { method: 'POST', headers, body });
  return { status: response.status, ...((await response.json()) as Record<string, unknown>) };
}

/** A Stripe event about a payment intent, as small as verification allows. */
export const stripeBody = (event: {
  readonly id: string;
  readonly type?: string;
  readonly object: object;
  readonly livemode?: boolean;
}): string =>
  JSON.stringify({
    id: event.id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1_795_000_000,
    livemode: event.livemode ?? false,
    type: event.type ?? 'payment_intent.succeeded',
    data: { object: event.object },
  });
