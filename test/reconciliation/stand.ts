// A gateway's doors and a simulated provider that sends no webhook events: what one of them knows and the other does not
// is up to the test. Everything at the provider is planted in the simulator.
import { createHash } from 'node:crypto';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createSimulator } from '../../packages/simulator/src/simulator';
import { CODE, ENTITIES } from '../../src/app/database';
import { applicationDataSource } from '../../src/db/data-source';
import { createReadEvents } from '../../src/events/feed';
import { createHub } from '../../src/events/hub';
import { createReplayCache } from '../../src/idempotency/replay-cache';
import { createClaim } from '../../src/intents/claim';
import { createReadIntent } from '../../src/intents/find';
import { createForeignCounts } from '../../src/intents/foreign-counts';
import { createLeases } from '../../src/intents/lease';
import { createReadNewest } from '../../src/intents/newest';
import { findJob } from '../../src/jobs/find';
import type { Job } from '../../src/jobs/job.entity';
import { runJob } from '../../src/jobs/run';
import { NO_APPROVALS } from '../../src/kernel/approval-limits';
import { systemClock } from '../../src/kernel/clock';
import { createCatalogue } from '../../src/packages/find';
import type { Intent } from '../../src/payments/intent.entity';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import type { ProviderIntent, ProviderName } from '../../src/providers/provider';
import { readConfig } from '../../src/providers/read-config';
import { createProviders } from '../../src/providers/registry';
import type { ReconciliationDeps } from '../../src/reconciliation/deps';
import { reconciliation } from '../../src/reconciliation/run';
import { startReconciliation } from '../../src/reconciliation/start';
import { ownerOf } from '../support/database';
import { captured, claimIntents, doorOn, plain, reading, silent } from '../support/intents';
import { heardPool, type TestDatabase, useDatabase } from '../support/pools';

export const FINANCE = { id: 'fin_1', role: 'finance' } as const;

export interface ReconciliationStand {
  readonly database: TestDatabase;
  readonly deps: ReconciliationDeps;
  /** As the simulated provider's own hand, or as the owner of the tables. */
  sql<Row extends Record<string, any>>(text: string, values?: unknown[]): Promise<Row[]>;
}

export function useStand(): ReconciliationStand {
  const database = useDatabase();
  const made = {} as { deps: ReconciliationDeps; owner: pg.Pool; dataSource: DataSource };
  beforeAll(async () => {
    made.owner = heardPool({ ...ownerOf(database.url), max: 4 });
    made.dataSource = await applicationDataSource(database.url, CODE.schema, ENTITIES, 2).initialize();
    made.deps = depsOn(database.pool(), made.owner, made.dataSource);
  });
  afterAll(async () => {
    await made.dataSource.destroy();
    await made.owner.end();
  });
  return {
    database,
    get deps() {
      return made.deps;
    },
    sql: async (text, values) => (await made.owner.query(text, values)).rows,
  };
}

function depsOn(pool: pg.Pool, owner: pg.Pool, dataSource: DataSource): ReconciliationDeps {
  const { providers: settings, risk } = readConfig({ LOG_LEVEL: 'silent' });
  const simulator = createSimulator({
    pool: owner,
    clock: systemClock,
    secrets: MOCK_WEBHOOK_SECRETS,
    deliver: async () => ({ status: 500 }),
  });
  const transports = { stripe: simulator.handle, razorpay: simulator.handle };
  const hub = createHub();
  return {
    mode: 'mock',
    gatewayIds: ['gw_here'],
    paymentsEnabled: true,
    risk,
    allowedOrigins: [],
    providerTimeoutMs: 30_000,
    pool,
    dataSource,
    hub,
    log: silent,
    simulator,
    catalogue: createCatalogue({ pool, log: silent }),
    providers: createProviders({ settings, transports }),
    claim: createClaim({
      ...{ pool, mode: 'mock', ttlSeconds: 3_600, leaseSeconds: 60 },
      ...{ risk: 'observe', hasCaptcha: false },
    }),
    settle: doorOn(pool),
    leases: createLeases({ pool, leaseSeconds: 60 }),
    readIntent: createReadIntent(pool),
    readNewest: createReadNewest(pool),
    readEvents: createReadEvents(pool),
    captcha: null,
    replays: createReplayCache(null, silent),
    worked: {
      begin: () => () => undefined,
      note: () => undefined,
      takeSettled: () => null,
      areWorked: async () => true,
    },
    foreignCounts: createForeignCounts(),
    approvalLimits: NO_APPROVALS,
  };
}

/** One purchase as both sides may know it. */
export interface Purchase {
  readonly intent: Intent;
  readonly providerIntentId: string;
  readonly paymentId: string;
}

