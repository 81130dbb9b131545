// What the Razorpay adapter reads and in which order, over the real SDK and a real socket.
import Razorpay from 'razorpay';
import { type Answer, fixture, json, keyed, raw, razorpayAt, type Server, soon } from '../wire';
import {
  type Answers,
  captured,
  collection,
  failed,
  ID,
  order,
  paidOrder,
  refund,
  routesOf,
  startRazorpay,
} from './orders';

let server: Server;
let answers: Answers;

beforeEach(async () => {
  answers = {};
  server = await startRazorpay(() => answers);
});
afterEach(() => server.close());

test('the SDK still keeps its axios where its address, its wire and its time are set', () => {
  const { rq } = new Razorpay({ key_id: 'k', key_secret: 's' }).api as unknown as {
    rq: { defaults: object; interceptors: object; getUri: unknown };
  };

  expect(rq.defaults).toMatchObject({ baseURL: 'https://api.razorpay.com' });
  expect(rq.interceptors).toHaveProperty('request.use');
  expect(rq.interceptors).toHaveProperty('response.use');
  expect(rq.getUri).toBeInstanceOf(Function);
});

test('the payments are read after the order, and refunds only of those that have any', async () => {
  answers = {
    [`GET /v1/orders/${ID}`]: json(200, paidOrder),
    [`GET /v1/orders/${ID}/payments`]: collection([{ ...captured, amount_refunded: 40 }, failed]),
    [`GET /v1/payments/${captured.id}/refunds`]: collection([refund]),
  };

  const outcome = await razorpayAt(server.url).getIntent(ID, soon);

  expect(routesOf(server)).toEqual([
    `GET /v1/orders/${ID}`,
    `GET /v1/orders/${ID}/payments`,
    `GET /v1/payments/${captured.id}/refunds`,
  ]);
  expect(outcome).toMatchObject({
    kind: 'ok',
    value: {
      status: 'succeeded',
      payments: [
        { providerPaymentId: failed.id, status: 'declined' },
        { providerPaymentId: captured.id, status: 'captured', amountRefundedMinor: 40n },
      ],
      refunds: [{ providerRefundId: refund.id, providerPaymentId: captured.id, status: 'succeeded' }],
    },
  });
});

test('refunds are read over all pages', async () => {
  const refunds = Array.from({ length: 101 }, (_, index) => ({ ...refund, id: `rfnd_${1000 + index}` }));
  answers = {
    [`GET /v1/orders/${ID}`]: json(200, paidOrder),
    [`GET /v1/orders/${ID}/payments`]: collection([{ ...captured, amount_refunded: 40 }]),
    [`GET /v1/payments/${captured.id}/refunds`]: (query) => {
      const skip = Number(query.get('skip'));
      return collection(refunds.slice(skip, skip + Number(query.get('count'))));
    },
  };

  const outcome = await razorpayAt(server.url).getIntent(ID, soon);

  expect(
    outcome.kind === 'ok' && outcome.value.refunds.map(({ providerRefundId }) => providerRefundId),
  ).toEqual(refunds.map(({ id }) => id));
});

test('a payment captured and given back between two reads is not taken for a voided one', async () => {
  const orders = [order, paidOrder];
  answers = {
    [`GET /v1/orders/${ID}`]: () => json(200, orders.shift()),
    [`GET /v1/orders/${ID}/payments`]: collection([
      { ...captured, status: 'refunded', amount_refunded: 100 },
    ]),
    [`GET /v1/payments/${captured.id}/refunds`]: collection([{ ...refund, amount: 100 }]),
  };

  const outcome = await razorpayAt(server.url).getIntent(ID, soon);

  expect(outcome).toMatchObject({ kind: 'ok', value: { payments: [{ status: 'captured' }], refunds: [{}] } });
});

test.each<[string, Record<string, Answer>]>([
  ['another order', { [`GET /v1/orders/${ID}`]: json(200, { ...order, id: 'order_other' }) }],
  [
    'payments of another order',
    {
      [`GET /v1/orders/${ID}`]: json(200, order),
      [`GET /v1/orders/${ID}/payments`]: collection([{ ...failed, order_id: 'order_other' }]),
    },
  ],
  [
    'refunds of another payment',
    {
      [`GET /v1/orders/${ID}`]: json(200, paidOrder),
      [`GET /v1/orders/${ID}/payments`]: collection([{ ...captured, amount_refunded: 40 }]),
      [`GET /v1/payments/${captured.id}/refunds`]: collection([{ ...refund, payment_id: 'pay_other' }]),
    },
  ],
])('%s than asked for are not believed', async (_name, given) => {
  answers = given;

  expect(await razorpayAt(server.url).getIntent(ID, soon)).toEqual({
    kind: 'unknown',
    reason: 'bad_response',
  });
});

test.each(['', 'order_', 'pi_1', '../payments', 'order_1/payments', 'order_1?x=1'])(
  'nothing is asked about %p, which is no id of an order',
  async (id) => {
    expect(await razorpayAt(server.url).getIntent(id, soon)).toMatchObject({ kind: 'not_found' });
    expect(server.seen).toEqual([]);
  },
);

test('an order cannot be canceled: it is read, paid or not, and nothing is changed', async () => {
  answers = {
    [`GET /v1/orders/${ID}`]: json(200, paidOrder),
    [`GET /v1/orders/${ID}/payments`]: collection([captured]),
  };
  const razorpay = razorpayAt(server.url);

  const outcome = await razorpay.cancelIntent(ID, keyed);

  expect(razorpay.capabilities.nativeCancel).toBe(false);
  expect(outcome).toMatchObject({ kind: 'ok', value: { status: 'succeeded' } });
  expect(server.seen.every(({ method }) => method === 'GET')).toBe(true);
});

test('an address may end in a slash and lie behind a path', async () => {
  answers = {
    [`GET /proxy/v1/orders/${ID}`]: json(400, fixture('razorpay/errors/order_fetch.failure.json')),
  };

  expect(await razorpayAt(`${server.url}/proxy/`).getIntent(ID, soon)).toMatchObject({ kind: 'not_found' });
});

test('two calls at the same time keep their own time', async () => {
  answers = { [`GET /v1/orders/${ID}`]: 'hang', 'GET /v1/orders/order_quick': raw(503, '') };
  const razorpay = razorpayAt(server.url);

  const outcomes = await Promise.all([
    razorpay.getIntent(ID, { timeoutMs: 200 }),
    razorpay.getIntent('order_quick', { timeoutMs: 5_000 }),
  ]);

  expect(outcomes).toEqual([
    { kind: 'unknown', reason: 'timeout' },
    { kind: 'unknown', reason: 'server_error' },
  ]);
});
