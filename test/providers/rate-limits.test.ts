// What a provider's limits make of a call, over the real SDKs and a real socket.
import { type Turn, TurnDenied } from '../../src/limits/call-queue';
import type { Provider } from '../../src/providers/provider';
import { createRazorpayProvider } from '../../src/providers/razorpay/client';
import { createStripeProvider } from '../../src/providers/stripe/client';
import type { Line } from '../../src/providers/transport';
import { fixture, json, razorpayConfig, type Server, soon, startServer, stripeConfig } from './wire';

const sides = [
  {
    name: 'stripe',
    id: 'pi_3Test0000000000000000001',
    at: (url: string, line: Line): Provider => createStripeProvider(stripeConfig(url), undefined, line),
    tooMany: fixture('stripe/errors/rate_limit.json').body,
    operation: 'GET /v1/payment_intents/:id',
  },
  {
    name: 'razorpay',
    id: 'order_N8FRN5zTm5S3wx',
    at: (url: string, line: Line): Provider => createRazorpayProvider(razorpayConfig(url), undefined, line),
    tooMany: { error: { code: 'BAD_REQUEST_ERROR', description: 'Too many requests' } },
    operation: 'GET /v1/orders/:id',
  },
];

describe.each(sides)('$name', ({ id, at, tooMany, operation }) => {
  let server: Server;
  afterEach(() => server.close());

  const heard: [string, string][] = [];
  const refused: (number | null)[] = [];
  const taken: [string, Turn][] = [];
  const lineWith = (take: () => Promise<void>): Line => ({
    pace: {
      take: (name, turn) => {
        taken.push([name, turn]);
        return take();
      },
      refused: async (ms) => void refused.push(ms),
    },
    turn: 'payer',
    heard: (name, outcome) => void heard.push([name, outcome.kind]),
  });
  beforeEach(() => {
    for (const list of [heard, refused, taken]) list.length = 0;
  });

  test.each<[string, Record<string, string>, number | undefined]>([
    ['says in seconds', { 'retry-after': '7' }, 7_000],
    ['says by a date', { 'retry-after': new Date(Date.now() + 90_000).toUTCString() }, 90_000],
    ['does not say', {}, undefined],
    ['says nothing that can be read', { 'retry-after': 'soon' }, undefined],
    ['says beyond all reason', { 'retry-after': '999999999' }, 3_600_000],
  ])('a call too many is told when to come again where the provider %s', async (_name, headers, ms) => {
    server = await startServer(() => json(429, tooMany, headers));

    const news = at(
      server.url,
      lineWith(() => Promise.resolve()),
    ).inTurn('news');
    const outcome = await news.getIntent(id, soon);

    expect(outcome).toMatchObject({ kind: 'retryable', reason: 'rate_limited' });
    const told = outcome.kind === 'retryable' ? outcome.retryAfterMs : -1;
    if (ms === undefined) expect(told).toBeUndefined();
    // The date was named when this file was read.
    else expect(Math.abs((told ?? 0) - ms)).toBeLessThan(60_000);
    // All processes of the account hear of it.
    expect(refused).toEqual([told ?? null]);
    expect(heard).toEqual([[operation, 'retryable']]);
  });

  test('a payer asks again in turn after a refusal, twice at most; nobody else does', async () => {
    server = await startServer(() => json(429, tooMany));
    const payer = at(
      server.url,
      lineWith(() => Promise.resolve()),
    );

    const outcome = await payer.getIntent(id, soon);

    expect(outcome).toMatchObject({ kind: 'retryable', reason: 'rate_limited' });
    expect(server.seen).toHaveLength(3);
    expect(refused).toHaveLength(3);
    await payer.inTurn('sweep').getIntent(id, soon);
    expect(server.seen).toHaveLength(4);
  });

  test('a call whose turn would come too late is not sent, and says when to come again', async () => {
    server = await startServer(() => 'hang');
    const line = lineWith(() => Promise.reject(new TurnDenied(1_234)));

    const outcome = await at(server.url, line).inTurn('sweep').getIntent(id, soon);

    expect(outcome).toEqual({ kind: 'retryable', reason: 'rate_limited', retryAfterMs: 1_234 });
    expect(server.seen).toEqual([]);
    expect(refused).toEqual([]);
    expect(taken).toEqual([[expect.any(String), 'sweep']]);
  });

  test('waiting for a turn takes nothing of the time in which the provider may answer', async () => {
    server = await startServer(() => json(429, tooMany));
    const late = () => new Promise<void>((resolve) => setTimeout(resolve, 2_300));

    const outcome = await at(server.url, lineWith(late)).getIntent(id, { timeoutMs: 2_000 });

    expect(outcome).toMatchObject({ kind: 'retryable', reason: 'rate_limited' });
  });

  test('what the provider left unanswered is heard of with what was asked', async () => {
    server = await startServer(() => 'hang');

    await at(
      server.url,
      lineWith(() => Promise.resolve()),
    ).getIntent(id, { timeoutMs: 200 });

    expect(heard).toEqual([[operation, 'unknown']]);
  });
});

test('a payment intent that was tried is read whole by one call, and by two where the guess was wrong', async () => {
  const intent = fixture('stripe/events/payment_intent.succeeded.json').data.object;
  const charge = { ...fixture('stripe/events/charge.succeeded.json').data.object, id: intent.latest_charge };
  const untried = { ...intent, status: 'requires_payment_method', latest_charge: null };
  const list = (data: object[]) => json(200, { object: 'list', url: '/v1/charges', data, has_more: false });
  let isTried = true;
  const server = await startServer(({ path }) => {
    if (!path.startsWith('/v1/charges')) return json(200, isTried ? intent : untried);
    return list(isTried ? [{ ...charge, payment_intent: intent }] : []);
  });
  const stripe = createStripeProvider(stripeConfig(server.url));

  const paid = await stripe.getIntent(intent.id, { ...soon, isTried: true });
  const calls = server.seen.length;
  isTried = false;
  const open = await stripe.getIntent(intent.id, { ...soon, isTried: true });
  await server.close();

  expect(paid).toMatchObject({
    kind: 'ok',
    value: { status: 'succeeded', payments: [{ status: 'captured' }], providerStatus: 'succeeded' },
  });
  expect(calls).toBe(1);
  expect(open).toMatchObject({ kind: 'ok', value: { status: 'pending', payments: [] } });
  expect(server.seen).toHaveLength(3);
});
