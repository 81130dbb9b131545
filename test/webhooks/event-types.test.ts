// Every type of event that the simulator or a published body has, heard alone: what the gateway takes it to be about, how the
// work on it ends, where it leaves the intent, and what it adds to the books. A small package is 50 credits for INR 50.00.
import pg from 'pg';
import { ASKED_FOR, EVENT_TYPES } from '../../packages/simulator/src/endpoint';
import type { Outcome, Simulator } from '../../packages/simulator/src/simulator';
import { type App, startApp } from '../../src/app';
import type { ProviderName } from '../../src/providers/provider';
import { readConfig } from '../../src/providers/read-config';
import { Client } from '../support/client';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { fixtureNames, fixtureText, letter, post } from './letters';

interface Payment {
  readonly provider: ProviderName;
  readonly providerIntentId: string;
  /** Ours; null for a payment that some other program takes with the same account. */
  readonly intentId: string | null;
}
type Step = (payment: Payment) => Promise<unknown>;

interface Row {
  /** What happens before, with all its usual news. */
  readonly before?: readonly Step[];
  /** What the event tells of; nothing else is told. */
  readonly happens: Step;
  readonly subject: 'payment' | 'refund' | 'dispute' | 'warning' | 'settlement';
  readonly status: 'processed' | 'ignored';
  readonly intent: string;
  /** What it adds, by kind. */
  readonly books: readonly string[];
}

const OUTCOME_MS = 60_000;
const plays =
  (outcome: Outcome, delayMs = 0): Step =>
  ({ provider, providerIntentId }) =>
    simulator().play({ provider, providerIntentId, outcome, delayMs });
/** The first half of an outcome that has two; the second comes when nobody looks any more. */
const begins = (outcome: Outcome) => plays(outcome, OUTCOME_MS);
const paid = plays('succeed');

const about = (subject: Row['subject'], status: Row['status']) => ({ subject, status }) as const;
const PAYMENT = about('payment', 'processed');
const REFUND = about('refund', 'processed');
const DISPUTE = about('dispute', 'processed');
const WARNING = about('warning', 'processed');
const SETTLEMENT = about('settlement', 'ignored');
const SOLD = ['grant', 'receipt'];
const inCourt = [paid, plays('dispute_open')];

