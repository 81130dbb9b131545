// The keys that open the simulated accounts, as both providers' SDKs meet them.
import { control } from '../../packages/simulator/src/control';
import { readSettings, SettingsError } from '../../packages/simulator/src/settings';
import type { Simulator } from '../../packages/simulator/src/simulator';
import { fixture, razorpayAt, Stand, stripeAt } from './stand';

let stand: Stand;
let simulator: Simulator;
let server: Awaited<ReturnType<Stand['serve']>>;

beforeAll(async () => {
  stand = await Stand.open();
  simulator = stand.process();
  server = await stand.serve(simulator);
});
afterAll(() => stand.close());
beforeEach(() =>
  roll({ stripe: 'sk_test_right', razorpay: { id: 'rzp_test_right', secret: 'mock-key-secret' } }),
);

async function roll(keys: object): Promise<number | undefined> {
  const body = JSON.stringify({ keys });
  const request = { method: 'POST', path: '/simulator/account', headers: {}, body };
  const answer = await control({ simulator, pool: stand.pool }, request);
  expect(answer?.body).not.toContain('right');
  return answer?.status;
}
const refusal = (call: Promise<unknown>): Promise<any> =>
  call.then(
    () => null,
    (error) => error,
  );
const createAtStripe = (key: string) =>
  stripeAt(server, key).paymentIntents.create({ amount: 5000, currency: 'usd' });
const createAtRazorpay = (id: string) =>
  razorpayAt(server, id).orders.create({ amount: 5000, currency: 'INR' });

it('the right key opens each account', async () => {
  expect((await createAtStripe('sk_test_right')).id).toMatch(/^pi_/);
  expect((await createAtRazorpay('rzp_test_right')).id).toMatch(/^order_/);
});

it("another key is refused at Stripe with its 401, which shows the key's ends alone", async () => {
  const error = await refusal(createAtStripe('sk_test_wrong_0001'));

  expect([error.type, error.statusCode, error.rawType]).toEqual([
    'StripeAuthenticationError',
    401,
    'invalid_request_error',
  ]);
  expect(error.message).toBe('Invalid API Key provided: sk_test_***********0001');
});

it.each([
  ['another id', 'rzp_test_wrong', 'mock-key-secret'],
  ['another secret', 'rzp_test_right', 'wrong'],
])('%s is refused at Razorpay with its 401', async (_, id, secret) => {
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const answer = await fetch(`${server.url}/v1/orders/order_nothing`, { headers: { authorization } });

  expect(answer.status).toBe(401);
  expect(await answer.json()).toEqual(fixture('razorpay/errors/orders_list.failure.json'));
});

it('a key that was rolled is refused, and null lets any test key in again', async () => {
  expect(await roll({ stripe: 'sk_test_new' })).toBe(200);
  expect((await refusal(createAtStripe('sk_test_right'))).statusCode).toBe(401);
  expect((await createAtStripe('sk_test_new')).id).toMatch(/^pi_/);
  expect((await refusal(createAtRazorpay('rzp_test_wrong'))).statusCode).toBe(401);

  await roll({ stripe: null, razorpay: null });

  expect((await createAtStripe('sk_test_any')).id).toMatch(/^pi_/);
  expect((await createAtRazorpay('rzp_test_any')).id).toMatch(/^order_/);
  expect((await refusal(createAtStripe('sk_live_12345678'))).statusCode).toBe(401);
});

it.each([{ stripe: 'sk_live_12345678' }, { razorpay: { id: 'rzp_live_1', secret: 's' } }, { paypal: 'k' }])(
  'cannot be rolled to %j',
  async (keys) => {
    expect(await roll(keys)).toBe(400);
  },
);

describe('The settings of the program', () => {
  const defaults = { stripe: 'a', razorpay: 'b' };

  it("are the gateway's own variables", () => {
    const environment = {
      STRIPE_WEBHOOK_SECRET: ' whsec_new , whsec_old',
      RAZORPAY_WEBHOOK_SECRET: '',
      STRIPE_SECRET_KEY: 'sk_test_1',
      RAZORPAY_KEY_ID: 'rzp_test_1',
      RAZORPAY_KEY_SECRET: 's',
    };

    expect(
      readSettings(['--port', '0', '--webhooks', 'http://127.0.0.1:4000/webhooks/'], environment, defaults),
    ).toEqual({
      port: 0,
      host: '127.0.0.1',
      webhooks: 'http://127.0.0.1:4000/webhooks',
      secrets: { stripe: 'whsec_new', razorpay: 'b' },
      keys: { stripe: 'sk_test_1', razorpay: 'rzp_test_1:s' },
    });
  });

  it.each([
    [[], { STRIPE_SECRET_KEY: 'sk_live_1' }, /^STRIPE_SECRET_KEY: .*sk_test_/],
    [[], { RAZORPAY_KEY_ID: 'rzp_test_1' }, /set both or neither/],
    [[], { RAZORPAY_KEY_ID: 'rzp_live_1', RAZORPAY_KEY_SECRET: 's' }, /^RAZORPAY_KEY_ID: .*rzp_test_/],
    [['--port', '70000'], {}, /^Usage: /],
    [['--prot', '1'], {}, /^Usage: /],
  ] as const)('are refused in a sentence: %j %j', (args, environment, words) => {
    const read = () => readSettings(args, environment, defaults);

    expect(read).toThrow(SettingsError);
    expect(read).toThrow(words);
  });
});
