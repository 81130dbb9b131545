// A ledger of ten million entries: made once, sealed, and verified in memory that does not grow. Each step goes on where
// an earlier run stopped.
//   npm run bench:growth         GROWTH_ENTRIES changes the size; uses DATABASE_URL (a server), else an embedded PostgreSQL
import 'reflect-metadata';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { CODE } from '../src/app/database';
import { CHAIN_START, type ChainPlace } from '../src/credits/chain';
import { checkLedger, type LedgerCheckResult } from '../src/credits/check-ledger';
import { partAfter } from '../src/credits/check-part';
import { sealPostings } from '../src/credits/seal';
import { accountsAsOf } from '../src/credits/statement';
import { createPool } from '../src/db/pool';
import { machine, openDatabase } from './database';

const ENTRIES = Number(process.env.GROWTH_ENTRIES ?? 10_000_000);
const NAME = 'credits_gateway_bench_growth';
// One user buys 250 credits and spends 249 of them one by one: 2 postings of 2 lines and 249 of 4.
const ENTRIES_A_USER = 1_000;
const USERS_A_CHUNK = 50;
const PLACE_FILE = path.join('.data', `${NAME}.place.json`);
const MEMORY_EVERY_MS = 100;
// As LEDGER_CHECK_DAYS is unless it is set, and what a day adds: half a percent.
const DAYS = 7;
const DAY_SHARE = 0.005;

async function main(): Promise<void> {
  fs.mkdirSync('.data', { recursive: true });
  const database = await openDatabase(NAME, false);
  const owner = new pg.Client(database.url);
  await owner.connect();
  const pool = createPool(database.url, CODE.schema, 4, () => undefined);
  say(`${machine()}, ${database.server}`);
  try {
    await grow(owner, ENTRIES);
    await sealAll(pool);
    const verified = await verify(pool);
    await grow(owner, ENTRIES * (1 + DAY_SHARE));
    await sealAll(pool);
    await verifyDays(pool, verified);
    await read(pool, owner);
  } finally {
    await pool.end();
    await owner.end();
    await database.stop();
  }
}

/** Whole users, a chunk a transaction, so that what is there is always whole. */
async function grow(owner: pg.Client, entries: number): Promise<void> {
  const users = Math.ceil(entries / ENTRIES_A_USER);
  const { rows } = await owner.query<{ count: number }>(
    `select count(*)::integer from wallets where user_id like 'g%'`,
  );
  const had = rows[0]?.count ?? 0;
  const startedMs = performance.now();
  for (let from = had; from < users; from += USERS_A_CHUNK) {
    await owner.query('begin');
    for (const statement of CHUNK)
      await owner.query(statement, [from, Math.min(from + USERS_A_CHUNK, users) - 1]);
    await owner.query('commit');
  }
  const made = Math.max(0, users - had) * ENTRIES_A_USER;
  const seconds = (performance.now() - startedMs) / 1000;
  if (made > 0) {
    await owner.query(
      `select setval(pg_get_serial_sequence('journal', 'id'), (select max(id) from journal))`,
    );
    await owner.query('analyze');
  }
  const size = await owner.query<{ size: string; entries: string }>(
    `select pg_size_pretty(pg_database_size(current_database())) as size, (select count(*) from entries)::text as entries`,
  );
  say(
    `made      ${made} entries in ${seconds.toFixed(0)} s; there are ${size.rows[0]?.entries}, ${size.rows[0]?.size}`,
  );
}

async function sealAll(pool: pg.Pool): Promise<void> {
  const startedMs = performance.now();
  let sealed = 0;
  for (let page = await sealPostings({ pool }); page > 0; page = await sealPostings({ pool })) sealed += page;
  const seconds = (performance.now() - startedMs) / 1000;
  say(
    `sealed    ${sealed} postings in ${seconds.toFixed(0)} s, ${(sealed / Math.max(seconds, 0.001)).toFixed(0)}/s`,
  );
}

/** Goes on from the place that an interrupted run kept. */
async function verify(pool: pg.Pool): Promise<Verified> {
  const kept = fs.existsSync(PLACE_FILE)
    ? (JSON.parse(fs.readFileSync(PLACE_FILE, 'utf8')) as ChainPlace)
    : null;
  const before = process.memoryUsage().rss;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, MEMORY_EVERY_MS);
  const startedMs = performance.now();
  let [step, stepMs] = ['', startedMs];
  let place = kept;
  const result = await checkLedger(
    pool,
    async ({ checkpoint, message }) => {
      if (checkpoint) fs.writeFileSync(PLACE_FILE, JSON.stringify(checkpoint));
      place = checkpoint ?? place;
      if (message === step) return;
      if (step) say(`          ${((performance.now() - stepMs) / 1000).toFixed(1)} s: ${step}`);
      [step, stepMs] = [message, performance.now()];
    },
    kept,
  );
  clearInterval(watch);
  fs.rmSync(PLACE_FILE, { force: true });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  const from = kept ?? CHAIN_START;
  say(
    `verified  ${result.checkedEntries} entries (from seal ${from.number}) in ${seconds} s, ok ${result.ok}; ` +
      `memory ${mb(before)} MB before, ${mb(most)} MB at most`,
  );
  for (const problem of result.problems) say(`  - ${problem}`);
  return { result, place, seconds: (performance.now() - startedMs) / 1000 };
}

