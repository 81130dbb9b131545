import type { Simulator } from '@credits-gateway/simulator';
import type pg from 'pg';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { inTransaction, type Queryable } from '../db/transaction';
import type { Mode } from '../kernel/config';
import { invalidInput, Problem } from '../kernel/problems';
import { type Clock, findClock } from './find';
import { inTurn, type KeepTurn } from './turn';

export interface ClockDeps {
  readonly pool: pg.Pool;
  /** Whose connections are one's own for longer than a transaction. */
  readonly sessions: pg.Pool;
  readonly mode: Mode;
  /** Null outside mock mode. */
  readonly simulator: Pick<Simulator, 'followClock'> | null;
  /** Does what has come due at the instant at which the clock stands. */
  readonly passTime: () => Promise<void>;
}

/** One of both. */
export interface AdvanceClock {
  /** Seconds from now, from 1. */
  readonly bySeconds?: number | null;
  readonly to?: Date | null;
}

const DAY_MS = 86_400_000;
// Credits that are sold for a year expire within one call; more than that is a slip of the hand, and cannot be taken back.
const ADVANCE_DAYS_MAX = 400;

// Who works on something right now, and what is sent again to a server whose clock does not move, keeps its distance. Rows
// are locked in the order in which verbs lock them.
const CARRIED = [
  `update intents set lease_until = lease_until + $1 * interval '1 millisecond' where id in (
     select id from intents where lease_token is not null and lease_until is not null order by id for no key update)`,
  `update refunds set lease_until = lease_until + $1 * interval '1 millisecond' where id in (
     select id from refunds where lease_token is not null and lease_until is not null order by id for no key update)`,
  `update jobs set lease_until = lease_until + $1 * interval '1 millisecond' where id in (
     select id from jobs where lease_token is not null and lease_until is not null order by id for no key update)`,
  `update webhook_events set lease_until = lease_until + $1 * interval '1 millisecond' where id in (
     select id from webhook_events where lease_until is not null order by id for no key update)`,
  `update deliveries set due_at = due_at + $1 * interval '1 millisecond' where id in (
     select id from deliveries where due_at is not null order by id for no key update)`,
  `update webhook_endpoints set failing_since = failing_since + $1 * interval '1 millisecond' where id in (
     select id from webhook_endpoints where failing_since is not null order by id for no key update)`,
];

// What has come due on the way is dated to the day, as it is where nobody moves the clock and somebody looks once a day.
const STEP_MS = DAY_MS;

/**
 * Mock mode only: moves the clock of the gateway and of its simulated providers forward, for all processes at once, day by day:
 * what has come due by the end of each day is worked before the next one, so that forty days at once leave what forty days one by
 * one do. One that is cut off has moved as far as it came. Two who ask at the same time move it one after the other.
 * @param caller of role admin
 * @throws Problem MOCK_ONLY, IN_PROGRESS while another move takes longer than a minute, INVALID_INPUT for an instant that has
 * passed or lies more than 400 days ahead
 */
export async function advanceClock(deps: ClockDeps, caller: Caller, input: AdvanceClock): Promise<Clock> {
  const { simulator } = deps;
  if (deps.mode !== 'mock' || !simulator)
    throw new Problem('MOCK_ONLY', 'The clock is moved in mock mode only.');
  return inTurn(deps.sessions, (keepTurn) => advance({ ...deps, simulator, keepTurn }, caller, input));
}

type Needs = ClockDeps & { readonly simulator: Pick<Simulator, 'followClock'>; readonly keepTurn: KeepTurn };

async function advance(deps: Needs, caller: Caller, input: AdvanceClock): Promise<Clock> {
  const { pool, simulator, keepTurn } = deps;
  const first = await audited(
    pool,
    caller,
    async (client) => {
      const ms = await distance(deps, client, input);
      const offset = await move(client, Math.min(ms, STEP_MS));
      return { offset, target: offset + ms - Math.min(ms, STEP_MS) };
    },
    ({ target }) => ({ action: 'advanceClock', diff: { offsetMs: target } }),
  );
  for (let { offset } = first; ; offset = await step(pool, first.target)) {
    await simulator.followClock(offset);
    await deps.passTime();
    if (offset >= first.target) return findClock(deps);
    await keepTurn();
  }
}

/** One day further, or the rest of the way. @returns the offset */
const step = (pool: pg.Pool, target: number): Promise<number> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ offset: string }>(
      'select clock_offset_ms::text as "offset" from gateway for no key update',
    );
    const offset = Number(rows[0]?.offset);
    return offset >= target ? offset : move(client, Math.min(target - offset, STEP_MS));
  });

/** In milliseconds. The row is locked: of two who name an instant the later one finds it passed. */
async function distance(
  deps: ClockDeps,
  client: Queryable,
  { bySeconds, to }: AdvanceClock,
): Promise<number> {
  if ((bySeconds == null) === (to == null)) throw invalidInput('Give one of bySeconds and to.', 'to');
  await client.query('select from gateway for no key update');
  const { now } = await findClock({ ...deps, pool: client });
  const ms = to ? to.getTime() - now.getTime() : Number(bySeconds) * 1000;
  const field = to ? 'to' : 'bySeconds';
  if (ms <= 0) throw invalidInput('The clock only goes forward.', field);
  if (ms > ADVANCE_DAYS_MAX * DAY_MS)
    throw invalidInput(`The clock goes forward by at most ${ADVANCE_DAYS_MAX} days at once.`, field);
  return ms;
}

/** @returns the offset after it, in milliseconds */
async function move(client: Queryable, ms: number): Promise<number> {
  for (const carried of CARRIED) await client.query(carried, [ms]);
  const { rows } = await client.query<{ offset: string }>(
    'update gateway set clock_offset_ms = clock_offset_ms + $1 returning clock_offset_ms::text as "offset"',
    [ms],
  );
  return Number(rows[0]?.offset);
}
