// What the adapters read of a card that paid at the stand-in, over TCP and the providers' own SDKs.
import type { PlayedCard } from '../../packages/simulator/src/card';
import type { Outcome } from '../../packages/simulator/src/simulator';
import type { ProviderIntent, ProviderName } from '../../src/providers/provider';
import {
  answered,
  callerOf,
  newIntentId,
  openStandIn,
  providerAt,
  type StandIn,
  USD,
} from './contract-subject';
import { createRequest, soon } from './wire';

let standIn: StandIn;
beforeAll(async () => {
  standIn = await openStandIn();
});
afterAll(() => standIn.close());

const providerOf = (name: ProviderName) => providerAt(name, standIn.url);
const INR = { amountMinor: 50_000n, currency: 'INR' };

/** Somebody with this card pays a new intent of the user. */
async function paid(
  name: ProviderName,
  card?: PlayedCard,
  user = 'usr_1',
  amount = USD,
): Promise<ProviderIntent> {
  const ourIntentId = newIntentId();
  const request = createRequest({ ourIntentId, amount, metadata: { user_id: user } });
  const key = { ...soon, idempotencyKey: ourIntentId };
  const { providerIntentId } = await answered(providerOf(name).createIntent(request, key));
  await play(name, providerIntentId, 'succeed', card);
  return callerOf(providerOf(name)).read({ providerIntentId } as ProviderIntent);
}

const play = (provider: ProviderName, providerIntentId: string, outcome: Outcome, card?: PlayedCard) =>
  standIn.simulator.play({ provider, providerIntentId, outcome, delayMs: 0, ...(card ? { card } : {}) });
const cardIn = (intent: ProviderIntent) => intent.payments[0]?.card;

describe('at Stripe', () => {
  test('each payer has a card of their own, and keeps it', async () => {
    const [first, again, other] = [
      await paid('stripe'),
      await paid('stripe'),
      await paid('stripe', {}, 'usr_2'),
    ];

    expect(cardIn(first)).toMatchObject({
      country: 'US',
      funding: 'credit',
      cvcCheck: 'pass',
      riskLevel: 'normal',
    });
    expect(cardIn(again)?.fingerprint).toBe(cardIn(first)?.fingerprint);
    expect(cardIn(other)?.fingerprint).not.toBe(cardIn(first)?.fingerprint);
  });

  test('one number has one fingerprint, whoever pays with it', async () => {
    const number = '4000056655665556';
    const [one, other] = [await paid('stripe', { number }), await paid('stripe', { number }, 'usr_2')];

    expect(cardIn(one)?.fingerprint).toBe(cardIn(other)?.fingerprint);
    expect(one.payments[0]?.method?.last4).toBe('5556');
  });

  test.each([
    ['4000000000009235', { riskLevel: 'elevated' }],
    ['pm_card_riskLevelElevated', { riskLevel: 'elevated' }],
    ['4000000000004954', { riskLevel: 'highest' }],
    ['4000000000000101', { cvcCheck: 'fail' }],
    ['4000000000000036', { postalCheck: 'fail', cvcCheck: 'pass' }],
    ['5105105105105100', { funding: 'prepaid' }],
    ['4000000760000002', { country: 'BR' }],
  ])('the test card %s pays and says %j', async (number, said) => {
    const intent = await paid('stripe', { number });

    expect(intent.status).toBe('succeeded');
    expect(cardIn(intent)).toMatchObject(said);
  });

  test('what a play says of the card counts more than what its number is known for', async () => {
    const card = {
      number: '4000000760000002',
      country: 'JP',
      fingerprint: 'fp_of_a_tester',
      riskLevel: 'elevated',
    } as const;

    expect(cardIn(await paid('stripe', card))).toMatchObject({
      country: 'JP',
      fingerprint: 'fp_of_a_tester',
      riskLevel: 'elevated',
    });
  });

  test('the card that Stripe always blocks is declined without a word about why', async () => {
    const intent = await paid('stripe', { number: '4100000000000019' });

    expect(intent).toMatchObject({
      status: 'pending',
      payments: [
        {
          status: 'declined',
          card: { riskLevel: 'highest' },
          failure: { code: 'card_declined', declineCode: 'generic_decline' },
        },
      ],
    });
  });

  test('a payment whose authentication is forced waits for the payer, then tells that they passed', async () => {
    const ourIntentId = newIntentId();
    const request = createRequest({ ourIntentId, amount: USD, forceAuthentication: true });
    const key = { ...soon, idempotencyKey: ourIntentId };
    const stripe = providerOf('stripe');
    const made = await answered(stripe.createIntent(request, key));
    expect(await stripe.createIntent(request, key)).toMatchObject({
      value: { providerIntentId: made.providerIntentId },
    });

    const played = await play('stripe', made.providerIntentId, 'succeed');
    const asked = await callerOf(stripe).read(made);
    expect(asked).toMatchObject({ status: 'requires_action', payments: [] });
    expect(played.providerEventIds.length).toBeGreaterThan(2);

    await play('stripe', made.providerIntentId, 'succeed');
    expect(await callerOf(stripe).read(made)).toMatchObject({
      status: 'succeeded',
      payments: [{ status: 'captured', card: { isThreeDSecurePassed: true } }],
    });
  });

  test('another body under the same key is refused, the one that forces as well as the plain one', async () => {
    const ourIntentId = newIntentId();
    const key = { ...soon, idempotencyKey: ourIntentId };
    const request = createRequest({ ourIntentId, amount: USD });
    await answered(providerOf('stripe').createIntent(request, key));

    expect(
      await providerOf('stripe').createIntent({ ...request, forceAuthentication: true }, key),
    ).toMatchObject({ kind: 'rejected', code: 'idempotency_mismatch' });
  });
});

