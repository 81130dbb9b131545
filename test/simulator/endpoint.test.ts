// Which events an endpoint hears of: those that it asked for, and what each of the rarer ones says.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type Stripe from 'stripe';
import { control } from '../../packages/simulator/src/control';
import { ASKED_FOR } from '../../packages/simulator/src/endpoint';
import type { Outcome, Simulator } from '../../packages/simulator/src/simulator';
import { EVENT_TYPES as STRIPE_EVENT_TYPES } from '../../packages/simulator/src/stripe/event-types';
import { fixture, Stand, stripeAt, until } from './stand';

let stand: Stand;
let simulator: Simulator;
let stripe: Stripe;

beforeAll(async () => {
  stand = await Stand.open();
  simulator = stand.process();
  simulator.start();
  stripe = stripeAt(await stand.serve(simulator));
});
afterAll(() => stand.close());
afterEach(async () => {
  await account({ events: { stripe: [...ASKED_FOR.stripe], razorpay: ['*'] } });
  expect(stand.faults).toEqual([]);
});

const post = (route: string, body: object) =>
  control(
    { simulator, pool: stand.pool },
    { method: 'POST', path: `/simulator/${route}`, headers: {}, body: JSON.stringify(body) },
  );
const account = (changes: object) => post('account', changes);
const play = (id: string, outcome: Outcome) =>
  simulator.play({ provider: 'stripe', providerIntentId: id, outcome, delayMs: 0 });
