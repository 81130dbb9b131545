// /v1/payment_intents: create, read, list, cancel, capture.
import { derivedId, hash } from '../ids';
import { type Family, member, ofKind, type StoredObject } from '../objects';
import type { Route } from '../route';
import { type Call, jsonResponse } from '../wire';
import { captured } from './effects';
import { invalidParameter, noSuchObject, unexpectedState } from './errors';
import { stripeEvent } from './events';
import { answerOnce, idempotencyKey, type Reply } from './keyed';
import {
  chargeableAmount,
  createdRange,
  expansions,
  metadataOf,
  objectOf,
  onlyKnown,
  optionalInteger,
  optionalText,
  paging,
} from './parameters';
import { type Charge, newPaymentIntent, type PaymentIntent, type PaymentMethodOptions } from './shapes';

const CREATE = [
  'amount',
  'automatic_payment_methods',
  'capture_method',
  'currency',
  'description',
  'expand',
  'metadata',
  'payment_method_options',
  'payment_method_types',
  'receipt_email',
];

export const paymentIntentRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/v1/payment_intents',
    async handle(store, call) {
      const id = derivedId('pi_mock', store.seedOf(idempotencyKey(call)));
      onlyKnown(call.parameters, CREATE);
      expansions(call, EXPANDABLE);
      const create = intentFrom(call, id);
      return answerOnce(store, call, id, (family) => create(family.nowMs), true);
    },
  },
  {
    method: 'GET',
    path: '/v1/payment_intents',
    async handle(store, call) {
      onlyKnown(call.parameters, ['created', 'limit', 'starting_after']);
      const { limit, after } = paging(call.parameters);
      // One more than asked for tells whether there is more.
      const found = await store.list({
        provider: 'stripe',
        kind: 'payment_intent',
        ...createdRange(call.parameters),
        after,
        limit: limit + 1,
      });
      const data = found.slice(0, limit).map((object) => object.body);
      return jsonResponse(200, { object: 'list', data, has_more: found.length > limit, url: call.path });
    },
  },
  {
    method: 'GET',
    path: '/v1/payment_intents/:id',
    async handle(store, call) {
      onlyKnown(call.parameters, ['expand']);
      const family = await store.readFamily(call.id);
      return shown(call, family, intentOf(family, call.id).body);
    },
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/cancel',
    async handle(store, call) {
      onlyKnown(call.parameters, ['cancellation_reason', 'expand']);
      expansions(call, EXPANDABLE);
      return answerOnce(store, call, call.id, (family) => cancel(call, family));
    },
  },
  {
    method: 'POST',
    path: '/v1/payment_intents/:id/capture',
    async handle(store, call) {
      onlyKnown(call.parameters, ['amount_to_capture', 'expand']);
      expansions(call, EXPANDABLE);
      return answerOnce(store, call, call.id, (family) => capture(call, family));
    },
  },
];

const EXPANDABLE = ['latest_charge'];

function intentFrom(call: Call, id: string): (nowMs: number) => Reply {
  const { amount, currency } = chargeableAmount(call.parameters);
  const captureMethod = optionalText(call.parameters, 'capture_method') ?? 'automatic_async';
  if (!['automatic', 'automatic_async', 'manual'].includes(captureMethod))
    throw invalidParameter('capture_method', `Invalid capture_method: ${captureMethod}`);
  const fixed = {
    id,
    clientSecret: `${id}_secret_${hash(id).slice(0, 24)}`,
    amount,
    currency,
    captureMethod,
    description: optionalText(call.parameters, 'description'),
    metadata: metadataOf(call.parameters),
    receiptEmail: optionalText(call.parameters, 'receipt_email'),
    paymentMethodOptions: methodOptions(call),
  };
  return (nowMs) => {
    const created = Math.floor(nowMs / 1000);
    const body = newPaymentIntent({ ...fixed, created });
    const object: StoredObject = {
      id,
      rootId: id,
      provider: 'stripe',
      kind: 'payment_intent',
      version: 0,
      created,
      receipt: null,
      body,
    };
    return { response: jsonResponse(200, body), change: { objects: [object] } };
  };
}

