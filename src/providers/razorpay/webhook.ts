// Verifies a webhook event of Razorpay and reads which object it is about. The SDK's own check compares with `===`,
// whose time tells how much of a forged signature is right. A signature carries no time: only our memory of events
// stops a replay.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isStorable } from '../../kernel/text';
import type { EventSubject, ToldPayment } from '../event-subject';
import { type VerifiedEvent, type WebhookHeaders, WebhookRejected } from '../provider';
import { headerText, isSigned } from '../signature';
import { jsonOf } from '../transport';

// What cannot be stored names nothing that we know.
const named = z.string().min(1).refine(isStorable);
const text = named.nullish().catch(null);
const entityOf = <T extends z.ZodRawShape>(shape: T) =>
  z
    .object({ entity: z.object(shape) })
    .nullish()
    .catch(null);
/** Whatever Razorpay signed is an event of its own: refusing one that names no object would only end its webhook. */
const eventSchema = z.object({
  event: named.catch('unknown'),
  payload: z
    .object({
      order: entityOf({
        id: text,
        receipt: text,
        notes: z.object({ intent_id: text, gateway_id: text }).nullish().catch(null),
      }),
      payment: entityOf({ order_id: text }),
      refund: z.unknown().optional(),
      dispute: z.unknown().optional(),
      settlement: z.unknown().optional(),
    })
    .catch({ order: null, payment: null }),
});
type Payload = z.infer<typeof eventSchema>['payload'];

/**
 * @param secrets each of them may have signed: retries of an older event keep the secret they were first signed with.
 * @throws WebhookRejected
 */
export function verifyRazorpayWebhook(
  body: Buffer,
  headers: WebhookHeaders,
  secrets: readonly string[],
): VerifiedEvent {
  if (!isSigned([body], [headerText(headers, 'x-razorpay-signature')], secrets))
    throw new WebhookRejected('signature');
  const { event, payload } = parse(body);
  const order = payload.order?.entity;
  return {
    // The header is not signed; whoever dedupes by it still has to make each effect happen once.
    providerEventId: headerText(headers, 'x-razorpay-event-id') || `sha256:${sha256(body)}`,
    type: event,
    providerIntentId: order?.id ?? payload.payment?.entity.order_id ?? null,
    // The notes of a payment are not asked: the payer's browser may set them.
    ourIntentId: order?.notes?.intent_id ?? order?.receipt ?? null,
    gatewayId: order?.notes?.gateway_id ?? null,
    subject: subjectOf(payload),
    livemode: null,
  };
}

const toldSchema = z.object({
  payload: z.object({
    payment: z.object({
      entity: z.object({
        id: z.string().min(1),
        status: z.enum(['authorized', 'captured']),
        amount: z.int(),
        amount_refunded: z.literal(0).nullish(),
        currency: z.string(),
      }),
    }),
  }),
});

/** Of a payment that was authorised or captured. */
export function razorpayToldBy(body: Buffer): ToldPayment | null {
  const told = toldSchema.safeParse(jsonOf(body)).data?.payload.payment.entity;
  if (!told) return null;
  return {
    providerPaymentId: told.id,
    amount: { amountMinor: BigInt(told.amount), currency: told.currency.toUpperCase() },
  };
}

/** The most special one: the events of refunds and disputes carry their payment as context. */
function subjectOf(payload: Payload): VerifiedEvent['subject'] {
  if (payload.dispute) return 'dispute';
  if (payload.refund) return 'refund';
  if (payload.settlement) return 'settlement';
  return payload.payment || payload.order ? 'payment' : 'other';
}

const sha256 = (body: Buffer) => createHash('sha256').update(body).digest('hex');

function parse(body: Buffer): z.infer<typeof eventSchema> {
  try {
    return eventSchema.parse(JSON.parse(body.toString('utf8')));
  } catch {
    throw new WebhookRejected('malformed');
  }
}

// Not of a payment: the payer's browser may set those.
const noted = z.object({ gateway_id: text }).nullish().catch(null);
const subjectSchema = z.object({
  payload: z.object({
    order: entityOf({ notes: noted }),
    refund: entityOf({ id: text, payment_id: text, notes: noted }),
    dispute: entityOf({ id: text, payment_id: text, phase: text }),
    payment: entityOf({ id: text }),
  }),
});

/** What an event about a refund or a dispute names. */
export function razorpaySubjectOf(body: Buffer): EventSubject {
  const about = subjectSchema.safeParse(jsonOf(body)).data?.payload;
  const subject = about?.dispute?.entity ?? about?.refund?.entity;
  return {
    providerRefundId: about?.refund?.entity.id ?? null,
    providerDisputeId: about?.dispute?.entity.id ?? null,
    providerWarningId: about?.dispute?.entity.phase === 'fraud' ? (about.dispute.entity.id ?? null) : null,
    providerPaymentId: subject?.payment_id ?? about?.payment?.entity.id ?? null,
    gatewayId: about?.order?.entity.notes?.gateway_id ?? about?.refund?.entity.notes?.gateway_id ?? null,
  };
}
