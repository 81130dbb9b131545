// The simulated providers' own books, read by their real SDKs.
import type Razorpay from 'razorpay';
import type Stripe from 'stripe';
import type { ProviderName } from '../../packages/simulator/src/objects';
import type { Outcome, Simulator } from '../../packages/simulator/src/simulator';
import { fixture, razorpayAt, Stand, stripeAt } from './stand';

let stand: Stand;
let simulator: Simulator;
let stripe: Stripe;
let razorpay: Razorpay;

beforeAll(async () => {
  stand = await Stand.open();
  simulator = stand.process();
  const server = await stand.serve(simulator);
  stripe = stripeAt(server);
  razorpay = razorpayAt(server);
});
afterAll(() => stand.close());

const play = (provider: ProviderName, providerIntentId: string, outcome: Outcome) =>
  simulator.play({ provider, providerIntentId, outcome, delayMs: 0 });
const payOut = async (provider: ProviderName): Promise<string[]> =>
  (await stand.pool.query('select simulator.pay_out($1) as id', [provider])).rows.map((row) => row.id);

async function paidAtStripe(): Promise<string> {
  const { id } = await stripe.paymentIntents.create({
    amount: 5000,
    currency: 'inr',
    automatic_payment_methods: { enabled: true },
  });
  await play('stripe', id, 'succeed');
  return id;
}

async function paidAtRazorpay(): Promise<string> {
  const order = await razorpay.orders.create({ amount: 5000, currency: 'INR' });
  await play('razorpay', order.id, 'succeed');
  return order.id;
}

it("Stripe's books have each movement once, newest first, in Stripe's own shape", async () => {
  const id = await paidAtStripe();
  const { latest_charge } = await stripe.paymentIntents.retrieve(id);
  const refund = await stripe.refunds.create({ payment_intent: id, amount: 2000 });
  const { data } = await stripe.balanceTransactions.list({ expand: ['data.source'] });

  expect(data).toHaveLength(2);
  expect(data[0]).toMatchObject({
    id: refund.balance_transaction,
    reporting_category: 'refund',
    amount: -2000,
    fee: 0,
    net: -2000,
    source: { id: refund.id, payment_intent: id },
  });
  expect(data[1]).toMatchObject({
    reporting_category: 'charge',
    amount: 5000,
    fee: 145,
    net: 4855,
    currency: 'inr',
    source: { id: latest_charge, payment_intent: id },
  });
  expect(Object.keys(data[1]!).sort()).toEqual(
    Object.keys(fixture('stripe/objects/balance_transaction.json')).sort(),
  );
  const [plain] = (await stripe.balanceTransactions.list({ limit: 1 })).data;
  expect(plain?.source).toBe(refund.id);
});

it('what was declined or only authorised moved nothing', async () => {
  const before = (await stripe.balanceTransactions.list({ limit: 100 })).data.length;
  const { id } = await stripe.paymentIntents.create({
    amount: 5000,
    currency: 'inr',
    capture_method: 'manual',
  });
  await play('stripe', id, 'decline');
  await play('stripe', id, 'succeed');
  expect((await stripe.balanceTransactions.list({ limit: 100 })).data).toHaveLength(before);

  await stripe.paymentIntents.capture(id);
  expect((await stripe.balanceTransactions.list({ limit: 100 })).data).toHaveLength(before + 1);
});

it('a dispute at Stripe takes the money and its fee, and gives the money back when it is won', async () => {
  const id = await paidAtStripe();
  await play('stripe', id, 'dispute_open');
  await play('stripe', id, 'dispute_won');
  const { data } = await stripe.balanceTransactions.list({ limit: 2, expand: ['data.source'] });

  expect(data.map(({ reporting_category, amount }) => [reporting_category, amount]).sort()).toEqual([
    ['dispute', -5000],
    ['dispute_reversal', 5000],
  ]);
  for (const { source } of data) expect(source).toMatchObject({ object: 'dispute', payment_intent: id });
});

it('the money of a refund that failed comes back into the books of Stripe', async () => {
  const id = await paidAtStripe();
  const refund = await stripe.refunds.create({ payment_intent: id, amount: 1000 });
  await play('stripe', id, 'refund_fails');
  const [last] = (await stripe.balanceTransactions.list({ limit: 1 })).data;

  expect(last).toMatchObject({ reporting_category: 'refund_failure', amount: 1000, source: refund.id });
});

