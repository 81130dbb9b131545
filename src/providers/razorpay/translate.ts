// Razorpay's words into ours and back: an order is the intent, its payments are the tries. Pure, and total: a value that
// Razorpay adds tomorrow maps to something that is not final, and an answer that lacks what we need throws.
import type { Orders } from 'razorpay/dist/types/orders';
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
import { cardEntity, isRiskRefusal, toCard } from './card';

/** z.int() admits safe integers only: a larger one has already lost its last digits in JSON.parse. */
const minorUnits = z.int().nonnegative();
const seconds = z.int().nonnegative();
const text = z.string().nullish();
/** Empty notes are `[]`. */
const notesWith = <T extends z.ZodRawShape>(shape: T) =>
  z
    .object(shape)
    .or(z.array(z.unknown()).transform(() => null))
    .nullish();

const collectionOf = <T>(item: z.ZodType<T>) =>
  z.object({ entity: z.literal('collection'), items: z.array(item) }).transform(({ items }) => items);
const paymentSchema = z.object({
  entity: z.literal('payment'),
  id: z.string(),
  status: z.string(),
  amount: minorUnits,
  amount_refunded: minorUnits.nullish(),
  currency: z.string(),
  order_id: text,
  method: text,
  bank: text,
  wallet: text,
  card: cardEntity,
  international: z.boolean().nullish().catch(null),
  error_code: text,
  error_description: text,
  error_reason: text,
  error_source: text.catch(null),
  created_at: seconds,
});
const orderSchema = z.object({
  entity: z.literal('order'),
  id: z.string(),
  status: z.string(),
  amount: minorUnits,
  amount_paid: minorUnits,
  currency: z.string(),
  attempts: z.int().nullish(),
  receipt: text,
  notes: notesWith({ intent_id: text.catch(null) }),
  created_at: seconds,
  // Where `expand[]=payments` was asked for and understood.
  payments: collectionOf(paymentSchema).nullish(),
});
export const refundSchema = z.object({
  entity: z.literal('refund'),
  id: z.string(),
  payment_id: z.string(),
  status: text,
  amount: minorUnits,
  currency: z.string(),
  notes: notesWith({ refund_id: text.catch(null) }),
  created_at: seconds,
});
const orderList = collectionOf(orderSchema);
const paymentList = collectionOf(paymentSchema);
const refundList = collectionOf(refundSchema);

export type RazorpayOrder = z.infer<typeof orderSchema>;
export type RazorpayPayment = z.infer<typeof paymentSchema>;
export type RazorpayRefund = z.infer<typeof refundSchema>;

export const readOrder = (answer: unknown): RazorpayOrder => orderSchema.parse(answer);
export const readOrders = (answer: unknown): RazorpayOrder[] => orderList.parse(answer);
export const readPayment = (answer: unknown): RazorpayPayment => paymentSchema.parse(answer);
export const readPayments = (answer: unknown): RazorpayPayment[] => paymentList.parse(answer);
export const readRefund = (answer: unknown): RazorpayRefund => refundSchema.parse(answer);
export const readRefunds = (answer: unknown): RazorpayRefund[] => refundList.parse(answer);

/**
 * Minutes in which an authorised payment is captured, by Razorpay or by us, before it goes back to the payer. 7200, five
 * days, is the most that Razorpay takes and as long as it asks banks about silent payments, so that one authorised
 * late is money and not a refund. Source: razorpay.com/docs/payments/payments/capture-settings/api.
 */
const CAPTURE_WITHIN_MINUTES = 7200;

/** The SDK's types do not know `unique_receipt`. */
export type OrderBody = Orders.RazorpayOrderCreateRequestBody & { unique_receipt?: true };

/**
 * The body of our create call. Orders know no idempotency key: the receipt, which must be unique, is what makes a
 * repeat the same call.
 */
export function orderBody(request: CreateIntentRequest): OrderBody {
  return {
    amount: Number(request.amount.amountMinor),
    currency: request.amount.currency,
    receipt: request.ourIntentId,
    unique_receipt: true,
    notes: { ...request.metadata, intent_id: request.ourIntentId },
    payment: {
      capture: 'automatic',
      capture_options: {
        automatic_expiry_period: CAPTURE_WITHIN_MINUTES,
        manual_expiry_period: CAPTURE_WITHIN_MINUTES,
        refund_speed: 'normal',
      },
    },
  };
}

/**
 * One order, whole.
 * @param refunds all of those of all its payments.
 * @throws BadAnswer when the parts are not of one order or contradict each other.
 */
