// What providers say of a fraud, from outside over GraphQL and by their signed events: what is frozen, what goes back, and what a lost
// event changes. A small package is 50 credits for INR 50.00.
import type { Outcome, Simulator } from '../../packages/simulator/src/simulator';
import { type App, startApp } from '../../src/app';
import type { ProviderName } from '../../src/providers/provider';
import { readConfig } from '../../src/providers/read-config';
import { sweepWarnings } from '../../src/reviews/sweep-warnings';
import { Client } from '../support/client';
import { eventually } from '../support/eventually';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let app: App;
let users = 0;

const start = (settings: Record<string, string>) =>
  startApp(
    readConfig({ DATABASE_URL: database.url, PORT: '0', RATE_LIMITS: 'off', RISK: 'act', ...settings }),
    silent,
    {},
  );
beforeAll(async () => {
  app = await start({});
});
afterAll(() => app.close());

interface Paid {
  readonly id: string;
  play(outcome: Outcome, isLost?: boolean): Promise<void>;
  balance(): Promise<{ available: number; frozen: number }>;
  review(): Promise<{ status: string; reason: string } | null>;
}

async function bought(provider: ProviderName, at = app, isHeard = true): Promise<Paid> {
  const userId = `warned_${++users}`;
  const client = await Client.signedIn(at.url, userId, 'user');
  const { intent } = await client.mutate('createIntent', { packageId: 'small', provider }, 'intent { id }');
  const { id } = intent as { id: string };
  const outcome = isHeard ? 'succeed' : 'lost_webhook';
  await client.mutate('simulatePayment', { id, outcome }, 'intent { status }');
  const { providerIntentId } = (await at.deps.readIntent(id)) ?? {};
  return {
    id,
    play: async (outcome, isLost = false) => {
      await (at.deps.simulator as Simulator).play({
        ...{ provider, providerIntentId: providerIntentId ?? '', outcome, delayMs: 0, isLost },
      });
    },
    balance: async () => (await client.query('{ balance { available frozen } }')).data.balance,
    review: async () =>
      (
        await at.deps.pool.query(
          'select status, reason from risk_reviews where intent_id = $1 order by opened_at desc, id desc limit 1',
          [id],
        )
      ).rows[0] ?? null,
  };
}

/** By somebody else who has keys of the account. */
async function atStripe(method: string, path: string, body = '') {
  const headers = { authorization: 'Bearer sk_test_mock' };
  const answer = await (app.deps.simulator as Simulator).handle({ method, path, headers, body });
  return JSON.parse(answer.body);
}

const FROZEN = { available: 0, frozen: 50 };
const FREE = { available: 50, frozen: 0 };
const GONE = { available: 0, frozen: 0 };
const shows = (paid: Paid, balance: object, review: object | null) =>
  eventually(async () => {
    expect(await paid.balance()).toEqual(balance);
    expect(await paid.review()).toEqual(review);
  });

const RAISED = [
  ['stripe', 'early_fraud_warning', 'warning'],
  ['stripe', 'review_opened', 'provider_review'],
  ['razorpay', 'dispute_fraud', 'dispute_fraud'],
] as const;

test.each(RAISED)('%s tells of %s, and what was bought is frozen', async (provider, outcome, reason) => {
  const paid = await bought(provider);
  await paid.play(outcome);

  await shows(paid, FROZEN, { status: 'open', reason });
});

test.each(RAISED)(
  'what %s never told of %s is found by the sweep, once',
  async (provider, outcome, reason) => {
    const paid = await bought(provider);
    await paid.play(outcome, true);
    expect(await paid.balance()).toEqual(FREE);

    await sweepWarnings(app.deps);
    await shows(paid, FROZEN, { status: 'open', reason });

    expect(await sweepWarnings(app.deps)).toBe(0);
  },
);

test.each(RAISED)(
  '%s tells of %s before the payment is known, which is read first',
  async (provider, outcome, reason) => {
    const paid = await bought(provider, app, false);
    expect(await paid.balance()).toEqual(GONE);
    await paid.play(outcome);

    await shows(paid, FROZEN, { status: 'open', reason });
  },
);

test('who approves a review at Stripe frees it here', async () => {
  const paid = await bought('stripe');
  await paid.play('review_opened');
  await shows(paid, FROZEN, { status: 'open', reason: 'provider_review' });

  await paid.play('review_closed');
  await shows(paid, FREE, { status: 'approved', reason: 'provider_review' });
});

test('a review that was approved at Stripe without a word of it is freed by the sweep', async () => {
  const paid = await bought('stripe');
  await paid.play('review_opened');
  await shows(paid, FROZEN, { status: 'open', reason: 'provider_review' });
  await paid.play('review_closed', true);

  await sweepWarnings(app.deps);
  await shows(paid, FREE, { status: 'approved', reason: 'provider_review' });
});

test('by policy the money of a warning goes back, which leaves nothing to be done about it', async () => {
  const strict = await start({ RISK_WARNING: 'refund' });
  try {
    const paid = await bought('stripe', strict);
    await paid.play('early_fraud_warning');

    await shows(paid, GONE, { status: 'rejected', reason: 'warning' });
    await eventually(async () => {
      const { rows } = await strict.deps.pool.query(
        `select w.is_actionable, r.status, i.provider_intent_id as object from risk_warnings w
         join refunds r using (intent_id) join intents i on i.id = w.intent_id where w.intent_id = $1`,
        [paid.id],
      );
      expect(rows).toMatchObject([{ is_actionable: false, status: 'succeeded' }]);
      expect(await atStripe('GET', `/v1/refunds?payment_intent=${rows[0].object}`)).toMatchObject({
        data: [{ reason: 'fraudulent' }],
      });
    });
  } finally {
    await strict.close();
  }
});

test('where risk is off nothing is frozen', async () => {
  const easy = await start({ RISK: 'off' });
  try {
    const paid = await bought('stripe', easy);
    await paid.play('early_fraud_warning');
    await eventually(async () => {
      const { rows } = await easy.deps.pool.query(
        `select status from webhook_events where subject = 'warning' and intent_id = $1`,
        [paid.id],
      );
      expect(rows).toEqual([{ status: 'processed' }]);
    });

    expect(await sweepWarnings(easy.deps)).toBe(0);
    expect([await paid.balance(), await paid.review()]).toEqual([FREE, null]);
  } finally {
    await easy.close();
  }
});

test('a warning of a payment that some other program took is left alone', async () => {
  const { simulator, pool } = app.deps;
  // What risk that was off left unknown is found first.
  await sweepWarnings(app.deps);
  const { id } = await atStripe('POST', '/v1/payment_intents', 'amount=5000&currency=inr');
  const others = { provider: 'stripe' as const, providerIntentId: id, delayMs: 0, isLost: true };
  for (const outcome of ['succeed', 'early_fraud_warning', 'review_opened'] as const)
    await simulator?.play({ ...others, outcome });

  expect(await sweepWarnings(app.deps)).toBe(0);
  const { rows } = await pool.query(
    'select count(*)::int as n from risk_warnings w where intent_id not in (select id from intents)',
  );
  expect(rows).toEqual([{ n: 0 }]);
});
