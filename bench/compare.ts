// Two builds of the gateway, each on a database of its own on one server, under the same load in turns: processor time per
// operation, of the gateway and of its PostgreSQL backends, and whether the second build takes more beyond what the rounds
// differ by anyway.
//   npm run bench:compare -- ../before .           folders of two built checkouts; BENCH_ROUNDS=10 BENCH_SECONDS=3
//   npm run bench:compare -- ../before . spend     only this
import path from 'node:path';
import pg from 'pg';
import { cpuOf } from './cpu';
import { machine } from './database';
import { type BenchGateway, startGateway, stopGateway } from './gateway';
import { noRounds, turnsOf, verdict } from './in-turns';
import { measure, post } from './load';
import { median } from './statistics';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 10);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 3);
const CALLERS = Number(process.env.BENCH_CALLERS ?? 32);
const SERVER = process.env.DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
// A spend takes one credit; nobody spends more often than this in all rounds.
const PURCHASES_FOR_SPENDING = 6;

interface Build {
  readonly folder: string;
  readonly database: string;
  readonly gateway: BenchGateway;
  /** Of the tables' owner. */
  readonly owner: pg.Client;
  readonly tokens: readonly string[];
}

type Operation = (build: Build, caller: number) => Promise<unknown>;

async function main([before, after, ...names]: readonly string[]): Promise<void> {
  if (!before || !after)
    throw new Error('npm run bench:compare -- <folder of the first> <folder of the second>');
  const admin = new pg.Client(SERVER);
  await admin.connect();
  say(
    `${machine()}; ${ROUNDS} rounds of ${SECONDS} s each, ${CALLERS} callers; µs of processor time an operation`,
  );
  const builds: Build[] = [];
  try {
    for (const [at, folder] of [before, after].entries()) builds.push(await start(admin, folder, at));
    for (const [name, operation] of Object.entries(OPERATIONS))
      if (names.length === 0 || names.includes(name)) await compare(admin, name, operation, builds);
  } finally {
    for (const { gateway, owner } of builds) {
      await owner.end();
      await stopGateway(gateway);
    }
    for (const { database } of builds) await admin.query(`drop database if exists ${database} with (force)`);
    await admin.end();
  }
}

const say = (line: string) => process.stdout.write(`${line}\n`);

async function start(admin: pg.Client, folder: string, at: number): Promise<Build> {
  const database = `credits_gateway_compare_${at}`;
  await admin.query(`drop database if exists ${database} with (force)`);
  await admin.query(`create database ${database}`);
  const url = SERVER.replace(/\/[^/?]*(\?|$)/, `/${database}$1`);
  const gateway = await startGateway(url, { RATE_LIMITS: 'off' }, path.resolve(folder, 'dist/src/main.js'));
  const tokens = await Promise.all(
    Array.from({ length: CALLERS }, async (_, caller) => {
      const { token } = await post(`${gateway.url}/dev/token`, { userId: `bench_${caller}` });
      return token as string;
    }),
  );
  const owner = new pg.Client(url);
  await owner.connect();
  const build = { folder, database, gateway, owner, tokens };
  await measure({
    name: 'warm-up',
    callers: CALLERS,
    operations: CALLERS * PURCHASES_FOR_SPENDING,
    operation: async (caller) => {
      await purchase(build, caller, 'xlarge');
    },
  });
  return build;
}

let keys = 0;
const graphql = ({ gateway, tokens }: Build, caller: number, query: string, input: object) =>
  post(`${gateway.url}/graphql`, { query, variables: { input } }, tokens[caller]);

const create = (build: Build, caller: number, packageId = 'small') =>
  graphql(build, caller, CREATE, { packageId, provider: 'stripe', idempotencyKey: `b${++keys}` });

async function purchase(build: Build, caller: number, packageId = 'small'): Promise<void> {
  const { data } = await create(build, caller, packageId);
  await graphql(build, caller, SIMULATE, { id: data.createIntent.intent.id });
}

async function spend(build: Build, caller: number): Promise<void> {
  const { data } = await graphql(build, caller, SPEND, {
    credits: 1,
    idempotencyKey: `b${++keys}`,
    reason: 'bench',
  });
  if (data.spendCredits.errors.length > 0) throw new Error(JSON.stringify(data.spendCredits.errors));
}

const OPERATIONS: Readonly<Record<string, Operation>> = { create, spend, purchase };

