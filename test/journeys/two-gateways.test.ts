// Two gateways on one account of each provider, as staging and production or two cells have it: each hears every event, lists every
// object and reads every line of the books, and each knows its own alone. A small package is 50 credits for INR 50.00.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import {
  createSimulator,
  type Simulator,
  type SimulatorRequest,
} from '../../packages/simulator/src/simulator';
import { type App, startApp } from '../../src/app';
import { commandLine } from '../../src/cli/by';
import { createIntent } from '../../src/intents/create';
import { findJob } from '../../src/jobs/find';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import type { ProviderName } from '../../src/providers/provider';
import { readConfig } from '../../src/providers/read-config';
import { recover } from '../../src/reconciliation/recover';
import { startReconciliation } from '../../src/reconciliation/start';
import { refundIntent } from '../../src/refunds/refund';
import { checkHealth } from '../../src/reports/health';
import { lostAt } from '../reconciliation/lost';
import { finance, type RefundStand } from '../refunds/stand';
import { ownerOf } from '../support/database';
import { eventually } from '../support/eventually';
import { silent } from '../support/intents';
import { heardPool, useDatabase } from '../support/pools';

const PROVIDERS: readonly ProviderName[] = ['stripe', 'razorpay'];
const CALLS = { timeoutMs: 10_000 };

interface Gateway {
  readonly id: string;
  readonly app: App;
  readonly rows: (text: string, values?: unknown[]) => Promise<any[]>;
  /** Paths that it asked a provider for. */
  readonly asked: string[];
  readonly end: () => Promise<void>;
}

const databases = [useDatabase(), useDatabase()];
let simulator: Simulator;
let bank: pg.Pool;
let production: Gateway;
let staging: Gateway;

async function startOne(url: string, id: string): Promise<Gateway> {
  const owner = new pg.Client(ownerOf(url));
  await owner.connect();
  // Databases of tests are copies of one.
  await owner.query('update gateway set gateway_id = $1', [id]);
  const asked: string[] = [];
  const wire = async (request: SimulatorRequest) => {
    asked.push(request.path);
    return simulator.handle(request);
  };
  const config = readConfig({ DATABASE_URL: url, PORT: '0', UNAPPLIED_REFUND: 'manual' });
  const app = await startApp(config, silent, { stripe: wire, razorpay: wire });
  const end = async () => {
    await app.close();
    await owner.end();
  };
  return { id, app, asked, end, rows: async (text, values) => (await owner.query(text, values)).rows };
}

beforeAll(async () => {
  const [first, second] = databases.map(({ url }) => url) as [string, string];
  bank = heardPool({ ...ownerOf(first), max: 4 });
  simulator = createSimulator({
    pool: bank,
    secrets: MOCK_WEBHOOK_SECRETS,
    deliver: async ({ provider, headers, body }) => {
      const told = [production, staging].map(({ app }) =>
        fetch(`${app.url}/webhooks/${provider}`, { method: 'POST', headers, body }),
      );
      const statuses = (await Promise.all(told)).map(({ status }) => status);
      return { status: Math.max(...statuses) };
    },
  });
  production = await startOne(first, 'gw_production');
  staging = await startOne(second, 'gw_staging');
  simulator.start();
});
afterAll(async () => {
  await simulator.stop();
  for (const { end } of [production, staging]) await end();
  await bank.end();
});

async function bought({ app, rows }: Gateway, provider: ProviderName, userId: string) {
  const { intent } = await createIntent(
    app.deps,
    { id: userId, role: 'user' },
    { packageId: 'small', provider },
  );
  const providerIntentId = String(intent.providerIntentId);
  const play = (outcome: 'succeed' | 'dispute_open' | 'dispute_lost') =>
    simulator.play({ provider, providerIntentId, outcome, delayMs: 0 });
  await play('succeed');
  await eventually(async () =>
    expect(await rows('select status from intents where id = $1', [intent.id])).toEqual([
      { status: 'succeeded' },
    ]),
  );
  return { id: intent.id, userId, provider, providerIntentId, play };
}

/** What the events came to at a gateway, and nothing of it is left to do. */
const workedAt = ({ rows }: Gateway, providerIntentId: string) =>
  eventually(async () => {
    const [told] = await rows(
      `select count(*)::int as events, array_agg(distinct status) as statuses, array_agg(distinct intent_id) as intents
       from webhook_events where provider_intent_id = $1`,
      [providerIntentId],
    );
    expect(told.events).toBeGreaterThan(0);
    expect(told.statuses.filter((status: string) => !['processed', 'ignored'].includes(status))).toEqual([]);
    return told;
  });