const THREE_D_SECURE = ['any', 'automatic', 'challenge'];

/** Of all options the one that forces 3-D Secure is played. */
function methodOptions({ parameters }: Call): PaymentMethodOptions {
  const options = objectOf(parameters, 'payment_method_options');
  onlyKnown(options, ['card']);
  const card = objectOf(options, 'card');
  onlyKnown(card, ['request_three_d_secure']);
  const asked = optionalText(card, 'request_three_d_secure');
  if (asked === null) return {};
  if (!THREE_D_SECURE.includes(asked))
    throw invalidParameter(
      'payment_method_options[card][request_three_d_secure]',
      `Invalid request_three_d_secure: must be one of ${THREE_D_SECURE.join(', ')}`,
    );
  return { card: { request_three_d_secure: asked } };
}

function intentOf(family: Family, id: string): StoredObject<PaymentIntent> {
  const intent = member<PaymentIntent>(family, 'payment_intent', id);
  if (!intent) throw noSuchObject('payment_intent', id, 'intent');
  return intent;
}

// The intent on the wire, its charge whole where the caller asked for that.
function shown(call: Call, family: Family, intent: PaymentIntent, charge?: Charge) {
  const expanded = expansions(call, EXPANDABLE).has('latest_charge') && intent.latest_charge;
  if (!expanded) return jsonResponse(200, intent);
  const whole = charge ?? member<Charge>(family, 'charge', expanded)?.body;
  return jsonResponse(200, { ...intent, latest_charge: whole });
}

const CANCELABLE = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
  'processing',
];
const REASONS = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'];

function cancel(call: Call, family: Family): Reply {
  const root = intentOf(family, call.id);
  const reason = optionalText(call.parameters, 'cancellation_reason');
  if (reason !== null && !REASONS.includes(reason))
    throw invalidParameter(
      'cancellation_reason',
      `Invalid cancellation_reason: must be one of ${REASONS.join(', ')}`,
    );
  if (!CANCELABLE.includes(root.body.status))
    return { response: unexpectedState(root.body, 'cancel', CANCELABLE) };
  const intent: PaymentIntent = {
    ...root.body,
    status: 'canceled',
    canceled_at: Math.floor(family.nowMs / 1000),
    cancellation_reason: reason,
    amount_capturable: 0,
    next_action: null,
  };
  // The bank gives back what it had set aside or was still thinking about.
  const released = ofKind<Charge>(family, 'charge')
    .filter((charge) => charge.body.status !== 'failed')
    .map((charge) => ({
      ...charge,
      body: { ...charge.body, ...(charge.body.paid ? voided(charge.body) : { status: 'failed' }) },
    }));
  return {
    response: shown(call, family, intent),
    change: {
      objects: [{ ...root, body: intent }, ...released],
      events: [stripeEvent(`${root.id}:v${root.version}`, 'payment_intent.canceled', intent, family.nowMs)],
    },
  };
}

const voided = (charge: Charge) => ({ refunded: true, amount_refunded: charge.amount });

function capture(call: Call, family: Family): Reply {
  const root = intentOf(family, call.id);
  const charge = ofKind<Charge>(family, 'charge').findLast((one) => one.id === root.body.latest_charge);
  if (root.body.status !== 'requires_capture' || !charge)
    return { response: unexpectedState(root.body, 'capture', ['requires_capture']) };
  const amount = optionalInteger(call.parameters, 'amount_to_capture') ?? root.body.amount_capturable;
  if (amount < 1 || amount > root.body.amount_capturable)
    throw invalidParameter(
      'amount_to_capture',
      'The amount to capture is more than the amount that was authorised.',
      'amount_too_large',
    );
  const after = captured(root.body, charge.body, amount);
  const happening = `${root.id}:v${root.version}`;
  return {
    response: shown(call, family, after.intent, after.charge),
    change: {
      objects: [
        { ...root, body: after.intent },
        { ...charge, body: after.charge },
      ],
      events: [
        stripeEvent(happening, 'charge.captured', after.charge, family.nowMs),
        stripeEvent(happening, 'payment_intent.succeeded', after.intent, family.nowMs),
      ],
    },
  };
}
