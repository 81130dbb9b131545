// The provider as a history needs it: payments of any price, refunds and disputes that go the way a command says, told at
// the wire in Stripe's words, so that the real SDK and adapter read them. Nothing here knows of credits.
import type { WireRequest, WireResponse } from '../../src/providers/transport';
import { json } from './story';

export type RefundFate = 'succeeds' | 'is pending' | 'is refused' | 'is lost' | 'loses its answer';

export interface BankRefund {
  readonly id: string;
  readonly paymentId: string;
  readonly minor: number;
  readonly ourRefundId: string | null;
  status: 'succeeded' | 'pending' | 'failed';
}

export interface BankDispute {
  readonly id: string;
  readonly paymentId: string;
  readonly nth: number;
  status: 'warning_needs_response' | 'warning_closed' | 'needs_response' | 'won' | 'lost';
  minor: number;
  /** What the bank has of it now. */
  withdrawn: number;
}

const CREATED = 1_790_000_000;
const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

export class Bank {
  /** What becomes of the next refund that is asked for. */
  fate: RefundFate = 'succeeds';
  readonly refunds: BankRefund[] = [];
  readonly disputes: BankDispute[] = [];
  private readonly payments = new Map<string, number>();

  paid(intentId: string, minor: number): void {
    this.payments.set(`ch_${intentId}`, minor);
  }

  /** What can still be sent back or disputed of a payment. */
  left(paymentId: string, beside: BankDispute | null = null): number {
    const back = this.refunds.filter(
      (refund) => refund.paymentId === paymentId && refund.status !== 'failed',
    );
    const disputed = this.disputes.filter(
      (dispute) =>
        dispute.paymentId === paymentId &&
        dispute !== beside &&
        /^(needs_response|lost)$/.test(dispute.status),
    );
    const gone = sum(back.map(({ minor }) => minor)) + sum(disputed.map(({ minor }) => minor));
    return (this.payments.get(paymentId) ?? 0) - gone;
  }

  refund(paymentId: string, minor: number, ourRefundId: string | null): BankRefund {
    const status = this.fate === 'is pending' ? 'pending' : 'succeeded';
    // Ids that sort in the order in which they were made: all are of the same second.
    const id = `re_${String(this.refunds.length).padStart(6, '0')}_${paymentId}`;
    const refund: BankRefund = { id, paymentId, minor, ourRefundId, status };
    this.refunds.push(refund);
    return refund;
  }

  dispute(paymentId: string, minor: number): BankDispute {
    const nth = this.disputes.length;
    const dispute: BankDispute = {
      ...{ id: `dp_${nth}_${paymentId}`, paymentId, nth, minor },
      ...{ status: 'needs_response', withdrawn: 0 },
    };
    this.disputes.push(dispute);
    return dispute;
  }

  readonly wire = async ({ method, path, body }: WireRequest): Promise<WireResponse> => {
    const [, kind, id = ''] = /^\/v1\/(\w+)\/?(\w*)/.exec(path) ?? [];
    if (method === 'POST') return this.asked(new URLSearchParams(body));
    if (kind === 'refunds')
      return found(this.refunds.find((refund) => refund.id === id)?.id && this.refundOf(id));
    if (kind === 'disputes') return found(this.disputeOf(id));
    if (kind === 'charges') {
      const intentId = new URLSearchParams(path.split('?')[1]).get('payment_intent')?.slice('pi_'.length);
      return json({ object: 'list', data: [this.charge(`ch_${intentId}`)], has_more: false });
    }
    return json(this.intent(id.slice('pi_'.length)));
  };

  private asked(form: URLSearchParams): WireResponse {
    const paymentId = form.get('charge') ?? '';
    const minor = Number(form.get('amount'));
    if (this.fate === 'is lost') throw new Error('The wire is cut');
    if (this.fate === 'is refused' || minor > this.left(paymentId)) return REFUSAL;
    const refund = this.refund(paymentId, minor, form.get('metadata[refund_id]'));
    if (this.fate === 'loses its answer') throw new Error('The answer is lost');
    return json(this.refundOf(refund.id));
  }

  private refundOf(id: string) {
    const refund = this.refunds.find((one) => one.id === id);
    return refund && toWire(refund);
  }

  private disputeOf(id: string) {
    const dispute = this.disputes.find((one) => one.id === id);
    return (
      dispute && {
        ...{ object: 'dispute', id, status: dispute.status, amount: dispute.minor, currency: 'inr' },
        ...{ charge: dispute.paymentId, reason: 'fraudulent', created: CREATED + dispute.nth },
        balance_transactions: [{ amount: -dispute.withdrawn, currency: 'inr' }],
      }
    );
  }

  private charge(id: string) {
    const refunds = this.refunds.filter(({ paymentId }) => paymentId === id);
    const paid = this.payments.get(id) ?? 0;
    return {
      ...{ object: 'charge', id, status: 'succeeded', currency: 'inr', created: CREATED, refunded: false },
      ...{ amount: paid, amount_captured: paid, payment_intent: `pi_${id.slice('ch_'.length)}` },
      amount_refunded: sum(refunds.filter(({ status }) => status !== 'failed').map(({ minor }) => minor)),
      refunds: { data: refunds.map(toWire), has_more: false },
    };
  }

  private intent(intentId: string) {
    const paymentId = `ch_${intentId}`;
    return {
      ...{ object: 'payment_intent', id: `pi_${intentId}`, status: 'succeeded', currency: 'inr' },
      ...{
        amount: this.payments.get(paymentId) ?? 0,
        latest_charge: paymentId,
        metadata: { intent_id: intentId },
      },
    };
  }
}

const toWire = ({ id, paymentId, minor, ourRefundId, status }: BankRefund) => ({
  ...{ object: 'refund', id, status, amount: minor, currency: 'inr', charge: paymentId, created: CREATED },
  metadata: ourRefundId === null ? {} : { refund_id: ourRefundId },
});

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
