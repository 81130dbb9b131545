// /v1/disputes: read one, list all. Disputes are opened and decided by the bank, see money-back.ts.
import { member } from '../objects';
import type { Route } from '../route';
import { jsonResponse } from '../wire';
import { noSuchId } from './errors';
import { collection, onlyKnown, optionalInteger } from './parameters';
import type { Payment } from './shapes';

/** As all of Razorpay's lists. */
const COUNT_MAX = 100;

export const disputeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/disputes',
    async handle(store, { parameters }) {
      onlyKnown(parameters, ['count', 'skip']);
      const found = await store.list({
        provider: 'razorpay',
        kind: 'dispute',
        limit: Math.min(optionalInteger(parameters, 'count') ?? 10, COUNT_MAX),
        skip: optionalInteger(parameters, 'skip') ?? 0,
      });
      return jsonResponse(200, collection(found.map(({ body }) => body as object)));
    },
  },
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

/** It is not contested any more: the bank takes what it asked for. */
export const accepted = (dispute: Dispute): Dispute => ({
  ...dispute,
  status: 'lost',
  amount_deducted: dispute.amount,
});

/** A chargeback of `amount` of the payment. Razorpay deducts nothing before it is lost: so its published samples say. */
export function newDispute(id: string, payment: Payment, amount: number, created: number) {
  return {
    id,
    entity: 'dispute',
    payment_id: payment.id,
    amount,
    currency: payment.currency,
    amount_deducted: 0,
    reason_code: 'goods_or_services_not_received_or_partially_received',
    respond_by: created + RESPOND_SECONDS,
    status: 'open',
    phase: 'chargeback',
    created_at: created,
    evidence: { ...NO_EVIDENCE, amount } as Evidence,
  };
}
export type Dispute = ReturnType<typeof newDispute>;

/** Evidence was sent, the bank looks at it. */
export const contested = (
  dispute: Dispute,
  now: number,
  evidence: Evidence = { summary: 'The credits were used.' },
): Dispute => ({
  ...dispute,
  status: 'under_review',
  evidence: { ...dispute.evidence, ...evidence, submitted_at: now },
});

export type Evidence = Readonly<Record<string, unknown>>;

export const NO_EVIDENCE: Evidence = {
  summary: null,
  shipping_proof: null,
  billing_proof: null,
  cancellation_proof: null,
  customer_communication: null,
  proof_of_service: null,
  explanation_letter: null,
  refund_confirmation: null,
  access_activity_log: null,
  refund_cancellation_policy: null,
  term_and_conditions: null,
  others: null,
  submitted_at: null,
};
