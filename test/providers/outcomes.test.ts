// Every outcome of the port, reached by each of its calls over a real SDK and a real socket: whatever a provider answers,
// a call ends in a value, on time, after one request.
import type { CallOptions, Outcome, Provider } from '../../src/providers/provider';
import type { BookLine } from '../../src/providers/settlement';
import { type Answer, fixture, json, raw, razorpayAt, soon, startServer, stripeAt } from './wire';

// Some hundred milliseconds were allowed; on a busy machine more goes by, but not what nobody limits.
const GIVEN_UP_MS = 8_000;

interface Side {
  readonly name: string;
  readonly at: (apiBase: string) => Provider;
  readonly ids: { intent: string; payment: string; refund: string; dispute: string };
  readonly answers: Readonly<Record<string, readonly [Answer, object]>>;
}

const stripeError = (name: string) => {
  const { http_status, headers, body } = fixture(`stripe/errors/${name}.json`);
  return json(http_status, body, headers);
};
const razorpayError = (status: number, description: string, code = 'BAD_REQUEST_ERROR') =>
  json(status, { error: { code, description } });

const ANYWHERE: Side['answers'] = {
  'a server error without a word of the provider': [raw(502, '<html>'), unknown('server_error')],
  'an empty answer': [raw(200, ''), unknown('bad_response')],
  'another object': [json(200, { object: 'balance', entity: 'balance' }), unknown('bad_response')],
  'a cut answer': ['cut', unknown('connection_lost')],
  'too many requests': [raw(429, ''), { kind: 'retryable', reason: 'rate_limited' }],
};

const sides: Side[] = [
  {
    name: 'stripe',
    at: stripeAt,
    ids: { intent: 'pi_1', payment: 'ch_1', refund: 're_1', dispute: 'dp_1' },
    answers: {
      ...ANYWHERE,
      'a decline': [stripeError('card_declined'), { kind: 'declined', declineCode: 'insufficient_funds' }],
      'a wrong request': [stripeError('parameter_missing'), { kind: 'rejected', code: 'parameter_missing' }],
      'a key used otherwise': [
        stripeError('idempotency_params_mismatch'),
        { kind: 'rejected', code: 'idempotency_mismatch' },
      ],
      'another state': [stripeError('cancel_canceled_intent'), { kind: 'conflict' }],
      'a charge refunded whole': [stripeError('charge_already_refunded'), { kind: 'conflict' }],
      'a charge in dispute': [
        json(400, { error: { type: 'invalid_request_error', code: 'charge_disputed', message: 'No' } }),
        { kind: 'conflict', code: 'charge_disputed' },
      ],
      'an unknown object': [stripeError('resource_missing'), { kind: 'not_found' }],
      'wrong keys': [stripeError('invalid_api_key'), { kind: 'misconfigured' }],
      'keys that may not': [stripeError('permission_403'), { kind: 'misconfigured' }],
      'the same call in flight': [
        stripeError('idempotency_key_in_use'),
        { kind: 'retryable', reason: 'in_progress' },
      ],
      'a locked object': [stripeError('lock_timeout'), { kind: 'retryable', reason: 'locked' }],
      'an error of the provider': [stripeError('api_error_500'), unknown('server_error')],
    },
  },
  {
    name: 'razorpay',
    at: razorpayAt,
    ids: { intent: 'order_1', payment: 'pay_1', refund: 'rfnd_1', dispute: 'disp_1' },
    answers: {
      ...ANYWHERE,
      'a wrong request': [
        json(400, fixture('razorpay/errors/refund_create.failure.json')),
        { kind: 'rejected', code: 'input_validation_failed' },
      ],
      'a key used otherwise': [
        json(400, fixture('razorpay/errors/refund_create_idempotent.failure.json')),
        { kind: 'rejected', code: 'idempotency_mismatch' },
      ],
      'a payment captured before': [
        razorpayError(400, 'This payment has already been captured'),
        { kind: 'conflict' },
      ],
      'a payment not authorised': [
        razorpayError(400, 'Only payments which have been authorized and not yet captured can be captured'),
        { kind: 'conflict' },
      ],
      'a payment refunded whole': [
        razorpayError(400, 'The payment has been fully refunded already'),
        { kind: 'conflict' },
      ],
      'a payment not captured': [
        razorpayError(400, 'The payment status should be captured for action to be taken'),
        { kind: 'conflict' },
      ],
      'an unknown object': [
        json(400, fixture('razorpay/errors/dispute_fetch.failure.json')),
        { kind: 'not_found' },
      ],
      'wrong keys': [
        json(401, fixture('razorpay/errors/orders_list.failure.json')),
        { kind: 'misconfigured' },
      ],
      'the same call in flight': [
        razorpayError(409, 'Conflict'),
        { kind: 'retryable', reason: 'in_progress' },
      ],
      'an error of the bank': [razorpayError(400, 'Failed', 'GATEWAY_ERROR'), unknown('server_error')],
    },
  },
];

