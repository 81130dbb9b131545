// What a reading of the provider's object says, as single facts in the order in which they are applied: each try to pay,
// oldest first, then refunds, then where the object itself stands. Pure; nothing is decided here, settle() decides.
import type { ProviderCard } from '../providers/card';
import type {
  PaymentFailure,
  PaymentMethod,
  ProviderIntent,
  ProviderPayment,
  ProviderRefund,
} from '../providers/provider';
import type { News } from './states';

export interface Fact {
  readonly news: News | 'refunded';
  readonly paymentId: string | null;
  readonly amountMinor: bigint | null;
  readonly currency: string | null;
  /** The provider calls this decline final. */
  readonly isFinal: boolean;
  readonly failure: PaymentFailure | null;
  readonly method: PaymentMethod | null;
  /** Of the payment; null: the provider says nothing of one. */
  readonly card: ProviderCard | null;
  readonly refundId: string | null;
  readonly refundStatus: string | null;
  /** Our refund's id as the provider stored it; null for one that somebody else made. */
  readonly ourRefundId: string | null;
}

const NOTHING = {
  paymentId: null,
  amountMinor: null,
  currency: null,
  isFinal: false,
  failure: null,
  method: null,
  card: null,
  refundId: null,
  refundStatus: null,
  ourRefundId: null,
};

/** A fact that is about no payment: the object was reopened, canceled, refused. */
export const plainFact = (news: News, failure: PaymentFailure | null = null): Fact => ({
  ...NOTHING,
  news,
  failure,
});

/** The facts of one reading; at least one. */
export function factsOf(reading: ProviderIntent): Fact[] {
  const tries = reading.payments.map(factOfPayment);
  const refunds = reading.refunds.map(refundFact);
  const facts = [...tries, ...refunds];
  const standing = factOfObject(reading);
  return standing ? [...facts, standing] : facts;
}

/** What a refund at the provider says. */
export const refundFact = (refund: ProviderRefund): Fact => ({
  ...NOTHING,
  news: 'refunded',
  paymentId: refund.providerPaymentId,
  amountMinor: refund.amount.amountMinor,
  currency: refund.amount.currency,
  refundId: refund.providerRefundId,
  refundStatus: refund.status,
  ourRefundId: refund.ourRefundId,
});

function factOfPayment(payment: ProviderPayment): Fact {
  return {
    ...NOTHING,
    news: newsOfPayment(payment),
    paymentId: payment.providerPaymentId,
    amountMinor: payment.amount.amountMinor,
    currency: payment.amount.currency,
    failure: payment.failure,
    method: payment.method,
    card: payment.card,
  };
}

function newsOfPayment(payment: ProviderPayment): News {
  switch (payment.status) {
    case 'captured':
      return 'captured';
    // An authorisation that was never captured took no money: for us it is a try that failed.
    case 'declined':
    case 'voided':
      return 'declined';
    case 'created':
    case 'authorized':
      return 'accepted';
  }
}

function factOfObject(reading: ProviderIntent): Fact | null {
  const pays = reading.payments.some((payment) =>
    ['captured', 'created', 'authorized'].includes(payment.status),
  );
  switch (reading.status) {
    case 'canceled':
      return plainFact('canceled');
    case 'processing':
    case 'authorized':
      return pays ? null : plainFact('accepted');
    case 'pending':
    case 'requires_action':
      return plainFact('reopened', failureBeyondPayments(reading));
    case 'succeeded':
      // The payment that succeeded is among the payments, and says so itself.
      return reading.payments.length > 0 ? null : plainFact('accepted');
  }
}

/** The object's last error where it is not that of the last payment, which says so itself: a failed 3-D Secure check. */
function failureBeyondPayments(reading: ProviderIntent): PaymentFailure | null {
  const { failure } = reading;
  const told = reading.payments.at(-1)?.failure;
  const isTold = told && failure && told.code === failure.code && told.declineCode === failure.declineCode;
  return isTold ? null : failure;
}
