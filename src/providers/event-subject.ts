/** What an event about a refund or a dispute names. Null: it does not say. */
export interface EventSubject {
  readonly providerRefundId: string | null;
  readonly providerDisputeId: string | null;
  readonly providerPaymentId: string | null;
}