/** A field of a row that its family shares stands in the constants above. */
const ROWS: { readonly [P in ProviderName]: Readonly<Record<string, Row>> } = {
  stripe: {
    'payout.created': { ...SETTLEMENT, before: [paid], happens: payOut, intent: 'succeeded', books: [] },
    'payout.paid': { ...SETTLEMENT, before: [paid], happens: payOut, intent: 'succeeded', books: [] },
    'payout.reconciliation_completed': {
      ...{ ...SETTLEMENT, before: [paid], happens: payOut, intent: 'succeeded', books: [] },
    },
    'payout.failed': {
      ...{ ...SETTLEMENT, before: [paid, payOut], happens: failPayout, intent: 'succeeded', books: [] },
    },
    'payment_intent.created': {
      ...{ ...PAYMENT, happens: tells('payment_intent.created'), intent: 'pending', books: [] },
    },
    'payment_intent.requires_action': {
      ...{ ...PAYMENT, happens: plays('require_action'), intent: 'pending', books: [] },
    },
    'payment_intent.processing': {
      ...{ ...PAYMENT, happens: begins('processing_then_succeed'), intent: 'processing', books: [] },
    },
    'payment_intent.amount_capturable_updated': {
      ...{ ...PAYMENT, before: [holdsBack], happens: paid, intent: 'processing', books: [] },
    },
    'payment_intent.payment_failed': { ...PAYMENT, happens: plays('decline'), intent: 'pending', books: [] },
    'payment_intent.canceled': { ...PAYMENT, happens: cancels, intent: 'canceled', books: [] },
    'payment_intent.succeeded': { ...PAYMENT, happens: paid, intent: 'succeeded', books: SOLD },
    'charge.succeeded': { ...PAYMENT, happens: paid, intent: 'succeeded', books: SOLD },
    'charge.updated': { ...PAYMENT, happens: paid, intent: 'succeeded', books: SOLD },
    'charge.captured': {
      ...{ ...PAYMENT, before: [holdsBack, paid], happens: captures, intent: 'succeeded', books: SOLD },
    },
    'charge.failed': { ...PAYMENT, happens: plays('fail'), intent: 'failed', books: [] },
    'charge.refunded': {
      ...PAYMENT,
      before: [paid],
      happens: refunds,
      intent: 'succeeded',
      books: ['refund'],
    },
    'refund.created': { ...REFUND, before: [paid], happens: refunds, intent: 'succeeded', books: ['refund'] },
    'refund.updated': {
      ...{
        ...REFUND,
        before: [paid, held],
        happens: plays('refund_settles'),
        intent: 'succeeded',
        books: [],
      },
    },
    'refund.failed': {
      ...REFUND,
      before: [paid, refunds],
      happens: plays('refund_fails'),
      intent: 'succeeded',
      books: ['refund_reversal'],
    },
    'charge.dispute.created': {
      ...{ ...DISPUTE, before: [paid], happens: plays('dispute_open'), intent: 'succeeded' },
      books: ['dispute_withdrawn'],
    },
    'charge.dispute.funds_withdrawn': {
      ...{ ...DISPUTE, before: [paid], happens: plays('dispute_open'), intent: 'succeeded' },
      books: ['dispute_withdrawn'],
    },
    'charge.dispute.updated': {
      ...{ ...DISPUTE, before: inCourt, happens: plays('dispute_under_review'), intent: 'succeeded' },
      books: [],
    },
    'charge.dispute.closed': {
      ...{ ...DISPUTE, before: inCourt, happens: plays('dispute_lost'), intent: 'succeeded' },
      books: ['chargeback'],
    },
    'charge.dispute.funds_reinstated': {
      ...{ ...DISPUTE, before: inCourt, happens: plays('dispute_won'), intent: 'succeeded' },
      books: ['dispute_reinstated'],
    },
    'radar.early_fraud_warning.created': {
      ...{
        ...WARNING,
        before: [paid],
        happens: plays('early_fraud_warning'),
        intent: 'succeeded',
        books: [],
      },
    },
    'radar.early_fraud_warning.updated': {
      ...{ ...WARNING, before: [paid, plays('early_fraud_warning')], happens: refunds, intent: 'succeeded' },
      books: [],
    },
    'review.opened': {
      ...{ ...WARNING, before: [paid], happens: plays('review_opened'), intent: 'succeeded', books: [] },
    },
    'review.closed': {
      ...{ ...WARNING, before: [paid, plays('review_opened')], happens: plays('review_closed') },
      ...{ intent: 'succeeded', books: [] },
    },
  },
  razorpay: {
    'settlement.processed': {
      ...{ ...SETTLEMENT, happens: tells('settlement.processed'), intent: 'pending', books: [] },
    },
    'payment.authorized': {
      ...{ ...PAYMENT, happens: begins('processing_then_succeed'), intent: 'processing', books: [] },
    },
    'payment.captured': { ...PAYMENT, happens: paid, intent: 'succeeded', books: SOLD },
    'order.paid': { ...PAYMENT, happens: paid, intent: 'succeeded', books: SOLD },
    'payment.failed': { ...PAYMENT, happens: plays('decline'), intent: 'pending', books: [] },
    'refund.created': { ...REFUND, before: [paid], happens: refunds, intent: 'succeeded', books: ['refund'] },
    'refund.processed': {
      ...{
        ...REFUND,
        before: [paid, held],
        happens: plays('refund_settles'),
        intent: 'succeeded',
        books: [],
      },
    },
    'refund.speed_changed': {
      ...REFUND,
      before: [paid, refunds],
      happens: tells('refund.speed_changed'),
      intent: 'succeeded',
      books: [],
    },
    'refund.failed': {
      ...{ ...REFUND, before: [paid, held], happens: plays('refund_fails'), intent: 'succeeded' },
      books: ['refund_reversal'],
    },
    'payment.dispute.created': {
      ...{ ...DISPUTE, before: [paid], happens: plays('dispute_open'), intent: 'succeeded', books: [] },
    },
    'payment.dispute.under_review': {
      ...{ ...DISPUTE, before: inCourt, happens: plays('dispute_under_review'), intent: 'succeeded' },
      books: [],
    },
    'payment.dispute.action_required': {
      ...DISPUTE,
      before: [...inCourt, plays('dispute_under_review')],
      happens: plays('dispute_action_required'),
      intent: 'succeeded',
      books: [],
    },
    'payment.dispute.won': {
      ...{ ...DISPUTE, before: inCourt, happens: plays('dispute_won'), intent: 'succeeded', books: [] },
    },
    'payment.dispute.lost': {
      ...{ ...DISPUTE, before: inCourt, happens: plays('dispute_lost'), intent: 'succeeded' },
      books: ['chargeback', 'dispute_withdrawn'],
    },
    'payment.dispute.closed': {
      ...{ ...DISPUTE, before: [paid, plays('dispute_inquiry')], happens: plays('dispute_closed') },
      ...{ intent: 'succeeded', books: [] },
    },
  },
};

