// What the Stripe adapter sends and in which order, over the real SDK and a real socket.
import { ConfigError } from '../../../src/kernel/config';
import {
  type Answer,
  createRequest,
  fixture,
  json,
  keyed,
  OUR_INTENT_ID,
  raw,
  type Server,
  soon,
  startServer,
  stripeAt,
} from '../wire';

// Some hundred milliseconds were allowed; on a busy machine more goes by, but not what nobody limits.
const GIVEN_UP_MS = 8_000;

const ID = 'pi_3Test0000000000000000001';
const objectOf = (event: string) => fixture(`stripe/events/${event}.json`).data.object;
const created = { ...objectOf('payment_intent.created'), metadata: { intent_id: OUR_INTENT_ID } };
const succeeded = objectOf('payment_intent.succeeded');
const canceled = { ...objectOf('payment_intent.canceled'), latest_charge: null };
const charge = objectOf('charge.succeeded');
const list = (data: object[], has_more = false) =>
  json(200, { object: 'list', url: '/v1/x', data, has_more });

let server: Server;
let answers: Record<string, Answer | ((query: URLSearchParams) => Answer)>;

beforeEach(async () => {
  answers = {};
  server = await startServer(({ method, path }) => {
    const url = new URL(path, 'http://stripe');
    const answer =
      answers[`${method} ${url.pathname}`] ?? raw(500, `No answer for ${method} ${url.pathname}`);
    return typeof answer === 'function' ? answer(url.searchParams) : answer;
  });
});
afterEach(() => server.close());

const routes = () => server.seen.map(({ method, path }) => `${method} ${path.split('?')[0]}`);

test('an intent is created with our id, under our key, at the version we were written against', async () => {
  answers = { 'POST /v1/payment_intents': json(200, created) };

  const outcome = await stripeAt(server.url).createIntent(createRequest(), keyed);

  expect(outcome).toMatchObject({
    kind: 'ok',
    value: { providerIntentId: ID, ourIntentId: OUR_INTENT_ID, status: 'pending', payments: [], refunds: [] },
  });
  expect(server.seen).toHaveLength(1);
  expect(Object.fromEntries(new URLSearchParams(server.seen[0]?.body))).toEqual({
    amount: '2000',
    currency: 'usd',
    description: '100 credits',
    'metadata[package]': 'starter',
    'metadata[intent_id]': OUR_INTENT_ID,
    'automatic_payment_methods[enabled]': 'true',
  });
  expect(server.seen[0]?.headers).toMatchObject({
    'idempotency-key': keyed.idempotencyKey,
    'stripe-version': '2026-10-28.endive',
    authorization: 'Bearer sk_test_wire',
  });
});

test('the same request is the same bytes, without telemetry, and metadata cannot pass for our id', async () => {
  // With a request id the SDK has something to report of a call, in the next one.
  answers = { 'POST /v1/payment_intents': json(200, created, { 'request-id': 'req_1' }) };
  const stripe = stripeAt(server.url);
  const request = createRequest({ metadata: { intent_id: 'int_of_another', package: 'starter' } });

  await stripe.createIntent(request, keyed);
  await stripe.createIntent(request, keyed);

  const [first, second] = server.seen;
  expect(second?.body).toBe(first?.body);
  expect(new URLSearchParams(first?.body).get('metadata[intent_id]')).toBe(OUR_INTENT_ID);
  expect(second?.headers).not.toHaveProperty('x-stripe-client-telemetry');
});

test.each<[string, object]>([
  ['another object', { ...charge, metadata: { intent_id: OUR_INTENT_ID } }],
  ['an intent made for another', { ...created, metadata: { intent_id: 'int_other' } }],
  ['an amount that is not whole', { ...created, amount: 20.5 }],
  ['an amount beyond exact numbers', { ...created, amount: 2 ** 53 }],
])('%s is no answer to a create call', async (_name, answer) => {
  answers = { 'POST /v1/payment_intents': json(200, answer) };

  const outcome = await stripeAt(server.url).createIntent(createRequest(), keyed);

  expect(outcome).toEqual({ kind: 'unknown', reason: 'bad_response' });
});

test('an amount that cannot be sent exactly is refused before it is sent', async () => {
  const request = createRequest({ amount: { amountMinor: 2n ** 60n, currency: 'USD' } });

  const { kind } = await stripeAt(server.url).createIntent(request, keyed);

  expect(kind).toBe('rejected');
  expect(server.seen).toEqual([]);
});

test('an intent that nobody tried to pay is one request', async () => {
  answers = { [`GET /v1/payment_intents/${ID}`]: json(200, created) };

  expect(await stripeAt(server.url).getIntent(ID, soon)).toMatchObject({
    kind: 'ok',
    value: { status: 'pending' },
  });
  expect(routes()).toEqual([`GET /v1/payment_intents/${ID}`]);
});