describe('a payer who confirms at Stripe by the name of a test card', () => {
  const made = () => callerOf(providerOf('stripe')).created();
  const confirm = async ({ providerIntentId }: ProviderIntent, payment_method: string) => {
    const response = await fetch(`${standIn.url}/v1/payment_intents/${providerIntentId}/confirm`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_browser' },
      body: new URLSearchParams({ payment_method, return_url: 'https://example.com/' }),
    });
    return { status: response.status, body: (await response.json()) as any };
  };

  test.each([
    ['pm_card_visa', 200, 'succeeded'],
    ['pm_card_mastercard_prepaid', 200, 'succeeded'],
    ['pm_card_authenticationRequired', 200, 'requires_action'],
    ['pm_card_radarBlock', 402, 'requires_payment_method'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 402, 'requires_payment_method'],
  ])('%s is answered with %d, and the intent is %s', async (name, status, ends) => {
    const intent = await made();

    const answer = await confirm(intent, name);

    expect(answer.status).toBe(status);
    expect((answer.body.error?.payment_intent ?? answer.body).status).toBe(ends);
    expect((await callerOf(providerOf('stripe')).read(intent)).providerStatus).toBe(ends);
  });

  test('a card that nobody knows is not found, and what is paid is not paid again', async () => {
    const intent = await made();
    expect((await confirm(intent, 'pm_card_of_tomorrow')).status).toBe(404);
    await confirm(intent, 'pm_card_visa');

    expect(await confirm(intent, 'pm_card_visa')).toMatchObject({
      status: 400,
      body: { error: { code: 'payment_intent_unexpected_state' } },
    });
  });

  test('whoever had to authenticate has paid once they did', async () => {
    const intent = await made();
    await confirm(intent, 'pm_card_authenticationRequired');

    await play('stripe', intent.providerIntentId, 'succeed', { number: 'pm_card_authenticationRequired' });

    expect(await callerOf(providerOf('stripe')).read(intent)).toMatchObject({
      status: 'succeeded',
      payments: [{ card: { isThreeDSecurePassed: true } }],
    });
  });
});

describe('at Razorpay', () => {
  test('who pays in rupees pays by UPI, which has no card', async () => {
    expect(cardIn(await paid('razorpay', undefined, 'usr_1', INR))).toBeNull();
  });

  test.each([
    [{ funding: 'prepaid' }, { funding: 'prepaid', country: 'IN', foreignTo: null }],
    [{ country: 'DE' }, { funding: 'credit', country: null, foreignTo: 'IN' }],
    [{ number: '5555555555554444' }, { country: null, foreignTo: 'IN' }],
  ] as const)('a card of %j says %j and has no fingerprint', async (card, said) => {
    expect(cardIn(await paid('razorpay', card, 'usr_1', INR))).toMatchObject({ ...said, fingerprint: null });
  });

  test('a foreign currency comes by a foreign card', async () => {
    expect(cardIn(await paid('razorpay'))).toMatchObject({ foreignTo: 'IN' });
  });

  test('authentication cannot be forced, and the order is the one that it would have been', async () => {
    const ourIntentId = newIntentId();
    const request = createRequest({ ourIntentId, amount: INR });
    const key = { ...soon, idempotencyKey: ourIntentId };
    const razorpay = providerOf('razorpay');
    const made = await answered(razorpay.createIntent(request, key));

    expect(razorpay.capabilities.canForceAuthentication).toBe(false);
    expect(await razorpay.createIntent({ ...request, forceAuthentication: true }, key)).toMatchObject({
      value: { providerIntentId: made.providerIntentId },
    });
  });
});
