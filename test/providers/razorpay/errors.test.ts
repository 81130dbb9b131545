// Every error of Razorpay, and everything that can come instead of an answer, sent through the real SDK.
import type { Outcome, ProviderIntent } from '../../../src/providers/provider';
import { eventually } from '../../support/eventually';
import {
  type Answer,
  createRequest,
  fixture,
  fixtureNames,
  json,
  keyed,
  raw,
  razorpayAt,
  startServer,
} from '../wire';

// Some hundred milliseconds were allowed; on a busy machine more goes by, but not what nobody limits.
const GIVEN_UP_MS = 8_000;

const unknown = (reason: string) => ({ kind: 'unknown', reason });

// Razorpay answers 400 to all of these, to unknown ids and wrong keys too.
const MEANINGS: Record<string, object> = {
  'dispute_fetch.failure.json': { kind: 'not_found' },
  'error_sample.sample_error_response.json': { kind: 'rejected', code: 'invalid_otp' },
  'order_create.failure.json': { kind: 'rejected', code: 'input_validation_failed' },
  'order_fetch.failure.json': { kind: 'not_found' },
  'orders_list.failure.json': { kind: 'misconfigured', message: 'The api key provided is invalid' },
  'payment_capture.failure.json': { kind: 'rejected', code: 'input_validation_failed' },
  'payment_fetch.failure.json': { kind: 'not_found' },
  'refund_create.failure.json': { kind: 'rejected', code: 'input_validation_failed' },
  'refund_create_idempotent.failure.json': { kind: 'rejected', code: 'idempotency_mismatch' },
  'refund_fetch.failure.json': { kind: 'not_found' },
  'settlement_recon.failure.json': { kind: 'rejected', code: 'input_validation_failed' },
  'settlements_list.failure.json': { kind: 'rejected', code: 'input_validation_failed' },
};

const error = (description: string, code = 'BAD_REQUEST_ERROR') => ({ error: { code, description } });

async function outcomeOf(answer: Answer): Promise<[Outcome<ProviderIntent>, number]> {
  const server = await startServer(() => answer);
  const outcome = await razorpayAt(server.url).createIntent(createRequest(), keyed);
  await server.close();
  return [outcome, server.seen.length];
}

test('every recorded error of Razorpay has a meaning', () => {
  expect(fixtureNames('razorpay/errors')).toEqual(Object.keys(MEANINGS));
});

test.each(Object.entries(MEANINGS))(
  '%s means one thing to the caller, after one request',
  async (name, meaning) => {
    const [outcome, requests] = await outcomeOf(json(400, fixture(`razorpay/errors/${name}`)));

    expect(outcome).toMatchObject(meaning);
    expect(requests).toBe(1);
  },
);

test.each<[string, Answer, object]>([
  ['wrong keys', json(401, error('Authentication failed')), { kind: 'misconfigured' }],
  ['wrong keys under 400', json(400, error('Authentication failed')), { kind: 'misconfigured' }],
  ['a forbidden feature', json(403, error('Access denied')), { kind: 'misconfigured' }],
  ['another request in flight', json(409, error('Conflict')), { kind: 'retryable', reason: 'in_progress' }],
  [
    'too many requests',
    json(429, error('Try after sometime')),
    { kind: 'retryable', reason: 'rate_limited' },
  ],
  ['a server error', json(500, error('We are facing some trouble', 'SERVER_ERROR')), unknown('server_error')],
  ['a gateway error under 400', json(400, error('Failed', 'GATEWAY_ERROR')), unknown('server_error')],
  ['a 502 in HTML', raw(502, '<html>Bad gateway</html>'), unknown('server_error')],
  ['a 502 whose JSON has no error', json(502, { message: 'upstream' }), unknown('server_error')],
  ['a 502 with null', json(502, null), unknown('server_error')],
  ['a 404 in HTML, of a proxy', raw(404, '<html>Not found</html>'), unknown('bad_response')],
  ['a 403 whose JSON has no error', json(403, { message: 'Forbidden' }), unknown('bad_response')],
  ['a 400 whose error is a text', json(400, { error: 'no' }), unknown('bad_response')],
  ['a redirect', raw(302, '', { location: '/v1/orders' }), unknown('bad_response')],
  ['an empty 200', raw(200, ''), unknown('bad_response')],
  ['a text in JSON', json(200, 'ok'), unknown('bad_response')],
  ['a null in JSON', json(200, null), unknown('bad_response')],
  ['a list', json(200, []), unknown('bad_response')],
  ['five megabytes', raw(200, 'x'.repeat(5_000_000)), unknown('connection_lost')],
  ['a body that is cut', 'cut', unknown('connection_lost')],
  ['a connection that is reset', 'reset', unknown('connection_lost')],
])('%s is told apart from an answer, after one request', async (_name, answer, meaning) => {
  const [outcome, requests] = await outcomeOf(answer);

  expect(outcome).toMatchObject(meaning);
  expect(requests).toBe(1);
});

test.each<[string, Answer]>([
  ['never comes', 'hang'],
  ['drips in', 'drip'],
])('an answer that %s is given up on time, and its connection with it', async (_name, answer) => {
  const server = await startServer(() => answer);
  const startedAt = performance.now();

  const outcome = await razorpayAt(server.url).createIntent(createRequest(), { ...keyed, timeoutMs: 300 });
  const tookMs = performance.now() - startedAt;
  await eventually(async () => expect(await server.connections()).toBe(0));
  await server.close();

  expect(outcome).toEqual(unknown('timeout'));
  expect(tookMs).toBeLessThan(GIVEN_UP_MS);
});

test('a refused connection leaves the outcome unknown', async () => {
  const server = await startServer(() => 'hang');
  await server.close();

  const outcome = await razorpayAt(server.url).createIntent(createRequest(), keyed);

  expect(outcome).toEqual(unknown('connection_lost'));
});
