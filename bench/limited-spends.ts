// What limits cost a spend: spends of wallets that have limits and levels, by a member and with an API key, in turns with the same
// spends of wallets that have none, by a token. One build, one database: over HTTP, and the verb alone.
//   npm run bench:limited-spends      BENCH_ROUNDS=10 BENCH_OPERATIONS=1024
// Uses DATABASE_URL (a server), else an embedded PostgreSQL.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { openVerbs, type Verbs } from './build-verbs';
import { nanosecondsOf } from './cpu';
import { databaseOf, machine, openServer } from './database';
import { startGateway, stopGateway } from './gateway';
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
  /** With that of the gateway: of this process, where there is none. */
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
    await overHttp(admin, databaseOf(server.url, NAME));
    for (const callers of [CALLERS, 1])
      tell(callers === 1 ? 'alone' : `${callers} callers`, await allRounds(admin, directly(verbs), callers));
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

type Spend = (kind: string, nth: number) => Promise<void>;

async function allRounds(
  admin: pg.Client,
  { spend, pid }: { readonly spend: Spend; readonly pid: number },
  callers: number,
): Promise<Rounds<Measured>> {
  const rounds = noRounds<Measured>();
  // Once unmeasured: connections are made and statements planned.
  for (const kind of KINDS) await measure(admin, spend, pid, kind, callers);
  for (let round = 0; round < ROUNDS; round++)
    for (const at of turnsOf(round)) rounds[at].push(await measure(admin, spend, pid, KINDS[at], callers));
  return rounds;
}

async function measure(
  admin: pg.Client,
  spend: Spend,
  pid: number,
  kind: string,
  callers: number,
): Promise<Measured> {
  const count = callers === 1 ? OPERATIONS / 8 : OPERATIONS;
  const taken = async () => {
    const { rows } = await admin.query(
      `select coalesce(array_agg(pid), '{}') as pids from pg_stat_activity
       where datname = $1 and backend_type = 'client backend'`,
      [NAME],
    );
    return new Map([...(rows[0].pids as number[]), pid].map((one) => [one, nanosecondsOf([one])]));
  };
  const operations = Array.from({ length: count }, (_, nth) => () => spend(kind, nth));
  const from = await taken();
  await inParallel(callers, operations, (operation) => operation());
  const to = await taken();
  // A pool may open a connection meanwhile.
  const spent = (pids: readonly number[]) =>
    pids.reduce((sum, one) => sum + (to.get(one) ?? 0) - (from.get(one) ?? 0), 0) / 1000 / count;
  const pids = [...to.keys()];
  return { microseconds: spent(pids.filter((one) => one !== pid)), inAll: spent(pids) };
}

const directly = ({ spend }: Verbs) => ({
  pid: process.pid,
  spend: async (kind: string, nth: number) => {
    const by = kind === 'plain' ? {} : { memberId: 'mel', apiKeyId: 'key_bench' };
    const { outcome } = await spend({
      ...{
        userId: userOf(kind, nth),
        credits: 1n,
        reason: 'bench',
        key: randomUUID(),
        inputHash: 'h',
        actor: 'shop',
      },
      ...{ kind: 'service', ...by },
    });
    if (outcome !== 'spent') throw new Error(`A spend was ${outcome}`);
  },
});

async function overHttp(admin: pg.Client, databaseUrl: string): Promise<void> {
  const gateway = await startGateway(databaseUrl, { RATE_LIMITS: 'off', ADMIT_WITHIN_MS: '0' });
  try {
    const post = async (path: string, body: object, token = '') => {
      const response = await fetch(`${gateway.url}${path}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify(body),
      });
      return (await response.json()) as Record<string, any>;
    };
    const tokenOf = async (role: string) =>
      (await post('/dev/token', { userId: `bench_${role}`, role })).token as string;
    const make = 'mutation { createApiKey(input: { name: "bench", role: service }) { secret } }';
    const { data } = await post('/graphql', { query: make }, await tokenOf('admin'));
    const tokens: Record<string, string> = {
      plain: await tokenOf('service'),
      limited: data.createApiKey.secret,
    };
    const query = `mutation ($input: SpendCreditsInput!) { spendCredits(input: $input) { replayed balance { available } errors { code } } }`;
    const spend = async (kind: string, nth: number) => {
      const by = kind === 'plain' ? {} : { memberId: 'mel' };
      const input = {
        userId: userOf(kind, nth),
        credits: 1,
        reason: 'bench',
        idempotencyKey: randomUUID(),
        ...by,
      };
      const answer = await post('/graphql', { query, variables: { input } }, tokens[kind]);
      if (answer.data?.spendCredits.replayed !== false || answer.data.spendCredits.errors.length > 0)
        throw new Error(`A spend was answered ${JSON.stringify(answer)}`);
    };
    tell('over HTTP', await allRounds(admin, { spend, pid: gateway.child.pid ?? 0 }, CALLERS));
  } finally {
    await stopGateway(gateway);
  }
}

function tell(name: string, rounds: Rounds<Measured>): void {
  for (const [at, kind] of KINDS.entries()) {
    const of = (what: (round: Measured) => number) => median(rounds[at as 0 | 1].map(what)).toFixed(0);
    say(
      `${name.padEnd(12)}${kind.padEnd(8)} ${of((r) => r.microseconds)} of PostgreSQL, ${of((r) => r.inAll)} with the gateway`,
    );
  }
  say(`${name.padEnd(12)}limited / plain, PostgreSQL ${verdict(rounds, (round) => round.microseconds)}`);
  say(`${name.padEnd(12)}limited / plain, in all     ${verdict(rounds, (round) => round.inAll)}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
