// How the Razorpay adapter creates an order once and only once, over the real SDK and a real socket.
import { createRequest, json, keyed, OUR_INTENT_ID, razorpayAt, type Server, startServer } from '../wire';
import {
  type Answers,
  captured,
  collection,
  failed,
  ID,
  order,
  paidOrder,
  receiptTaken,
  request,
  routesOf,
  startRazorpay,
} from './orders';

// Some hundred milliseconds were allowed; on a busy machine more goes by, but not what nobody limits.
const GIVEN_UP_MS = 8_000;

let server: Server;
let answers: Answers;

beforeEach(async () => {
  answers = {};
  server = await startRazorpay(() => answers);
});
afterEach(() => server.close());

test('an order is created with our id for its receipt, which no second order may have', async () => {
  answers = { 'POST /v1/orders': json(200, order) };

  const outcome = await razorpayAt(server.url).createIntent(request, keyed);

  expect(outcome).toMatchObject({
    kind: 'ok',
    value: { providerIntentId: ID, ourIntentId: OUR_INTENT_ID, status: 'pending', payments: [], refunds: [] },
  });
  expect(routesOf(server)).toEqual(['POST /v1/orders']);
  expect(JSON.parse(server.seen[0]?.body ?? '')).toEqual({
    amount: 100,
    currency: 'INR',
    receipt: OUR_INTENT_ID,
    unique_receipt: true,
    notes: { package: 'starter', intent_id: OUR_INTENT_ID },
    payment: {
      capture: 'automatic',
      capture_options: {
        automatic_expiry_period: 7200,
        manual_expiry_period: 7200,
        refund_speed: 'normal',
      },
    },
  });
  expect(OUR_INTENT_ID.length).toBeLessThanOrEqual(40);
  expect(server.seen[0]?.headers['authorization']).toBe(
    `Basic ${Buffer.from('rzp_test_wire:wire-secret').toString('base64')}`,
  );
});

test('the same request is the same bytes, since the SDK lets no idempotency key through', async () => {
  answers = { 'POST /v1/orders': json(200, order) };
  const razorpay = razorpayAt(server.url);

  await razorpay.createIntent(request, keyed);
  await razorpay.createIntent(request, keyed);

  const [first, second] = server.seen;
  expect(second?.body).toBe(first?.body);
  expect(JSON.stringify(first?.headers)).not.toContain(keyed.idempotencyKey);
});

test('an order that has our receipt already is the one that was asked for', async () => {
  answers = {
    'POST /v1/orders': receiptTaken,
    'GET /v1/orders': collection([{ ...order, id: 'order_later', created_at: order.created_at + 1 }, order]),
  };

  const outcome = await razorpayAt(server.url).createIntent(request, keyed);

  expect(outcome).toMatchObject({ kind: 'ok', value: { providerIntentId: ID, status: 'pending' } });
  expect(routesOf(server)).toEqual(['POST /v1/orders', 'GET /v1/orders']);
  expect(new URL(server.seen[1]?.path ?? '', 'http://x').searchParams.get('receipt')).toBe(OUR_INTENT_ID);
});

test('an order that was paid before its answer arrived shows its payments', async () => {
  answers = {
    'POST /v1/orders': json(200, paidOrder),
    [`GET /v1/orders/${ID}/payments`]: collection([captured]),
  };

  const outcome = await razorpayAt(server.url).createIntent(request, keyed);

  expect(outcome).toMatchObject({ kind: 'ok', value: { status: 'succeeded', payments: [{}] } });
});

const refusal = (error: object) => json(400, { error: { code: 'BAD_REQUEST_ERROR', ...error } });
const extraField = refusal({
  description: 'unique_receipt is/are not required and should not be sent',
  reason: 'extra_field_sent',
});