interface Verified {
  readonly result: LedgerCheckResult;
  readonly place: ChainPlace | null;
  readonly seconds: number;
}

/** As the days that follow do: what is new, and a piece of the rest. */
async function verifyDays(pool: pg.Pool, whole: Verified): Promise<void> {
  let last = whole;
  const took: number[] = [];
  for (let day = 1; day <= DAYS; day++) {
    const at = new Date(new Date(whole.result.readSince).getTime() + day * 86_400_000);
    const { ok, rolling } = last.result;
    const part = partAfter(
      { at: new Date(at.getTime() - 86_400_000), ok, place: last.place, rolling },
      DAYS,
      at,
      0,
    );
    const startedMs = performance.now();
    let { place } = last;
    const tell = async ({ checkpoint }: { checkpoint?: ChainPlace }) => {
      place = checkpoint ?? place;
    };
    const result = await checkLedger(pool, tell, null, last.result, part, at);
    const seconds = (performance.now() - startedMs) / 1000;
    took.push(seconds);
    last = { result, place, seconds };
    say(
      `day ${day}     ${result.checkedEntries} entries, ${result.invariants} invariants in ${seconds.toFixed(1)} s, ok ${result.ok}`,
    );
  }
  const mean = took.reduce((sum, seconds) => sum + seconds, 0) / took.length;
  say(
    `a day     ${mean.toFixed(1)} s on average, ${(whole.seconds / mean).toFixed(1)} times less than everything`,
  );
}

async function read(pool: pg.Pool, owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ at: Date }>(
    'select closes_at as at from seals where number = (select max(number) / 2 + 4999 from seals)',
  );
  const startedMs = performance.now();
  const balances = await accountsAsOf({ pool }, rows[0]?.at ?? null);
  say(
    `accounts  at an instant half way: ${balances.length} balances in ${(performance.now() - startedMs).toFixed(0)} ms`,
  );
}

const mb = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

// Users $1 to $2, each with 251 postings; their numbers follow from the user's.
const USERS = `select u, 'g' || u as user_id, 'int_g' || u as intent_id, u::bigint * 251 + 1 as first
  from generate_series($1::integer, $2::integer) u`;
const NOW = `timestamptz '2026-01-01' + u * interval '1 minute'`;

const CHUNK = [
  `insert into wallets (user_id, balance, line_sequence) select user_id, 1, 250 from (${USERS}) u`,
  `insert into intents (id, user_id, idempotency_key, input_hash, package_id, package_name, credits, amount_minor, currency,
     provider, mode, created_by, request, status, provider_intent_id, provider_payment_id, grant_journal_id, expires_at,
     created_at, updated_at, completed_at)
   select intent_id, user_id, 'growth', 'h', 'large', 'Large', 250, 25000, 'INR', 'stripe', 'mock', user_id, '{}',
     'succeeded', 'pi_g' || u, 'ch_g' || u, first + 1, ${NOW}, ${NOW}, ${NOW}, ${NOW} from (${USERS}) u`,
  `insert into intent_payments (provider_payment_id, provider, intent_id, status, amount_minor, currency, booked_as, seen_at)
   select 'ch_g' || u, 'stripe', intent_id, 'captured', 25000, 'INR', 'bought', ${NOW} from (${USERS}) u`,
  `insert into events (subject, sequence, version, kind, actor, to_status, epoch)
   select intent_id, 1, 1, 'status_changed', 'provider', 'succeeded', epoch from (${USERS}) u, gateway`,
  `insert into lots (user_id, intent_id, journal_id, granted, remaining, spent, paid_minor, deferred_minor, earned_minor,
     currency, created_at)
   select user_id, intent_id, first + 1, 250, 1, 249, 25000, 100, 24900, 'INR', ${NOW} from (${USERS}) u`,
  `insert into journal (id, kind, reference, user_id, intent_id, reason, actor, posted_at, epoch) overriding system value
   select first + n, case n when 0 then 'receipt' when 1 then 'grant' else 'spend' end,
     case n when 0 then 'stripe:ch_g' || u when 1 then intent_id else user_id || ':spend:' || n end, user_id,
     case when n < 2 then intent_id end, case when n > 1 then 'growth' end, user_id,
     ${NOW} + n * interval '0.2 seconds', epoch
   from (${USERS}) u, generate_series(0, 250) n, gateway`,
  `insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
   select first, l.line, l.account, null, 'INR', l.amount, null::bigint, null::bigint
     from (${USERS}) u, (values (1, 'clearing_stripe', -25000), (2, 'deferred_revenue', 25000)) l(line, account, amount)
   union all
   select first + 1, 1, 'wallet', user_id, 'CREDIT', 250, 1, 250 from (${USERS}) u
   union all
   select first + 1, 2, 'credits_issued', null, 'CREDIT', -250, null, null from (${USERS}) u
   union all
   select first + n, 1, 'wallet', user_id, 'CREDIT', -1, n, 251 - n from (${USERS}) u, generate_series(2, 250) n
   union all
   select first + n, l.line, l.account, null, l.unit, l.amount, null, null
     from (${USERS}) u, generate_series(2, 250) n,
       (values (2, 'credits_spent', 'CREDIT', 1), (3, 'deferred_revenue', 'INR', -100), (4, 'revenue', 'INR', 100))
         l(line, account, unit, amount)`,
];

main().catch((error) => {
  process.stderr.write(`${String(error?.stack ?? error)}\n`);
  process.exit(1);
});