async function reconciled({ app }: Gateway, provider: ProviderName) {
  const to = Date.now() + 1_000;
  const range = { gte: new Date(to - 3_600_000), lt: new Date(to) };
  const run = await startReconciliation(app.deps, finance, { provider, range, dryRun: false });
  const job = await eventually(
    () => findJob(app.deps, run.id),
    (seen) => seen?.status === 'succeeded' || seen?.status === 'failed',
  );
  return job?.result as Record<string, any>;
}

it.each(PROVIDERS)('what a gateway makes at %s says which gateway made it', async (provider) => {
  const { providerIntentId, id } = await bought(production, provider, `named_${provider}`);
  const adapter = production.app.deps.providers.get(provider);
  const record = await adapter?.getIntentRecord(providerIntentId, CALLS);
  expect(record).toMatchObject({ kind: 'ok', value: { metadata: { gateway_id: 'gw_production' } } });
  await refundIntent(production.app.deps, finance, {
    ...{ intentId: id, amountMinor: 1000n, reason: 'too much', idempotencyKey: randomUUID() },
  });
  const [refund] = (
    await bank.query(
      `select body::jsonb as body from simulator.objects where kind = 'refund' and provider = $1`,
      [provider],
    )
  ).rows;
  expect({ ...refund.body.metadata, ...refund.body.notes }).toMatchObject({ gateway_id: 'gw_production' });
});

it.each(PROVIDERS)(
  'payments, refunds and disputes of one gateway at %s are in neither books nor health nor breaks of the other',
  async (provider) => {
    const theirs = await bought(production, provider, `theirs_${provider}`);
    const refunded = await bought(production, provider, `refunded_${provider}`);
    const own = await bought(staging, provider, `own_${provider}`);
    await refundIntent(production.app.deps, finance, {
      ...{ intentId: refunded.id, amountMinor: 1000n, reason: 'too much', idempotencyKey: randomUUID() },
    });
    await theirs.play('dispute_open');
    await theirs.play('dispute_lost');
    for (const thing of [theirs, refunded]) {
      expect(await workedAt(staging, thing.providerIntentId)).toMatchObject({
        statuses: ['ignored'],
        intents: [null],
      });
      expect((await workedAt(production, thing.providerIntentId)).intents).toContain(thing.id);
    }
    expect((await workedAt(production, own.providerIntentId)).statuses).toEqual(['ignored']);
    // Stripe's events of payments and refunds carry what the gateway wrote, so that not one call is spent on them.
    const spent = staging.asked.filter((path) => path.includes(refunded.providerIntentId));
    if (provider === 'stripe') expect(spent).toEqual([]);
    const users = await staging.rows('select user_id from wallets where user_id like $1', [`%_${provider}`]);
    expect(users).toEqual([{ user_id: own.userId }]);

    await bank.query('select simulator.pay_out($1)', [provider]);
    for (const gateway of [production, staging]) {
      expect(await reconciled(gateway, provider)).toMatchObject({ broken: 0, differences: {} });
      expect(
        await gateway.rows(`select * from breaks where provider = $1 and status = 'open'`, [provider]),
      ).toEqual([]);
    }
    const [{ clearing }] = await staging.rows(
      `select coalesce(sum(amount), 0)::int as clearing from entries where account = 'clearing_' || $1`,
      [provider],
    );
    expect(clearing).toBe(0);
  },
);

it.each(PROVIDERS)(
  'a purchase at %s that a gateway lost is made again by that one alone, and one of before there were names by whoever is asked',
  async (provider) => {
    const stand = { app: staging.app, rows: staging.rows } as unknown as RefundStand;
    const lost = await lostAt(stand, provider);
    await simulator.play({
      provider,
      providerIntentId: lost.providerIntentId,
      outcome: 'succeed',
      delayMs: 0,
    });
    const since = new Date(Date.now() - 60_000);
    const at = async ({ app }: Gateway) =>
      (await recover(app.deps, commandLine(), { since, dryRun: false }, () => undefined)).providers[provider];
    expect(await at(production)).toMatchObject({ restored: 0, unreadable: [], unanswered: 0 });
    expect(await production.rows('select * from intents where id = $1', [lost.intentId])).toEqual([]);
    expect(await at(staging)).toMatchObject({ restored: 1, unreadable: [], unanswered: 0 });
    expect(await staging.rows('select status from intents where id = $1', [lost.intentId])).toEqual([
      { status: 'succeeded' },
    ]);

    const unnamed = await lostAt(stand, provider, { metadata: { gateway_id: '' } });
    await simulator.play({
      provider,
      providerIntentId: unnamed.providerIntentId,
      outcome: 'succeed',
      delayMs: 0,
    });
    expect(await at(staging)).toMatchObject({ restored: 1 });
  },
);

it('calls nothing unhealthy', async () => {
  for (const { app } of [production, staging]) {
    const health = await checkHealth({ pool: app.deps.pool, redis: null });
    expect(health.filter(({ ok }) => !ok)).toEqual([]);
  }
});
