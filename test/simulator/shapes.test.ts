// What the simulator answers with has the keys of what the providers publish, so that code written against it meets
// nothing new at the real ones.
import type { Outcome, Simulator } from '../../packages/simulator/src/simulator';
import { fixture, Stand, until } from './stand';

let stand: Stand;
let simulator: Simulator;

beforeAll(async () => {
  stand = await Stand.open();
  simulator = stand.process();
  simulator.start();
});
afterAll(() => stand.close());

const STRIPE = { authorization: 'Bearer sk_test_mock' };
const RAZORPAY = { authorization: `Basic ${Buffer.from('rzp_test_mock:secret').toString('base64')}` };

async function call(method: string, path: string, headers: Record<string, string>, body = '') {
  const answer = await simulator.handle({ method, path, headers, body });
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body);
}
const stripeIntent = (more = '') =>
  call('POST', '/v1/payment_intents', STRIPE, `amount=2000&currency=usd${more}`);
const razorpayOrder = (more: object = {}) =>
  call('POST', '/v1/orders', RAZORPAY, JSON.stringify({ amount: 5000, currency: 'INR', ...more }));
const play = (provider: 'stripe' | 'razorpay', providerIntentId: string, outcome: Outcome) =>
  simulator.play({ provider, providerIntentId, outcome, delayMs: 0 });

async function eventOf(type: string, id: string) {
  const find = () => stand.mailbox.accepted.find((mail) => mail.type === type && mail.body.includes(id));
  await until(() => find() !== undefined, type);
  return find()?.json;
}

const keys = (object: object) => Object.keys(object).sort();

describe('a Stripe object', () => {
  it.each<[string, readonly Outcome[]]>([
    ['charge.dispute.created.inquiry', ['dispute_inquiry']],
    ['charge.dispute.closed.warning_closed', ['dispute_inquiry', 'dispute_closed']],
    ['charge.dispute.created.chargeback', ['dispute_open']],
    ['charge.dispute.funds_withdrawn', ['dispute_open']],
    ['charge.dispute.funds_withdrawn', ['dispute_inquiry', 'dispute_escalated']],
    ['charge.dispute.updated.under_review', ['dispute_open', 'dispute_under_review']],
    ['charge.dispute.closed.won', ['dispute_open', 'dispute_under_review', 'dispute_won']],
    ['charge.dispute.funds_reinstated', ['dispute_open', 'dispute_won']],
    ['charge.dispute.closed.lost', ['dispute_open', 'dispute_lost']],
  ])('in %s has the published keys, down to its evidence and its money', async (name, outcomes) => {
    const published = fixture(`stripe/events/${name}.json`);
    const { id } = await stripeIntent();
    for (const outcome of ['succeed', ...outcomes] as const) await play('stripe', id, outcome);
    const event = await eventOf(published.type, id);

    const [ours, theirs] = [event.data.object, published.data.object];
    expect(ours.status).toBe(theirs.status);
    for (const part of [(o: any) => o, (o: any) => o.evidence, (o: any) => o.evidence_details])
      expect(keys(part(ours))).toEqual(keys(part(theirs)));
    expect(ours.evidence_details.submission_method).toMatch(/^(not_submitted|manual)$/);
    for (const move of ours.balance_transactions)
      expect(keys(move)).toEqual(keys(fixture('stripe/objects/balance_transaction.json')));
  });

  it.each<[string, Outcome]>([
    ['payment_intent.succeeded', 'succeed'],
    ['payment_intent.payment_failed', 'insufficient_funds'],
    ['payment_intent.requires_action', 'require_action'],
    ['payment_intent.processing', 'processing_then_succeed'],
    ['charge.succeeded', 'succeed'],
  ])('in %s has the published keys, in the envelope too', async (type, outcome) => {
    const { id } = await stripeIntent();
    const published = fixture(`stripe/events/${type}.json`);

    await play('stripe', id, outcome);
    const event = await eventOf(type, id);

    expect(keys(event)).toEqual(keys(published));
    expect(event).toMatchObject({ object: 'event', api_version: published.api_version, livemode: false });
    expect(keys(event.data.object)).toEqual(keys(published.data.object));
    expect(event.data.object.status).toBe(published.data.object.status);
    expect(keys(event.data.object.last_payment_error ?? {})).toEqual(
      keys(published.data.object.last_payment_error ?? {}),
    );
    expect(keys(event.data.object.outcome ?? {})).toEqual(keys(published.data.object.outcome ?? {}));
  });

  it('says no decline code of a network that gave none, and never null', async () => {
    const [refused, poor] = [await stripeIntent(), await stripeIntent()];
    await play('stripe', refused.id, 'card_refused');
    await play('stripe', poor.id, 'insufficient_funds');

    const errorOf = async (id: string) =>
      (await call('GET', `/v1/payment_intents/${id}`, STRIPE)).last_payment_error;
    expect(await errorOf(refused.id)).not.toHaveProperty('network_decline_code');
    expect(await errorOf(poor.id)).toMatchObject({ network_decline_code: '51' });
  });

  it('in events of a manual capture, a cancel and a refund has the published keys', async () => {
    const [manual, canceled, paid] = [
      await stripeIntent('&capture_method=manual'),
      await stripeIntent(),
      await stripeIntent(),
    ];
    await play('stripe', manual.id, 'succeed');
    await call('POST', `/v1/payment_intents/${canceled.id}/cancel`, STRIPE);
    await play('stripe', paid.id, 'succeed');
    const refund = await call('POST', '/v1/refunds', STRIPE, `payment_intent=${paid.id}&amount=500`);

    for (const [type, id] of [
      ['payment_intent.amount_capturable_updated', manual.id],
      ['payment_intent.canceled', canceled.id],
      ['refund.created', paid.id],
    ]) {
      const published = fixture(`stripe/events/${type}.json`);
      const event = await eventOf(type, id);
      expect(keys(event.data.object)).toEqual(keys(published.data.object));
      expect(event.data.object.status).toBe(published.data.object.status);
    }
    expect(keys(refund)).toEqual(expect.arrayContaining(keys(fixture('stripe/objects/refund.json'))));
  });

  it('read through the API has the published keys', async () => {
    const { id } = await stripeIntent();
    await play('stripe', id, 'succeed');

    const intent = await call('GET', `/v1/payment_intents/${id}`, STRIPE);
    const charges = await call('GET', `/v1/charges?payment_intent=${id}&expand[]=data.refunds`, STRIPE);

    const published = (name: string) => keys(fixture(`stripe/objects/${name}.json`));
    expect(keys(intent)).toEqual(expect.arrayContaining(published('payment_intent')));
    expect(keys(charges.data[0])).toEqual(expect.arrayContaining(published('charge')));
    expect(keys(charges.data[0].payment_method_details.card)).toEqual(
      expect.arrayContaining(keys(fixture('stripe/objects/charge.json').payment_method_details.card)),
    );
  });
});