const CREATE = `mutation C($input: CreateIntentInput!) { createIntent(input: $input) {
  intent { id status nextAction { __typename } } errors { code message } } }`;
const SIMULATE = `mutation S($input: SimulatePaymentInput!) { simulatePayment(input: $input) {
  intent { status creditsAdded } balance { credits } errors { code message } } }`;
const SPEND = `mutation S($input: SpendCreditsInput!) { spendCredits(input: $input) {
  balance { credits } errors { code message } } }`;

interface Round {
  readonly gateway: number;
  readonly database: number;
  /** Bytes of WAL an operation, of the whole server. */
  readonly wal: number;
  readonly operations: number;
  readonly perSecond: number;
}

/** One operation over all rounds, the builds in turns, the first one changing from round to round. */
async function compare(admin: pg.Client, name: string, operation: Operation, builds: Build[]): Promise<void> {
  const rounds = noRounds<Round>();
  const before = await Promise.all(builds.map(updatesOf));
  for (let round = 0; round < ROUNDS; round++)
    for (const at of turnsOf(round))
      rounds[at].push(await oneRound(admin, name, operation, builds[at] as Build));
  const total = ({ gateway, database }: Round) => gateway + database;
  for (const [at, label] of ['before', 'after '].entries()) {
    const of = (what: (round: Round) => number) => median((rounds[at] ?? []).map(what)).toFixed(0);
    say(
      `${name.padEnd(10)}${label}  gateway ${of((r) => r.gateway).padStart(6)}  PostgreSQL ${of((r) => r.database).padStart(6)}` +
        `  together ${of(total).padStart(6)}  (${of((r) => r.perSecond)}/s), ${of((r) => r.wal)} bytes of WAL`,
    );
    const operations = (rounds[at] ?? []).reduce((sum, round) => sum + round.operations, 0);
    const updates = await updatesOf(builds[at] as Build);
    say(`${name.padEnd(10)}${label}  ${updatesEach(updates, before[at] ?? new Map(), operations)}`);
  }
  say(`${name.padEnd(10)}after / before ${verdict(rounds, total)}\n`);
}

type Updates = ReadonlyMap<string, { readonly all: number; readonly inPlace: number }>;

/** Rows that were changed so far, and how many of them in place, so that no index was written (heap-only tuples). */
async function updatesOf({ owner }: Build): Promise<Updates> {
  const { rows } = await owner.query(
    `select relname, n_tup_upd, n_tup_hot_upd from pg_stat_user_tables
     where n_tup_upd > 0 and schemaname = 'public' order by relname`,
  );
  return new Map(
    rows.map((row) => [row.relname, { all: Number(row.n_tup_upd), inPlace: Number(row.n_tup_hot_upd) }]),
  );
}

function updatesEach(updates: Updates, before: Updates, operations: number): string {
  const each = [...updates].map(([table, { all, inPlace }]) => {
    const was = before.get(table) ?? { all: 0, inPlace: 0 };
    const [changed, kept] = [(all - was.all) / operations, (inPlace - was.inPlace) / operations];
    return changed < 0.05 ? '' : `${table} ${changed.toFixed(2)} (${kept.toFixed(2)} in place)`;
  });
  return `updates an operation: ${each.filter(Boolean).join(', ')}`;
}

async function oneRound(admin: pg.Client, name: string, operation: Operation, build: Build): Promise<Round> {
  const cpu = async () => {
    const { rows } = await admin.query(
      `select pid, pg_current_wal_insert_lsn() - '0/0' as wal from pg_stat_activity where datname = $1`,
      [build.database],
    );
    return {
      wal: Number(rows[0]?.wal),
      gateway: cpuOf([build.gateway.child.pid ?? 0]),
      database: cpuOf(rows.map(({ pid }) => pid)),
    };
  };
  const [from, measured, to] = [
    await cpu(),
    await measure({
      name,
      callers: CALLERS,
      seconds: SECONDS,
      operation: async (caller) => {
        await operation(build, caller);
      },
    }),
    await cpu(),
  ];
  if (measured.errors > 0) throw new Error(`${name}: ${measured.errors} errors in ${build.folder}`);
  const { operations, perSecond } = measured;
  const each = (what: 'gateway' | 'database') => ((to[what] - from[what]) * 1e6) / operations;
  const wal = (to.wal - from.wal) / operations;
  return { gateway: each('gateway'), database: each('database'), wal, operations, perSecond };
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
