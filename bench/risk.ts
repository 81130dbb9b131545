// What risk costs a purchase: createIntent over HTTP by a back end, each for another user with a device, an address, a country and an
// e-mail of its own, at two gateways of one build on fresh databases of one server: RISK=off and RISK=act, in turns.
//   npm run bench:risk             BENCH_ROUNDS=12 BENCH_SECONDS=4 BENCH_CALLERS=64; DATABASE_URL (a server), else 127.0.0.1:5432
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { cpuOf, nanosecondsOf } from './cpu';
import { databaseOf, machine } from './database';
import { type BenchGateway, startGateway, stopGateway } from './gateway';
import { noRounds, turnsOf, verdict } from './in-turns';
import { measure, post } from './load';
import { median } from './statistics';

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 12);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 4);
const CALLERS = Number(process.env.BENCH_CALLERS ?? 64);
const SERVER = process.env.DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres';
const MODES = ['off', 'act'] as const;

interface Side {
  readonly mode: (typeof MODES)[number];
  readonly database: string;
  readonly gateway: BenchGateway;
  readonly token: string;
}

interface Round {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Microseconds of processor time a create. */
  readonly gateway: number;
  readonly database: number;
  readonly errors: number;
}

async function main(): Promise<void> {
  const admin = new pg.Client(SERVER);
  await admin.connect();
  const sides: Side[] = [];
  try {
    const { rows } = await admin.query('show server_version');
    say(
      `${machine()}, PostgreSQL ${rows[0].server_version}; ${ROUNDS} rounds of ${SECONDS} s each, ${CALLERS} callers;` +
        ' client, gateway and database share the cores',
    );
    for (const mode of MODES) sides.push(await start(admin, mode));
    tell(await inTurns(admin, sides));
    say(machine());
  } finally {
    for (const { gateway } of sides) await stopGateway(gateway);
    for (const mode of MODES) await admin.query(`drop database if exists ${nameOf(mode)} with (force)`);
    await admin.end();
  }
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const nameOf = (mode: string) => `credits_gateway_risk_${mode}`;

async function start(admin: pg.Client, mode: Side['mode']): Promise<Side> {
  const database = nameOf(mode);
  await admin.query(`drop database if exists ${database} with (force)`);
  await admin.query(`create database ${database}`);
  const gateway = await startGateway(databaseOf(SERVER, database), { RISK: mode, RATE_LIMITS: 'off' });
  const { token } = await post(`${gateway.url}/dev/token`, { userId: 'shop', role: 'service' });
  const side = { mode, database, gateway, token };
  // Connections are made and statements planned.
  await load(side);
  return side;
}

/** Rounds of both sides, the first one changing. Of a round in which something failed neither side counts. */
async function inTurns(admin: pg.Client, sides: readonly Side[]) {
  const rounds = noRounds<Round>();
  // Somebody who meets errors in every round is told so, and not kept waiting.
  for (let round = 0; round < ROUNDS * 2 && rounds[0].length < ROUNDS; round++) {
    const pair: Round[] = [];
    for (const at of turnsOf(round)) pair[at] = await oneRound(admin, sides[at] as Side);
    const errors = pair.reduce((sum, side) => sum + side.errors, 0);
    if (errors > 0) say(`round ${round + 1} thrown away: ${errors} errors`);
    else for (const at of [0, 1] as const) rounds[at].push(pair[at] as Round);
  }
  if (rounds[0].length < ROUNDS) throw new Error(`Only ${rounds[0].length} rounds without an error`);
  return rounds;
}

async function oneRound(admin: pg.Client, side: Side): Promise<Round> {
  // By backend: one that has ended since would else count as negative.
  const cpu = async () => {
    const { rows } = await admin.query('select pid from pg_stat_activity where datname = $1', [
      side.database,
    ]);
    const backends = new Map<number, number>(rows.map(({ pid }) => [pid, nanosecondsOf([pid])]));
    return { gateway: cpuOf([side.gateway.child.pid ?? 0]), backends };
  };
  const from = await cpu();
  const { operations, ...measured } = await load(side);
  const to = await cpu();
  const taken = [...to.backends].map(([pid, until]) => until - (from.backends.get(pid) ?? 0));
  return {
    ...measured,
    gateway: ((to.gateway - from.gateway) * 1e6) / operations,
    database: taken.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1000 / operations,
  };
}

const load = (side: Side) =>
  measure({ name: `RISK=${side.mode}`, callers: CALLERS, seconds: SECONDS, operation: () => create(side) });

const CREATE = `mutation C($input: CreateIntentInput!) { createIntent(input: $input) {
  intent { id status nextAction { __typename } } errors { code message } } }`;
// Since long enough that no rule about new accounts is met.
const SIGNED_UP = '2024-01-01T00:00:00Z';
const COUNTRIES = ['IN', 'US', 'DE', 'BR'];
let made = 0;

async function create({ gateway, token }: Side): Promise<void> {
  const nth = made++;
  const input = {
    userId: `user_${randomUUID()}`,
    packageId: 'small',
    provider: 'stripe',
    idempotencyKey: randomUUID(),
    fingerprintId: randomUUID(),
    payer: {
      // Each in a network of its own, of the 100.64.0.0/10 that stands for nobody (RFC 6598) and those above it.
      ipAddress: `${100 + ((nth >> 16) % 90)}.${(nth >> 8) % 256}.${nth % 256}.7`,
      country: COUNTRIES[nth % COUNTRIES.length],
      email: `user_${nth}@example.com`,
      accountCreatedAt: SIGNED_UP,
    },
  };
  const { data } = await post(`${gateway.url}/graphql`, { query: CREATE, variables: { input } }, token);
  const [error] = data.createIntent.errors;
  if (error) throw new Error(`${error.code}: ${error.message}`);
}

function tell(rounds: ReturnType<typeof noRounds<Round>>): void {
  for (const [at, mode] of MODES.entries()) {
    const of = (what: keyof Round) => median((rounds[at] ?? []).map((round) => round[what])).toFixed(0);
    say(
      `RISK=${mode.padEnd(4)} ${of('perSecond').padStart(5)} creates/s, p99 ${of('p99Ms')} ms; a create takes` +
        ` ${of('gateway')} µs of the gateway and ${of('database')} µs of PostgreSQL`,
    );
  }
  const ratio = (what: string, of: (round: Round) => number) =>
    say(`act / off, ${what.padEnd(24)}${verdict(rounds, of)}`);
  ratio('creates a second', (round) => round.perSecond);
  ratio('time of the gateway', (round) => round.gateway);
  ratio('time of PostgreSQL', (round) => round.database);
  ratio('time of both', (round) => round.gateway + round.database);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
