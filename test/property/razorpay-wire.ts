// The bank in Razorpay's words.
import type { WireRequest, WireResponse } from '../../src/providers/transport';
import {
  type Bank,
  type BankDispute,
  type BankPayment,
  type BankRefund,
  intentIdIn,
  objectIdOf,
} from './bank';
import { json } from './story';

const CREATED = 1_790_000_000;

/** Answers what the gateway asks of Razorpay. */
export const razorpayWire =
  (bank: Bank) =>
  async ({ method, path, body }: WireRequest): Promise<WireResponse> => {
    const [, kind, id = '', part] = /^\/v1\/(\w+)\/?(\w*)\/?(\w*)/.exec(path) ?? [];
    const query = new URLSearchParams(path.split('?')[1]);
    if (method === 'POST') return asked(bank, id, JSON.parse(body));
    if (kind === 'refunds') return found(bank.refunds.filter((refund) => refund.id === id).map(toRefund)[0]);
    if (kind === 'disputes' && id !== '')
      return found(
        bank.disputes.filter((dispute) => dispute.id === id).map((one) => toDispute(bank, one))[0],
      );
    if (kind === 'disputes') {
      const skip = Number(query.get('skip') ?? 0);
      const page = bank.listed('razorpay').slice(skip, skip + Number(query.get('count') ?? 10));
      return collection(page.map((dispute) => toDispute(bank, dispute)));
    }
    if (part === 'refunds') return collection(bank.refundsOf(id).map(toRefund));
    const payments = bank.payments.filter((payment) => payment.intentId === intentIdIn(id));
    if (part === 'payments') return collection(payments.map((one) => toPayment(bank, one)).reverse());
    return json(toOrder(intentIdIn(id), payments[0]?.minor ?? 0));
  };

interface RefundBody {
  readonly amount: number;
  readonly notes?: { readonly refund_id?: string };
}

function asked(bank: Bank, paymentId: string, { amount, notes }: RefundBody): WireResponse {
  const refund = bank.asked(paymentId, amount, notes?.refund_id ?? null);
  return refund ? json(toRefund(refund)) : REFUSAL;
}

const collection = (items: readonly object[]): WireResponse =>
  json({ entity: 'collection', count: items.length, items });

const REFUND_STATUS = { succeeded: 'processed', pending: 'pending', failed: 'failed' } as const;

const toRefund = ({ id, paymentId, minor, ourRefundId, status }: BankRefund) => ({
  ...{ entity: 'refund', id, status: REFUND_STATUS[status], amount: minor, currency: 'INR' },
  ...{ payment_id: paymentId, created_at: CREATED },
  notes: ourRefundId === null ? [] : { refund_id: ourRefundId },
});

const DISPUTE_STANDS = {
  warning_needs_response: { phase: 'retrieval', status: 'open' },
  warning_closed: { phase: 'retrieval', status: 'closed' },
  needs_response: { phase: 'chargeback', status: 'open' },
  won: { phase: 'chargeback', status: 'won' },
  lost: { phase: 'chargeback', status: 'lost' },
} as const;

const toDispute = (bank: Bank, dispute: BankDispute) => ({
  ...{ entity: 'dispute', id: dispute.id, payment_id: dispute.paymentId, currency: 'INR' },
  ...{ amount: dispute.minor, amount_deducted: dispute.withdrawn, reason_code: 'chargeback' },
  ...{ ...DISPUTE_STANDS[dispute.status], created_at: bank.openedAt(dispute) },
});

const toPayment = (bank: Bank, { id, intentId, minor, created }: BankPayment) => ({
  ...{ entity: 'payment', id, status: 'captured', amount: minor, currency: 'INR', captured: true },
  ...{ amount_refunded: bank.refunded(id), order_id: objectIdOf('razorpay', intentId), created_at: created },
});

const toOrder = (intentId: string, minor: number) => ({
  ...{ entity: 'order', id: objectIdOf('razorpay', intentId), status: 'paid', amount: minor },
  ...{ amount_paid: minor, currency: 'INR', attempts: 1, receipt: intentId, created_at: CREATED },
  notes: { intent_id: intentId },
});

const found = (object: unknown): WireResponse => {
  if (!object) throw new Error('The bank was asked for what it never had');
  return json(object);
};

const REFUSAL: WireResponse = {
  status: 400,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    error: {
      code: 'BAD_REQUEST_ERROR',
      description: 'The payment has been fully refunded already',
      reason: 'input_validation_failed',
    },
  }),
};
