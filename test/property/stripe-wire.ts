// The bank in Stripe's words.
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

/** Answers what the gateway asks of Stripe. */
export const stripeWire =
  (bank: Bank) =>
  async ({ method, path, body }: WireRequest): Promise<WireResponse> => {
    const [, kind, id = ''] = /^\/v1\/(\w+)\/?(\w*)/.exec(path) ?? [];
    const query = new URLSearchParams(path.split('?')[1]);
    if (method === 'POST') return asked(bank, new URLSearchParams(body));
    if (kind === 'refunds') return found(bank.refunds.filter((refund) => refund.id === id).map(toRefund)[0]);
    if (kind === 'disputes' && id !== '')
      return found(
        bank.disputes.filter((dispute) => dispute.id === id).map((one) => toDispute(bank, one))[0],
      );
    if (kind === 'disputes') return listed(bank, query);
    if (kind === 'charges') {
      const intentId = intentIdIn(query.get('payment_intent') ?? '');
      const charges = bank.payments.filter((payment) => payment.intentId === intentId);
      return json({
        object: 'list',
        data: charges.map((one) => toCharge(bank, one)).reverse(),
        has_more: false,
      });
    }
    return json(toIntent(bank, intentIdIn(id)));
  };

function asked(bank: Bank, form: URLSearchParams): WireResponse {
  const paymentId = form.get('charge') ?? '';
  const refund = bank.asked(paymentId, Number(form.get('amount')), form.get('metadata[refund_id]'));
  return refund ? json(toRefund(refund)) : REFUSAL;
}

/** A page of a hundred of all, or of one payment intent's. */
function listed(bank: Bank, query: URLSearchParams): WireResponse {
  const intent = query.get('payment_intent');
  const all = bank
    .listed('stripe')
    .filter(({ intentId }) => intent === null || objectIdOf('stripe', intentId) === intent);
  const after = query.get('starting_after');
  const from = after === null ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const data = all.slice(from, from + Number(query.get('limit') ?? 10));
  const has_more = from + data.length < all.length;
  return json({ object: 'list', data: data.map((dispute) => toDispute(bank, dispute)), has_more });
}

const toRefund = ({ id, paymentId, minor, ourRefundId, status }: BankRefund) => ({
  ...{ object: 'refund', id, status, amount: minor, currency: 'inr', charge: paymentId, created: CREATED },
  metadata: ourRefundId === null ? {} : { refund_id: ourRefundId },
});

const toDispute = (bank: Bank, dispute: BankDispute) => ({
  ...{ object: 'dispute', id: dispute.id, status: dispute.status, amount: dispute.minor, currency: 'inr' },
  ...{ charge: dispute.paymentId, payment_intent: objectIdOf('stripe', dispute.intentId) },
  ...{ reason: 'fraudulent', created: bank.openedAt(dispute) },
  balance_transactions: [{ amount: -dispute.withdrawn, currency: 'inr' }],
});

const toCharge = (bank: Bank, { id, intentId, minor, created }: BankPayment) => ({
  ...{ object: 'charge', id, status: 'succeeded', currency: 'inr', created, refunded: false },
  ...{ amount: minor, amount_captured: minor, payment_intent: objectIdOf('stripe', intentId) },
  amount_refunded: bank.refunded(id),
  refunds: { data: bank.refundsOf(id).map(toRefund), has_more: false },
});

const toIntent = (bank: Bank, intentId: string) => {
  const [first] = bank.payments.filter((payment) => payment.intentId === intentId);
  return {
    ...{ object: 'payment_intent', id: objectIdOf('stripe', intentId), status: 'succeeded', currency: 'inr' },
    ...{ amount: first?.minor ?? 0, latest_charge: first?.id, metadata: { intent_id: intentId } },
  };
};

const found = (object: unknown): WireResponse => {
  if (!object) throw new Error('The bank was asked for what it never had');
  return json(object);
};

const REFUSAL: WireResponse = {
  status: 400,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({
    error: { type: 'invalid_request_error', code: 'charge_disputed', message: 'It cannot be refunded.' },
  }),
};
