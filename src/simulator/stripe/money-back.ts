// What happens to a charge after it was paid: the payer disputes it at the bank, the bank decides, a refund comes back.
import { derivedId } from '../ids';
import { type Change, type Family, member, ofKind, type StoredObject } from '../objects';
import { type Effect, type MoneyBackEffect, type Stage, stageName } from '../outcomes';
import { type Dispute, newDispute, newInquiry, won } from './disputes';
import { stripeEvent } from './events';
import type { Charge, Refund } from './shapes';

export const MONEY_BACK_EVENTS: Readonly<Record<MoneyBackEffect, readonly string[]>> = {
  openInquiry: ['charge.dispute.created'],
  closeDispute: ['charge.dispute.closed'],
  openDispute: ['charge.dispute.created', 'charge.dispute.funds_withdrawn'],
  winDispute: ['charge.dispute.closed', 'charge.dispute.funds_reinstated'],
  loseDispute: ['charge.dispute.closed'],
  failRefund: ['refund.failed'],
};

export const isMoneyBack = (effect: Effect): effect is MoneyBackEffect =>
  Object.hasOwn(MONEY_BACK_EVENTS, effect);

const paidCharge = (family: Family) =>
  ofKind<Charge>(family, 'charge').find((charge) => charge.body.captured) ?? null;
const lastDispute = (family: Family) => ofKind<Dispute>(family, 'dispute').at(-1) ?? null;
const disputeAt = (family: Family, status: 'needs_response' | 'warning_needs_response') => {
  const dispute = lastDispute(family);
  return dispute?.body.status === status ? dispute : null;
};
const openDispute = (family: Family) => disputeAt(family, 'needs_response');
const openInquiry = (family: Family) => disputeAt(family, 'warning_needs_response');
/** The latest one that went out. */
const lastRefund = (family: Family) =>
  ofKind<Refund>(family, 'refund').findLast((refund) => refund.body.status === 'succeeded') ?? null;

export function moneyBackRefusal(family: Family, effect: MoneyBackEffect): string | null {
  if (!paidCharge(family)) return 'Nothing was paid: play succeed first.';
  switch (effect) {
    case 'openInquiry':
    case 'openDispute':
      return lastDispute(family) ? 'Stripe takes one dispute for a charge, and decides it for good.' : null;
    case 'winDispute':
    case 'loseDispute':
      return openDispute(family) ? null : 'No dispute is open: play dispute_open first.';
    case 'closeDispute':
      return openInquiry(family) ? null : 'No inquiry is open: play dispute_inquiry first.';
    case 'failRefund':
      return lastRefund(family) ? null : 'Nothing was refunded: refund the payment first.';
  }
}

/** Null when things have gone otherwise since it was planned. */
export function applyMoneyBack(family: Family, stage: Stage, effect: MoneyBackEffect): Change | null {
  const charge = paidCharge(family);
  if (!charge || moneyBackRefusal(family, effect) !== null) return null;
  const now = Math.floor(family.nowMs / 1000);
  const told = (subject: object) =>
    MONEY_BACK_EVENTS[effect].map((type) => stripeEvent(stageName(stage), type, subject, family.nowMs));
  const { delivery } = stage;
  if (effect === 'failRefund') {
    const refund = lastRefund(family) as StoredObject<Refund>;
    const body = { ...refund.body, status: 'failed', failure_reason: 'unknown' };
    return { objects: [{ ...refund, body }, unrefunded(family, refund.body)], events: told(body), delivery };
  }
  if (effect === 'openDispute' || effect === 'openInquiry') {
    const id = derivedId('dp_mock', stageName(stage));
    const body = (effect === 'openDispute' ? newDispute : newInquiry)(id, charge.body, now);
    const dispute = {
      ...charge,
      id,
      kind: 'dispute' as const,
      version: 0,
      created: now,
      receipt: null,
      body,
    };
    const disputed = { ...charge, body: { ...charge.body, disputed: true } };
    return { objects: [disputed, dispute], events: told(body), delivery };
  }
  if (effect === 'closeDispute') {
    const inquiry = openInquiry(family) as StoredObject<Dispute>;
    const body = { ...inquiry.body, status: 'warning_closed' };
    return { objects: [{ ...inquiry, body }], events: told(body), delivery };
  }
  const dispute = openDispute(family) as StoredObject<Dispute>;
  const body = effect === 'winDispute' ? won(dispute.body, now) : { ...dispute.body, status: 'lost' };
  return { objects: [{ ...dispute, body }], events: told(body), delivery };
}

/** The charge, once the money of a refund has come back. */
function unrefunded(family: Family, refund: Refund): StoredObject<Charge> {
  const charge = member<Charge>(family, 'charge', refund.charge) as StoredObject<Charge>;
  const amount_refunded = charge.body.amount_refunded - refund.amount;
  return { ...charge, body: { ...charge.body, amount_refunded, refunded: false } };
}
