// How long a backtest takes over a million decisions, and over how many a second: npm run bench:backtest. BACKTEST_DECISIONS changes
// the size; uses DATABASE_URL (a server), else an embedded PostgreSQL. What is made is kept for the next run.
import 'reflect-metadata';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { CODE } from '../src/app/database';
import { backtestText } from '../src/cli/backtest-text';
import { searchPathOf } from '../src/db/code';
import { createPool } from '../src/db/pool';
import { type Backtest, backtestRiskRules } from '../src/reviews/backtest';
import { machine, openDatabase } from './database';

const DECISIONS = Number(process.env.BACKTEST_DECISIONS ?? 1_000_000);
const NAME = `credits_gateway_bench_backtest_${DECISIONS}`;
const ROUNDS = 3;
const FROM = '2026-01-01T00:00:00Z';
// As a shop of a million purchases a month has them.
const SECONDS_BETWEEN = 2.5;
const FILL = 100_000;

// One of ten purchases is a card tester's: many in minutes, of one device, mostly never paid. One of 200 that were paid is known to
// be bad. Signals that only money brings are unknown.
const DECIDED = `
  insert into risk_decisions (intent_id, user_id, stage, at, rule_version, score, decision, told, signals, fired, device, address,
    credits, amount_minor, currency)
  select case when n % 10 <> 3 or n % 2 = 0 then 'int_' || lpad(n::text, 26, '0') end, 'user_' || n % 50000, 'claim',
    timestamptz '${FROM}' + n * interval '${SECONDS_BETWEEN} seconds', 1, 0,
    case when n % 10 = 3 and n % 2 = 1 then 'block' else 'allow' end, 'none',
    array[1 + (n * 7) % 3 + 9 * t, 1 + (n * 7) % 4 + 15 * t, 1 + (n * 7) % 5 + 20 * t, 100 * (1 + (n * 7) % 5), 1 + (n * 11) % 3 + 9 * t,
      1 + (n * 11) % 6 + 15 * t, 1 + (n * 13) % 6, 1 + (n * 13) % 12, null, (n * 17) % 40, (n * 17) % 90,
      (n * 19) % 3 * t, (n * 19) % 5 * t, (n * 19) % 4 * t, (n * 19) % 6 * t, (n * 23) % 8, null, 60 * t, (n * 29) % 40, (n * 31) % 2 + 2 * t,
      (n * 31) % 3 + 3 * t, (n * 31) % 8, 1 + (n * 37) % 2, 1 + (n * 37) % 3, 1 + (n * 37) % 6, null, (n * 41) % 2000, (n % 4 = 0)::integer,
      (n % 3 = 0)::integer, null, (n % 900 = 0)::integer, (n % 1100 = 0)::integer, null, null, null, null, null, null, null, null, null,
      0, null, 0, null]::double precision[],
    '{}', 'device_' || n % 60000, format('10.%s.%s.0/24', n / 256 % 256, n % 256), 100, 10000, 'INR'
  from generate_series($1::integer, $2::integer) n, lateral (select (n % 10 = 3)::integer as t) tester`;
const MADE = `
  insert into intents (id, user_id, idempotency_key, input_hash, package_id, package_name, credits, amount_minor, currency, provider,
    mode, created_by, request, status, grant_journal_id, expires_at, created_at, updated_at, completed_at)
  select intent_id, user_id, 'made-' || id, 'h', 'medium', 'Medium', 100, 10000, 'INR', 'stripe', 'mock', user_id, '{}',
    case when s.is_paid then 'succeeded' else 'pending' end, case when s.is_paid then id end, at, at, at, case when s.is_paid then at end
  from risk_decisions, lateral (select id % 10 <> 3 and id % 7 <> 0 or id % 100 = 3 as is_paid) s
  where intent_id is not null and id between $1::integer and $2::integer`;
const WARNED = `
  insert into risk_warnings (provider, provider_id, kind, intent_id, user_id, is_actionable, at)
  select 'stripe', 'w_' || id, 'early_fraud_warning', id, user_id, false, created_at from intents
  where status = 'succeeded' and (right(id, 2) = '03' or grant_journal_id % 400 = 0)`;

async function main(): Promise<void> {
  let database = await openDatabase(NAME, false);
  try {
    if (!(await isFilled(database.url))) {
      await database.stop();
      database = await openDatabase(NAME, true);
      await fill(database.url);
    }
    say(`${machine()}, ${database.server}`);
    await measure(database.url);
  } finally {
    await database.stop();
  }
}

async function measure(url: string): Promise<void> {
  const pool = createPool(url, CODE.schema, 4, () => undefined);
  try {
    const document = JSON.parse(fs.readFileSync(path.join('src', 'risk', 'default-rules.json'), 'utf8'));
    const range = {
      from: new Date(FROM),
      before: new Date(Date.parse(FROM) + (DECISIONS + 1) * SECONDS_BETWEEN * 1000),
    };
    let last: Backtest | null = null;
    for (let round = 0; round < ROUNDS; round++) {
      last = await backtestRiskRules({ pool }, { document, ...range });
      const perSecond = Math.round((1000 * last.decisions) / last.tookMs);
      say(
        `${last.decisions} decisions by ${document.rules.length} rules in ${(last.tookMs / 1000).toFixed(2)} s, ${perSecond}/s`,
      );
    }
    if (last) say(`\n${backtestText('The rules that come with the product', last)}`);
  } finally {
    await pool.end();
  }
}

async function isFilled(url: string): Promise<boolean> {
  const client = await connect(url);
  const { rows } = await client.query('select count(*)::integer as n from risk_decisions');
  await client.end();
  return rows[0].n === DECISIONS;
}

async function fill(url: string): Promise<void> {
  const client = await connect(url);
  // Rows that a purchase alone makes are left out, so nothing looks whether they are there, and lists are not read.
  await client.query('set session_replication_role = replica');
  const { rows } =
    await client.query(`select indexname from pg_indexes where tablename = 'intents' and indexname <> 'intents_pkey'
    and indexname not in (select conname from pg_constraint)`);
  for (const { indexname } of rows) await client.query(`drop index ${indexname}`);
  for (let from = 1; from <= DECISIONS; from += FILL) {
    const chunk = [from, Math.min(from + FILL - 1, DECISIONS)];
    await client.query(DECIDED, chunk);
    await client.query(MADE, chunk);
    say(`made ${chunk[1]} of ${DECISIONS}`);
  }
  await client.query(WARNED);
  await client.query('analyze');
  await client.end();
}

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    options: `-c search_path=${searchPathOf(CODE.schema)}`,
  });
  await client.connect();
  return client;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

void main();