const PROVIDERS = ['stripe', 'razorpay'] as const;
const TABLE = PROVIDERS.flatMap((provider) =>
  Object.entries(ROWS[provider]).map(([type, row]) => ({ provider, type, row })),
);

const database = useDatabase();
let app: App;
let owner: pg.Client;
let payers = 0;
const simulator = () => app.deps.simulator as Simulator;

beforeAll(async () => {
  app = await startApp(readConfig({ DATABASE_URL: database.url, PORT: '0', RATE_LIMITS: 'off' }), silent, {});
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await app.close();
});

const published = (provider: ProviderName, type: string) => {
  const bodies = fixtureNames(provider).map((name) => JSON.parse(fixtureText(provider, name, 'x')));
  return bodies.find((body) => (body.type ?? body.event) === type);
};

async function call({ provider }: Payment, method: string, path: string, body: string): Promise<any> {
  const authorization =
    provider === 'stripe'
      ? 'Bearer sk_test_mock'
      : `Basic ${Buffer.from('rzp_test_mock:secret').toString('base64')}`;
  const answer = await simulator().handle({ method, path, headers: { authorization }, body });
  expect([path, answer.status]).toEqual([path, 200]);
  return JSON.parse(answer.body);
}

async function payOut({ provider }: Payment) {
  expect(await simulator().payOut(provider)).not.toEqual([]);
}
async function failPayout(payment: Payment) {
  const { data } = await call(payment, 'GET', '/v1/payouts?status=paid&limit=1', '');
  await plays('payout_fails')({ ...payment, providerIntentId: data[0].id });
}
/** Its money waits for a capture by call. */
async function holdsBack({ providerIntentId }: Payment) {
  await owner.query(
    `update simulator.objects set body = (body::jsonb || '{"capture_method": "manual"}')::json where id = $1`,
    [providerIntentId],
  );
}
async function cancels(payment: Payment) {
  await call(payment, 'POST', `/v1/payment_intents/${payment.providerIntentId}/cancel`, '');
}
async function captures(payment: Payment) {
  await call(payment, 'POST', `/v1/payment_intents/${payment.providerIntentId}/capture`, '');
}
const paymentAtRazorpay = async (payment: Payment) =>
  (await call(payment, 'GET', `/v1/orders/${payment.providerIntentId}/payments`, '')).items[0].id as string;
/** By hand in the provider's dashboard, in whole. */
async function refunds(payment: Payment) {
  if (payment.provider === 'stripe')
    return call(payment, 'POST', '/v1/refunds', `payment_intent=${payment.providerIntentId}`);
  return call(payment, 'POST', `/v1/payments/${await paymentAtRazorpay(payment)}/refund`, '{}');
}
/** The same, and the bank has not sent it yet. */
async function held(payment: Payment) {
  simulator().account.holdsRefunds = true;
  await refunds(payment);
  simulator().account.holdsRefunds = false;
}

/** The published event, about this payment. */
function tells(type: string): Step {
  return async (payment) => {
    const { provider, providerIntentId } = payment;
    const body = published(provider, type);
    if (provider === 'stripe') {
      Object.assign(body.data.object, { id: providerIntentId });
      body.id = `evt_of_${providerIntentId}`;
    }
    body.created_at = 1_600_000_000 + payers;
    if (body.payload?.refund) {
      const id = await paymentAtRazorpay(payment);
      const { items } = await call(payment, 'GET', `/v1/payments/${id}/refunds`, '');
      Object.assign(body.payload.refund.entity, items[0]);
      Object.assign(body.payload.payment.entity, { id, order_id: providerIntentId });
    }
    expect((await post(app.url, letter(provider, JSON.stringify(body)))).status).toBe(200);
  };
}

