// Each outcome, played to its end at both providers: which events come, what a read says afterwards.
import type Razorpay from 'razorpay';
import type Stripe from 'stripe';
import type { SimulatorServer } from '../../packages/simulator/src/server';
import { type Outcome, OutcomeImpossible, type Simulator } from '../../packages/simulator/src/simulator';
import { type Mail, razorpayAt, Stand, stripeAt, until } from './stand';

let stand: Stand;
let simulator: Simulator;
let server: SimulatorServer;
let stripe: Stripe;
let razorpay: Razorpay;

beforeAll(async () => {
  stand = await Stand.open();
  simulator = stand.process();
  simulator.start();
  server = await stand.serve(simulator);
  stripe = stripeAt(server);
  razorpay = razorpayAt(server);
});
afterAll(() => stand.close());
afterEach(() => expect(stand.faults).toEqual([]));

const intent = () => stripe.paymentIntents.create({ amount: 5000, currency: 'usd', metadata: { our: 'id' } });
const order = () => razorpay.orders.create({ amount: 5000, currency: 'INR', notes: { our: 'id' } });
const playOn = (provider: 'stripe' | 'razorpay', id: string, outcome: Outcome, delayMs = 0) =>
  simulator.play({ provider, providerIntentId: id, outcome, delayMs });

/** Mail about one intent or order, as it came. */
const about = (id: string) =>
  stand.mailbox.mail.filter(({ json, provider }) => {
    if (provider === 'stripe') return [json.data.object.id, json.data.object.payment_intent].includes(id);
    return json.payload.payment.entity.order_id === id;
  });
const accepted = (id: string) => about(id).filter((mail) => mail.status === 200);
const types = (mail: readonly Mail[]) => mail.map(({ type }) => type).sort();

/** Waits for the events that a play listed and answers with all mail about the object. */
async function heard(id: string, eventIds: readonly string[]): Promise<Mail[]> {
  await until(() => eventIds.every((event) => accepted(id).some((mail) => mail.id === event)), 'the events');
  return accepted(id);
}

const PAID_STRIPE = ['charge.succeeded', 'payment_intent.succeeded'];
const PAID_RAZORPAY = ['order.paid', 'payment.authorized', 'payment.captured'];

