// What limits cost a spend: spends of wallets that have limits and levels, by a member and with an API key, in turns with the same
// spends of wallets that have none. One build, one database, without HTTP.
//   npm run bench:limited-spends      BENCH_ROUNDS=10 BENCH_OPERATIONS=1024
// Uses DATABASE_URL (a server), else an embedded PostgreSQL.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { openVerbs, type Verbs } from './build-verbs';
import { nanosecondsOf } from './cpu';
import { databaseOf, machine, openServer } from './database';
import { noRounds, type Rounds, turnsOf, verdict } from './in-turns';
import { inParallel } from './load';
import { CAPTURED, CLAIM } from './purchases';
import { median } from './statistics';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 10);
const OPERATIONS = Number(process.env.BENCH_OPERATIONS ?? 1_024);
const CALLERS = 64;
// More than callers, as in bench/ledger-rows.ts.
const USERS = CALLERS * 4;
const NAME = 'credits_gateway_limited_spends';
// Of the rounds, of which the second has limits.
const KINDS = ['plain', 'limited'] as const;

interface Measured {
  /** Of PostgreSQL's processor time, a spend. */
  readonly microseconds: number;
  /** The time that a spend takes of this process and of PostgreSQL. */
  readonly inAll: number;
}

async function main(): Promise<void> {
  const server = await openServer(NAME);
  const admin = new pg.Client(server.url);
  await admin.connect();
  await admin.query(`drop database if exists ${NAME} with (force)`);
  await admin.query(`create database ${NAME}`);
  const verbs = await openVerbs('.', databaseOf(server.url, NAME), 'off');
  try {
    for (const kind of KINDS) await prepare(verbs, kind);
    say(`${machine()}, ${server.server}; ${ROUNDS} rounds of ${OPERATIONS} spends; µs a spend`);
    for (const callers of [CALLERS, 1]) tell(callers, await allRounds(admin, verbs, callers));
  } finally {
    await verbs.pool.end();
    await admin.query(`drop database if exists ${NAME} with (force)`);
    await admin.end();
    await server.stop();
  }
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const userOf = (kind: string, nth: number) => `${kind}_${nth % USERS}`;

/** Credits for each user; of the limited ones each has two limits that bind, three that bind others, and two levels. */
async function prepare({ pool, claim, settle }: Verbs, kind: string): Promise<void> {
  for (let nth = 0; nth < USERS; nth++) {
    const [userId, id] = [userOf(kind, nth), `int_${kind}_${nth}`];
    await claim({ ...CLAIM, id, userId, key: randomUUID(), createdBy: userId });
    const facts = [{ ...CAPTURED, paymentId: `ch_${id}` }];
    await settle({
      ...{ intentId: id, readNumber: null, object: null, facts, actor: 'provider', note: null },
    });
    if (kind === 'plain') continue;
    const set = `select set_spend_limit($1, s, p, 1000000, 'Asia/Kolkata', 1000)
      from (values ('wallet', 'month'), ('member:mel', 'day'), ('member:max', 'day'), ('member:max', 'month'), ('key:k', 'day'))
        l(s, p)`;
    await pool.query(set, [userId]);
    await pool.query('select set_low_balance($1, $2, 0)', [userId, '[{"credits": 2}, {"credits": 1}]']);
  }
}

async function allRounds(admin: pg.Client, verbs: Verbs, callers: number): Promise<Rounds<Measured>> {
  const rounds = noRounds<Measured>();
  // Once unmeasured: connections are made and statements planned.
  for (const kind of KINDS) await measure(admin, verbs, kind, callers);
  for (let round = 0; round < ROUNDS; round++)
    for (const at of turnsOf(round)) rounds[at].push(await measure(admin, verbs, KINDS[at], callers));
  return rounds;
}

async function measure(admin: pg.Client, verbs: Verbs, kind: string, callers: number): Promise<Measured> {
  const count = callers === 1 ? OPERATIONS / 8 : OPERATIONS;
  const taken = async () => {
    const { rows } = await admin.query(
      `select coalesce(array_agg(pid), '{}') as pids from pg_stat_activity
       where datname = $1 and backend_type = 'client backend'`,
      [NAME],
    );
    return nanosecondsOf(rows[0].pids);
  };
  const by = kind === 'plain' ? {} : { memberId: 'mel', apiKeyId: 'key_bench' };
  const operations = Array.from({ length: count }, (_, nth) => () => spend(verbs, userOf(kind, nth), by));
  const [from, ours] = [await taken(), process.cpuUsage()];
  await inParallel(callers, operations, (operation) => operation());
  const own = process.cpuUsage(ours);
  const microseconds = ((await taken()) - from) / 1000 / count;
  return { microseconds, inAll: microseconds + (own.user + own.system) / count };
}

async function spend({ spend }: Verbs, userId: string, by: object): Promise<void> {
  const { outcome } = await spend({
    ...{ userId, credits: 1n, reason: 'bench', key: randomUUID(), inputHash: 'h', actor: 'shop' },
    ...{ kind: 'service', ...by },
  });
  if (outcome !== 'spent') throw new Error(`A spend was ${outcome}`);
}

function tell(callers: number, rounds: Rounds<Measured>): void {
  const name = callers === 1 ? 'alone' : `${callers} callers`;
  for (const [at, kind] of KINDS.entries()) {
    const of = (what: (round: Measured) => number) => median(rounds[at as 0 | 1].map(what)).toFixed(0);
    say(
      `${name.padEnd(12)}${kind.padEnd(8)} ${of((r) => r.microseconds)} of PostgreSQL, ${of((r) => r.inAll)} with this process`,
    );
  }
  say(`${name.padEnd(12)}limited / plain, PostgreSQL ${verdict(rounds, (round) => round.microseconds)}`);
  say(`${name.padEnd(12)}limited / plain, in all     ${verdict(rounds, (round) => round.inAll)}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
