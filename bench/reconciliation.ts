// One run over a million lines of a provider's books, through the real SDK against the simulator, and the most memory that
// it took on the way.
//   npm run bench:reconciliation     uses DATABASE_URL (a database of its own is made beside it), else an embedded PostgreSQL
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createSimulator } from '@credits-gateway/simulator';
import { installSimulator } from '@credits-gateway/simulator/install';
import pg from 'pg';
import { CODE } from '../src/app/database';
import { startEmbeddedPostgres } from '../src/db/embedded';
import { createPool } from '../src/db/pool';
import { prepareDatabase } from '../src/db/prepare';
import { createHub } from '../src/events/hub';
import { findJob } from '../src/jobs/find';
import { runJob } from '../src/jobs/run';
import { systemClock } from '../src/kernel/clock';
import { MOCK_WEBHOOK_SECRETS } from '../src/providers/mock-webhook-secrets';
import { readConfig } from '../src/providers/read-config';
import { createProviders } from '../src/providers/registry';
import type { ReconciliationDeps } from '../src/reconciliation/deps';
import { reconciliation } from '../src/reconciliation/run';
import { startReconciliation } from '../src/reconciliation/start';
import { createLogger } from '../src/telemetry/logger';

const ROWS = Number(process.env.BENCH_ROWS ?? 1_000_000);
/** Every so many payments one was lost here. */
const LOST_EVERY = 10_000;
const DATABASE = 'credits_gateway_bench_reconciliation';
const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-bench-'));
  fs.chmodSync(directory, 0o711);
  const embedded = process.env.DATABASE_URL
    ? null
    : await startEmbeddedPostgres({ dataDir: path.join(directory, 'data') });
  const server = process.env.DATABASE_URL ?? embedded?.url ?? '';
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(`drop database if exists ${DATABASE} with (force)`);
  await admin.query(`create database ${DATABASE}`);
  try {
    await run(server.replace(/^(\w+:\/\/[^/]*)\/[^?]*/, `$1/${DATABASE}`));
  } finally {
    await admin.query(`drop database if exists ${DATABASE} with (force)`);
    await admin.end();
    await embedded?.stop();
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

async function run(url: string): Promise<void> {
  await prepareDatabase({ url, mode: 'mock', code: CODE, alsoInstall: installSimulator });
  const owner = new pg.Pool({ connectionString: url, max: 4 });
  const pool = createPool(url, CODE.schema, 4, () => undefined);
  await populate(owner);
  const deps = depsOn(pool, owner);
  const today = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const range = { gte: new Date(today - 86_400_000), lt: new Date(today) };
  const { id } = await startReconciliation(deps, null, { provider: 'stripe', range, dryRun: false });
  const peak = { rss: 0, heap: 0 };
  const before = process.memoryUsage.rss();
  const timer = setInterval(() => {
    const { rss, heapUsed } = process.memoryUsage();
    peak.rss = Math.max(peak.rss, rss);
    peak.heap = Math.max(peak.heap, heapUsed);
  }, 50);
  const startedMs = performance.now();
  await runJob({ ...deps }, [reconciliation(deps)], id, new AbortController().signal);
  clearInterval(timer);
  const seconds = (performance.now() - startedMs) / 1000;
  const job = await findJob(deps, id);
  const mb = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`;
  say(
    `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, load ${os.loadavg()[0]?.toFixed(1)}, Node ${process.version}`,
  );
  say(`${job?.status}: ${ROWS} lines in ${seconds.toFixed(1)} s, ${Math.round(ROWS / seconds)} a second`);
  say(`found: ${JSON.stringify(job?.result)}; lost here: ${Math.floor(ROWS / LOST_EVERY)}`);
  say(`memory: ${mb(before)} before, at most ${mb(peak.rss)} (heap ${mb(peak.heap)})`);
  await Promise.all([pool.end(), owner.end()]);
}

function depsOn(pool: pg.Pool, owner: pg.Pool): ReconciliationDeps {
  const { providers: settings } = readConfig({ LOG_LEVEL: 'silent' });
  const simulator = createSimulator({
    pool: owner,
    clock: systemClock,
    secrets: MOCK_WEBHOOK_SECRETS,
    deliver: async () => ({ status: 500 }),
  });
  const transports = { stripe: simulator.handle, razorpay: simulator.handle };
  const parts: Partial<ReconciliationDeps> = {
    pool,
    hub: createHub(),
    log: createLogger('error'),
    providerTimeoutMs: 20_000,
    providers: createProviders({ settings, transports }),
  };
  return parts as ReconciliationDeps;
}

/** Yesterday's purchases, spread over the day: at the provider all of them, here all but a few. */
async function populate(owner: pg.Pool): Promise<void> {
  const startedMs = performance.now();
  const at = `date_trunc('day', now() at time zone 'utc') at time zone 'utc' - interval '1 day'
    + n * interval '86400 seconds' / ${ROWS + 1}`;
  const here = `from generate_series(1, ${ROWS}) n where n % ${LOST_EVERY} <> 0`;
  const name = "lpad(n::text, 10, '0')";
  for (const statement of [
    `insert into simulator.balance_entries (id, provider, category, source, amount, fee, currency, created)
     select 'txn_' || ${name}, 'stripe', 'charge', 'ch_' || ${name}, 5000, 145, 'inr', floor(extract(epoch from ${at}))::bigint
     from generate_series(1, ${ROWS}) n`,
    `alter table entries disable trigger entries_balanced`,
    `with posted as (
       insert into journal (kind, reference, user_id, intent_id, actor, posted_at, epoch)
       select k.kind, case k.kind when 'grant' then 'int_' || ${name} else 'stripe:ch_' || ${name} end, 'bench',
         'int_' || ${name}, 'provider', ${at}, 1
       from generate_series(1, ${ROWS}) n cross join (values ('receipt'), ('grant')) k(kind)
       where n % ${LOST_EVERY} <> 0 returning id, kind, intent_id)
     insert into entries (journal_id, line, account, unit, amount)
     select p.id, l.line, l.account, 'INR', l.amount
     from posted p cross join (values (1, 'clearing_stripe', -5000), (2, 'deferred_revenue', 5000)) l(line, account, amount)
     where p.kind = 'receipt'`,
    `alter table entries enable trigger entries_balanced`,
    `insert into intents (id, user_id, idempotency_key, input_hash, package_id, package_name, credits, amount_minor, currency,
       provider, mode, created_by, request, status, provider_intent_id, grant_journal_id, expires_at, created_at, updated_at,
       completed_at)
     select 'int_' || ${name}, 'bench_' || n % 1000, n::text, '', 'small', 'Small', 50, 5000, 'INR', 'stripe', 'mock',
       'bench', '{}', 'succeeded', 'pi_' || ${name}, n, ${at}, ${at}, ${at}, ${at} ${here}`,
    `insert into intent_payments (provider_payment_id, provider, intent_id, status, amount_minor, currency, booked_as, seen_at)
     select 'ch_' || ${name}, 'stripe', 'int_' || ${name}, 'captured', 5000, 'INR', 'bought', ${at} ${here}`,
    'vacuum analyze',
  ])
    await owner.query(statement);
  say(`${ROWS} purchases made in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
