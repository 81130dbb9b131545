// /v1/payments: read, capture, and the refunds of one.

import type { Decision } from '../decide';
import { type Family, firstOf, member, ofKind, rootOf, type StoredObject } from '../objects';
import type { Route } from '../route';
import { type Call, jsonResponse, type SimulatorResponse } from '../wire';
import { captured } from './effects';
import { invalidInput, noSuchId } from './errors';
import { razorpayEvent } from './events';
import { collection, onlyKnown, paging, requiredAmount } from './parameters';
import { type Order, type Payment, type Refund, shownPayment } from './shapes';

export const paymentRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/payments/:id',
    async handle(store, call) {
      return jsonResponse(200, shownPayment(paymentOf(await store.readFamily(call.id), call.id).body));
    },
  },
  {
    method: 'GET',
    path: '/v1/payments/:id/card',
    async handle(store, call) {
      const { card } = paymentOf(await store.readFamily(call.id), call.id).body;
      if (!card) throw invalidInput('The payment was not made by card.');
      return jsonResponse(200, card);
    },
  },
  {
    method: 'POST',
    path: '/v1/payments/:id/capture',
    async handle(store, call) {
      onlyKnown(call.parameters, ['amount', 'currency']);
      return store.decide({ id: call.id, decide: (family) => capture(call, family) });
    },
  },
  {
    method: 'GET',
    path: '/v1/payments/:id/refunds',
    async handle(store, call) {
      onlyKnown(call.parameters, ['count', 'skip']);
      const { limit, skip } = paging(call.parameters);
      const family = await store.readFamily(call.id);
      paymentOf(family, call.id);
      const refunds = [...ofKind<Refund>(family, 'refund')]
        .reverse()
        .map((refund) => refund.body)
        .filter((refund) => refund.payment_id === call.id);
      return jsonResponse(200, collection(refunds.slice(skip, skip + limit)));
    },
  },
];

/** @throws Refusal when there is no such payment. */
export function paymentOf(family: Family, id: string): StoredObject<Payment> {
  const payment = member<Payment>(family, 'payment', id);
  if (!payment) throw noSuchId();
  return payment;
}

function capture(call: Call, family: Family): Decision<SimulatorResponse> {
  const payment = paymentOf(family, call.id);
  const { status, currency } = payment.body;
  const amount = requiredAmount(call.parameters, currency);
  if (status === 'captured' || status === 'refunded')
    throw invalidInput('This payment has already been captured');
  if (status !== 'authorized')
    throw invalidInput('Only payments which have been authorized and not yet captured can be captured');
  if ((call.parameters['currency'] ?? currency) !== currency)
    throw invalidInput('The currency provided is not the same as the payment currency', 'currency');
  if (amount !== payment.body.amount)
    throw invalidInput('Capture amount must be equal to the amount authorized', 'amount');
  const order = firstOf(
    [rootOf<Order>(family)].flatMap((root) => root ?? []),
    'order',
  );
  const after = captured(order.body, payment.body);
  const happening = `${order.id}:v${order.version}`;
  return {
    result: jsonResponse(200, shownPayment(after.payment)),
    change: {
      objects: [
        { ...order, body: after.order },
        { ...payment, body: after.payment },
      ],
      events: [
        razorpayEvent(happening, 'payment.captured', { payment: after.payment }, family.nowMs),
        razorpayEvent(happening, 'order.paid', { payment: after.payment, order: after.order }, family.nowMs),
      ],
    },
  };
}
