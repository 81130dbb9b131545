// /v1/disputes: read one. Disputes are opened and decided by the bank, see money-back.ts.
import { member } from '../objects';
import type { Route } from '../route';
import { jsonResponse } from '../wire';
import { noSuchId } from './errors';
import type { Payment } from './shapes';

export const disputeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/disputes/:id',
    async handle(store, call) {
      const found = member<Dispute>(await store.readFamily(call.id), 'dispute', call.id);
      if (!found) throw noSuchId();
      return jsonResponse(200, found.body);
    },
  },
];

// Ten days to answer.
const RESPOND_SECONDS = 10 * 86_400;

/** A chargeback of the whole payment. Razorpay deducts nothing before it is lost: so its published samples say. */
export function newDispute(id: string, payment: Payment, created: number) {
  return {
    id,
    entity: 'dispute',
    payment_id: payment.id,
    amount: payment.amount,
    currency: payment.currency,
    amount_deducted: 0,
    reason_code: 'goods_or_services_not_received_or_partially_received',
    respond_by: created + RESPOND_SECONDS,
    status: 'open',
    phase: 'chargeback',
    created_at: created,
    evidence: { amount: payment.amount, summary: null, submitted_at: null },
  };
}
export type Dispute = ReturnType<typeof newDispute>;
