// /v1/orders: create, read, list, and the payments on one. There is no way to cancel an order.

import { derivedId, randomSeed } from '../ids';
import { type Family, member, ofKind, rootOf, type StoredObject } from '../objects';
import type { Route } from '../route';
import type { Store } from '../store';
import { type Call, jsonResponse, type Parameters, type SimulatorResponse } from '../wire';
import { razorpayTakes } from './currencies';
import { invalidInput, noSuchId } from './errors';
import {
  collection,
  expansions,
  notesOf,
  onlyKnown,
  optionalInteger,
  optionalText,
  paging,
  requiredAmount,
} from './parameters';
import { newOrder, type Order, type Payment, shownOrder, shownPayment } from './shapes';

export const orderRoutes: readonly Route[] = [
  { method: 'POST', path: '/v1/orders', handle: create },
  {
    method: 'GET',
    path: '/v1/orders',
    async handle(store, { parameters }) {
      onlyKnown(parameters, ['count', 'expand', 'from', 'receipt', 'skip', 'to']);
      const isWhole = expansions(parameters).has('payments');
      const found = await store.list({
        provider: 'razorpay',
        kind: 'order',
        from: optionalInteger(parameters, 'from') ?? undefined,
        until: optionalInteger(parameters, 'to') ?? undefined,
        receipt: optionalText(parameters, 'receipt', RECEIPT_LENGTH_MAX) ?? undefined,
        ...paging(parameters),
      });
      const shown = found.map(async (object) => {
        const order = shownOrder(object.body as Order);
        return isWhole ? { ...order, payments: paymentsOf(await store.readFamily(object.id)) } : order;
      });
      return jsonResponse(200, collection(await Promise.all(shown)));
    },
  },
  {
    method: 'GET',
    path: '/v1/orders/:id',
    async handle(store, call) {
      return jsonResponse(200, shownOrder(orderOf(await store.readFamily(call.id), call.id).body));
    },
  },
  {
    method: 'GET',
    path: '/v1/orders/:id/payments',
    async handle(store, call) {
      const family = await store.readFamily(call.id);
      orderOf(family, call.id);
      return jsonResponse(200, paymentsOf(family));
    },
  },
];

const paymentsOf = (family: Family) =>
  collection(ofKind<Payment>(family, 'payment').map((payment) => shownPayment(payment.body)));

const CREATE = ['amount', 'currency', 'receipt', 'notes', 'payment', 'unique_receipt'];
// razorpay.com/docs/api/orders/create.
const RECEIPT_LENGTH_MAX = 40;

async function create(store: Store, { parameters }: Call): Promise<SimulatorResponse> {
  onlyKnown(parameters, CREATE);
  const currency = optionalText(parameters, 'currency', 3) ?? 'INR';
  if (!razorpayTakes(currency)) throw invalidInput('The currency is not supported.', 'currency');
  const receipt = optionalText(parameters, 'receipt', RECEIPT_LENGTH_MAX);
  const isUnique = receipt !== null && parameters['unique_receipt'] === true;
  const id = derivedId('order_mock', isUnique ? `receipt ${receipt}` : randomSeed());
  const fixed = {
    id,
    amount: requiredAmount(parameters, currency),
    currency,
    receipt,
    notes: notesOf(parameters),
    capture: captureOf(parameters),
  };
  return store.decide<SimulatorResponse>({
    id,
    isNew: true,
    decide(family) {
      // The receipt is the key: its order comes back as it stands now, whatever the repeat asked for.
      const existing = rootOf<Order>(family);
      if (existing) return { result: jsonResponse(200, shownOrder(existing.body)) };
      const created = Math.floor(family.nowMs / 1000);
      const body = newOrder({ ...fixed, created });
      const object: StoredObject = {
        id,
        rootId: id,
        provider: 'razorpay',
        kind: 'order',
        version: 0,
        created,
        receipt,
        body,
      };
      return { result: jsonResponse(200, shownOrder(body)), change: { objects: [object] } };
    },
  });
}

function captureOf(parameters: Parameters): 'automatic' | 'manual' {
  const payment = parameters['payment'] ?? {};
  if (typeof payment !== 'object') throw invalidInput('The payment must be an array.', 'payment');
  const capture = (payment as Parameters)['capture'] ?? 'automatic';
  if (capture !== 'automatic' && capture !== 'manual')
    throw invalidInput('The selected capture is invalid.', 'capture');
  return capture;
}

function orderOf(family: Family, id: string): StoredObject<Order> {
  const order = member<Order>(family, 'order', id);
  if (!order) throw noSuchId();
  return order;
}
