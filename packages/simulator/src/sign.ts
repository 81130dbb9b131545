// Signs webhook events the way each provider does. Pure.
import { createHmac } from 'node:crypto';
import type { ProviderName } from './objects';

export interface WebhookSecrets {
  readonly stripeWebhook: string;
  readonly razorpayWebhook: string;
}

export interface Letter {
  readonly id: string;
  readonly provider: ProviderName;
  readonly body: string;
  /** True: the signature must not verify. */
  readonly forged: boolean;
}

/**
 * The headers of one delivery, lower-case.
 * Stripe signs time and body, so that each delivery is signed anew (docs.stripe.com/webhooks/signatures); Razorpay signs
 * the body alone and names the event in a header beside it (razorpay.com/docs/webhooks).
 * @param nowMs the time of sending, milliseconds since 1970.
 */
export function signedHeaders(
  letter: Letter,
  secrets: WebhookSecrets,
  nowMs: number,
): Record<string, string> {
  const shared = { 'content-type': 'application/json; charset=utf-8' };
  if (letter.provider === 'stripe') {
    const time = Math.floor(nowMs / 1000);
    const signature = hmac(`${time}.${letter.body}`, secrets.stripeWebhook, letter.forged);
    return { ...shared, 'user-agent': 'Stripe/1.0', 'stripe-signature': `t=${time},v1=${signature}` };
  }
  return {
    ...shared,
    'user-agent': 'Razorpay-Webhook/v1',
    'x-razorpay-event-id': letter.id,
    'x-razorpay-signature': hmac(letter.body, secrets.razorpayWebhook, letter.forged),
  };
}

// A forger does not know the secret.
function hmac(text: string, secret: string, forged: boolean): string {
  return createHmac('sha256', forged ? `not ${secret}` : secret)
    .update(text)
    .digest('hex');
}
