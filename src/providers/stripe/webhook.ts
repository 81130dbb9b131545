// Verifies a webhook event of Stripe and reads which object it is about. The check is our own, because the SDK's accepts
// any time in the future, and because the time that is judged has to be the very text that was signed.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isStorable } from '../../kernel/text';
import type { EventSubject, ToldPayment } from '../event-subject';
import { type VerifiedEvent, type WebhookHeaders, WebhookRejected } from '../provider';
import { headerText, isSigned } from '../signature';
import { jsonOf } from '../transport';
import { wholeMoney } from './currencies';

/** Stripe's own tolerance. Each retry is signed anew, so that no honest event is older than its way and our clock. */
const TOLERANCE_MS = 300_000;

// What cannot be stored names nothing that we know.
const id = z.string().min(1).refine(isStorable);
const idOrObject = z
  .union([id, z.object({ id }).transform((object) => object.id)])
  .nullish()
  .catch(null);
/**
 * Whatever Stripe signed is an event of its own: one that names no object, such as a thin event, is none of our business and
 * no reason to refuse it, which Stripe would answer with days of repeats and then with silence.
 */
const eventSchema = z.object({
  id: id.nullish().catch(null),
  type: id.catch('unknown'),
  livemode: z.boolean().nullish().catch(null),
  data: z
    .object({
      object: z.object({
        object: z.string().catch('unknown'),
        id: id.nullish().catch(null),
        payment_intent: idOrObject,
        metadata: z
          .object({ intent_id: id.nullish().catch(null), gateway_id: id.nullish().catch(null) })
          .nullish()
          .catch(null),
      }),
    })
    .nullish()
    .catch(null),
});

const SUBJECTS: Readonly<Record<string, VerifiedEvent['subject']>> = {
  payment_intent: 'payment',
  charge: 'payment',
  refund: 'refund',
  dispute: 'dispute',
  'radar.early_fraud_warning': 'warning',
  review: 'warning',
  payout: 'settlement',
};

/**
 * @param secrets each of them may have signed: Stripe signs with the old and the new one while a secret is rolled.
 * @throws WebhookRejected
 */
export function verifyStripeWebhook(
  body: Buffer,
  headers: WebhookHeaders,
  secrets: readonly string[],
  nowMs: number,
): VerifiedEvent {
  const { time, signatures } = readHeader(headerText(headers, 'stripe-signature'));
  if (!isSigned([`${time}.`, body], signatures, secrets)) throw new WebhookRejected('signature');
  if (Math.abs(nowMs - Number(time) * 1000) > TOLERANCE_MS) throw new WebhookRejected('stale');
  const event = parse(body);
  const about = event.data?.object;
  const kind = about?.object ?? 'unknown';
  return {
    providerEventId: event.id ?? `sha256:${sha256(body)}`,
    type: event.type,
    providerIntentId: (kind === 'payment_intent' ? about?.id : about?.payment_intent) ?? null,
    ourIntentId: about?.metadata?.intent_id ?? null,
    gatewayId: about?.metadata?.gateway_id ?? null,
    subject: subjectOf(kind),
    livemode: event.livemode ?? null,
  };
}

/** Of a kind that cannot be read nobody knows what it is about: it waits for a person, as news about no payment of ours. */
function subjectOf(kind: string): VerifiedEvent['subject'] {
  if (!isStorable(kind)) return 'payment';
  return Object.hasOwn(SUBJECTS, kind) ? (SUBJECTS[kind] ?? 'other') : 'other';
}

const toldSchema = z.object({
  data: z.object({
    object: z.union([
      z
        .object({
          object: z.literal('charge'),
          id,
          status: z.literal('succeeded'),
          captured: z.literal(true),
          amount_captured: z.int(),
          amount_refunded: z.literal(0),
          disputed: z.literal(false),
          currency: z.string(),
        })
        .transform((charge) => ({ ...charge, payment: charge.id, amount: charge.amount_captured })),
      z
        .object({
          object: z.literal('payment_intent'),
          status: z.literal('succeeded'),
          latest_charge: id,
          amount_received: z.int(),
          currency: z.string(),
        })
        .transform((intent) => ({
          ...intent,
          payment: intent.latest_charge,
          amount: intent.amount_received,
        })),
    ]),
  }),
});

/** Of a charge or a payment intent that succeeded. */
export function stripeToldBy(body: Buffer): ToldPayment | null {
  const told = toldSchema.safeParse(jsonOf(body)).data?.data.object;
  const amount = told ? wholeMoney(told.amount, told.currency) : null;
  return told && amount ? { providerPaymentId: told.payment, amount } : null;
}

/** `t=<seconds>,v1=<hex>[,v1=<hex>]`; v0 is for Stripe's own tests and counts for nothing. */
function readHeader(header: string): { time: string; signatures: string[] } {
  const items = header.split(',').map((item) => item.trim());
  const valuesOf = (key: string) =>
    items.filter((item) => item.startsWith(`${key}=`)).map((item) => item.slice(key.length + 1));
  const times = valuesOf('t');
  const [time] = times;
  // Two times would leave open which one was signed.
  if (times.length !== 1 || !time || !/^\d{1,12}$/.test(time)) throw new WebhookRejected('signature');
  return { time, signatures: valuesOf('v1') };
}

const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex');

function parse(body: Buffer): z.infer<typeof eventSchema> {
  try {
    return eventSchema.parse(JSON.parse(body.toString('utf8')));
  } catch {
    throw new WebhookRejected('malformed');
  }
}

const subjectSchema = z.object({
  data: z.object({
    object: z.object({
      object: z.string(),
      id: id.nullish().catch(null),
      charge: idOrObject,
      metadata: z
        .object({ gateway_id: id.nullish().catch(null) })
        .nullish()
        .catch(null),
    }),
  }),
});

/** What an event about a refund, a dispute or a warning names. */
export function stripeSubjectOf(body: Buffer): EventSubject {
  const parsed = subjectSchema.safeParse(jsonOf(body));
  const about = parsed.data?.data.object;
  return {
    providerRefundId: about?.object === 'refund' ? (about.id ?? null) : null,
    providerDisputeId: about?.object === 'dispute' ? (about.id ?? null) : null,
    providerWarningId: SUBJECTS[about?.object ?? ''] === 'warning' ? (about?.id ?? null) : null,
    providerPaymentId: (about?.object === 'charge' ? about.id : about?.charge) ?? null,
    gatewayId: about?.metadata?.gateway_id ?? null,
  };
}
