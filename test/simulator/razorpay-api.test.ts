import type Razorpay from 'razorpay';
import type { SimulatorServer } from '../../packages/simulator/src/server';
import type { Outcome, Simulator } from '../../packages/simulator/src/simulator';
import { fixture, razorpayAt, Stand } from './stand';

let stand: Stand;
let simulator: Simulator;
let server: SimulatorServer;
let razorpay: Razorpay;

beforeAll(async () => {
  stand = await Stand.open();
  simulator = stand.process();
  server = await stand.serve(simulator);
  razorpay = razorpayAt(server);
});
afterAll(() => stand.close());

let receipts = 0;
const nextReceipt = () => `int_${++receipts}`;
const order = (more: object = {}) => ({
  amount: 5000,
  currency: 'INR',
  receipt: nextReceipt(),
  notes: { intent_id: 'int_1' },
  payment: { capture: 'automatic' as const, capture_options: ORDER_EXPIRY },
  ...more,
});
const ORDER_EXPIRY = {
  automatic_expiry_period: 7200,
  manual_expiry_period: 7200,
  refund_speed: 'normal' as const,
};
const play = (id: string, outcome: Outcome) =>
  simulator.play({ provider: 'razorpay', providerIntentId: id, outcome, delayMs: 0 });

/** What the SDK rejects with: a plain object, not an Error. */
async function refusal(
  call: Promise<unknown>,
): Promise<{ statusCode: number; error: Record<string, unknown> }> {
  const answer = await call.then(
    () => null,
    (error) => error,
  );
  if (answer === null) throw new Error('The call was expected to be refused');
  return answer;
}

