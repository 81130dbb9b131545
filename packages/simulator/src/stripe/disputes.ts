// /v1/disputes: read one, list them. Disputes are opened and decided by the bank, see money-back.ts.
import { member } from '../objects';
import type { Route } from '../route';
import { jsonResponse } from '../wire';
import { noSuchObject } from './errors';
import { createdRange, onlyKnown, optionalText, paging } from './parameters';
import type { Charge } from './shapes';

export const disputeRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/disputes',
    async handle(store, call) {
      onlyKnown(call.parameters, ['created', 'payment_intent', 'limit', 'starting_after']);
      const { limit, after } = paging(call.parameters);
      // One more than asked for tells whether there is more.
      const found = await store.list({
        provider: 'stripe',
        kind: 'dispute',
        ...createdRange(call.parameters),
        rootId: optionalText(call.parameters, 'payment_intent') ?? undefined,
        after,
        limit: limit + 1,
      });
      const data = found.slice(0, limit).map((dispute) => dispute.body);
      return jsonResponse(200, { object: 'list', data, has_more: found.length > limit, url: call.path });
    },
  },
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

// Ten days to answer, and what Stripe takes for each dispute, won or lost, and once more for one that is countered, which
// it gives back when that is won; from its price list.
const RESPOND_SECONDS = 10 * 86_400;
const FEE = 1500;

const CHARGEBACK = {
  card: { brand: 'visa', case_type: 'chargeback', network: 'visa', network_reason_code: '10.4' },
  type: 'card',
};

/** Disputed: `amount` of the charge, whose money is withdrawn at once. */
export function newDispute(id: string, charge: Charge, amount: number, created: number) {
  return {
    id,
    object: 'dispute',
    amount,
    balance_transactions: [moved(id, { amount: -amount, fee: FEE, currency: charge.currency, created })],
    charge: charge.id,
    created,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE as Evidence,
    evidence_details: {
      due_by: created + RESPOND_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: 'manual',
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: CHARGEBACK,
    reason: 'fraudulent',
    status: 'needs_response',
  };
}
export type Dispute = ReturnType<typeof newDispute>;

/** The bank asks, and takes nothing; the charge can still be refunded. */
export const newInquiry = (id: string, charge: Charge, amount: number, created: number): Dispute => ({
  ...newDispute(id, charge, amount, created),
  balance_transactions: [],
  is_charge_refundable: true,
  payment_method_details: {
    card: { brand: 'visa', case_type: 'inquiry', network: 'visa', network_reason_code: '10' },
    type: 'card',
  },
  status: 'warning_needs_response',
});

/**
 * An inquiry becomes a chargeback: the same dispute, whose money is withdrawn now, with the fee, and which wants an answer of its own.
 * Source: docs.stripe.com/disputes/how-disputes-work, "Inquiries", and docs.stripe.com/disputes/responding.
 */
export const escalated = (dispute: Dispute, now: number): Dispute => ({
  ...dispute,
  balance_transactions: withMove(dispute, {
    amount: -dispute.amount,
    fee: FEE,
    currency: dispute.currency,
    created: now,
  }),
  evidence_details: {
    ...dispute.evidence_details,
    due_by: now + RESPOND_SECONDS,
    has_evidence: false,
    submission_method: 'not_submitted',
  },
  is_charge_refundable: false,
  payment_method_details: CHARGEBACK,
  status: 'needs_response',
});

/** Evidence was sent. To counter a chargeback costs a fee of its own; to answer an inquiry does not. */
export function countered(
  dispute: Dispute,
  now: number,
  evidence: Evidence = { uncategorized_text: 'The credits were used.' },
): Dispute {
  const isInquiry = dispute.status.startsWith('warning_');
  return {
    ...dispute,
    status: isInquiry ? 'warning_under_review' : 'under_review',
    balance_transactions: isInquiry
      ? dispute.balance_transactions
      : withMove(dispute, { amount: 0, fee: FEE, currency: dispute.currency, created: now }),
    evidence: { ...dispute.evidence, ...evidence },
    evidence_details: {
      ...dispute.evidence_details,
      has_evidence: true,
      submission_count: dispute.evidence_details.submission_count + 1,
      submission_method: 'manual',
    },
  };
}

/** The bank disputes another amount: what is more is withdrawn too, what is less comes back. An inquiry moves nothing. */
export function changed(dispute: Dispute, amount: number, now: number): Dispute {
  const move = { amount: dispute.amount - amount, fee: 0, currency: dispute.currency, created: now };
  const isMoved = move.amount !== 0 && !dispute.status.startsWith('warning_');
  return {
    ...dispute,
    amount,
    balance_transactions: isMoved ? withMove(dispute, move) : dispute.balance_transactions,
  };
}

/** Evidence is kept and not sent: it can be changed until it is. */
export const staged = (dispute: Dispute, evidence: Evidence): Dispute => ({
  ...dispute,
  evidence: { ...dispute.evidence, ...evidence },
  evidence_details: { ...dispute.evidence_details, has_evidence: true },
});

/** What is withdrawn comes back, and so does the fee for countering. */
export function won(dispute: Dispute, now: number): Dispute {
  const withdrawn = -dispute.balance_transactions.reduce((sum, move) => sum + move.amount, 0);
  const fees = dispute.balance_transactions.reduce((sum, move) => sum + move.fee, 0);
  const move = { amount: withdrawn, fee: FEE - fees, currency: dispute.currency, created: now };
  return { ...dispute, status: 'won', balance_transactions: withMove(dispute, move) };
}

interface Move {
  readonly amount: number;
  readonly fee: number;
  readonly currency: string;
  readonly created: number;
}

const withMove = (dispute: Dispute, move: Move): Dispute['balance_transactions'] => [
  ...dispute.balance_transactions,
  moved(
    dispute.id,
    move,
    dispute.balance_transactions.length > 0 ? `_${dispute.balance_transactions.length + 1}` : '',
  ),
];

const moved = (source: string, { amount, fee, currency, created }: Move, nth = '') => ({
  id: `txn_mock_${source}${nth}`,
  object: 'balance_transaction',
  amount,
  available_on: created,
  balance_type: 'payments',
  created,
  currency,
  description: null,
  exchange_rate: null,
  fee,
  fee_details: fee
    ? [{ amount: fee, application: null, currency, description: 'Dispute fee', type: 'stripe_fee' }]
    : [],
  net: amount - fee,
  reporting_category: amount > 0 ? 'dispute_reversal' : 'dispute',
  source,
  status: 'pending',
  type: 'adjustment',
});

type Evidence = Readonly<Record<string, string | object | null>>;

export const NO_EVIDENCE: Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};
