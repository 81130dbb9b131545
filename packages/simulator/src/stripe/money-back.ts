// What happens to a charge after it was paid: the payer disputes it at the bank, the bank decides, a refund comes back.

import { derivedId } from '../ids';
import { type Change, type Family, member, ofKind, type StoredObject } from '../objects';
import { type Effect, type MoneyBackEffect, type Stage, stageName } from '../outcomes';
import { changed, countered, type Dispute, escalated, newDispute, newInquiry, won } from './disputes';
import type { EventType } from './event-types';
import { stripeEvent } from './events';
import { closed, openReviewOf, type Review, raised, settledBy, warningOf } from './radar';
import type { Charge, Refund } from './shapes';

export const MONEY_BACK_EVENTS: Readonly<Record<MoneyBackEffect, readonly EventType[]>> = {
  openInquiry: ['charge.dispute.created'],
  closeDispute: ['charge.dispute.closed'],
  escalateDispute: ['charge.dispute.updated', 'charge.dispute.funds_withdrawn'],
  openDispute: ['charge.dispute.created', 'charge.dispute.funds_withdrawn'],
  reviewDispute: ['charge.dispute.updated'],
  askForMore: [],
  changeDispute: ['charge.dispute.updated'],
  winDispute: ['charge.dispute.closed', 'charge.dispute.funds_reinstated'],
  loseDispute: ['charge.dispute.closed'],
  reportFraud: [],
  warnOfFraud: ['radar.early_fraud_warning.created'],
  openReview: ['review.opened'],
  closeReview: ['review.closed'],
  settleRefund: ['refund.updated'],
  failRefund: ['refund.updated', 'refund.failed'],
};

export const isMoneyBack = (effect: Effect): effect is MoneyBackEffect =>
  Object.hasOwn(MONEY_BACK_EVENTS, effect);

const paidCharge = (family: Family) =>
  ofKind<Charge>(family, 'charge').find((charge) => charge.body.captured) ?? null;
const lastDispute = (family: Family) => ofKind<Dispute>(family, 'dispute').at(-1) ?? null;
const disputeAt = (family: Family, ...statuses: string[]) => {
  const dispute = lastDispute(family);
  return dispute && statuses.includes(dispute.body.status) ? dispute : null;
};
const openDispute = (family: Family) => disputeAt(family, 'needs_response', 'under_review');
const openInquiry = (family: Family) => disputeAt(family, 'warning_needs_response', 'warning_under_review');
/** The latest one that went out. */
const lastRefund = (family: Family) =>
  ofKind<Refund>(family, 'refund').findLast(({ body }) => ['succeeded', 'pending'].includes(body.status)) ??
  null;
const pendingRefund = (family: Family) =>
  ofKind<Refund>(family, 'refund').findLast(({ body }) => body.status === 'pending') ?? null;