test('the tries are read after the intent, over all pages, with every refund', async () => {
  const refund = objectOf('refund.created');
  const failed = { ...charge, id: 'ch_first', created: 1, status: 'failed', amount_captured: 0 };
  const cut = { data: [refund], has_more: true, object: 'list', url: '/v1/refunds' };
  answers = {
    [`GET /v1/payment_intents/${ID}`]: json(200, succeeded),
    'GET /v1/charges': (query) =>
      query.get('starting_after') === charge.id
        ? list([failed])
        : list([{ ...charge, amount_refunded: 1000, refunds: cut }], true),
    'GET /v1/refunds': (query) =>
      query.get('starting_after') === refund.id
        ? list([{ ...refund, id: 're_second', created: refund.created + 1, status: 'pending' }])
        : list([refund], true),
  };

  const outcome = await stripeAt(server.url).getIntent(ID, soon);

  expect(routes()).toEqual([
    `GET /v1/payment_intents/${ID}`,
    'GET /v1/charges',
    'GET /v1/charges',
    'GET /v1/refunds',
    'GET /v1/refunds',
  ]);
  expect(Object.fromEntries(new URL(server.seen[1]?.path ?? '', 'http://x').searchParams)).toEqual({
    payment_intent: ID,
    limit: '100',
    'expand[0]': 'data.refunds',
  });
  expect(outcome).toMatchObject({
    kind: 'ok',
    value: {
      status: 'succeeded',
      payments: [
        { providerPaymentId: 'ch_first', status: 'declined' },
        { providerPaymentId: charge.id, status: 'captured', amountRefundedMinor: 1000n },
      ],
      refunds: [
        { providerRefundId: refund.id, status: 'succeeded' },
        { providerRefundId: 're_second', status: 'pending' },
      ],
    },
  });
});

test('a list without an end is given up, not called whole', async () => {
  answers = {
    [`GET /v1/payment_intents/${ID}`]: json(200, succeeded),
    'GET /v1/charges': () => list([charge], true),
  };

  expect(await stripeAt(server.url).getIntent(ID, soon)).toEqual({
    kind: 'unknown',
    reason: 'bad_response',
  });
  expect(server.seen).toHaveLength(11);
});

test('half a read is no read: when the tries cannot be had, the outcome is unknown', async () => {
  answers = { [`GET /v1/payment_intents/${ID}`]: json(200, succeeded), 'GET /v1/charges': raw(503, '') };

  expect(await stripeAt(server.url).getIntent(ID, soon)).toEqual({ kind: 'unknown', reason: 'server_error' });
});

test('all requests of one call share its time', async () => {
  answers = { [`GET /v1/payment_intents/${ID}`]: json(200, succeeded), 'GET /v1/charges': 'hang' };
  const startedAt = performance.now();

  const outcome = await stripeAt(server.url).getIntent(ID, { timeoutMs: 300 });

  expect(outcome).toEqual({ kind: 'unknown', reason: 'timeout' });
  expect(performance.now() - startedAt).toBeLessThan(GIVEN_UP_MS);
});

test('another intent than the one asked for is not believed', async () => {
  answers = { 'GET /v1/payment_intents/pi_mine': json(200, created) };

  expect(await stripeAt(server.url).getIntent('pi_mine', soon)).toMatchObject({ reason: 'bad_response' });
});

test.each(['', 'pi_', 'order_1', '../balance', 'pi_1/cancel', 'pi_1?expand[]=x'])(
  'nothing is asked about %p, which is no id of an intent',
  async (id) => {
    expect(await stripeAt(server.url).getIntent(id, soon)).toMatchObject({ kind: 'not_found' });
    expect(await stripeAt(server.url).cancelIntent(id, keyed)).toMatchObject({ kind: 'not_found' });
    expect(server.seen).toEqual([]);
  },
);

test('an intent is canceled under our key', async () => {
  answers = { [`POST /v1/payment_intents/${ID}/cancel`]: json(200, canceled) };

  const outcome = await stripeAt(server.url).cancelIntent(ID, keyed);

  expect(outcome).toMatchObject({ kind: 'ok', value: { status: 'canceled' } });
  expect(server.seen[0]?.headers['idempotency-key']).toBe(keyed.idempotencyKey);
});

test('to cancel what is canceled already is done', async () => {
  const { http_status, body } = fixture('stripe/errors/cancel_canceled_intent.json');
  answers = {
    [`POST /v1/payment_intents/${ID}/cancel`]: json(http_status, body),
    [`GET /v1/payment_intents/${ID}`]: json(200, canceled),
  };

  expect(await stripeAt(server.url).cancelIntent(ID, keyed)).toMatchObject({
    kind: 'ok',
    value: { status: 'canceled' },
  });
});

test('to cancel what is paid is a conflict', async () => {
  const { http_status, body } = fixture('stripe/errors/cancel_succeeded_intent.json');
  answers = {
    [`POST /v1/payment_intents/${ID}/cancel`]: json(http_status, body),
    [`GET /v1/payment_intents/${ID}`]: json(200, succeeded),
    'GET /v1/charges': list([charge]),
  };

  expect(await stripeAt(server.url).cancelIntent(ID, keyed)).toMatchObject({ kind: 'conflict' });
});

test('a cancel that lost its race, and cannot see to what, is a conflict', async () => {
  const { http_status, body } = fixture('stripe/errors/cancel_succeeded_intent.json');
  answers = {
    [`POST /v1/payment_intents/${ID}/cancel`]: json(http_status, body),
    [`GET /v1/payment_intents/${ID}`]: raw(503, ''),
  };

  expect(await stripeAt(server.url).cancelIntent(ID, keyed)).toMatchObject({ kind: 'conflict' });
});

test('an address with a path, which the SDK cannot be given, stops the start', () => {
  expect(() => stripeAt('http://127.0.0.1:1/proxy')).toThrow(ConfigError);
});
