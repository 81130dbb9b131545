// Holds the providers themselves, with real test keys, to the promises that the simulator keeps in every other test. It
// makes objects and refunds in the test account whose keys it is given, and never takes a live key.
import { createProviders } from '../../src/providers/registry';
import { createAt, keepsItsPromises, newId, okValue, type Side } from '../providers/promises';
import { razorpayConfig, stripeConfig } from '../providers/wire';

const {
  PROVIDER_CONFORMANCE: wanted = '',
  STRIPE_SECRET_KEY: stripeKey = '',
  STRIPE_API_BASE: stripeBase = '',
  RAZORPAY_KEY_ID: razorpayKeyId = '',
  RAZORPAY_KEY_SECRET: razorpaySecret = '',
  RAZORPAY_API_BASE: razorpayBase = '',
  RAZORPAY_PAID_ORDER_ID: paidOrderId = '',
} = process.env;

if (wanted !== '1') throw new Error('PROVIDER_CONFORMANCE=1 says that test accounts may be written to');
if (!stripeKey && !razorpayKeyId)
  throw new Error('Set STRIPE_SECRET_KEY, or RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET, to test keys');
if (stripeKey && !/^(sk|rk)_test_/.test(stripeKey))
  throw new Error('STRIPE_SECRET_KEY is no test key: nothing is sent');
if (razorpayKeyId && !/^rzp_test_/.test(razorpayKeyId))
  throw new Error('RAZORPAY_KEY_ID is no test key: nothing is sent');

/** What the gateway itself allows a provider by default. */
const options = { timeoutMs: 20_000 };

const providers = createProviders({
  settings: {
    ...(stripeKey ? { stripe: stripeConfig(stripeBase, { secretKey: stripeKey }) } : {}),
    ...(razorpayKeyId
      ? { razorpay: razorpayConfig(razorpayBase, { publicKey: razorpayKeyId, secretKey: razorpaySecret }) }
      : {}),
  },
});
const strangers = createProviders({
  settings: {
    stripe: stripeConfig(stripeBase, { secretKey: 'sk_test_51ConformanceWrong-' }),
    razorpay: razorpayConfig(razorpayBase, { publicKey: 'rzp_test_ConformanceWr', secretKey: '-' }),
  },
});

function providerOf(name: Side['name'], from = providers) {
  const provider = from.get(name);
  if (!provider) throw new Error(`${name} has no keys`);
  return provider;
}

/** What a payer's browser does, which no adapter has a call for. */
async function askStripe(path: string, parameters: Record<string, string>): Promise<{ id: string }> {
  const response = await fetch(`${stripeBase || 'https://api.stripe.com'}/v1/payment_intents${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stripeKey}` },
    body: new URLSearchParams(parameters),
  });
  if (!response.ok) throw new Error(`Stripe answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as { id: string };
}

/** A card that pays at once. Source: docs.stripe.com/testing. */
const CARD = { payment_method: 'pm_card_visa', return_url: 'https://example.com/' };

const stripe: Side = {
  name: 'stripe',
  amount: { amountMinor: 2000n, currency: 'USD' },
  options,
  unknown: {
    intent: 'pi_3Conformance0000000',
    refund: 're_3Conformance0000000',
    dispute: 'dp_1Conformance0',
    warning: 'issfr_1Conformance0',
  },
  // pm_card_visa.
  card: { country: 'US', funding: 'credit', fingerprint: expect.any(String) },
  provider: () => providerOf('stripe'),
  stranger: () => providerOf('stripe', strangers),
  async paid() {
    const { providerIntentId: id } = await okValue(createAt(stripe, newId('int')));
    await askStripe(`/${id}/confirm`, CARD);
    return okValue(providerOf('stripe').getIntent(id, options));
  },
  async authorised() {
    const { id } = await askStripe('', { amount: '2000', currency: 'usd', capture_method: 'manual' });
    await askStripe(`/${id}/confirm`, CARD);
    return okValue(providerOf('stripe').getIntent(id, options));
  },
};

const razorpay: Side = {
  name: 'razorpay',
  // The currency that every account of Razorpay has.
  amount: { amountMinor: 5000n, currency: 'INR' },
  options,
  unknown: {
    intent: 'order_Conformance000',
    refund: 'rfnd_Conformance0000',
    dispute: 'disp_Conformance0000',
    warning: 'disp_Conformance0000',
  },
  // 4100 2800 0000 1007.
  card: { country: 'IN' },
  provider: () => providerOf('razorpay'),
  stranger: () => providerOf('razorpay', strangers),
  // Only a browser can pay an order: a person does, beforehand.
  ...(paidOrderId ? { paid: () => okValue(providerOf('razorpay').getIntent(paidOrderId, options)) } : {}),
};

const sides = [stripe, razorpay].filter(({ name }) => providers.has(name));

describe.each(sides)('$name', (side) => {
  keepsItsPromises(side);

  test('a dispute that does not exist is not found', async () => {
    expect(await side.provider().getDispute(side.unknown.dispute, options)).toMatchObject({
      kind: 'not_found',
    });
  });

  test('the books of the last two days can be read to their end', async () => {
    const to = Math.floor(Date.now() / 1000);
    const window = { from: to - 2 * 86_400, to };

    for await (const outcome of side.provider().listSettlementEntries(window, options)) {
      expect(outcome.kind).toBe('ok');
      if (outcome.kind === 'ok')
        expect(outcome.value.amount.amountMinor - outcome.value.feeMinor).toBe(outcome.value.netMinor);
    }
  });
});
