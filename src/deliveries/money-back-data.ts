// What is told of money that goes back: refunds and disputes. Fields are called as in the GraphQL schema.
import type { RelayedRow } from './relayed-row';

export function refundOf({ intent_id, mode, data }: RelayedRow): Readonly<Record<string, unknown>> {
  return {
    refundId: data.refundId,
    intentId: intent_id,
    amount: amountOf(data),
    status: data.status,
    creditsRevoked: data.creditsRevoked,
    // What operators write is not for users, who may read what the product does with this.
    reason: data.publicReason ?? null,
    providerRefundId: data.providerRefundId,
    providerPaymentId: data.providerPaymentId,
    mock: mode === 'mock',
  };
}

export function disputeOf({ intent_id, mode, data }: RelayedRow): Readonly<Record<string, unknown>> {
  return {
    disputeId: data.disputeId,
    intentId: intent_id,
    amount: amountOf(data),
    status: data.status,
    creditsFrozen: data.creditsFrozen,
    creditsRevoked: data.creditsRevoked,
    reason: data.reason,
    respondBy: data.respondBy,
    providerDisputeId: data.providerDisputeId,
    providerPaymentId: data.providerPaymentId,
    mock: mode === 'mock',
  };
}

const amountOf = ({ amountMinor, currency }: RelayedRow['data']) => ({
  amountMinor: String(amountMinor),
  currency,
});
