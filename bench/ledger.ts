// Postings a second through the verbs that write them, and beside them raw inserts of the very same rows in the same run,
// so that what the rules cost can be read as a ratio on any machine.
//   npm run bench:ledger         uses DATABASE_URL (a server), else an embedded PostgreSQL
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { CODE } from '../src/app/database';
import { sealPostings } from '../src/credits/seal';
import { createSpend } from '../src/credits/spend';
import { createPool } from '../src/db/pool';
import { createHub } from '../src/events/hub';
import { createClaim } from '../src/intents/claim';
import { newId } from '../src/kernel/ids';
import { createSecretBox } from '../src/kernel/secret-box';
import { createSettle } from '../src/payments/settle';
import { createLogger } from '../src/telemetry/logger';
import { machine, openDatabase } from './database';
import { inParallel } from './load';
import { CAPTURED, CLAIM } from './purchases';

const SECONDS = Number(process.env.BENCH_SECONDS ?? 5);
const CALLERS = Number(process.env.BENCH_CALLERS ?? 64);
const PURCHASES = Number(process.env.BENCH_PURCHASES ?? 2_000);

async function main(): Promise<void> {
  const database = await openDatabase('credits_gateway_bench_ledger', true);
  const pool = createPool(database.url, CODE.schema, 10, () => undefined);
  const owner = new pg.Client(database.url);
  await owner.connect();
  say(`${machine()}, ${database.server}; ${CALLERS} callers; everything shares the cores`);
  try {
    await run(database.url, pool, owner);
  } finally {
    await owner.end();
    await pool.end();
    await database.stop();
  }
}

async function run(url: string, pool: pg.Pool, owner: pg.Client): Promise<void> {
  const bought = await purchases(pool);
  say(
    `purchases  ${bought.perSecond.toFixed(0).padStart(7)} postings/s  (receipt and grant, settled in sets)`,
  );
  const spent = await spends(pool);
  say(`spends     ${spent.toFixed(0).padStart(7)} postings/s  (one posting, 2 or 4 lines, in sets)`);
  for (const size of [1, 64]) {
    const raw = await rawInserts(url, owner, size);
    const ratio = (spent / raw).toFixed(2);
    say(
      `raw        ${raw.toFixed(0).padStart(7)} postings/s  (rows of those spends, ${size} a transaction; spends / raw ${ratio})`,
    );
  }
  const startedMs = performance.now();
  let sealed = 0;
  for (let page = await sealPostings({ pool }); page > 0; page = await sealPostings({ pool })) sealed += page;
  say(`sealing    ${((sealed / (performance.now() - startedMs)) * 1000).toFixed(0).padStart(7)} postings/s`);
}

const log = createLogger('silent');

/** Settles intents that were made before, as many at a time as there are callers. */
async function purchases(pool: pg.Pool): Promise<{ perSecond: number }> {
  const claim = createClaim({
    ...{ pool, mode: 'mock', ttlSeconds: 3600, leaseSeconds: 60 },
    ...{ risk: 'act', hasCaptcha: false },
  });
  const settle = createSettle({
    pool,
    hub: createHub(),
    log,
    secrets: createSecretBox(['of a bench']),
    risk: { mode: 'act' },
  });
  const intents = Array.from({ length: PURCHASES }, (_, at) => ({
    id: newId('intent'),
    userId: `u${at % CALLERS}`,
  }));
  await inParallel(CALLERS, intents, async (intent) => {
    await claim({ ...CLAIM, ...intent, key: randomUUID(), createdBy: intent.userId });
  });
  const startedMs = performance.now();
  await inParallel(CALLERS, intents, async ({ id }) => {
    await settle({
      intentId: id,
      readNumber: null,
      object: null,
      facts: [{ ...CAPTURED, paymentId: `ch_${id}` }],
      actor: 'provider',
      note: null,
    });
  });
  return { perSecond: ((intents.length * 2) / (performance.now() - startedMs)) * 1000 };
}

/** Spends one credit at a time, each caller from its own wallet. @returns postings a second. */
async function spends(pool: pg.Pool): Promise<number> {
  const spend = createSpend(pool);
  const startedMs = performance.now();
  const untilMs = startedMs + SECONDS * 1000;
  let count = 0;
  await Promise.all(
    Array.from({ length: CALLERS }, async (_, at) => {
      const userId = `u${at}`;
      while (performance.now() < untilMs) {
        const asked = {
          userId,
          credits: 1n,
          reason: 'bench',
          key: randomUUID(),
          inputHash: 'h',
          actor: userId,
          kind: 'user' as const,
        };
        const { outcome } = await spend(asked);
        if (outcome !== 'spent') throw new Error(`A spend was ${outcome}: raise BENCH_PURCHASES`);
        count++;
      }
    }),
  );
  return (count / (performance.now() - startedMs)) * 1000;
}

const TABLES = ['journal', 'entries', 'events'];

/** Copies the rows of the spends into tables with the same indexes and trigger, two transactions at a time as the verb. */
async function rawInserts(url: string, owner: pg.Client, size: number): Promise<number> {
  for (const table of TABLES)
    await owner.query(
      `drop table if exists raw_${table}; create table raw_${table} (like ${table} including all)`,
    );
  await owner.query(`create trigger entries_balanced after insert on raw_entries
    referencing new table as fresh for each statement execute function entries_balanced()`);
  const { rows } = await owner.query<{ id: string; event: string }>(
    `select j.id::text, e.id::text as event from journal j
     join events e on e.kind = 'balance_changed' and (e.data ->> 'journalId')::bigint = j.id
     where j.kind = 'spend' order by j.id limit ${RAW_MAX}`,
  );
  const sets = Array.from({ length: Math.ceil(rows.length / size) }, (_, at) =>
    rows.slice(at * size, (at + 1) * size),
  );
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const startedMs = performance.now();
  await inParallel(CALLERS, sets, (set) =>
    pool.query({
      name: 'raw',
      text: RAW,
      values: [set.map(({ id }) => id), set.map(({ event }) => event)],
    }),
  );
  const perSecond = (rows.length / (performance.now() - startedMs)) * 1000;
  await pool.end();
  return perSecond;
}

// Enough for some seconds of single rows.
const RAW_MAX = 10_000;
const RAW = `
  with j as (insert into raw_journal overriding system value select * from journal where id = any($1::bigint[])),
  e as (insert into raw_entries select * from entries where journal_id = any($1::bigint[]))
  insert into raw_events overriding system value select * from events where id = any($2::bigint[])`;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

main().catch((error) => {
  process.stderr.write(`${String(error?.stack ?? error)}\n`);
  process.exit(1);
});
