// Stripe's words into ours and back. Pure, and total: a value that Stripe adds tomorrow maps to something that is not
// final, and an answer that lacks what we need throws, never a guess.

import type Stripe from 'stripe';
import { z } from 'zod';
import type {
  CreateIntentRequest,
  PaymentFailure,
  PaymentMethod,
  ProviderIntent,
  ProviderIntentStatus,
  ProviderPayment,
  ProviderPaymentStatus,
  ProviderRefund,
} from '../provider';
import { BadAnswer } from '../transport';
import { toCard } from './card';
import { moneyOf, wireAmount } from './currencies';
import { failureOfCharge, toFailure } from './failures';

/** z.int() admits safe integers only: a larger one has already lost its last digits in JSON.parse. */
const minorUnits = z.int().nonnegative();
const seconds = z.int().nonnegative();
const idOrObject = z
  .union([z.string(), z.object({ id: z.string() }).transform((object) => object.id)])
  .nullish();
const text = z.string().nullish();

const errorSchema = z.object({
  code: text,
  decline_code: text,
  advice_code: text,
  message: text,
  charge: idOrObject,
});
const intentSchema = z.object({
  object: z.literal('payment_intent'),
  id: z.string(),
  status: z.string(),
  amount: minorUnits,
  currency: z.string(),
  metadata: z.record(z.string(), z.string()).nullish(),
  client_secret: text,
  latest_charge: idOrObject,
  last_payment_error: errorSchema.nullish(),
});
export const refundSchema = z.object({
  object: z.literal('refund'),
  id: z.string(),
  status: text,
  amount: minorUnits,
  currency: z.string(),
  charge: idOrObject,
  metadata: z.record(z.string(), z.string()).nullish(),
  created: seconds,
});
const chargeSchema = z.object({
  object: z.literal('charge'),
  id: z.string(),
  status: z.string(),
  amount: minorUnits,
  amount_captured: minorUnits,
  amount_refunded: minorUnits,
  refunded: z.boolean(),
  currency: z.string(),
  payment_intent: idOrObject,
  created: seconds,
  failure_code: text,
  failure_message: text,
  outcome: z
    .object({ type: text, reason: text, advice_code: text, risk_level: z.unknown().optional() })
    .nullish(),
  payment_method_details: z.looseObject({ type: z.string() }).nullish().catch(null),
  refunds: z.object({ data: z.array(refundSchema), has_more: z.boolean() }).nullish(),
});
const pageOf = <T>(item: z.ZodType<T>) =>
  z.object({ object: z.literal('list'), data: z.array(item), has_more: z.boolean() });
const chargePage = pageOf(chargeSchema);
const refundPage = pageOf(refundSchema);
const shownIntentSchema = z.object({ data: z.array(z.object({ payment_intent: intentSchema })) });
/** As little as a search needs, so that no stranger's object can spoil it. */
const metadataPage = pageOf(
  z.object({ id: z.string(), metadata: z.record(z.string(), z.string()).nullish().catch(null) }),
);

export type StripeIntent = z.infer<typeof intentSchema>;
export type StripeCharge = z.infer<typeof chargeSchema>;
export type StripeRefund = z.infer<typeof refundSchema>;
type StripeErrorWords = z.infer<typeof errorSchema>;

export const readIntent = (answer: unknown): StripeIntent => intentSchema.parse(answer);
export const readChargePage = (answer: unknown) => chargePage.parse(answer);
/** The intent that the first charge of a list shows whole; null where it does not. */
export const shownIntent = (answer: unknown): StripeIntent | null =>
  shownIntentSchema.safeParse(answer).data?.data[0]?.payment_intent ?? null;
export const readRefundPage = (answer: unknown) => refundPage.parse(answer);
export const readRefund = (answer: unknown): StripeRefund => refundSchema.parse(answer);
export const readMetadataPage = (answer: unknown) => metadataPage.parse(answer);

/** The body of our create call. The same request gives the same bytes, as the idempotency key demands. */
export function createParameters(request: CreateIntentRequest): Stripe.PaymentIntentCreateParams {
  return {
    amount: wireAmount(request.amount),
    currency: request.amount.currency.toLowerCase(),
    description: request.description,
    metadata: { ...request.metadata, intent_id: request.ourIntentId },
    automatic_payment_methods: { enabled: true },
    ...(request.forceAuthentication ? AUTHENTICATED : {}),
  };
}

/**
 * `any` has the card's bank confirm the holder wherever it can, by a look at the device where that is enough to it. `challenge`
 * would ask for a visible step each time, and is a wish all the same: the bank decides.
 * Source: docs.stripe.com/payments/3d-secure/authentication-flow, "Manually request 3D Secure".
 */
const AUTHENTICATED: Pick<Stripe.PaymentIntentCreateParams, 'payment_method_options'> = {
  payment_method_options: { card: { request_three_d_secure: 'any' } },
};

