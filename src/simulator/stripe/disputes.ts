// /v1/disputes: read one. Disputes are opened and decided by the bank, see money-back.ts.
import { member } from '../objects';
import type { Route } from '../route';
import { jsonResponse } from '../wire';
import { noSuchObject } from './errors';
import type { Charge } from './shapes';

export const disputeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/disputes/:id',
    async handle(store, call) {
      const found = member<Dispute>(await store.readFamily(call.id), 'dispute', call.id);
      if (!found) throw noSuchObject('dispute', call.id, 'id');
      return jsonResponse(200, found.body);
    },
  },
];

// Ten days to answer, and what Stripe takes for each dispute, won or lost; from its price list.
const RESPOND_SECONDS = 10 * 86_400;
const FEE = 1500;

/** A chargeback of the whole charge, whose money is withdrawn at once. */
export function newDispute(id: string, charge: Charge, created: number) {
  return {
    id,
    object: 'dispute',
    amount: charge.amount_captured,
    balance_transactions: [moved(id, -charge.amount_captured, FEE, charge.currency, created)],
    charge: charge.id,
    created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence_details: {
      due_by: created + RESPOND_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
    },
    intended_submission_method: 'manual',
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: { brand: 'visa', case_type: 'chargeback', network: 'visa', network_reason_code: '10.4' },
      type: 'card',
    },
    reason: 'fraudulent',
    status: 'needs_response',
  };
}
export type Dispute = ReturnType<typeof newDispute>;

/** The bank asks, and takes nothing; the charge can still be refunded. */
export const newInquiry = (id: string, charge: Charge, created: number): Dispute => ({
  ...newDispute(id, charge, created),
  balance_transactions: [],
  is_charge_refundable: true,
  payment_method_details: {
    card: { brand: 'visa', case_type: 'inquiry', network: 'visa', network_reason_code: '10' },
    type: 'card',
  },
  status: 'warning_needs_response',
});

export const won = (dispute: Dispute, now: number): Dispute => ({
  ...dispute,
  status: 'won',
  balance_transactions: [
    ...dispute.balance_transactions,
    moved(`${dispute.id}_won`, dispute.amount, 0, dispute.currency, now),
  ],
});

const moved = (id: string, amount: number, fee: number, currency: string, created: number) => ({
  id: `txn_mock_${id}`,
  object: 'balance_transaction',
  amount,
  available_on: created,
  created,
  currency,
  description: null,
  exchange_rate: null,
  fee,
  fee_details: fee
    ? [{ amount: fee, application: null, currency, description: 'Dispute fee', type: 'stripe_fee' }]
    : [],
  net: amount - fee,
  reporting_category: amount < 0 ? 'dispute' : 'dispute_reversal',
  source: id,
  status: 'pending',
  type: 'adjustment',
});