test.each([
  ['by its reason and text', extraField],
  [
    'by its text alone',
    refusal({ description: 'unique_receipt is/are not required and should not be sent' }),
  ],
  ['by its reason and field', refusal({ reason: 'extra_field_sent', field: 'unique_receipt' })],
])(
  'an account that does not know unique receipts, told %s, sells all the same, and is asked so only once',
  async (_name, refused) => {
    answers = { 'GET /v1/orders': collection([]) };
    const bodies: Record<string, unknown>[] = [];
    await server.close();
    server = await startServer(({ method, path, body }) => {
      if (method !== 'POST') return collection([]);
      bodies.push(JSON.parse(body));
      return path === '/v1/orders' && 'unique_receipt' in JSON.parse(body) ? refused : json(200, order);
    });
    const razorpay = razorpayAt(server.url);

    const first = await razorpay.createIntent(request, keyed);
    const second = await razorpay.createIntent(request, keyed);

    for (const outcome of [first, second])
      expect(outcome).toMatchObject({ kind: 'ok', value: { providerIntentId: ID, status: 'pending' } });
    const [{ unique_receipt, ...sent } = {}, again, remembered] = bodies;
    expect(unique_receipt).toBe(true);
    expect(again).toEqual(sent);
    expect(remembered).toEqual(sent);
    // A look goes before each order, because a repeat of this one would make a second.
    expect(routesOf(server)).toEqual([
      'POST /v1/orders',
      'GET /v1/orders',
      'POST /v1/orders',
      'GET /v1/orders',
      'POST /v1/orders',
    ]);
  },
);

test('where receipts need not be unique, an order whose answer was lost is found and not made again', async () => {
  answers = { 'POST /v1/orders': extraField, 'GET /v1/orders': collection([order]) };
  const razorpay = razorpayAt(server.url);

  const outcomes = [await razorpay.createIntent(request, keyed), await razorpay.createIntent(request, keyed)];

  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ kind: 'ok', value: { providerIntentId: ID } });
  expect(routesOf(server)).toEqual(['POST /v1/orders', 'GET /v1/orders', 'GET /v1/orders']);
});

test('a list is asked for its payments under the name that Razorpay knows, and needs no second call', async () => {
  answers = {
    'GET /v1/orders': collection([
      { ...paidOrder, payments: { entity: 'collection', count: 2, items: [failed, captured] } },
    ]),
  };

  const outcome = await razorpayAt(server.url).findIntent(
    { ourIntentId: OUR_INTENT_ID, createdAfter: 1, createdBefore: 2 },
    keyed,
  );

  expect(outcome).toMatchObject({ kind: 'ok', value: { status: 'succeeded', payments: [{}, {}] } });
  const asked = server.seen.map(({ path }) => decodeURIComponent(path));
  expect(asked).toEqual([`/v1/orders?count=100&skip=0&receipt=${OUR_INTENT_ID}&expand[]=payments`]);
});

test('a receipt that is taken and not listed yet leaves the outcome unknown', async () => {
  answers = {
    'POST /v1/orders': receiptTaken,
    'GET /v1/orders': collection([{ ...order, receipt: 'other' }]),
  };

  expect(await razorpayAt(server.url).createIntent(request, keyed)).toEqual({
    kind: 'unknown',
    reason: 'bad_response',
  });
});

test.each([
  ['amount', { amount: 200 }],
  ['currency', { currency: 'USD' }],
])('a receipt that is taken by an order of another %s is refused', async (_name, changes) => {
  answers = { 'POST /v1/orders': receiptTaken, 'GET /v1/orders': collection([{ ...order, ...changes }]) };

  expect(await razorpayAt(server.url).createIntent(request, keyed)).toMatchObject({
    kind: 'rejected',
    code: 'idempotency_mismatch',
  });
});

test('creating and finding share the time of the call', async () => {
  answers = { 'POST /v1/orders': receiptTaken, 'GET /v1/orders': 'hang' };
  const startedAt = performance.now();

  const outcome = await razorpayAt(server.url).createIntent(request, { ...keyed, timeoutMs: 300 });

  expect(outcome).toEqual({ kind: 'unknown', reason: 'timeout' });
  expect(performance.now() - startedAt).toBeLessThan(GIVEN_UP_MS);
});

test.each<[string, object]>([
  ['another object', { ...captured, receipt: OUR_INTENT_ID }],
  ['an order made for another', { ...order, receipt: 'int_other' }],
  ['an amount that is not whole', { ...order, amount: 100.5 }],
  ['an amount beyond exact numbers', { ...order, amount: 2 ** 53 }],
])('%s is no answer to a create call', async (_name, answer) => {
  answers = { 'POST /v1/orders': json(200, answer) };

  expect(await razorpayAt(server.url).createIntent(request, keyed)).toEqual({
    kind: 'unknown',
    reason: 'bad_response',
  });
});

test('an amount that cannot be sent exactly is refused before it is sent', async () => {
  const tooMuch = createRequest({ amount: { amountMinor: 2n ** 60n, currency: 'INR' } });

  expect(await razorpayAt(server.url).createIntent(tooMuch, keyed)).toMatchObject({
    kind: 'rejected',
    code: 'amount_out_of_range',
  });
  expect(server.seen).toEqual([]);
});