/**
 * One intent, whole.
 * @param charges every try on the intent, each with all its refunds.
 * @throws BadAnswer when the parts are not of one intent or contradict each other.
 */
export function toProviderIntent(intent: StripeIntent, charges: readonly StripeCharge[]): ProviderIntent {
  if (charges.some((charge) => charge.payment_intent !== intent.id))
    throw new BadAnswer('A charge of another payment intent');
  const oldestFirst = [...charges].sort(byCreation);
  const payments = oldestFirst.map((charge) => toPayment(charge, intent.last_payment_error));
  const isPaid = payments.some((payment) => payment.status === 'captured');
  // The charges are read after the intent. Money that came in between is in them; money that the intent tells of and
  // they do not is worth another look.
  if (intent.status === 'succeeded' && !isPaid) throw new BadAnswer('Succeeded without a captured charge');
  return {
    providerIntentId: intent.id,
    ourIntentId: intent.metadata?.['intent_id'] ?? null,
    status: isPaid ? 'succeeded' : intentStatus(intent.status),
    providerStatus: intent.status,
    amount: moneyOf(intent.amount, intent.currency),
    payments,
    refunds: oldestFirst.filter(isCaptured).flatMap(toRefunds),
    failure: intent.last_payment_error && !isPaid ? toFailure(intent.last_payment_error) : null,
    clientSecret: intent.client_secret ?? null,
  };
}

function intentStatus(status: string): ProviderIntentStatus {
  switch (status) {
    case 'requires_payment_method': // Also after a decline: the intent stays payable.
    case 'requires_confirmation':
      return 'pending';
    case 'requires_action':
      return 'requires_action';
    case 'requires_capture':
      return 'authorized';
    case 'succeeded':
    case 'canceled':
      return status;
    default:
      return 'processing'; // `processing`, and whatever is new: never final.
  }
}

const isCaptured = (charge: StripeCharge) => charge.status === 'succeeded' && charge.amount_captured > 0;

function paymentStatus(charge: StripeCharge): ProviderPaymentStatus {
  if (isCaptured(charge)) return 'captured';
  if (charge.status === 'failed') return 'declined';
  if (charge.status !== 'succeeded') return 'created'; // `pending`, and whatever is new.
  return charge.refunded ? 'voided' : 'authorized'; // Stripe calls the release of a hold a refund.
}

function toPayment(charge: StripeCharge, lastError: StripeErrorWords | null | undefined): ProviderPayment {
  const status = paymentStatus(charge);
  return {
    providerPaymentId: charge.id,
    status,
    amount: moneyOf(status === 'captured' ? charge.amount_captured : charge.amount, charge.currency),
    amountRefundedMinor:
      status === 'captured' ? moneyOf(charge.amount_refunded, charge.currency).amountMinor : 0n,
    failure: status === 'declined' ? chargeFailure(charge, lastError) : null,
    method: toMethod(charge.payment_method_details),
    card: toCard({ details: charge.payment_method_details, riskLevel: charge.outcome?.risk_level }),
    createdAt: charge.created,
  };
}

/** The intent's last error says more than its charge does, when it is about this charge. */
const chargeFailure = (
  charge: StripeCharge,
  lastError: StripeErrorWords | null | undefined,
): PaymentFailure => (lastError?.charge === charge.id ? toFailure(lastError) : failureOfCharge(charge));

function toMethod(details: StripeCharge['payment_method_details']): PaymentMethod | null {
  if (!details) return null;
  const words = methodWords.safeParse(details[details.type]).data;
  return { kind: details.type, brand: words?.brand ?? words?.bank_name ?? null, last4: words?.last4 ?? null };
}
const methodWords = z.object({ brand: text, bank_name: text, last4: text });

function toRefunds(charge: StripeCharge): ProviderRefund[] {
  const refunds = [...(charge.refunds?.data ?? [])].sort(byCreation);
  return refunds.map((refund) => toProviderRefund(refund, charge.id));
}

/**
 * @param paymentId whose refund it has to be; null when that is not known.
 * @throws BadAnswer when it is of another payment, or of none.
 */
export function toProviderRefund(refund: StripeRefund, paymentId: string | null): ProviderRefund {
  const { charge } = refund;
  if (!charge || (paymentId !== null && charge !== paymentId))
    throw new BadAnswer('A refund of another charge');
  return {
    providerRefundId: refund.id,
    ourRefundId: refund.metadata?.['refund_id'] ?? null,
    providerPaymentId: charge,
    amount: moneyOf(refund.amount, refund.currency),
    status: refundStatus(refund.status),
  };
}

function refundStatus(status: string | null | undefined): ProviderRefund['status'] {
  if (status === 'succeeded') return 'succeeded';
  if (status === 'failed' || status === 'canceled') return 'failed';
  return 'pending'; // `pending`, `requires_action`, and whatever is new.
}

interface Dated {
  readonly created: number;
  readonly id: string;
}
const byCreation = (a: Dated, b: Dated) => a.created - b.created || (a.id < b.id ? -1 : 1);