/** A request that the SDK cannot make: it drops the header. */
async function refundUnderKey(paymentId: string, key: string, body: object) {
  const answer = await fetch(`${server.url}/v1/payments/${paymentId}/refund`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('rzp_test_mock:secret').toString('base64')}`,
      'content-type': 'application/json',
      'x-refund-idempotency': key,
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as any };
}

async function paidPayment(): Promise<string> {
  const { id } = await razorpay.orders.create(order());
  await play(id, 'succeed');
  const { items } = await razorpay.orders.fetchPayments(id);
  return items[0]?.id as string;
}

describe('an order at the simulated Razorpay', () => {
  it('is made unpaid, with its receipt and notes, and reads the same from another process', async () => {
    const wanted = order();
    const made = await razorpay.orders.create(wanted);

    const elsewhere = razorpayAt(await stand.serve(stand.process()));

    expect(made.id).toMatch(/^order_mock_[0-9a-f]{24}$/);
    expect(made).toMatchObject({ status: 'created', amount: 5000, amount_paid: 0, amount_due: 5000 });
    expect(made).toMatchObject({ attempts: 0, receipt: wanted.receipt, notes: wanted.notes });
    expect(await elsewhere.orders.fetch(made.id)).toEqual(made);
  });

  it('with a unique receipt is made once: a repeat gets the same order as it stands', async () => {
    const wanted = order({ unique_receipt: true });
    const first = await razorpay.orders.create(wanted);
    await play(first.id, 'decline');

    const second = await razorpay.orders.create(wanted);

    expect(second).toEqual({ ...first, status: 'attempted', attempts: 1 });
  });

  it('without one is made anew each time, and both are found by the receipt', async () => {
    const wanted = order();
    const first = await razorpay.orders.create(wanted);
    const second = await razorpay.orders.create(wanted);

    const found = await razorpay.orders.all({ receipt: wanted.receipt });

    expect(second.id).not.toBe(first.id);
    expect(found.items.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect((await razorpay.orders.all({ receipt: 'nobody' })).items).toEqual([]);
  });

  it('is found by a receipt that looks like a query', async () => {
    const wanted = order({ receipt: 'what?=1' });
    const made = await razorpay.orders.create(wanted);
    const headers = { authorization: `Basic ${Buffer.from('rzp_test_mock:secret').toString('base64')}` };

    const answer = await fetch(`${server.url}/v1/orders?receipt=what?%3D1`, { headers });

    expect(await answer.json()).toMatchObject({ count: 1, items: [{ id: made.id }] });
  });

  it('is found in a window of time, newest first, page by page', async () => {
    const since = Math.floor(Date.now() / 1000) - 1;
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) ids.unshift((await razorpay.orders.create(order())).id);

    const first = await razorpay.orders.all({ from: since, count: 2 });
    const second = await razorpay.orders.all({ from: since, count: 1, skip: 2 });
    const nothing = await razorpay.orders.all({ from: 1, to: 1000 });

    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    expect(second.items.map(({ id }) => id)).toEqual(ids.slice(2));
    expect(nothing.items).toEqual([]);
  });

  it('shows every attempt, oldest first, and what was paid', async () => {
    const { id } = await razorpay.orders.create(order());
    await play(id, 'insufficient_funds');
    await play(id, 'succeed');

    const { items } = await razorpay.orders.fetchPayments(id);

    expect(items.map((payment) => payment.status)).toEqual(['failed', 'captured']);
    expect(items[0]).toMatchObject({ error_reason: 'insufficient_funds', captured: false, fee: null });
    expect(items[1]).toMatchObject({ amount: 5000, error_reason: null, fee: 100, tax: 18, order_id: id });
    expect(await razorpay.orders.fetch(id)).toMatchObject({ status: 'paid', attempts: 2, amount_due: 0 });
    expect(await razorpay.payments.fetch(items[1]?.id as string)).toEqual(items[1]);
  });

  it('with manual capture is authorised first and captured by a call, once', async () => {
    const { id } = await razorpay.orders.create(order({ payment: { capture: 'manual' } }));
    await play(id, 'succeed');
    const held = (await razorpay.orders.fetchPayments(id)).items[0];
    const paymentId = held?.id as string;
    expect(held).toMatchObject({ status: 'authorized', captured: false });
    expect((await razorpay.orders.fetch(id)).status).toBe('attempted');

    const partly = await refusal(razorpay.payments.capture(paymentId, 4000, 'INR'));
    const taken = await razorpay.payments.capture(paymentId, 5000, 'INR');
    const again = await refusal(razorpay.payments.capture(paymentId, 5000, 'INR'));

    expect(partly.error['field']).toBe('amount');
    expect(taken).toMatchObject({ status: 'captured', captured: true });
    expect(again).toMatchObject({ statusCode: 400 });
    expect(await razorpay.orders.fetch(id)).toMatchObject({ status: 'paid', amount_paid: 5000 });
  });
});

describe('a refund at the simulated Razorpay', () => {
  it('is counted on its payment and listed under it', async () => {
    const paymentId = await paidPayment();

    const part = await razorpay.payments.refund(paymentId, { amount: 1500 });
    const partly = await razorpay.payments.fetch(paymentId);
    const rest = await razorpay.payments.refund(paymentId, {});

    expect(part).toMatchObject({ amount: 1500, payment_id: paymentId, status: 'processed' });
    expect(partly).toMatchObject({ status: 'captured', amount_refunded: 1500, refund_status: 'partial' });
    expect(rest).toMatchObject({ amount: 3500 });
    expect(await razorpay.payments.fetch(paymentId)).toMatchObject({
      status: 'refunded',
      amount_refunded: 5000,
      refund_status: 'full',
    });
    expect(await razorpay.refunds.fetch(part.id)).toEqual(part);
    const { items } = await razorpay.payments.fetchMultipleRefund(paymentId, {});
    expect(items.map(({ id }) => id)).toEqual([rest.id, part.id]);
  });

  it('is made once under its key, and another body under the key is refused', async () => {
    const paymentId = await paidPayment();

    const [first, second] = await Promise.all([
      refundUnderKey(paymentId, 'refund-key-1', { amount: 2000 }),
      refundUnderKey(paymentId, 'refund-key-1', { amount: 2000 }),
    ]);
    const other = await refundUnderKey(paymentId, 'refund-key-1', { amount: 2001 });
    const short = await refundUnderKey(paymentId, 'short', { amount: 100 });

    expect(first.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(other).toEqual({
      status: 400,
      body: fixture('razorpay/errors/refund_create_idempotent.failure.json'),
    });
    expect(short.status).toBe(400);
    expect(await razorpay.payments.fetch(paymentId)).toMatchObject({ amount_refunded: 2000 });
  });

  it('never gives back more than was taken', async () => {
    const paymentId = await paidPayment();
    await razorpay.payments.refund(paymentId, { amount: 4000 });

    const tooMuch = await refusal(razorpay.payments.refund(paymentId, { amount: 1001 }));
    await razorpay.payments.refund(paymentId, { amount: 1000 });
    const nothingLeft = await refusal(razorpay.payments.refund(paymentId, {}));

    expect(tooMuch.statusCode).toBe(400);
    expect(nothingLeft.error['description']).toBe('The payment has been fully refunded already');
  });
});

describe('a mistake in a call to the simulated Razorpay', () => {
  it.each<[string, () => Promise<unknown>, number, string]>([
    ['an unknown order', () => razorpay.orders.fetch('order_nothing'), 400, 'order_fetch.failure'],
    [
      'an unknown order to list payments of',
      () => razorpay.orders.fetchPayments('order_nothing'),
      400,
      'order_fetch.failure',
    ],
    ['an unknown payment', () => razorpay.payments.fetch('pay_nothing'), 400, 'payment_fetch.failure'],
    [
      'an amount below one rupee',
      () => razorpay.orders.create(order({ amount: 99 })),
      400,
      'order_create.failure',
    ],
    [
      'a wrong key',
      () => razorpayAt(server, 'rzp_live_mock').orders.fetch('order_nothing'),
      401,
      'orders_list.failure',
    ],
    ['an address that does not exist', () => razorpay.customers.all(), 404, 'refund_fetch.failure'],
  ])('is answered as published: %s', async (_mistake, call, status, published) => {
    const { statusCode, error } = await refusal(call());

    expect(statusCode).toBe(status);
    expect({ error }).toEqual(fixture(`razorpay/errors/${published}.json`));
  });

  it.each<[string, object, string | undefined]>([
    ['an amount that is no whole number', { amount: 50.5 }, 'amount'],
    ['a receipt of more than 40 characters', { receipt: 'r'.repeat(41) }, 'receipt'],
    ['a currency that nobody knows', { currency: 'XYZ' }, 'currency'],
    [
      'too many notes',
      { notes: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [n, 'x'])) },
      'notes',
    ],
    ['a parameter that nobody knows', { amuont: 1 }, undefined],
  ])('is refused: %s', async (_mistake, more, field) => {
    const { statusCode, error } = await refusal(razorpay.orders.create(order(more)));

    expect(statusCode).toBe(400);
    expect(error['field']).toBe(field);
  });

  it('in the encoding is refused', async () => {
    const headers = { authorization: `Basic ${Buffer.from('rzp_test_mock:secret').toString('base64')}` };

    const answer = await fetch(`${server.url}/v1/orders`, { method: 'POST', headers, body: '[1]' });

    expect(answer.status).toBe(400);
  });
});