const intent = (more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  stripe.paymentIntents.create({ amount: 5000, currency: 'usd', ...more });
const about = (id: string) =>
  stand.mailbox.accepted.filter(({ json }) =>
    [json.data?.object.id, json.data?.object.payment_intent].includes(id),
  );
const typesAbout = (id: string) =>
  about(id)
    .map(({ type }) => type)
    .sort();
const heard = (id: string, count: number) =>
  until(() => about(id).length >= count, `${count} events about ${id}`);
const keys = (object: object) => Object.keys(object).sort();

it("every type has Stripe's own name, and those asked for stand in docs/providers.md", () => {
  const ofStripe: readonly (Stripe.Event['type'] & Stripe.WebhookEndpointCreateParams.EnabledEvent)[] =
    STRIPE_EVENT_TYPES;
  const page = readFileSync(path.resolve(__dirname, '../../docs/providers.md'), 'utf8');
  const listed = (heading: string) =>
    page
      .split(heading)[1]
      ?.split('```')[1]
      ?.trim()
      .split(/\s+/)
      .filter((word) => word.includes('.'))
      .sort();

  expect(ofStripe).toHaveLength(new Set(STRIPE_EVENT_TYPES).size);
  expect(listed('Of Stripe:')).toEqual([...ASKED_FOR.stripe].sort());
  expect(listed('Of Razorpay:')).toEqual([...ASKED_FOR.razorpay].sort());
});

it('a payment sends no more than its endpoint asked for, and only that is waited for', async () => {
  const usual = await intent();
  const played = await play(usual.id, 'succeed');
  await heard(usual.id, 2);
  await account({ events: { stripe: ['payment_intent.succeeded'] } });
  const quiet = await intent();
  const waited = await play(quiet.id, 'succeed');
  await heard(quiet.id, 1);

  expect([played.providerEventIds.length, waited.providerEventIds.length]).toEqual([2, 1]);
  expect(typesAbout(usual.id)).toEqual(['charge.succeeded', 'payment_intent.succeeded']);
  expect(typesAbout(quiet.id)).toEqual(['payment_intent.succeeded']);
  expect(waited.providerEventIds).toEqual([about(quiet.id)[0]?.id]);
});

it('each declined card is told of by a charge.failed, if the endpoint asked for that', async () => {
  await account({ events: { stripe: ['*'] } });
  const [once, tenTimes] = [await intent(), await intent()];
  const played = await play(once.id, 'decline');
  const refused = await play(tenTimes.id, 'fail');
  await heard(once.id, 2);
  await heard(tenTimes.id, 11);

  expect(typesAbout(once.id)).toEqual(['charge.failed', 'payment_intent.payment_failed']);
  expect(about(once.id).map(({ id }) => id)).toEqual(expect.arrayContaining([...played.providerEventIds]));
  expect(typesAbout(tenTimes.id)).toEqual([
    ...Array(10).fill('charge.failed'),
    'payment_intent.payment_failed',
  ]);
  expect(refused.providerEventIds).toHaveLength(11);
  const told = about(tenTimes.id).filter(({ type }) => type === 'charge.failed');
  const { data } = await stripe.charges.list({ payment_intent: tenTimes.id, limit: 100 });
  expect(told.map(({ json }) => json.data.object.id).sort()).toEqual(data.map(({ id }) => id).sort());
  for (const { json } of told) {
    expect(json.data.object).toEqual(data.find(({ id }) => id === json.data.object.id));
    expect(json.data.object).toMatchObject({ status: 'failed', failure_code: 'card_declined' });
    expect(keys(json.data.object)).toEqual(keys(fixture('stripe/events/charge.succeeded.json').data.object));
  }
});

it.each([
  ['automatic_async', true],
  ['automatic', false],
] as const)(
  'a charge captured by %s is booked later: %s, which a charge.updated tells',
  async (capture_method, isLater) => {
    await account({ events: { stripe: ['*'] } });
    const { id } = await intent({ capture_method });
    const { providerEventIds } = await play(id, 'succeed');
    await heard(id, providerEventIds.length);

    const told = (type: string) => about(id).find((mail) => mail.type === type)?.json.data;
    const booked = (await stripe.charges.list({ payment_intent: id })).data[0]?.balance_transaction;
    expect(booked).toMatch(/^txn_/);
    expect(typesAbout(id)).toEqual([
      'charge.succeeded',
      ...(isLater ? ['charge.updated'] : []),
      'payment_intent.succeeded',
    ]);
    expect(told('charge.succeeded').object.balance_transaction).toBe(isLater ? null : booked);
    if (isLater)
      expect(told('charge.updated')).toMatchObject({
        object: { balance_transaction: booked },
        previous_attributes: { balance_transaction: null },
      });
  },
);

it('a payout is told of as it is made, paid and read, in the published shape', async () => {
  await account({ events: { stripe: ['*'] } });
  await play((await intent()).id, 'succeed');
  const { payouts } = JSON.parse((await post('pay-out', { provider: 'stripe' }))?.body ?? '');
  const [id] = payouts;
  await heard(id, 3);

  expect(payouts).toHaveLength(1);
  expect(typesAbout(id)).toEqual(['payout.created', 'payout.paid', 'payout.reconciliation_completed']);
  const told = (type: string) => about(id).find((mail) => mail.type === type)?.json;
  expect(told('payout.created').data.object.status).toBe('pending');
  for (const type of ['payout.paid', 'payout.reconciliation_completed']) {
    const published = fixture(`stripe/events/${type}.json`);
    expect(keys(told(type))).toEqual(keys(published));
    expect(keys(told(type).data)).toEqual(keys(published.data));
    expect(keys(told(type).data.object)).toEqual(keys(published.data.object));
    for (const key of ['status', 'reconciliation_status'])
      expect(told(type).data.object[key]).toBe(published.data.object[key]);
  }
  expect(told('payout.reconciliation_completed').data.object).toEqual(
    JSON.parse(JSON.stringify(await stripe.payouts.retrieve(id))),
  );
});

it('a payout that fails sends its money back into the books, and the next one takes it along', async () => {
  await play((await intent()).id, 'succeed');
  const [id] = (await simulator.payOut('stripe')) as [string];
  const { amount } = await stripe.payouts.retrieve(id);
  const played = await post('play', { id, outcome: 'payout_fails' });
  await heard(id, 2);

  expect(played?.status).toBe(200);
  expect(typesAbout(id)).toEqual(['payout.failed', 'payout.paid']);
  const failed = await stripe.payouts.retrieve(id);
  expect(failed).toMatchObject({ status: 'failed', failure_code: 'account_closed' });
  const [back] = (await stripe.balanceTransactions.list({ limit: 1 })).data;
  expect(back).toMatchObject({
    id: failed.failure_balance_transaction,
    type: 'payout_failure',
    reporting_category: 'payout_reversal',
    amount,
    source: id,
  });
  expect((await stripe.payouts.list({ status: 'failed' })).data.map((payout) => payout.id)).toEqual([id]);
  expect((await stripe.payouts.list({ status: 'paid' })).data.map((payout) => payout.id)).not.toContain(id);
  const [next] = (await simulator.payOut('stripe')) as [string];
  expect((await stripe.payouts.retrieve(next)).amount).toBe(amount);
});

it('only a payout can fail to arrive, once, and nothing else can be played on it', async () => {
  const { id: paid } = await intent();
  await play(paid, 'succeed');
  const [id] = (await simulator.payOut('stripe')) as [string];

  await expect(play(paid, 'payout_fails')).rejects.toThrow(/name one \(po_/);
  await expect(play(id, 'succeed')).rejects.toThrow(/can only fail/);
  await expect(play(id, 'dispute_open')).rejects.toThrow(/can only fail/);
  await play(id, 'payout_fails');
  await expect(play(id, 'payout_fails')).rejects.toMatchObject({ currentStatus: 'failed' });
});

it('a type that nobody sends cannot be asked for', async () => {
  expect(await account({ events: { stripe: ['charge.expired'] } })).toMatchObject({ status: 400 });
  expect(await account({ events: { razorpay: ['charge.failed'] } })).toMatchObject({ status: 400 });
  expect(await post('pay-out', { provider: 'paypal' })).toMatchObject({ status: 400 });
  expect(simulator.account.events.stripe).toEqual(ASKED_FOR.stripe);
});
