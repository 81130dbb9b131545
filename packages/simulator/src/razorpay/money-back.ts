// What happens to a payment after it was captured: the payer disputes it at the bank, the bank decides and may decide
// again, a refund comes back.

import { derivedId } from '../ids';
import { type Change, type Family, member, ofKind, type StoredObject } from '../objects';
import { type Effect, type MoneyBackEffect, type Stage, stageName } from '../outcomes';
import { contested, type Dispute, newDispute } from './disputes';
import type { EventType } from './event-types';
import { razorpayEvent, type Subjects } from './events';
import type { Payment, Refund } from './shapes';

export const MONEY_BACK_EVENTS: Readonly<Record<MoneyBackEffect, readonly EventType[]>> = {
  openInquiry: ['payment.dispute.created'],
  closeDispute: ['payment.dispute.closed'],
  escalateDispute: [],
  openDispute: ['payment.dispute.created'],
  reviewDispute: ['payment.dispute.under_review'],
  askForMore: ['payment.dispute.action_required'],
  changeDispute: [],
  winDispute: ['payment.dispute.won'],
  loseDispute: ['payment.dispute.lost'],
  reportFraud: ['payment.dispute.created'],
  warnOfFraud: [],
  openReview: [],
  closeReview: [],
  settleRefund: ['refund.processed'],
  failRefund: ['refund.failed'],
};

export const isMoneyBack = (effect: Effect): effect is MoneyBackEffect =>
  Object.hasOwn(MONEY_BACK_EVENTS, effect);

const takenPayment = (family: Family) =>
  ofKind<Payment>(family, 'payment').find(({ body }) => ['captured', 'refunded'].includes(body.status)) ??
  null;
const lastDispute = (family: Family) => ofKind<Dispute>(family, 'dispute').at(-1) ?? null;
/** The latest one that went out. */
const lastRefund = (family: Family) =>
  ofKind<Refund>(family, 'refund').findLast(({ body }) => ['processed', 'pending'].includes(body.status)) ??
  null;
const pendingRefund = (family: Family) =>
  ofKind<Refund>(family, 'refund').findLast(({ body }) => body.status === 'pending') ?? null;

export function moneyBackRefusal(family: Family, effect: MoneyBackEffect): string | null {
  if (!takenPayment(family)) return 'Nothing was paid: play succeed first.';
  const status = lastDispute(family)?.body.status;
  switch (effect) {
    case 'openDispute':
      // One that was won comes back in a later phase.
      return status === undefined || status === 'won' ? null : `The dispute of this payment is ${status}.`;
    case 'openInquiry':
    case 'reportFraud':
      return status === undefined ? null : `The dispute of this payment is ${status}.`;
    case 'reviewDispute':
      return status === 'open' ? null : 'No dispute waits for evidence: play dispute_open first.';
    case 'askForMore':
      return status === 'under_review' ? null : 'No evidence was sent: play dispute_under_review first.';
    case 'changeDispute':
      return 'Razorpay has no event for it: a dispute of another amount is another dispute.';
    case 'escalateDispute':
      return 'How Razorpay tells of it is not published: a chargeback begins as one, play dispute_open.';
    case 'warnOfFraud':
    case 'openReview':
    case 'closeReview':
      return 'Razorpay tells of a fraud by a dispute of that phase alone: play dispute_fraud.';
    case 'closeDispute':
    case 'winDispute':
    case 'loseDispute':
      return status === 'open' || status === 'under_review'
        ? null
        : 'No dispute is open: play dispute_open first.';
    case 'settleRefund':
      return pendingRefund(family) ? null : 'No refund is pending.';
    case 'failRefund':
      return lastRefund(family) ? null : 'Nothing was refunded: refund the payment first.';
  }
}

/** Null when things have gone otherwise since it was planned. */
export function applyMoneyBack(family: Family, stage: Stage, effect: MoneyBackEffect): Change | null {
  const payment = takenPayment(family);
  if (!payment || moneyBackRefusal(family, effect) !== null) return null;
  const told = (subjects: Subjects) =>
    MONEY_BACK_EVENTS[effect].map((type) => razorpayEvent(stageName(stage), type, subjects, family.nowMs));
  const { delivery } = stage;
  if (effect === 'settleRefund') {
    const refund = pendingRefund(family) as StoredObject<Refund>;
    const body = { ...refund.body, status: 'processed' };
    return {
      objects: [{ ...refund, body }],
      events: told({ refund: body, payment: payment.body }),
      delivery,
    };
  }
  if (effect === 'failRefund') {
    const refund = lastRefund(family) as StoredObject<Refund>;
    const body = { ...refund.body, status: 'failed' };
    const paid = unrefunded(family, refund.body);
    const events = told({ refund: body, payment: paid.body });
    return { objects: [{ ...refund, body }, paid], events, delivery };
  }
  const dispute = disputeAfter(family, stage, effect, payment);
  const events = told({ payment: payment.body, dispute: dispute.body });
  return { objects: [dispute], events, delivery };
}

const PHASES: Readonly<Partial<Record<MoneyBackEffect, string>>> = {
  openInquiry: 'retrieval',
  reportFraud: 'fraud',
};

function disputeAfter(
  family: Family,
  stage: Stage,
  effect: Exclude<MoneyBackEffect, 'settleRefund' | 'failRefund'>,
  payment: StoredObject<Payment>,
): StoredObject<Dispute> {
  const known = lastDispute(family);
  if (!known) {
    const id = derivedId('disp_mock', stageName(stage));
    const created = Math.floor(family.nowMs / 1000);
    const amount = Math.min(stage.amountMinor ?? payment.body.amount, payment.body.amount);
    const opened = newDispute(id, payment.body, amount, created);
    const body = { ...opened, phase: PHASES[effect] ?? opened.phase };
    return { ...payment, id, kind: 'dispute', version: 0, created, receipt: null, body };
  }
  switch (effect) {
    case 'openInquiry':
    case 'changeDispute':
    case 'escalateDispute':
    case 'reportFraud':
    case 'warnOfFraud':
    case 'openReview':
    case 'closeReview':
      return known;
    case 'reviewDispute':
      return { ...known, body: contested(known.body, Math.floor(family.nowMs / 1000)) };
    case 'askForMore':
      return { ...known, body: { ...known.body, status: 'open' } };
    case 'closeDispute':
      return { ...known, body: { ...known.body, status: 'closed' } };
    case 'openDispute':
      return { ...known, body: { ...known.body, status: 'open', phase: 'pre_arbitration' } };
    case 'winDispute':
      return { ...known, body: { ...known.body, status: 'won' } };
    case 'loseDispute':
      return { ...known, body: { ...known.body, status: 'lost', amount_deducted: known.body.amount } };
  }
}

/** The payment, once the money of a refund has come back. */
function unrefunded(family: Family, refund: Refund): StoredObject<Payment> {
  const payment = member<Payment>(family, 'payment', refund.payment_id) as StoredObject<Payment>;
  const amount_refunded = payment.body.amount_refunded - refund.amount;
  const refund_status = amount_refunded > 0 ? ('partial' as const) : null;
  return { ...payment, body: { ...payment.body, amount_refunded, refund_status, status: 'captured' } };
}
