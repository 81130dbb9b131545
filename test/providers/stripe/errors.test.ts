// Every error of Stripe, and everything that can come instead of an answer, sent through the real SDK.
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
  startServer,
  stripeAt,
} from '../wire';

// Some hundred milliseconds were allowed; on a busy machine more goes by, but not what nobody limits.
const GIVEN_UP_MS = 8_000;

const unknown = (reason: string) => ({ kind: 'unknown', reason });

const MEANINGS: Record<string, object> = {
  'amount_too_small.json': { kind: 'rejected', code: 'amount_too_small' },
  'api_error_500.json': unknown('server_error'),
  'cancel_canceled_intent.json': { kind: 'conflict', code: 'payment_intent_unexpected_state' },
  'cancel_succeeded_intent.json': { kind: 'conflict', code: 'payment_intent_unexpected_state' },
  'card_declined.json': {
    kind: 'declined',
    code: 'card_declined',
    declineCode: 'insufficient_funds',
    message: 'Your card has insufficient funds.',
    retryable: true,
  },
  'charge_already_refunded.json': { kind: 'conflict', code: 'charge_already_refunded' },
  'idempotency_key_in_use.json': { kind: 'retryable', reason: 'in_progress' },
  'idempotency_params_mismatch.json': { kind: 'rejected', code: 'idempotency_mismatch' },
  'invalid_api_key.json': { kind: 'misconfigured', message: 'Invalid API Key provided: the key' },
  'lock_timeout.json': { kind: 'retryable', reason: 'locked' },
  'parameter_missing.json': { kind: 'rejected', code: 'parameter_missing' },
  'permission_403.json': {
    kind: 'misconfigured',
    message: expect.stringMatching(/^The provided key 'the key' does not have/),
  },
  'rate_limit.json': { kind: 'retryable', reason: 'rate_limited' },
  'resource_missing.json': { kind: 'not_found' },
};

async function outcomeOf(answer: Answer): Promise<[Outcome<ProviderIntent>, number]> {
  const server = await startServer(() => answer);
  const outcome = await stripeAt(server.url).createIntent(createRequest(), keyed);
  await server.close();
  return [outcome, server.seen.length];
}

test('every recorded error of Stripe has a meaning', () => {
  expect(fixtureNames('stripe/errors')).toEqual(Object.keys(MEANINGS));
});

test.each(Object.entries(MEANINGS))(
  '%s means one thing to the caller, after one request',
  async (name, meaning) => {
    const { http_status, headers, body } = fixture(`stripe/errors/${name}`);

    const [outcome, requests] = await outcomeOf(json(http_status, body, headers));

    expect(outcome).toMatchObject(meaning);
    expect(requests).toBe(1);
  },
);

test.each<[string, Answer, object]>([
  ['a 502 in HTML', raw(502, '<html>Bad gateway</html>'), unknown('server_error')],
  ['a 502 whose JSON has no error', json(502, { message: 'upstream' }), unknown('server_error')],
  ['a 500 whose error is no object', json(500, { error: true }), unknown('server_error')],
  ['a 404 in HTML, of a proxy', raw(404, '<html>Not found</html>'), unknown('bad_response')],
  ['a 403 whose JSON has no error', json(403, { message: 'Forbidden' }), unknown('bad_response')],
  ['a 429 in HTML', raw(429, 'Slow down'), { kind: 'retryable', reason: 'rate_limited' }],
  ['a 400 with an error of OAuth', json(400, { error: 'invalid_request' }), unknown('bad_response')],
  ['a redirect', raw(302, '', { location: '/elsewhere' }), unknown('bad_response')],
  ['an empty 200', raw(200, ''), unknown('bad_response')],
  ['a text in JSON', json(200, 'ok'), unknown('bad_response')],
  ['a number in JSON', json(200, 42), unknown('bad_response')],
  ['a null in JSON', json(200, null), unknown('bad_response')],
  ['a list', json(200, []), unknown('bad_response')],
  ['an error under a good status', json(200, { error: { type: 'api_error' } }), unknown('bad_response')],
  ['a body that is cut', 'cut', unknown('connection_lost')],
  ['a connection that is reset', 'reset', unknown('connection_lost')],
])('%s never passes for an answer, nor for a failure', async (_name, answer, meaning) => {
  expect((await outcomeOf(answer))[0]).toEqual(meaning);
});

const NO_WORDS: readonly unknown[] = [1, true, null, [], {}, { toString: 1 }, [['x']], 1e300, '\u0000'];

test.each([400, 401, 402, 403, 404, 409, 418, 429, 500, 200])(
  'an error under status %i whose words are no words is an outcome all the same',
  async (status) => {
    for (const field of ['message', 'code', 'type', 'decline_code', 'advice_code', 'charge', 'param'])
      for (const value of NO_WORDS) {
        const [outcome] = await outcomeOf(json(status, { error: { [field]: value } }));
        expect(outcome.kind).toMatch(/^(rejected|misconfigured|declined|not_found|retryable|unknown)$/);
        if ('message' in outcome) expect(typeof outcome.message).toBe('string');
        if ('code' in outcome) expect(typeof outcome.code).toBe('string');
      }
  },
);

test('after a reset the SDK sends once more, under the same key', async () => {
  const server = await startServer(() => 'reset');

  await stripeAt(server.url).createIntent(createRequest(), keyed);
  await server.close();

  expect(server.seen.map(({ headers }) => headers['idempotency-key'])).toEqual([
    keyed.idempotencyKey,
    keyed.idempotencyKey,
  ]);
});

test.each<[string, Answer]>([
  ['never comes', 'hang'],
  ['drips in', 'drip'],
])('an answer that %s is given up on time, and its connection with it', async (_name, answer) => {
  const server = await startServer(() => answer);
  const startedAt = performance.now();

  const outcome = await stripeAt(server.url).createIntent(createRequest(), { ...keyed, timeoutMs: 300 });
  const tookMs = performance.now() - startedAt;
  await eventually(async () => expect(await server.connections()).toBe(0));
  await server.close();

  expect(outcome).toEqual(unknown('timeout'));
  expect(tookMs).toBeLessThan(GIVEN_UP_MS);
});

test('a refused connection leaves the outcome unknown', async () => {
  const server = await startServer(() => 'hang');
  await server.close();

  const outcome = await stripeAt(server.url).createIntent(createRequest(), keyed);

  expect(outcome).toEqual(unknown('connection_lost'));
});