/** Purchases that were paid at the provider; nothing here knows of the payment yet. Made by the set. */
export async function paidThere(
  { deps, database, sql }: ReconciliationStand,
  provider: ProviderName,
  count: number,
): Promise<Purchase[]> {
  const users = Array.from({ length: count }, (_, n) => `${provider}_${n % 200}`);
  const intents = await claimIntents(database.pool(), users, provider);
  const first = intents[0] as Intent;
  const object = await deps.providers.get(provider)?.createIntent(
    {
      ourIntentId: first.id,
      amount: { amountMinor: 5000n, currency: 'INR' },
      description: 'Small',
      metadata: {},
    },
    { idempotencyKey: first.id, timeoutMs: 10_000 },
  );
  if (object?.kind !== 'ok') throw new Error(`Not created: ${JSON.stringify(object)}`);
  const { providerIntentId } = object.value;
  await deps.simulator?.play({ provider, providerIntentId, outcome: 'succeed', delayMs: 0 });
  const family = await sql<StoredRow>(
    'select id, kind, created, receipt, body::text from simulator.objects where root_id = $1 order by serial',
    [providerIntentId],
  );
  const paymentId = family.find(({ kind }) => kind === 'charge' || kind === 'payment')?.id as string;
  const purchases = intents.map((intent, n): Purchase => {
    const copy = (id: string) =>
      n === 0
        ? id
        : id.replace(
            /[0-9a-f]+$/,
            createHash('md5')
              .update(id + n)
              .digest('hex')
              .slice(0, 24),
          );
    return { intent, providerIntentId: copy(providerIntentId), paymentId: copy(paymentId) };
  });
  for (let from = 1; from < count; from += 1_000)
    await copyObjects(sql, provider, family, purchases[0] as Purchase, purchases.slice(from, from + 1_000));
  return purchases;
}

interface StoredRow {
  readonly id: string;
  readonly kind: string;
  readonly created: string;
  readonly receipt: string | null;
  readonly body: string;
}

/** The provider's objects of a purchase, once for each other purchase, under its ids. */
async function copyObjects(
  sql: ReconciliationStand['sql'],
  provider: ProviderName,
  family: readonly StoredRow[],
  from: Purchase,
  to: readonly Purchase[],
): Promise<void> {
  const txn = /txn_mock_[0-9a-f]+/.exec(family.map(({ body }) => body).join())?.[0] ?? 'none at all';
  const rows = to.flatMap((purchase) => {
    const under = (text: string) =>
      text
        .replaceAll(from.paymentId, purchase.paymentId)
        .replaceAll(from.providerIntentId, purchase.providerIntentId)
        .replaceAll(from.intent.id, purchase.intent.id)
        .replaceAll(txn, `txn_mock_${purchase.paymentId}`);
    return family.map((row) => ({
      ...row,
      id: under(row.id),
      root: purchase.providerIntentId,
      receipt: row.receipt && purchase.intent.id,
      body: under(row.body),
    }));
  });
  await sql(
    `insert into simulator.objects (id, root_id, provider, kind, created, receipt, body)
     select r.id, r.root, $1, r.kind, r.created, r.receipt, r.body::json
     from unnest($2::text[], $3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[])
       r(id, root, kind, created, receipt, body)`,
    [
      provider,
      ...(['id', 'root', 'kind', 'created', 'receipt', 'body'] as const).map((name) =>
        rows.map((row) => row[name]),
      ),
    ],
  );
}

/** Our side hears of purchases, as if their webhook events had come. */
export async function heardOf({ deps }: ReconciliationStand, purchases: readonly Purchase[], paid: boolean) {
  await Promise.all(
    purchases.map(({ intent, providerIntentId, paymentId }) =>
      deps.settle({
        ...reading(intent.id, paid ? captured(paymentId) : plain('reopened')),
        object: {
          providerIntentId,
          providerStatus: 'open',
          clientSecret: null,
          status: 'pending',
        } as ProviderIntent,
      }),
    ),
  );
}

/** A run from start to end, over what the provider's books have of the last days. */
export async function reconcile(
  { deps }: ReconciliationStand,
  provider: ProviderName,
  { dryRun = false, days = 1 } = {},
): Promise<Job> {
  const to = Date.now() + 1_000;
  const range = { gte: new Date(to - days * 86_400_000), lt: new Date(to) };
  const { id } = await startReconciliation(deps, FINANCE, { provider, range, dryRun });
  await runJob(deps, [reconciliation(deps)], id, new AbortController().signal);
  return (await findJob(deps, id)) as Job;
}
