// /v1/refunds: make, read, list. A refund succeeds at once here; the bank may still send it back, see money-back.ts.
import { derivedId } from '../ids';
import { type Family, firstOf, member, ofKind, type StoredObject } from '../objects';
import type { Route } from '../route';
import { type Call, jsonResponse } from '../wire';
import { pageOf } from './charges';
import type { Dispute } from './disputes';
import { alreadyRefunded, chargeDisputed, invalidParameter, noSuchObject, parameterMissing } from './errors';
import { stripeEvent } from './events';
import { answerOnce, idempotencyKey, type Reply } from './keyed';
import { createdRange, metadataOf, onlyKnown, optionalInteger, optionalText, paging } from './parameters';
import { settledBy } from './radar';
import { type Charge, newRefund, type Refund } from './shapes';

export const refundRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/refunds',
    async handle(store, call) {
      onlyKnown(call.parameters, ['amount', 'charge', 'metadata', 'payment_intent', 'reason']);
      const { id } = subjectOf(call);
      const refundId = derivedId('re_mock', store.seedOf(idempotencyKey(call)));
      return answerOnce(store, call, id, (family) =>
        refund(call, family, refundId, store.account.holdsRefunds),
      );
    },
  },
  {
    method: 'GET',
    path: '/v1/refunds',
    async handle(store, call) {
      onlyKnown(call.parameters, ['charge', 'created', 'payment_intent', 'limit', 'starting_after']);
      if (call.parameters['created'] !== undefined) {
        const { limit, after } = paging(call.parameters);
        const range = createdRange(call.parameters);
        // One more than asked for tells whether there is more.
        const found = await store.list({
          provider: 'stripe',
          kind: 'refund',
          ...range,
          after,
          limit: limit + 1,
        });
        const data = found.slice(0, limit).map((object) => object.body);
        return jsonResponse(200, {
          object: 'list',
          data,
          has_more: found.length > limit,
          url: call.path,
        });
      }
      const { id, kind } = subjectOf(call);
      const family = await store.readFamily(id);
      const refunds = [...ofKind<Refund>(family, 'refund')]
        .reverse()
        .map((object) => object.body)
        .filter((body) => body[kind] === id);
      const { page, hasMore } = pageOf(refunds, paging(call.parameters));
      return jsonResponse(200, { object: 'list', data: page, has_more: hasMore, url: call.path });
    },
  },
  {
    method: 'GET',
    path: '/v1/refunds/:id',
    async handle(store, call) {
      const found = member<Refund>(await store.readFamily(call.id), 'refund', call.id);
      if (!found) throw noSuchObject('refund', call.id, 'id');
      return jsonResponse(200, found.body);
    },
  },
];

function subjectOf(call: Call): { kind: 'payment_intent' | 'charge'; id: string } {
  for (const kind of ['payment_intent', 'charge'] as const) {
    const id = optionalText(call.parameters, kind);
    if (id !== null) return { kind, id };
  }
  throw parameterMissing('payment_intent');
}

const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'];

function refund(call: Call, family: Family, refundId: string, isHeld: boolean): Reply {
  const charge = paidCharge(call, family);
  const left = charge.body.amount_captured - charge.body.amount_refunded;
  const dispute = ofKind<Dispute>(family, 'dispute').at(-1)?.body;
  if (dispute && !dispute.is_charge_refundable && dispute.status !== 'won') throw chargeDisputed(charge.id);
  if (left === 0) throw alreadyRefunded(charge.id);
  const amount = optionalInteger(call.parameters, 'amount') ?? left;
  if (amount < 1) throw invalidParameter('amount', 'Invalid positive integer', 'parameter_invalid_integer');
  if (amount > left)
    throw invalidParameter(
      'amount',
      `Refund amount (${amount}) is greater than unrefunded amount on charge (${left})`,
    );
  const reason = optionalText(call.parameters, 'reason');
  if (reason !== null && !REASONS.includes(reason))
    throw invalidParameter('reason', `Invalid reason: must be one of ${REASONS.join(', ')}`);
  const created = Math.floor(family.nowMs / 1000);
  const made = newRefund(
    { id: refundId, amount, reason, metadata: metadataOf(call.parameters), created },
    charge.body,
  );
  const body: Refund = isHeld ? { ...made, status: 'pending', pending_reason: 'processing' } : made;
  const refunded: Charge = {
    ...charge.body,
    amount_refunded: charge.body.amount_refunded + amount,
    refunded: amount === left,
  };
  const settled =
    amount === left
      ? settledBy(family, refundId, reason === 'fraudulent' ? 'refunded_as_fraud' : 'refunded')
      : { objects: [], events: [] };
  const previous = { amount_refunded: charge.body.amount_refunded };
  return {
    response: jsonResponse(200, body),
    change: {
      objects: [
        { ...charge, body: refunded },
        { ...charge, id: refundId, kind: 'refund', version: 0, created, body },
        ...settled.objects,
      ],
      events: [
        stripeEvent(refundId, 'refund.created', body, family.nowMs),
        stripeEvent(refundId, 'charge.refunded', refunded, family.nowMs, previous),
        ...settled.events,
      ],
    },
  };
}

function paidCharge(call: Call, family: Family): StoredObject<Charge> {
  const { kind, id } = subjectOf(call);
  if (family.objects.length === 0) throw noSuchObject(kind, id, kind);
  const charges = ofKind<Charge>(family, 'charge').filter((charge) => charge.body.captured);
  const paid = kind === 'charge' ? charges.filter((charge) => charge.id === id) : charges;
  if (paid.length === 0)
    throw invalidParameter(
      kind,
      `This ${kind.replace('_', ' ')} (${id}) does not have a successful charge to refund.`,
    );
  return firstOf(paid, 'charge');
}
