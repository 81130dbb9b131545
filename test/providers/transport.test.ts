// A transport swaps the wire and not the code: whatever a provider says, the outcome is the same over a socket and
// without one, and so is what the provider hears.
import type { Provider } from '../../src/providers/provider';
import type { Transport, WireRequest, WireResponse } from '../../src/providers/transport';
import {
  createRequest,
  fixture,
  json,
  keyed,
  OUR_INTENT_ID,
  raw,
  razorpayAt,
  soon,
  startServer,
  stripeAt,
} from './wire';

// Some hundred milliseconds were allowed; on a busy machine more goes by, but not what nobody limits.
const GIVEN_UP_MS = 8_000;

interface Side {
  readonly name: string;
  readonly at: (apiBase: string, transport?: Transport) => Provider;
  readonly intentId: string;
  readonly created: object;
  readonly error: object;
  /** A call whose second request carries a query, and what leads to it. */
  readonly asksOn: { readonly after: WireResponse; readonly call: (provider: Provider) => Promise<unknown> };
}

const sides: Side[] = [
  {
    name: 'stripe',
    at: stripeAt,
    intentId: 'pi_3Test0000000000000000001',
    created: {
      ...fixture('stripe/events/payment_intent.created.json').data.object,
      metadata: { intent_id: OUR_INTENT_ID },
    },
    error: fixture('stripe/errors/resource_missing.json').body,
    asksOn: {
      after: json(200, fixture('stripe/events/payment_intent.succeeded.json').data.object),
      call: (provider) => provider.getIntent('pi_3Test0000000000000000001', soon),
    },
  },
  {
    name: 'razorpay',
    at: razorpayAt,
    intentId: 'order_1',
    created: {
      ...fixture('razorpay/api/order_create.success.json'),
      amount: 2000,
      currency: 'USD',
      receipt: OUR_INTENT_ID,
    },
    error: fixture('razorpay/errors/order_fetch.failure.json'),
    asksOn: {
      after: json(400, { error: { code: 'BAD_REQUEST_ERROR', description: 'The receipt is taken already' } }),
      call: (provider) => provider.createIntent(createRequest(), keyed),
    },
  },
];

/** Neither a header of the connection nor one that names the client is a word to the provider. */
const CONNECTION_HEADERS =
  /^(host|connection|keep-alive|content-length|accept-encoding|x-stripe-client-user-agent)$/;
const heard = ({ headers, ...request }: WireRequest) => ({
  ...request,
  headers: Object.fromEntries(
    Object.entries(headers).filter(([name]) => name === name.toLowerCase() && !CONNECTION_HEADERS.test(name)),
  ),
});

async function overBoth(side: Side, answer: WireResponse, call: (provider: Provider) => Promise<unknown>) {
  const server = await startServer(() => answer);
  const overSocket = await call(side.at(server.url));
  await server.close();
  const seen: WireRequest[] = [];
  const overTransport = await call(
    side.at('', async (request) => {
      seen.push(request);
      return answer;
    }),
  );
  return {
    overSocket,
    overTransport,
    heardOverSocket: server.seen.map(heard),
    heardOverTransport: seen.map(heard),
  };
}

describe.each(sides)('$name', (side) => {
  test.each<[string, WireResponse, string]>([
    ['an answer', json(200, side.created), 'ok'],
    ['an error of the provider', json(400, side.error), 'not_found'],
    ['a server error', json(500, { error: { code: 'SERVER_ERROR', type: 'api_error' } }), 'unknown'],
    ['a 502 in HTML', raw(502, '<html>Bad gateway</html>'), 'unknown'],
    ['too many requests', json(429, side.error), 'retryable'],
    ['wrong keys', json(401, side.error), 'misconfigured'],
    ['an empty 200', raw(200, ''), 'unknown'],
    ['a text in JSON', json(200, 'ok'), 'unknown'],
    ['half an answer', raw(200, '{"id":'), 'unknown'],
    ['a redirect', raw(302, '', { location: '/elsewhere' }), 'unknown'],
  ])('%s means the same with and without a socket', async (_name, answer, kind) => {
    const both = await overBoth(side, answer, (provider) => provider.createIntent(createRequest(), keyed));

    expect(both.overTransport).toEqual(both.overSocket);
    expect(both.overTransport).toMatchObject({ kind });
    expect(both.heardOverTransport).toEqual(both.heardOverSocket);
    expect(both.heardOverTransport[0]).toMatchObject({
      method: 'POST',
      body: expect.stringContaining('2000'),
    });
  });

  test('a read asks for the same with and without a socket', async () => {
    const both = await overBoth(side, json(400, side.error), (provider) =>
      provider.getIntent(side.intentId, soon),
    );

    expect(both.overTransport).toEqual(both.overSocket);
    expect(both.heardOverTransport).toEqual(both.heardOverSocket);
    expect(both.heardOverTransport).toMatchObject([{ method: 'GET', body: '' }]);
  });

  test('a query arrives the same with and without a socket', async () => {
    const both = await overBoth(side, side.asksOn.after, side.asksOn.call);

    expect(both.overTransport).toEqual(both.overSocket);
    expect(both.heardOverTransport).toEqual(both.heardOverSocket);
    expect(both.heardOverTransport[1]).toMatchObject({ path: expect.stringContaining('?') });
  });

  test('a transport that hangs is given up on time', async () => {
    const startedAt = performance.now();

    const outcome = await side
      .at('', () => new Promise(() => {}))
      .createIntent(createRequest(), { ...keyed, timeoutMs: 200 });

    expect(outcome).toEqual({ kind: 'unknown', reason: 'timeout' });
    expect(performance.now() - startedAt).toBeLessThan(GIVEN_UP_MS);
  });

  test.each<[string, Transport]>([
    ['rejects', () => Promise.reject(new Error('gone'))],
    [
      'throws',
      () => {
        throw new Error('gone');
      },
    ],
  ])('a transport that %s is a connection lost, not an exception', async (_name, transport) => {
    const outcome = await side.at('', transport).createIntent(createRequest(), keyed);

    expect(outcome).toEqual({ kind: 'unknown', reason: 'connection_lost' });
  });

  test('a wire that gave up by its own clock is a timeout', async () => {
    const gaveUp = Object.assign(new Error('gave up'), { code: 'ETIMEDOUT' });

    const outcome = await side.at('', () => Promise.reject(gaveUp)).createIntent(createRequest(), keyed);

    expect(outcome).toEqual({ kind: 'unknown', reason: 'timeout' });
  });

  test('an answer that comes after the time is over changes nothing', async () => {
    let answerLate: (answer: WireResponse) => void = () => {};
    const late = new Promise<WireResponse>((resolve) => {
      answerLate = resolve;
    });

    const outcome = await side.at('', () => late).createIntent(createRequest(), { ...keyed, timeoutMs: 50 });
    answerLate(json(200, 'ok'));
    await new Promise((resolve) => setImmediate(resolve));

    expect(outcome).toEqual({ kind: 'unknown', reason: 'timeout' });
  });
});