function unknown(reason: string) {
  return { kind: 'unknown', reason };
}

type Call = (provider: Provider, ids: Side['ids'], options: CallOptions) => Promise<Outcome<unknown>>;

const amount = { amountMinor: 500n, currency: 'USD' };
const CALLS: Readonly<Record<string, Call>> = {
  findIntent: (provider, _ids, options) =>
    provider.findIntent({ ourIntentId: 'int_1', createdAfter: 1, createdBefore: 2 }, options),
  capturePayment: (provider, { intent, payment }, options) =>
    provider.capturePayment(
      { providerIntentId: intent, providerPaymentId: payment, amount },
      { ...options, idempotencyKey: 'pay_1:capture' },
    ),
  createRefund: (provider, { intent, payment }, options) =>
    provider.createRefund(
      {
        providerIntentId: intent,
        providerPaymentId: payment,
        amount,
        ourRefundId: 'ref_1',
        reason: 'Changed their mind',
      },
      { ...options, idempotencyKey: 'ref_1' },
    ),
  getRefund: (provider, { refund }, options) => provider.getRefund(refund, null, options),
  getDispute: (provider, { dispute }, options) => provider.getDispute(dispute, options),
  listSettlementEntries: async (provider, _ids, options) => {
    const outcomes: BookLine[] = [];
    for await (const outcome of provider.listSettlementEntries({ from: 86_400, to: 86_401 }, options))
      outcomes.push(outcome);
    expect(outcomes).toHaveLength(1);
    return outcomes[0] as Outcome<unknown>;
  },
};

const cases = sides.flatMap((side) =>
  Object.keys(CALLS).map((name) => ({ provider: side.name, call: name, side })),
);

describe.each(cases)('$call of $provider', ({ call: name, side }) => {
  const call = CALLS[name] as Call;

  test.each(Object.entries(side.answers))('%s has one meaning', async (_name, [answer, meaning]) => {
    const server = await startServer(() => answer);

    const outcome = await call(side.at(server.url), side.ids, soon);
    await server.close();

    expect(outcome).toMatchObject(meaning);
    expect(JSON.stringify(outcome)).not.toMatch(/sk_test|rzp_test|wire-secret/);
    // A refused capture is followed by the one read that tells why.
    const isRefused = outcome.kind === 'conflict' || outcome.kind === 'rejected';
    expect(server.seen).toHaveLength(name === 'capturePayment' && isRefused ? 2 : 1);
  });

  test('silence is given up on time and leaves the outcome unknown', async () => {
    const server = await startServer(() => 'hang');
    const startedAt = performance.now();

    const outcome = await call(side.at(server.url), side.ids, { timeoutMs: 200 });
    const tookMs = performance.now() - startedAt;
    await server.close();

    expect(outcome).toEqual(unknown('timeout'));
    expect(tookMs).toBeLessThan(GIVEN_UP_MS);
  });

  test('a refused connection leaves the outcome unknown', async () => {
    const server = await startServer(() => 'hang');
    await server.close();

    expect(await call(side.at(server.url), side.ids, soon)).toEqual(unknown('connection_lost'));
  });
});

test.each(sides)('$name is asked nothing about what is no id of its own', async ({ at, ids }) => {
  const server = await startServer(() => 'hang');
  const provider = at(server.url);
  const bad = ['', '../balance', `${ids.refund}/x`, `${ids.dispute}?x=1`, 'x_1'];

  for (const id of bad) {
    expect(await provider.getRefund(id, null, soon)).toMatchObject({ kind: 'not_found' });
    expect(await provider.getDispute(id, soon)).toMatchObject({ kind: 'not_found' });
    const capture = { providerIntentId: id, providerPaymentId: id, amount };
    expect(await provider.capturePayment(capture, { ...soon, idempotencyKey: 'x' })).toMatchObject({
      kind: 'not_found',
    });
  }
  await server.close();

  expect(server.seen).toEqual([]);
});

test.each(sides)('$name is not sent an amount that JSON cannot carry exactly', async ({ at, ids }) => {
  const server = await startServer(() => 'hang');
  const request = {
    providerIntentId: ids.intent,
    providerPaymentId: ids.payment,
    amount: { amountMinor: 2n ** 60n, currency: 'USD' },
    ourRefundId: 'ref_1',
    reason: '',
  };
  const options = { ...soon, idempotencyKey: 'ref_1' };

  const outcomes = [
    await at(server.url).createRefund(request, options),
    await at(server.url).capturePayment(request, options),
  ];
  await server.close();

  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ kind: 'rejected', code: 'amount_out_of_range' });
  expect(server.seen).toEqual([]);
});