describe('at the simulated Stripe', () => {
  const read = async (id: string) => ({
    intent: await stripe.paymentIntents.retrieve(id),
    charges: (await stripe.charges.list({ payment_intent: id })).data,
  });

  it.each<[Outcome, string[], object, object[]]>([
    [
      'succeed',
      PAID_STRIPE,
      { status: 'succeeded', amount_received: 5000, last_payment_error: null },
      [{ status: 'succeeded', paid: true, captured: true, amount_captured: 5000 }],
    ],
    [
      'decline',
      ['payment_intent.payment_failed'],
      {
        status: 'requires_payment_method',
        last_payment_error: { decline_code: 'generic_decline', advice_code: 'try_again_later' },
      },
      [{ status: 'failed', paid: false, failure_code: 'card_declined', amount_captured: 0 }],
    ],
    [
      'insufficient_funds',
      ['payment_intent.payment_failed'],
      { status: 'requires_payment_method', last_payment_error: { decline_code: 'insufficient_funds' } },
      [{ status: 'failed', outcome: { reason: 'insufficient_funds', advice_code: 'try_again_later' } }],
    ],
    [
      'fail',
      ['payment_intent.payment_failed'],
      { status: 'requires_payment_method', last_payment_error: { advice_code: 'do_not_try_again' } },
      Array(10).fill({
        status: 'failed',
        outcome: { advice_code: 'do_not_try_again', type: 'issuer_declined' },
      }),
    ],
    [
      'card_refused',
      ['payment_intent.payment_failed'],
      { status: 'requires_payment_method', last_payment_error: { advice_code: 'do_not_try_again' } },
      [{ status: 'failed', outcome: { advice_code: 'do_not_try_again', type: 'issuer_declined' } }],
    ],
    [
      'require_action',
      ['payment_intent.requires_action'],
      { status: 'requires_action', next_action: { type: 'use_stripe_sdk' }, latest_charge: null },
      [],
    ],
    [
      'processing_then_succeed',
      ['charge.succeeded', 'payment_intent.processing', 'payment_intent.succeeded'],
      { status: 'succeeded', amount_received: 5000 },
      [{ status: 'succeeded', captured: true }],
    ],
    [
      'processing_then_decline',
      ['payment_intent.payment_failed', 'payment_intent.processing'],
      { status: 'requires_payment_method', last_payment_error: { decline_code: 'generic_decline' } },
      [{ status: 'failed', captured: false }],
    ],
    [
      'amount_mismatch',
      PAID_STRIPE,
      { status: 'succeeded', amount: 5000, amount_received: 4999 },
      [{ amount: 5000, amount_captured: 4999 }],
    ],
  ])('%s sends its events and leaves what a read shows', async (outcome, events, after, charges) => {
    const { id } = await intent();

    const played = await playOn('stripe', id, outcome);
    const mail = await heard(id, played.providerEventIds);

    expect(played.comesLater).toBe(false);
    expect(types(mail)).toEqual(events);
    expect(mail.map((one) => one.id).sort()).toEqual([...played.providerEventIds].sort());
    const found = await read(id);
    expect(found.intent).toMatchObject(after);
    expect(found.charges).toMatchObject(charges);
    const last = mail.find(({ json }) => json.data.object.id === id && json.type === events.at(-1));
    expect(last?.json.data.object).toMatchObject({ id, metadata: { our: 'id' } });
  });

  it('the last error names the charge that failed, and a success clears it', async () => {
    const { id } = await intent();
    await playOn('stripe', id, 'decline');
    const declined = await read(id);
    await playOn('stripe', id, 'succeed');
    const paid = await read(id);

    expect(declined.intent.last_payment_error?.charge).toBe(declined.charges[0]?.id);
    expect(declined.intent.latest_charge).toBe(declined.charges[0]?.id);
    expect(paid.intent).toMatchObject({ status: 'succeeded', last_payment_error: null });
    expect(paid.charges.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
    expect(paid.intent.latest_charge).toBe(paid.charges[0]?.id);
  });

  it('processing is seen before its end', async () => {
    const { id } = await intent();

    const played = await playOn('stripe', id, 'processing_then_succeed', 600);
    const between = await read(id);
    await heard(id, played.providerEventIds);

    expect(between.intent.status).toBe('processing');
    expect(between.charges).toMatchObject([{ status: 'pending', paid: false }]);
    const [first, ...rest] = accepted(id).sort((a, b) => a.atMs - b.atMs);
    expect(first?.type).toBe('payment_intent.processing');
    expect(Math.min(...rest.map(({ atMs }) => atMs)) - (first?.atMs ?? 0)).toBeGreaterThan(400);
    expect((await read(id)).charges).toHaveLength(1);
  });

  it('a payment that needs authentication can still succeed', async () => {
    const { id } = await intent();
    await playOn('stripe', id, 'require_action');

    await playOn('stripe', id, 'succeed');

    expect((await read(id)).intent).toMatchObject({ status: 'succeeded', next_action: null });
  });

  it('late success is a final decline now and another charge that pays later', async () => {
    const { id } = await intent();

    const played = await playOn('stripe', id, 'late_success', 300);
    const declined = await read(id);
    await until(() => accepted(id).length === 3, 'the late events');

    expect(played).toMatchObject({ comesLater: true });
    expect(played.providerEventIds).toHaveLength(1);
    expect(declined.intent).toMatchObject({ status: 'requires_payment_method' });
    expect(types(accepted(id))).toEqual([...PAID_STRIPE, 'payment_intent.payment_failed'].sort());
    const found = await read(id);
    expect(found.intent.status).toBe('succeeded');
    expect(found.charges.map(({ status }) => status)).toEqual(['succeeded', ...Array(9).fill('failed')]);
    expect(await stripe.charges.list({ payment_intent: id, limit: 100 })).toMatchObject({
      data: { length: 11 },
    });
  });

  it('a late success does not come to an intent that was canceled meanwhile', async () => {
    const { id } = await intent();
    await playOn('stripe', id, 'late_success', 200);

    await stripe.paymentIntents.cancel(id);
    const steps = async () =>
      (await stand.pool.query('select from simulator.steps where root_id = $1', [id])).rowCount;
    await until(async () => (await steps()) === 0, 'the step to be over');

    expect((await read(id)).intent.status).toBe('canceled');
    await until(() => accepted(id).length === 2, 'the events');
    expect(types(accepted(id))).toEqual(['payment_intent.canceled', 'payment_intent.payment_failed']);
  });

  it('a paid, canceled or processing intent cannot be played on, and the error says where it stands', async () => {
    const [paid, canceled, processing] = [await intent(), await intent(), await intent()];
    await playOn('stripe', paid.id, 'succeed');
    await stripe.paymentIntents.cancel(canceled.id);
    await playOn('stripe', processing.id, 'processing_then_succeed', 400);

    const refusals = [paid, canceled, processing].map(({ id }) => playOn('stripe', id, 'succeed'));

    const reasons = await Promise.all(refusals.map((refusal) => refusal.catch((error) => error)));
    expect(reasons.every((reason) => reason instanceof OutcomeImpossible)).toBe(true);
    expect(reasons.map((reason) => reason.currentStatus)).toEqual(['succeeded', 'canceled', 'processing']);
  });

  it('cancelling sends an event too', async () => {
    const { id } = await intent();

    await stripe.paymentIntents.cancel(id);
    await until(() => accepted(id).length === 1, 'the event');

    expect(accepted(id)[0]).toMatchObject({ type: 'payment_intent.canceled' });
    expect(accepted(id)[0]?.json.data.object).toMatchObject({ id, status: 'canceled' });
  });

  it('a refund sends its events, with the amount refunded before', async () => {
    const { id } = await intent();
    await playOn('stripe', id, 'succeed');

    await stripe.refunds.create({ payment_intent: id, amount: 1000 });
    await until(() => accepted(id).length === 4, 'the events');

    const refunded = accepted(id).find(({ type }) => type === 'charge.refunded');
    expect(refunded?.json.data.previous_attributes).toEqual({ amount_refunded: 0 });
    expect(types(accepted(id))).toEqual([...PAID_STRIPE, 'charge.refunded', 'refund.created'].sort());
  });
});

describe('at the simulated Razorpay', () => {
  const read = async (id: string) => ({
    order: await razorpay.orders.fetch(id),
    payments: (await razorpay.orders.fetchPayments(id)).items,
  });

  it.each<[Outcome, string[], object, object[]]>([
    [
      'succeed',
      PAID_RAZORPAY,
      { status: 'paid', amount_paid: 5000, amount_due: 0, attempts: 1 },
      [{ status: 'captured', captured: true, amount: 5000, error_reason: null }],
    ],
    [
      'decline',
      ['payment.failed'],
      { status: 'attempted', amount_paid: 0, attempts: 1 },
      [{ status: 'failed', error_code: 'BAD_REQUEST_ERROR', error_reason: 'payment_failed' }],
    ],
    [
      'insufficient_funds',
      ['payment.failed'],
      { status: 'attempted' },
      [{ status: 'failed', error_reason: 'insufficient_funds' }],
    ],
    [
      'fail',
      ['payment.failed'],
      { status: 'attempted' },
      Array(10).fill({ status: 'failed', error_reason: 'payment_risk_check_failed' }),
    ],
    [
      'card_refused',
      ['payment.failed'],
      { status: 'attempted' },
      [{ status: 'failed', error_reason: 'payment_risk_check_failed' }],
    ],
    ['processing_then_succeed', PAID_RAZORPAY, { status: 'paid' }, [{ status: 'captured' }]],
    [
      'processing_then_decline',
      ['payment.authorized', 'payment.failed'],
      { status: 'attempted', amount_paid: 0 },
      [{ status: 'failed', error_reason: 'payment_failed' }],
    ],
    [
      'amount_mismatch',
      PAID_RAZORPAY,
      { status: 'paid', amount: 5000, amount_paid: 4999, amount_due: 1 },
      [{ status: 'captured', amount: 4999 }],
    ],
  ])('%s sends its events and leaves what a read shows', async (outcome, events, after, payments) => {
    const { id } = await order();

    const played = await playOn('razorpay', id, outcome);
    const mail = await heard(id, played.providerEventIds);

    expect(played.comesLater).toBe(false);
    expect(types(mail)).toEqual(events);
    expect(mail.map((one) => one.id).sort()).toEqual([...played.providerEventIds].sort());
    const found = await read(id);
    expect(found.order).toMatchObject(after);
    expect(found.payments).toMatchObject(payments);
    for (const { json } of mail)
      expect(json.payload.payment.entity).toMatchObject({ id: found.payments[0]?.id, order_id: id });
  });

  it('each event shows the payment as it was then', async () => {
    const { id } = await order();

    const played = await playOn('razorpay', id, 'succeed');
    const mail = await heard(id, played.providerEventIds);

    const shown = Object.fromEntries(
      mail.map(({ type, json }) => [type, json.payload.payment.entity.status]),
    );
    expect(shown).toEqual({
      'payment.authorized': 'authorized',
      'payment.captured': 'captured',
      'order.paid': 'captured',
    });
    const paid = mail.find(({ type }) => type === 'order.paid');
    expect(paid?.json.payload.order.entity).toEqual((await read(id)).order);
    expect(paid?.json.payload.order.entity.notes).toEqual({ our: 'id' });
  });

  it('processing is an authorised payment until its end', async () => {
    const { id } = await order();

    const played = await playOn('razorpay', id, 'processing_then_succeed', 600);
    const between = await read(id);
    await heard(id, played.providerEventIds);

    expect(between).toMatchObject({ order: { status: 'attempted' }, payments: [{ status: 'authorized' }] });
    expect(await read(id)).toMatchObject({ order: { attempts: 1 }, payments: [{ status: 'captured' }] });
  });

  it('late success captures the very payment that had failed for good', async () => {
    const { id } = await order();

    const played = await playOn('razorpay', id, 'late_success', 300);
    const failed = await read(id);
    await until(() => accepted(id).length === 4, 'the late events');

    expect(played).toMatchObject({ comesLater: true });
    expect(played.providerEventIds).toHaveLength(1);
    const refused = Array(9).fill({ status: 'failed', error_reason: 'payment_risk_check_failed' });
    expect(failed.payments).toMatchObject([refused[0], ...refused]);
    expect((await read(id)).payments).toMatchObject([
      { id: failed.payments[0]?.id, status: 'captured', error_reason: null },
      ...refused,
    ]);
  });

  it('late success captures a second payment on an order that a retry has paid meanwhile', async () => {
    const { id } = await order();
    await playOn('razorpay', id, 'late_success', 300);

    await playOn('razorpay', id, 'amount_mismatch');
    const captures = async () => (await read(id)).payments.filter((payment) => payment.captured);
    await until(async () => (await captures()).length === 2, 'both captures');

    expect((await read(id)).order).toMatchObject({ status: 'paid', attempts: 2, amount_paid: 4999 });
    expect(await captures()).toMatchObject([{ amount: 5000 }, { amount: 4999 }]);
  });

  it('has no action for the payer to take, and cannot be played on a paid order', async () => {
    const [open, paid] = [await order(), await order()];
    await playOn('razorpay', paid.id, 'succeed');

    await expect(playOn('razorpay', open.id, 'require_action')).rejects.toMatchObject({
      name: 'OutcomeImpossible',
      currentStatus: 'created',
    });
    await expect(playOn('razorpay', paid.id, 'decline')).rejects.toMatchObject({ currentStatus: 'paid' });
  });

  it('a refund sends its events', async () => {
    const { id } = await order();
    await playOn('razorpay', id, 'succeed');
    const paymentId = (await read(id)).payments[0]?.id as string;

    await razorpay.payments.refund(paymentId, { amount: 1000 });
    await until(() => accepted(id).length === 5, 'the events');

    expect(types(accepted(id))).toEqual([...PAID_RAZORPAY, 'refund.created', 'refund.processed'].sort());
  });
});

describe('at either provider', () => {
  it('an unknown object, or one of the other provider, cannot be played on', async () => {
    const { id } = await order();

    for (const [provider, object] of [
      ['stripe', 'pi_mock_nothing'],
      ['stripe', id],
      ['razorpay', 'order_nothing'],
    ] as const)
      await expect(playOn(provider, object, 'succeed')).rejects.toMatchObject({ currentStatus: 'missing' });
  });

  it('what waits for a capture by call is not captured short by the bank', async () => {
    const held = await stripe.paymentIntents.create({
      amount: 5000,
      currency: 'usd',
      capture_method: 'manual',
    });
    const order = await razorpay.orders.create({
      amount: 5000,
      currency: 'INR',
      payment: { capture: 'manual', capture_options: { refund_speed: 'normal' } },
    } as Parameters<typeof razorpay.orders.create>[0]);

    await expect(playOn('stripe', held.id, 'amount_mismatch')).rejects.toThrow(/captured by a call only/);
    await expect(playOn('razorpay', order.id, 'amount_mismatch')).rejects.toThrow(/captured by a call only/);
    await expect(playOn('razorpay', order.id, 'processing_then_succeed')).rejects.toThrow(/play succeed/);
  });

  it.each(['stripe', 'razorpay'] as const)(
    'a delay at %s puts off the effect, whose events are listed already',
    async (provider) => {
      const { id } = provider === 'stripe' ? await intent() : await order();
      const events = provider === 'stripe' ? PAID_STRIPE : PAID_RAZORPAY;

      const start = Date.now();
      const played = await playOn(provider, id, 'succeed', 400);
      expect(about(id)).toEqual([]);
      const mail = await heard(id, played.providerEventIds);

      expect(types(mail)).toEqual(events);
      expect(played.comesLater).toBe(false);
      expect(Math.min(...mail.map(({ atMs }) => atMs)) - start).toBeGreaterThanOrEqual(390);
    },
  );
});
