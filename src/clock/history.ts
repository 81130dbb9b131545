// Mock mode's clock while a history is made: it begins in the past and follows what happens, up to now.
import type { Simulator } from '@credits-gateway/simulator';
import type pg from 'pg';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';

interface Needs {
  readonly pool: pg.Pool;
  readonly simulator: Pick<Simulator, 'followClock'> | null;
}

/** How far the clock stands behind the real one; 0: it does not. */
export async function behindMs({ pool }: Pick<Needs, 'pool'>): Promise<number> {
  const { rows } = await pool.query<{ offset: string }>(
    'select clock_offset_ms::text as "offset" from gateway',
  );
  return Math.max(0, -Number(rows[0]?.offset));
}

// The database refuses it once something was bought or booked: here it is asked whether it would.
const TURN_BACK = `
  update gateway set clock_offset_ms = $1
  where clock_offset_ms = 0 and not exists (select from intents) and not exists (select from journal)`;

/**
 * Turns the clock back where nothing was ever bought or booked.
 * @param offsetMs below 0
 * @returns false where something was, and the clock stays
 */
export async function turnBack(
  { pool, simulator }: Needs,
  caller: Caller,
  offsetMs: number,
): Promise<boolean> {
  const isTurned = await audited(
    pool,
    caller,
    async (client) => (await client.query(TURN_BACK, [offsetMs])).rowCount === 1,
    (turned) => (turned ? { action: 'advanceClock', diff: { offsetMs } } : null),
  );
  if (isTurned) await simulator?.followClock(offsetMs);
  return isTurned;
}

/**
 * Moves a clock that stands in the past on, never beyond now and never back.
 * @returns where it stands, in milliseconds beside the real clock: 0 once it has arrived
 */
export async function moveOn({ pool, simulator }: Needs, offsetMs: number): Promise<number> {
  const { rows } = await pool.query<{ offset: string }>(
    `update gateway set clock_offset_ms = least(0, greatest(clock_offset_ms, $1)) where clock_offset_ms < 0
     returning clock_offset_ms::text as "offset"`,
    [Math.round(offsetMs)],
  );
  const now = Number(rows[0]?.offset ?? 0);
  if (rows[0]) await simulator?.followClock(now);
  return now;
}