it('the books of Stripe go by time and by page', async () => {
  for (let n = 0; n < 3; n++) await paidAtStripe();
  const all = (await stripe.balanceTransactions.list({ limit: 100 })).data.map((item) => item.id);
  const [first] = (await stripe.balanceTransactions.list({ limit: 1 })).data;
  const rest = await stripe.balanceTransactions.list({ limit: 100, starting_after: first!.id });
  expect([first!.id, ...rest.data.map((item) => item.id)]).toEqual(all);
  const { created } = first!;
  expect((await stripe.balanceTransactions.list({ created: { gte: created + 5 } })).data).toEqual([]);
});

it('a payout at Stripe names what it was made of, and a second one finds nothing left', async () => {
  await paidAtStripe();
  const [payout] = await payOut('stripe');
  const { data } = await stripe.balanceTransactions.list({ payout: payout!, limit: 100 });

  const parts = data.filter((item) => item.reporting_category !== 'payout');
  const [itself] = data.filter((item) => item.reporting_category === 'payout');
  expect(itself).toMatchObject({ source: payout });
  expect(-itself!.net).toBe(parts.reduce((sum, item) => sum + item.net, 0));
  expect(await payOut('stripe')).toEqual([]);
});

it('a payout at Stripe is an object of its own too, listed and read in the published shape', async () => {
  for (let n = 0; n < 2; n++) {
    await paidAtStripe();
    await payOut('stripe');
  }
  const all = (await stripe.payouts.list({ limit: 100 })).data;
  const [first] = all;

  expect(Object.keys(first!).sort()).toEqual(Object.keys(fixture('stripe/objects/payout.json')).sort());
  const [itself] = (await stripe.balanceTransactions.list({ payout: first!.id })).data.filter(
    (item) => item.reporting_category === 'payout',
  );
  expect(first).toMatchObject({ amount: -itself!.net, currency: 'inr', balance_transaction: itself!.id });
  expect(await stripe.payouts.retrieve(first!.id)).toMatchObject({ id: first!.id, status: 'paid' });
  await expect(stripe.payouts.retrieve('po_none')).rejects.toMatchObject({ code: 'resource_missing' });

  const rest = await stripe.payouts.list({ limit: 100, starting_after: first!.id });
  expect([first!.id, ...rest.data.map((item) => item.id)]).toEqual(all.map((item) => item.id));
  const none = async (filter: Stripe.PayoutListParams) => (await stripe.payouts.list(filter)).data;
  expect(await none({ created: { gte: first!.created + 5 } })).toEqual([]);
  expect(await none({ status: 'failed' })).toEqual([]);
  await expect(stripe.payouts.list({ status: 'lost' })).rejects.toMatchObject({ param: 'status' });
});

it("Razorpay's report has what was settled, by the day in India, in Razorpay's own shape", async () => {
  const orderId = await paidAtRazorpay();
  const [payment] = (await razorpay.orders.fetchPayments(orderId)).items;
  const india = new Date(Date.now() + 19_800_000);
  const day = { year: india.getUTCFullYear(), month: india.getUTCMonth() + 1, day: india.getUTCDate() };
  const report = async () => ((await razorpay.settlements.reports(day)) as any).items;
  expect(await report()).toEqual([]);

  const [settlement] = await payOut('razorpay');
  const [line] = await report();

  expect(line).toMatchObject({
    entity_id: payment!.id,
    type: 'payment',
    amount: 5000,
    credit: 4900,
    debit: 0,
    fee: 100,
    order_id: orderId,
    settlement_id: settlement,
  });
  const [published] = fixture('razorpay/api/settlement_recon.success.json').items;
  expect(Object.keys(published).filter((name) => !(name in line))).toEqual([]);
  expect(await razorpay.settlements.fetch(settlement!)).toMatchObject({ id: settlement, amount: 4900 });
  await expect(razorpay.settlements.fetch('setl_none')).rejects.toMatchObject({ statusCode: 400 });
});

it('a dispute lost at Razorpay is an adjustment that names it, and a refund that failed is not reported', async () => {
  const lost = await paidAtRazorpay();
  await play('razorpay', lost, 'dispute_open');
  await play('razorpay', lost, 'dispute_lost');
  const kept = await paidAtRazorpay();
  const [payment] = (await razorpay.orders.fetchPayments(kept)).items;
  const refund = await razorpay.payments.refund(payment!.id, { amount: 1000 });
  await play('razorpay', kept, 'refund_fails');
  const { rows } = await stand.pool.query(
    `select category, source, amount::int from simulator.balance_entries
     where provider = 'razorpay' and (root_id = $1 and category <> 'payment' or source = $2)`,
    [lost, refund.id],
  );

  expect(rows).toEqual([
    { category: 'adjustment', source: expect.stringMatching(/^disp_mock_/), amount: -5000 },
  ]);
});
