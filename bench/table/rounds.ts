// A row's sides in turns: each round of each is measured, verified, and thrown away where it had an error or where what it wrote is not
// what it answered.
import os from 'node:os';
import { cpuOf, cpuOfServer } from '../cpu';
import { median } from '../statistics';
import { type Load, pause } from './drive';

/** What one side of a row did in one round. */
export interface Round {
  readonly operations: number;
  readonly perSecond: number;
  /** Milliseconds; NaN where nobody waits for a single operation. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Microseconds of processor time an operation: of what answers, and of PostgreSQL, all of its processes. */
  readonly serverUs: number;
  readonly postgresUs: number;
  /** What the generator itself took of one core. */
  readonly clientShare: number;
  readonly load: number;
  /** What else a row counts. */
  readonly more: Readonly<Record<string, number>>;
}

/** What a side tells of its round; times only where there are any. */
export interface Told {
  readonly operations: number;
  readonly seconds: number;
  readonly timesMs?: number[];
  readonly errors: number;
  readonly firstError: string;
  readonly more?: Record<string, number>;
}

export interface Side {
  readonly name: string;
  /** Processes that answer, apart from PostgreSQL's. */
  readonly pids: readonly number[];
  run(seconds: number): Promise<Told>;
  /** Counts what is there now, before a round. */
  before?(): Promise<void>;
  /** @returns why the round is not to be believed; null: it is */
  verify?(told: Told): Promise<string | null>;
}

export interface Measured {
  readonly name: string;
  /** One for each round; null: thrown away. */
  readonly rounds: readonly (Round | null)[];
  readonly thrownAway: readonly string[];
}

export interface Turns {
  readonly rounds: number;
  readonly seconds: number;
  /** A process of the PostgreSQL server, where it runs on this machine. */
  readonly backend: number | null;
  progress(text: string): void;
}

const WARM_SECONDS = 1;
// For what one round left to be done in the background, and until a peer's pool has let go of its connections.
const REST_MS = 300;

/** @returns the sides as they were given, with their rounds */
export async function inTurns(sides: readonly Side[], turns: Turns): Promise<Measured[]> {
  const measured = sides.map(({ name }) => ({
    name,
    rounds: [] as (Round | null)[],
    thrownAway: [] as string[],
  }));
  for (const side of sides) {
    turns.progress(`${side.name}: warming up`);
    await pause(REST_MS);
    await side.before?.();
    await side.run(Math.min(WARM_SECONDS, turns.seconds));
  }
  for (let nth = 0; nth < turns.rounds; nth++)
    // The first one changes from round to round.
    for (let turn = 0; turn < sides.length; turn++) {
      const at = (turn + nth) % sides.length;
      turns.progress(`${sides[at]?.name}: round ${nth + 1} of ${turns.rounds}`);
      const { round, why } = await oneRound(sides[at] as Side, turns).catch((error) => ({
        ...{ round: null, why: String(error?.message ?? error).replace(/\s+/g, ' ') },
      }));
      measured[at]?.rounds.push(round);
      if (round === null) measured[at]?.thrownAway.push(why);
    }
  return measured;
}

async function oneRound(side: Side, turns: Turns): Promise<{ round: Round | null; why: string }> {
  await pause(REST_MS);
  await side.before?.();
  const cpu = () => ({
    server: cpuOf(side.pids),
    postgres: turns.backend === null ? Number.NaN : cpuOfServer(turns.backend),
    client: process.cpuUsage(),
    atMs: performance.now(),
  });
  const from = cpu();
  const told = await side.run(turns.seconds);
  const to = cpu();
  if (told.errors > 0)
    return { round: null, why: `${told.errors} errors, the first: ${told.firstError.replace(/\s+/g, ' ')}` };
  if (told.operations === 0) return { round: null, why: 'nothing was answered' };
  const why = await side.verify?.(told);
  if (why) return { round: null, why };
  const times = told.timesMs?.sort((a, b) => a - b) ?? [];
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN;
  const each = (seconds: number) => (seconds * 1e6) / told.operations;
  const client = (to.client.user + to.client.system - from.client.user - from.client.system) / 1e6;
  return {
    why: '',
    round: {
      operations: told.operations,
      perSecond: told.operations / told.seconds,
      ...{ p50Ms: at(0.5), p99Ms: at(0.99) },
      serverUs: side.pids.length === 0 ? Number.NaN : each(to.server - from.server),
      postgresUs: each(to.postgres - from.postgres),
      clientShare: client / ((to.atMs - from.atMs) / 1_000),
      load: os.loadavg()[0] ?? Number.NaN,
      more: told.more ?? {},
    },
  };
}

/** What a load over HTTP tells. */
export const told = (load: Load): Told => ({
  ...{ operations: load.timesMs.length, seconds: load.seconds, timesMs: load.timesMs },
  ...{ errors: load.errors, firstError: load.firstError },
});

export interface Figure {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

const figureOf = (values: readonly number[]): Figure => ({
  median: values.length === 0 ? Number.NaN : median(values),
  least: Math.min(...values),
  most: Math.max(...values),
});

/** Over the rounds that are believed. */
export function figure({ rounds }: Measured, what: (round: Round) => number): Figure {
  return figureOf(rounds.filter((round) => round !== null).map(what));
}

/** Of rounds that stand beside each other; none where either was thrown away. */
export function ratio(one: Measured, other: Measured, what = (round: Round) => round.perSecond): Figure {
  const pairs = one.rounds.map((round, at) => {
    const beside = other.rounds[at];
    return round && beside ? what(round) / what(beside) : Number.NaN;
  });
  return figureOf(pairs.filter((value) => !Number.isNaN(value)));
}