export function toProviderIntent(
  order: RazorpayOrder,
  payments: readonly RazorpayPayment[],
  refunds: readonly RazorpayRefund[],
): ProviderIntent {
  if (payments.some((payment) => payment.order_id !== order.id))
    throw new BadAnswer('A payment of another order');
  const tries = [...payments].sort(byCreation).map((payment) => toPayment(payment, order));
  const status = intentStatus(tries);
  // The payments are read after the order. Money that came in between is in them; money that the order tells of and
  // they do not is worth another look.
  if (status !== 'succeeded' && isPaid(order)) throw new BadAnswer('Paid without a captured payment');
  const capturedIds = new Set(
    tries.filter(({ status }) => status === 'captured').map(({ providerPaymentId }) => providerPaymentId),
  );
  return {
    providerIntentId: order.id,
    ourIntentId: order.notes?.intent_id ?? order.receipt ?? null,
    status,
    providerStatus: order.status,
    amount: { amountMinor: BigInt(order.amount), currency: order.currency.toUpperCase() },
    payments: tries,
    refunds: [...refunds]
      .sort(byCreation)
      .filter((refund) => capturedIds.has(refund.payment_id))
      .map(toProviderRefund),
    // The order has no error of its own: it is that of the last try, as long as another may follow.
    failure: status === 'pending' ? (tries.at(-1)?.failure ?? null) : null,
    clientSecret: null,
  };
}

/** An order stays paid after its refund; `amount_paid` is what it took, whatever became of it. */
export const isPaid = (order: RazorpayOrder) => order.status === 'paid' || order.amount_paid > 0;

/** The order's own status is not asked: `attempted` says as much of a decline as of money under way. */
function intentStatus(tries: readonly ProviderPayment[]): ProviderIntentStatus {
  const has = (status: ProviderPaymentStatus) => tries.some((payment) => payment.status === status);
  if (has('captured')) return 'succeeded';
  if (has('authorized')) return 'authorized';
  return has('created') ? 'processing' : 'pending';
}

/** Never by the field `captured`: Razorpay's own samples carry it on failed and on authorised payments. */
function paymentStatus(payment: RazorpayPayment, order: RazorpayOrder): ProviderPaymentStatus {
  switch (payment.status) {
    case 'authorized':
    case 'captured':
      return payment.status;
    case 'failed':
      return 'declined';
    case 'refunded': // Of an order that took no money it is an authorisation given back.
      return isPaid(order) ? 'captured' : 'voided';
    default:
      return 'created'; // `created`, and whatever is new.
  }
}

function toPayment(payment: RazorpayPayment, order: RazorpayOrder): ProviderPayment {
  const status = paymentStatus(payment, order);
  return {
    providerPaymentId: payment.id,
    status,
    amount: { amountMinor: BigInt(payment.amount), currency: payment.currency.toUpperCase() },
    amountRefundedMinor: status === 'captured' ? BigInt(payment.amount_refunded ?? 0) : 0n,
    failure: status === 'declined' ? toFailure(payment) : null,
    method: toMethod(payment),
    card: toCard(payment),
    createdAt: payment.created_at,
  };
}

const GENERIC_MESSAGE = 'The payment was declined.';

function toFailure(payment: RazorpayPayment): PaymentFailure {
  const reason = payment.error_reason && payment.error_reason !== 'NA' ? payment.error_reason : null;
  // Whoever checked, Razorpay or a bank: another card or method may pass, this one will not, and why is not to be told.
  const isRisk = isRiskRefusal(reason);
  return {
    code: payment.error_code || 'unknown',
    declineCode: isRisk ? 'generic_decline' : reason,
    message: (!isRisk && payment.error_description) || GENERIC_MESSAGE,
    retryable: !isRisk,
  };
}

function toMethod({ method, card, bank, wallet }: RazorpayPayment): PaymentMethod | null {
  if (!method) return null;
  // The bank beside a card is its issuer, not its brand.
  const brand = method === 'card' ? card?.network?.toLowerCase() : (wallet ?? bank);
  return { kind: method, brand: brand ?? null, last4: card?.last4 ?? null };
}

export function toProviderRefund(refund: RazorpayRefund): ProviderRefund {
  return {
    providerRefundId: refund.id,
    ourRefundId: refund.notes?.refund_id ?? null,
    providerPaymentId: refund.payment_id,
    amount: { amountMinor: BigInt(refund.amount), currency: refund.currency.toUpperCase() },
    status: refundStatus(refund.status),
  };
}

function refundStatus(status: string | null | undefined): ProviderRefund['status'] {
  if (status === 'processed') return 'succeeded';
  return status === 'failed' ? 'failed' : 'pending'; // `pending`, `created`, and whatever is new.
}

interface Dated {
  readonly created_at: number;
  readonly id: string;
}
export const byCreation = (a: Dated, b: Dated) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1);