describe('a Razorpay object', () => {
  it.each<[string, readonly Outcome[]]>([
    ['created', ['dispute_open']],
    ['under_review', ['dispute_open', 'dispute_under_review']],
    ['action_required', ['dispute_open', 'dispute_under_review', 'dispute_action_required']],
    ['won', ['dispute_open', 'dispute_under_review', 'dispute_won']],
    ['lost', ['dispute_open', 'dispute_lost']],
    ['closed', ['dispute_inquiry', 'dispute_closed']],
  ])('in payment.dispute.%s has the published keys, and those of what is read', async (name, outcomes) => {
    const type = `payment.dispute.${name}`;
    const published = fixture(`razorpay/webhooks/${type}.payment_dispute_${name}.json`);
    const { id } = await razorpayOrder();
    for (const outcome of ['succeed', ...outcomes] as const) await play('razorpay', id, outcome);
    const event = await eventOf(type, id);

    expect(event.contains).toEqual(published.contains);
    const entity = event.payload.dispute.entity;
    expect(entity.status).toBe(published.payload.dispute.entity.status);
    const read = fixture('razorpay/api/dispute_fetch.under_review.json');
    expect(keys(entity)).toEqual(keys(read));
    expect(keys(entity.evidence)).toEqual(keys(read.evidence));
    expect(await call('GET', `/v1/disputes/${entity.id}`, RAZORPAY)).toEqual(entity);
    const listed = await call('GET', '/v1/disputes?count=100', RAZORPAY);
    expect(listed.items).toContainEqual(entity);
  });

  it.each<[string, Outcome]>([
    ['payment.authorized', 'succeed'],
    ['payment.captured', 'succeed'],
    ['payment.failed', 'decline'],
    ['order.paid', 'succeed'],
  ])('in %s has the published keys, in the envelope too', async (type, outcome) => {
    const { id } = await razorpayOrder();
    const published = fixture(`razorpay/webhooks/${type}.upi.json`);

    await play('razorpay', id, outcome);
    const event = await eventOf(type, id);

    expect(keys(event)).toEqual(keys(published));
    expect(event.contains).toEqual(published.contains);
    expect(keys(event.payload)).toEqual(keys(published.payload));
    for (const [name, { entity }] of Object.entries<{ entity: object & { status: string } }>(
      published.payload,
    )) {
      expect(keys(event.payload[name].entity)).toEqual(expect.arrayContaining(keys(entity)));
      expect(event.payload[name].entity.status).toBe(entity.status);
    }
  });

  it('in events of a refund has the published keys', async () => {
    const { id } = await razorpayOrder();
    await play('razorpay', id, 'succeed');
    const { items } = await call('GET', `/v1/orders/${id}/payments`, RAZORPAY);

    const refund = await call('POST', `/v1/payments/${items[0].id}/refund`, RAZORPAY, '{"amount":1000}');

    for (const type of ['refund.created', 'refund.processed']) {
      const published = fixture(`razorpay/webhooks/${type}.normal_refunds.json`);
      const event = await eventOf(type, refund.id);
      expect(event.contains).toEqual(published.contains);
      expect(keys(event.payload.refund.entity)).toEqual(keys(published.payload.refund.entity));
      expect(keys(event.payload.payment.entity)).toEqual(
        expect.arrayContaining(keys(published.payload.payment.entity)),
      );
    }
  });

  it('read through the API has the published keys', async () => {
    const order = await razorpayOrder();
    await play('razorpay', order.id, 'decline');
    await play('razorpay', order.id, 'succeed');

    const { items, ...list } = await call('GET', `/v1/orders/${order.id}/payments`, RAZORPAY);

    const published = fixture('razorpay/api/order_payments.success.json');
    expect(list).toEqual({ entity: 'collection', count: 2 });
    expect(keys(items[0])).toEqual(keys(published.items[0]));
    expect(keys(order)).toEqual(keys(fixture('razorpay/api/order_create.success.json')));
    expect(order.notes).toEqual([]);
  });

  it('in another currency than rupees is paid by card', async () => {
    const { id } = await razorpayOrder({ currency: 'USD' });
    await play('razorpay', id, 'decline');

    const { items } = await call('GET', `/v1/orders/${id}/payments`, RAZORPAY);

    const { card, ...published } = fixture('razorpay/api/payment_entity.failed.json');
    expect(items[0]).toMatchObject({ method: 'card', international: true });
    expect(keys(items[0])).toEqual(keys(published));
    expect(keys(await call('GET', `/v1/payments/${items[0].id}/card`, RAZORPAY))).toEqual(keys(card));
  });
});
