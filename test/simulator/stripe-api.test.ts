import type Stripe from 'stripe';
import type { SimulatorServer } from '../../packages/simulator/src/server';
import type { Simulator } from '../../packages/simulator/src/simulator';
import { fixture, Stand, stripeAt } from './stand';

let stand: Stand;
let simulator: Simulator;
let server: SimulatorServer;
let stripe: Stripe;

beforeAll(async () => {
  stand = await Stand.open();
  simulator = stand.process();
  server = await stand.serve(simulator);
  stripe = stripeAt(server);
});
afterAll(() => stand.close());

const ORDER = {
  amount: 5000,
  currency: 'inr',
  description: '100 credits',
  metadata: { intent_id: 'int_1', note: 'naïve & [odd]=%' },
  automatic_payment_methods: { enabled: true },
};
const created = (options: Stripe.RequestOptions = {}) => stripe.paymentIntents.create(ORDER, options);
const play = (id: string, outcome: Parameters<Simulator['play']>[0]['outcome']) =>
  simulator.play({ provider: 'stripe', providerIntentId: id, outcome, delayMs: 0 });

async function refusal(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const answer = await call.then(
    () => null,
    (error) => error,
  );
  if (answer === null) throw new Error('The call was expected to be refused');
  return answer;
}

describe('a payment intent at the simulated Stripe', () => {
  it('is made waiting for a payment method, with a client secret and its metadata', async () => {
    const intent = await created();

    expect(intent.id).toMatch(/^pi_mock_[0-9a-f]{24}$/);
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_[0-9a-f]{24}$`));
    expect(intent).toMatchObject({ status: 'requires_payment_method', amount: 5000, currency: 'inr' });
    expect(intent.metadata).toEqual(ORDER.metadata);
    expect(intent.lastResponse.requestId).toMatch(/^req_mock_/);
    expect(Math.abs(intent.created - Date.now() / 1000)).toBeLessThan(5);
  });

  it('reads as it was made, from another process too', async () => {
    const intent = await created();

    const elsewhere = stripeAt(await stand.serve(stand.process()));

    expect({ ...(await elsewhere.paymentIntents.retrieve(intent.id)) }).toEqual({ ...intent });
  });

  it('comes back for a repeat under the same key, byte for byte and marked as replayed', async () => {
    const first = await created({ idempotencyKey: 'repeat-1' });
    const second = await created({ idempotencyKey: 'repeat-1' });

    expect({ ...second }).toEqual({ ...first });
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  it('has an id made from the key', async () => {
    const one = await created({ idempotencyKey: 'id-1' });
    const again = await created({ idempotencyKey: 'id-1' });
    const other = await created({ idempotencyKey: 'id-2' });

    expect(again.id).toBe(one.id);
    expect(other.id).not.toBe(one.id);
  });

  it('refuses a key that was used with other parameters or for another call', async () => {
    const intent = await created({ idempotencyKey: 'mismatch-1' });

    const other = stripe.paymentIntents.create({ ...ORDER, amount: 5001 }, { idempotencyKey: 'mismatch-1' });
    const elsewhere = stripe.paymentIntents.cancel(intent.id, {}, { idempotencyKey: 'mismatch-1' });

    expect(await refusal(other)).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
    expect(await refusal(elsewhere)).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_payment_method');
  });

  it('refuses a key that canceled another intent', async () => {
    const [one, other] = [await created(), await created()];
    await stripe.paymentIntents.cancel(one.id, {}, { idempotencyKey: 'cancel-one' });

    const error = await refusal(stripe.paymentIntents.cancel(other.id, {}, { idempotencyKey: 'cancel-one' }));

    expect(error.type).toBe('StripeIdempotencyError');
    expect((await stripe.paymentIntents.retrieve(other.id)).status).toBe('requires_payment_method');
  });

  it('keeps nothing under a key whose parameters were wrong', async () => {
    await refusal(stripe.paymentIntents.create({ ...ORDER, amount: 10 }, { idempotencyKey: 'fixed-1' }));

    expect((await created({ idempotencyKey: 'fixed-1' })).amount).toBe(5000);
  });

  it('is canceled once; a second cancel is told what the intent is', async () => {
    const intent = await created();
    const canceled = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });

    const error = await refusal(stripe.paymentIntents.cancel(intent.id));

    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    expect(error).toMatchObject({ statusCode: 400, code: 'payment_intent_unexpected_state' });
    expect(error.payment_intent?.status).toBe('canceled');
    expect(Object.keys(error.raw as object)).toEqual(
      expect.arrayContaining(Object.keys(fixture('stripe/errors/cancel_canceled_intent.json').body.error)),
    );
  });

  it('repeats the first answer to a cancel under its key, though the intent is canceled by then', async () => {
    const intent = await created();
    const first = await stripe.paymentIntents.cancel(intent.id, {}, { idempotencyKey: 'cancel-1' });
    const second = await stripe.paymentIntents.cancel(intent.id, {}, { idempotencyKey: 'cancel-1' });

    expect({ ...second }).toEqual({ ...first });
  });

  it('cannot be canceled when it is paid, and the refusal carries the paid intent', async () => {
    const intent = await created();
    await play(intent.id, 'succeed');

    const error = await refusal(stripe.paymentIntents.cancel(intent.id, {}, { idempotencyKey: 'late-1' }));
    const again = await refusal(stripe.paymentIntents.cancel(intent.id, {}, { idempotencyKey: 'late-1' }));

    expect(error.code).toBe('payment_intent_unexpected_state');
    expect(error.payment_intent).toMatchObject({ status: 'succeeded', amount_received: 5000 });
    expect(again.headers?.['idempotent-replayed']).toBe('true');
  });

  it('with manual capture is authorised first and captured by a call, once', async () => {
    const intent = await stripe.paymentIntents.create({ ...ORDER, capture_method: 'manual' });
    await play(intent.id, 'succeed');
    const held = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });

    const taken = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 4000 });

    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 5000, amount_received: 0 });
    expect(held.latest_charge).toMatchObject({ captured: false, status: 'succeeded' });
    expect(taken).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 4000 });
    const again = await refusal(stripe.paymentIntents.capture(intent.id));
    expect(again.code).toBe('payment_intent_unexpected_state');
  });

  it('with manual capture gives the money back when it is canceled', async () => {
    const intent = await stripe.paymentIntents.create({ ...ORDER, capture_method: 'manual' });
    await play(intent.id, 'succeed');

    await stripe.paymentIntents.cancel(intent.id);

    const { data } = await stripe.charges.list({ payment_intent: intent.id });
    expect(data).toHaveLength(1);
    expect(data[0]).toMatchObject({ captured: false, refunded: true, amount_captured: 0 });
  });

  it('is found in a window of time, newest first, page by page', async () => {
    const since = Math.floor(Date.now() / 1000) - 1;
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.unshift((await created()).id);

    const window = { created: { gte: since, lte: since + 60 }, limit: 2 };
    const first = await stripe.paymentIntents.list(window);
    const second = await stripe.paymentIntents.list({ ...window, starting_after: ids[1] as string });
    const nothing = await stripe.paymentIntents.list({ created: { lt: 1000 } });

    expect(first.data.map((intent) => intent.id)).toEqual(ids.slice(0, 2));
    expect(first.has_more).toBe(true);
    expect(second.data[0]?.id).toBe(ids[2]);
    expect(nothing.data).toEqual([]);
  });
});

describe('the charges and refunds of the simulated Stripe', () => {
  it('lists every attempt, newest first, with its refunds on demand', async () => {
    const intent = await created();
    await play(intent.id, 'insufficient_funds');
    await play(intent.id, 'succeed');
    const refund = await stripe.refunds.create({ payment_intent: intent.id, amount: 1500 });

    const plain = await stripe.charges.list({ payment_intent: intent.id, limit: 100 });
    const whole = await stripe.charges.list({ payment_intent: intent.id, expand: ['data.refunds'] });

    expect(plain.data.map((charge) => charge.status)).toEqual(['succeeded', 'failed']);
    expect(plain.data[0]).toMatchObject({ amount_captured: 5000, amount_refunded: 1500, refunded: false });
    expect(plain.data[0]).not.toHaveProperty('refunds');
    expect(whole.data.map((charge) => charge.refunds?.data.map(({ id }) => id))).toEqual([[refund.id], []]);
    expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toMatchObject([{ amount: 1500 }]);
    expect(await stripe.refunds.retrieve(refund.id)).toMatchObject({ id: refund.id, status: 'succeeded' });
  });

  it('makes one refund for a key and never gives back more than was taken', async () => {
    const intent = await created();
    await play(intent.id, 'succeed');
    const refund = (amount: number, idempotencyKey: string) =>
      stripe.refunds.create({ payment_intent: intent.id, amount }, { idempotencyKey });

    const both = await Promise.all([refund(3000, 'refund-1'), refund(3000, 'refund-1')]);
    const tooMuch = await refusal(refund(2001, 'refund-2'));
    await refund(2000, 'refund-3');
    const nothingLeft = await refusal(stripe.refunds.create({ payment_intent: intent.id }));

    expect(both[0]?.id).toBe(both[1]?.id);
    expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' });
    expect(nothingLeft.code).toBe('charge_already_refunded');
    const { data } = await stripe.charges.list({ payment_intent: intent.id });
    expect(data[0]).toMatchObject({ amount_refunded: 5000, refunded: true });
  });

  it('refuses to refund what was not paid', async () => {
    const intent = await created();

    expect(await refusal(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
    });
  });
});

describe('a mistake in a call to the simulated Stripe', () => {
  const missing = 'pi_mock_nothing';
  it.each<[string, () => Promise<unknown>, object]>([
    [
      'no amount',
      () => stripe.paymentIntents.create({ currency: 'inr' } as Stripe.PaymentIntentCreateParams),
      { statusCode: 400, code: 'parameter_missing', param: 'amount' },
    ],
    [
      'no currency',
      () => stripe.paymentIntents.create({ amount: 500 } as Stripe.PaymentIntentCreateParams),
      { statusCode: 400, code: 'parameter_missing', param: 'currency' },
    ],
    [
      'an amount below the minimum',
      () => stripe.paymentIntents.create({ amount: 49, currency: 'usd' }),
      { statusCode: 400, code: 'amount_too_small', param: 'amount' },
    ],
    [
      'an amount that is no whole number',
      () => stripe.paymentIntents.create({ amount: 49.5, currency: 'usd' }),
      { statusCode: 400, code: 'parameter_invalid_integer' },
    ],
    [
      'a parameter that nobody knows',
      () => stripe.paymentIntents.create({ ...ORDER, confirm: true }),
      { statusCode: 400, code: 'parameter_unknown', param: 'confirm' },
    ],
    [
      'an expansion of what cannot be expanded',
      () => stripe.paymentIntents.create({ ...ORDER, expand: ['customer'] }),
      { statusCode: 400, type: 'StripeInvalidRequestError' },
    ],
    [
      'an unknown intent to read',
      () => stripe.paymentIntents.retrieve(missing),
      { statusCode: 404, code: 'resource_missing', param: 'intent' },
    ],
    [
      'an unknown intent to cancel',
      () => stripe.paymentIntents.cancel(missing),
      { statusCode: 404, code: 'resource_missing' },
    ],
    [
      'an unknown refund',
      () => stripe.refunds.retrieve('re_nothing'),
      { statusCode: 404, code: 'resource_missing' },
    ],
    [
      'a wrong key',
      () => stripeAt(server, 'sk_live_12345678').paymentIntents.retrieve(missing),
      { statusCode: 401, type: 'StripeAuthenticationError' },
    ],
    ['an address that does not exist', () => stripe.customers.list(), { statusCode: 404 }],
  ])('is answered like there: %s', async (_mistake, call, expected) => {
    expect(await refusal(call())).toMatchObject(expected);
  });

  it('without any key is answered with 401', async () => {
    const answer = await fetch(`${server.url}/v1/payment_intents/${missing}`);

    expect(answer.status).toBe(401);
  });
});