export function moneyBackRefusal(family: Family, effect: MoneyBackEffect): string | null {
  if (!paidCharge(family)) return 'Nothing was paid: play succeed first.';
  switch (effect) {
    case 'openInquiry':
    case 'openDispute':
      return lastDispute(family) ? 'Stripe takes one dispute for a charge, and decides it for good.' : null;
    case 'reviewDispute':
      return disputeAt(family, 'needs_response', 'warning_needs_response')
        ? null
        : 'No dispute waits for evidence: play dispute_open or dispute_inquiry first.';
    case 'askForMore':
      return 'Stripe asks once: what it sends then is its decision.';
    case 'changeDispute':
      return openDispute(family) || openInquiry(family)
        ? null
        : 'No dispute is open: play dispute_open or dispute_inquiry first.';
    case 'winDispute':
    case 'loseDispute':
      return openDispute(family) ? null : 'No dispute is open: play dispute_open first.';
    case 'closeDispute':
    case 'escalateDispute':
      return openInquiry(family) ? null : 'No inquiry is open: play dispute_inquiry first.';
    case 'reportFraud':
      return 'At Stripe a fraud is told of by a warning: play early_fraud_warning.';
    case 'warnOfFraud':
      return warningOf(family) ? 'Stripe has warned of this charge.' : null;
    case 'openReview':
      return openReviewOf(family) ? 'A review of this charge is open.' : null;
    case 'closeReview':
      return openReviewOf(family) ? null : 'No review is open: play review_opened first.';
    case 'settleRefund':
      return pendingRefund(family) ? null : 'No refund is pending.';
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
  if (effect === 'settleRefund') {
    const refund = pendingRefund(family) as StoredObject<Refund>;
    const { pending_reason: _, ...settled } = refund.body;
    const body = { ...settled, status: 'succeeded' };
    return { objects: [{ ...refund, body }], events: told(body), delivery };
  }
  if (effect === 'failRefund') {
    const refund = lastRefund(family) as StoredObject<Refund>;
    const body = { ...refund.body, status: 'failed', failure_reason: 'unknown' };
    return { objects: [{ ...refund, body }, unrefunded(family, refund.body)], events: told(body), delivery };
  }
  if (effect === 'warnOfFraud' || effect === 'openReview') return raise(family, stage, effect, charge);
  if (effect === 'closeReview') {
    const review = openReviewOf(family) as StoredObject<Review>;
    const body = closed(review.body, 'approved');
    return { objects: [{ ...review, body }], events: told(body), delivery };
  }
  if (effect === 'openDispute' || effect === 'openInquiry') {
    const id = derivedId('dp_mock', stageName(stage));
    const amount = disputedOf(charge.body, stage);
    const body = (effect === 'openDispute' ? newDispute : newInquiry)(id, charge.body, amount, now);
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
    const settled = settledBy(family, stageName(stage), 'disputed');
    return {
      objects: [disputed, dispute, ...settled.objects],
      events: [...told(body), ...settled.events],
      delivery,
    };
  }
  const dispute = lastDispute(family) as StoredObject<Dispute>;
  const body = disputeAfter(effect, dispute.body, disputedOf(charge.body, stage), now);
  return { objects: [{ ...dispute, body }], events: told(body), delivery };
}

type Raised = 'warnOfFraud' | 'openReview' | 'closeReview';

function raise(
  family: Family,
  stage: Stage,
  effect: 'warnOfFraud' | 'openReview',
  charge: StoredObject<Charge>,
): Change {
  const kind = effect === 'openReview' ? 'review' : 'early_fraud_warning';
  const about = raised(kind, stageName(stage), charge, Math.floor(family.nowMs / 1000));
  const reviewed = { ...charge, body: { ...charge.body, review: about.id } };
  return {
    objects: effect === 'openReview' ? [reviewed, about] : [about],
    events: MONEY_BACK_EVENTS[effect].map((type) =>
      stripeEvent(stageName(stage), type, about.body as object, family.nowMs),
    ),
    delivery: stage.delivery,
  };
}

/** A part of the charge, where one was asked for; never more than the charge. */
const disputedOf = (charge: Charge, { amountMinor }: Stage) =>
  Math.min(amountMinor ?? charge.amount_captured, charge.amount_captured);

function disputeAfter(
  effect: Exclude<MoneyBackEffect, Raised | 'settleRefund' | 'failRefund' | 'openDispute' | 'openInquiry'>,
  dispute: Dispute,
  amount: number,
  now: number,
): Dispute {
  switch (effect) {
    case 'closeDispute':
      return { ...dispute, status: 'warning_closed' };
    case 'escalateDispute':
      return escalated(dispute, now);
    case 'reviewDispute':
      return countered(dispute, now);
    case 'changeDispute':
      return changed(dispute, amount, now);
    case 'winDispute':
      return won(dispute, now);
    case 'loseDispute':
      return { ...dispute, status: 'lost' };
    case 'askForMore':
    case 'reportFraud':
      return dispute;
  }
}

/** The charge, once the money of a refund has come back. */
function unrefunded(family: Family, refund: Refund): StoredObject<Charge> {
  const charge = member<Charge>(family, 'charge', refund.charge) as StoredObject<Charge>;
  const amount_refunded = charge.body.amount_refunded - refund.amount;
  return { ...charge, body: { ...charge.body, amount_refunded, refunded: false } };
}
