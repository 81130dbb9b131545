// The money verbs of two builds in turns, each on a database of its own on one server and without HTTP: what an operation
// takes of PostgreSQL's processor time, and how much it writes to the log.
//   npm run bench:compare-ledger -- ../before .            two built checkouts; BENCH_ROUNDS=10 BENCH_OPERATIONS=1024
//   npm run bench:compare-ledger -- ../before . spends     only rows whose name begins so are told of
// Both without risk, which earlier builds do not have; claims and purchases of the second are measured with it beside.
// Uses DATABASE_URL (a server), else an embedded PostgreSQL.
import pg from 'pg';
import { openVerbs, type Verbs } from './build-verbs';
import { nanosecondsOf } from './cpu';
import { databaseOf, machine, openServer } from './database';
import { noRounds, type Rounds, turnsOf, verdict } from './in-turns';
import { type LedgerRow, rowsOf } from './ledger-rows';
import { inParallel } from './load';
import { median } from './statistics';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 10);
// The second build again, with risk; of it these rows are measured.
const JUDGING = 2;
const JUDGED = /^(claims|purchases)/;

interface Build {
  readonly database: string;
  readonly verbs: Verbs;
  /** Statements that were sent so far. */
  sent: number;
}

interface Measured {
  /** Of the connections' backends, an operation. */
  readonly microseconds: number;
  /** Of the whole server, an operation. */
  readonly walBytes: number;
  /** Operations that shared a statement, in the mean: a larger set is cheaper. */
  readonly set: number;
  readonly perSecond: number;
}

async function main([before, after, ...names]: readonly string[]): Promise<void> {
  if (!before || !after)
    throw new Error('npm run bench:compare-ledger -- <folder of the first> <folder of the second> [row…]');
  const server = await openServer('credits_gateway_compare_ledger');
  const admin = new pg.Client(server.url);
  await admin.connect();
  const builds: Build[] = [];
  try {
    for (const [at, folder] of [before, after, after].entries())
      builds.push(await open(admin, server.url, folder, at, at === JUDGING ? 'act' : 'off'));
    say(
      `${machine()}, ${server.server}; ${ROUNDS} rounds; an operation takes µs of PostgreSQL’s processor time`,
    );
    tell(await allRounds(admin, builds), names);
    say(machine());
  } finally {
    for (const { verbs, database } of builds) {
      await verbs.pool.end();
      await admin.query(`drop database if exists ${database} with (force)`);
    }
    await admin.end();
    await server.stop();
  }
}

const say = (line: string) => process.stdout.write(`${line}\n`);

async function open(
  admin: pg.Client,
  serverUrl: string,
  folder: string,
  at: number,
  risk: 'act' | 'off',
): Promise<Build> {
  const database = `credits_gateway_compare_ledger_${at}`;
  await admin.query(`drop database if exists ${database} with (force)`);
  await admin.query(`create database ${database}`);
  const url = databaseOf(serverUrl, database);
  const verbs = await openVerbs(folder, url, risk);
  // Once unmeasured: connections are made and statements planned, and after that with the same knowledge of the tables.
  for (const row of rowsOf(verbs, 0)) await work(row);
  const owner = new pg.Client(url);
  await owner.connect();
  await owner.query('vacuum analyze');
  await owner.end();
  const build = { database, verbs, sent: 0 };
  verbs.pool.on('acquire', () => build.sent++);
  return build;
}

const work = ({ callers, operations }: LedgerRow) =>
  inParallel(callers, operations, (operation) => operation());

/**
 * Every row of every round, by name. The second build works a row right after the first, so that what else the machine does in
 * that second hits both.
 */
async function allRounds(admin: pg.Client, builds: readonly Build[]): Promise<Map<string, Rounds<Measured>>> {
  const byName = new Map<string, Rounds<Measured>>();
  for (let round = 1; round <= ROUNDS; round++) {
    const rows = builds.map(({ verbs }) => rowsOf(verbs, round));
    for (const [nth, { name }] of (rows[0] ?? []).entries()) {
      const roundsOf = (label: string) => {
        const rounds = byName.get(label) ?? noRounds<Measured>();
        byName.set(label, rounds);
        return rounds;
      };
      const measured = (at: number) => measure(admin, builds[at] as Build, rows[at]?.[nth] as LedgerRow);
      const isJudged = JUDGED.test(name);
      const rounds = roundsOf(isJudged ? `${name}, risk off` : name);
      for (const at of turnsOf(round + nth)) rounds[at].push(await measured(at));
      if (!isJudged) continue;
      const [before, after] = roundsOf(`${name}, risk on`);
      before.push(rounds[0].at(-1) as Measured);
      after.push(await measured(JUDGING));
    }
  }
  return byName;
}

async function measure(admin: pg.Client, build: Build, row: LedgerRow): Promise<Measured> {
  const taken = async () => {
    const { rows } = await admin.query(
      `select pg_current_wal_insert_lsn() - '0/0' as wal, coalesce(array_agg(pid), '{}') as pids
       from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
      [build.database],
    );
    return { sent: build.sent, wal: Number(rows[0].wal), nanoseconds: nanosecondsOf(rows[0].pids) };
  };
  const from = await taken();
  const startedMs = performance.now();
  await work(row);
  const seconds = (performance.now() - startedMs) / 1000;
  const to = await taken();
  const count = row.operations.length;
  return {
    microseconds: (to.nanoseconds - from.nanoseconds) / 1000 / count,
    walBytes: (to.wal - from.wal) / count,
    set: count / (to.sent - from.sent),
    perSecond: count / seconds,
  };
}

function tell(byName: ReadonlyMap<string, Rounds<Measured>>, names: readonly string[]): void {
  for (const [name, rounds] of byName) {
    if (names.length > 0 && !names.some((wanted) => name.startsWith(wanted))) continue;
    for (const [at, label] of ['before', 'after '].entries()) {
      const of = (what: (round: Measured) => number) =>
        median((rounds[at] ?? []).map(what))
          .toFixed(0)
          .padStart(6);
      say(
        `${name.padEnd(30)}${label} ${of((r) => r.microseconds)} µs  ${of((r) => r.walBytes)} bytes of WAL` +
          `  sets of ${of((r) => r.set).trim()}  ${of((r) => r.perSecond)}/s`,
      );
    }
    say(`${name.padEnd(30)}after / before ${verdict(rounds, (round) => round.microseconds)}\n`);
  }
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