async function ofOurs(provider: ProviderName): Promise<Payment> {
  const client = await Client.signedIn(app.url, `payer_${++payers}`, 'user');
  const { intent } = await client.mutate('createIntent', { packageId: 'small', provider }, 'intent { id }');
  const { id } = intent as { id: string };
  const { providerIntentId } = (await app.deps.readIntent(id)) ?? {};
  return { provider, providerIntentId: providerIntentId ?? '', intentId: id };
}

async function ofOthers(provider: ProviderName): Promise<Payment> {
  payers++;
  const body =
    provider === 'stripe' ? 'amount=5000&currency=inr' : JSON.stringify({ amount: 5000, currency: 'INR' });
  const path = provider === 'stripe' ? '/v1/payment_intents' : '/v1/orders';
  const anyone = { provider, providerIntentId: '', intentId: null };
  return { ...anyone, providerIntentId: (await call(anyone, 'POST', path, body)).id };
}

/** Until everything that was told has been worked once. */
async function quiet() {
  for (const untilMs = Date.now() + 30_000; ; ) {
    const { rows } = await owner.query(
      `select (select count(*) from simulator.events where state = 'due')::int
         + (select count(*) from webhook_events where attempt_count = 0)::int as n`,
    );
    if (rows[0].n === 0) return;
    if (Date.now() > untilMs) throw new Error(`${rows[0].n} events are not worked`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

interface Heard {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly status: string;
  readonly intentId: string | null;
}
const eventsAfter = async (known: readonly Heard[]) =>
  (
    await owner.query<Heard>(
      `select id, type, subject, status, intent_id as "intentId" from webhook_events where id <> all($1) order by id`,
      [known.map(({ id }) => id)],
    )
  ).rows;
const bookedFor = async ({ intentId }: Payment): Promise<string[]> =>
  (
    await owner.query('select kind from journal where intent_id = $1 order by posted_at, id', [intentId])
  ).rows.map(({ kind }) => kind);

/** @returns the events of this type that came, and what the last happening added to the books. */
async function heardAlone(payment: Payment, type: string, { before = [], happens }: Row) {
  const { account } = simulator();
  account.events[payment.provider] = ASKED_FOR[payment.provider];
  for (const step of before) {
    await step(payment);
    await quiet();
  }
  const [known, booked] = [await eventsAfter([]), await bookedFor(payment)];
  account.events[payment.provider] = EVENT_TYPES[payment.provider].filter((one) => one === type);
  await happens(payment);
  await quiet();
  const books = (await bookedFor(payment)).slice(booked.length).sort();
  return { events: await eventsAfter(known), books };
}

it('every type that the simulator sends, or that a provider published, has a row', () => {
  for (const provider of PROVIDERS) {
    const bodies = fixtureNames(provider).map((name) => JSON.parse(fixtureText(provider, name, 'x')));
    const known = new Set([...EVENT_TYPES[provider], ...bodies.map((body) => body.type ?? body.event)]);
    expect(Object.keys(ROWS[provider]).sort()).toEqual([...known].sort());
  }
});

it.each(TABLE)('$provider $type alone does what its row says', async ({ provider, type, row }) => {
  const payment = await ofOurs(provider);

  const { events, books } = await heardAlone(payment, type, row);

  expect(events.length).toBeGreaterThan(0);
  const { subject, status } = row;
  const intentId = status === 'processed' ? payment.intentId : null;
  for (const event of events) expect(event).toMatchObject({ type, subject, status, intentId });
  const intent = await app.deps.readIntent(payment.intentId ?? '');
  expect({ intent: intent?.status, books }).toEqual({ intent: row.intent, books: [...row.books].sort() });
});

it.each(TABLE)(
  '$provider $type about a payment of others is ignored and changes nothing here',
  async ({ provider, type, row }) => {
    const payment = await ofOthers(provider);
    const countOf = async () =>
      (
        await owner.query(
          'select count(*)::int as n from journal union all select count(*)::int from intents',
        )
      ).rows;
    const before = await countOf();

    const { events } = await heardAlone(payment, type, row);

    expect(events.length).toBeGreaterThan(0);
    for (const event of events)
      expect(event).toMatchObject({ type, subject: row.subject, status: 'ignored', intentId: null });
    expect(await countOf()).toEqual(before);
  },
);
