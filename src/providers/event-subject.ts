import type { Money } from '../kernel/money';

/** What an event says of one payment. It is never believed by itself: whoever knows as much already is spared a read. */
export interface ToldPayment {
  readonly providerPaymentId: string;
  readonly amount: Money;
}

/** What an event about a refund, a dispute or a warning names. Null: it does not say. */
export interface EventSubject {
  readonly providerRefundId: string | null;
  readonly providerDisputeId: string | null;
  /** Also of a dispute that reports a fraud. */
  readonly providerWarningId: string | null;
  readonly providerPaymentId: string | null;
  /** Which gateway made what it is about, as that one wrote on it. */
  readonly gatewayId: string | null;
}
