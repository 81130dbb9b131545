// /v1/radar/early_fraud_warnings and /v1/reviews: what card networks and Radar say of a payment that was made. They are raised by
// a play, see money-back.ts, and end by what becomes of the payment, or by somebody who approves it.
import { derivedId } from '../ids';
import { type Change, type Family, member, ofKind, type StoredObject } from '../objects';
import type { Route } from '../route';
import { type Call, jsonResponse } from '../wire';
import { noSuchObject } from './errors';
import { stripeEvent } from './events';
import { answerOnce, type Reply } from './keyed';
import { createdRange, onlyKnown, optionalText, paging } from './parameters';
import type { Charge } from './shapes';

const WARNING = 'early_fraud_warning';

export function newWarning(id: string, charge: Charge, created: number) {
  return {
    id,
    object: 'radar.early_fraud_warning',
    actionable: true,
    charge: charge.id,
    created,
    fraud_type: 'made_with_stolen_card',
    livemode: false,
    payment_intent: charge.payment_intent,
  };
}
export type Warning = ReturnType<typeof newWarning>;

type ClosedReason = 'approved' | 'disputed' | 'refunded' | 'refunded_as_fraud';

export function newReview(id: string, charge: Charge, created: number) {
  return {
    id,
    object: 'review',
    billing_zip: null,
    charge: charge.id,
    closed_reason: null as ClosedReason | null,
    created,
    ip_address: null,
    ip_address_location: null,
    livemode: false,
    open: true,
    opened_reason: 'rule',
    payment_intent: charge.payment_intent,
    reason: 'rule' as string,
    session: null,
  };
}
export type Review = ReturnType<typeof newReview>;

export const warningOf = (family: Family) => ofKind<Warning>(family, WARNING).at(-1) ?? null;
export const openReviewOf = (family: Family) =>
  ofKind<Review>(family, 'review').findLast(({ body }) => body.open) ?? null;

/** A warning or a review beside the charge that it is about. */
export function raised(
  kind: 'early_fraud_warning' | 'review',
  happening: string,
  charge: StoredObject<Charge>,
  created: number,
): StoredObject<Warning | Review> {
  const isReview = kind === 'review';
  const id = derivedId(isReview ? 'prv_mock' : 'issfr_mock', happening);
  const body = (isReview ? newReview : newWarning)(id, charge.body, created);
  return { ...charge, id, kind, version: 0, created, receipt: null, body };
}

export const closed = (review: Review, why: ClosedReason): Review => ({
  ...review,
  open: false,
  closed_reason: why,
  reason: why,
});

/**
 * What a refund of the whole charge, or a dispute of it, does to its warning and its review: nothing is left to be done about
 * either. Source: docs.stripe.com/api/radar/early_fraud_warnings/object, `actionable`.
 */
export function settledBy(
  family: Family,
  happening: string,
  why: ClosedReason,
): Required<Pick<Change, 'objects' | 'events'>> {
  const warning = warningOf(family);
  const review = openReviewOf(family);
  const objects: StoredObject[] = [];
  const events = [];
  if (warning?.body.actionable) {
    const body = { ...warning.body, actionable: false };
    objects.push({ ...warning, body });
    const before = { actionable: true };
    events.push(stripeEvent(happening, 'radar.early_fraud_warning.updated', body, family.nowMs, before));
  }
  if (review) {
    const body = closed(review.body, why);
    objects.push({ ...review, body });
    events.push(stripeEvent(happening, 'review.closed', body, family.nowMs));
  }
  return { objects, events };
}

export const radarRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/radar/early_fraud_warnings',
    async handle(store, call) {
      onlyKnown(call.parameters, ['charge', 'created', 'payment_intent', 'limit', 'starting_after']);
      const { limit, after } = paging(call.parameters);
      const chargeId = optionalText(call.parameters, 'charge');
      const ofCharge = chargeId ? (await store.readFamily(chargeId)).objects[0]?.rootId : undefined;
      // One more than asked for tells whether there is more.
      const found = await store.list({
        provider: 'stripe',
        kind: WARNING,
        ...createdRange(call.parameters),
        rootId: optionalText(call.parameters, 'payment_intent') ?? (chargeId ? (ofCharge ?? '') : undefined),
        after,
        limit: limit + 1,
      });
      const data = found.slice(0, limit).map(({ body }) => body);
      return jsonResponse(200, { object: 'list', data, has_more: found.length > limit, url: call.path });
    },
  },
  {
    method: 'GET',
    path: '/v1/radar/early_fraud_warnings/:id',
    async handle(store, call) {
      const found = member<Warning>(await store.readFamily(call.id), WARNING, call.id);
      if (!found) throw noSuchObject('early_fraud_warning', call.id, 'early_fraud_warning');
      return jsonResponse(200, found.body);
    },
  },
  {
    method: 'GET',
    path: '/v1/reviews',
    async handle(store, call) {
      onlyKnown(call.parameters, ['created', 'limit', 'starting_after']);
      const { limit, after } = paging(call.parameters);
      // Only those that are open are listed.
      const found = await store.list({
        provider: 'stripe',
        kind: 'review',
        ...createdRange(call.parameters),
        isOpen: true,
        after,
        limit: limit + 1,
      });
      const data = found.slice(0, limit).map(({ body }) => body);
      return jsonResponse(200, { object: 'list', data, has_more: found.length > limit, url: call.path });
    },
  },
  {
    method: 'GET',
    path: '/v1/reviews/:id',
    async handle(store, call) {
      return jsonResponse(200, reviewIn(await store.readFamily(call.id), call.id).body);
    },
  },
  {
    method: 'POST',
    path: '/v1/reviews/:id/approve',
    async handle(store, call) {
      onlyKnown(call.parameters, []);
      return answerOnce(store, call, call.id, (family) => approve(call, family));
    },
  },
];

function reviewIn(family: Family, id: string): StoredObject<Review> {
  const found = member<Review>(family, 'review', id);
  if (!found) throw noSuchObject('review', id, 'review');
  return found;
}

function approve(call: Call, family: Family): Reply {
  const review = reviewIn(family, call.id);
  if (!review.body.open) return { response: jsonResponse(200, review.body) };
  const body = closed(review.body, 'approved');
  return {
    response: jsonResponse(200, body),
    change: {
      objects: [{ ...review, body }],
      events: [stripeEvent(review.id, 'review.closed', body, family.nowMs)],
    },
  };
}
