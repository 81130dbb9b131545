import type { Queryable } from '../db/transaction';
import type { Mode } from '../kernel/config';

export interface Clock {
  /** What the gateway goes by. */
  readonly now: Date;
  /** By how much `now` is ahead of the real clock, in milliseconds; 0 outside mock mode. */
  readonly offsetMs: number;
  readonly mode: Mode;
}

export async function findClock({
  pool,
  mode,
}: {
  readonly pool: Queryable;
  readonly mode: Mode;
}): Promise<Clock> {
  const { rows } = await pool.query<{ now: Date; offset: string }>(
    'select instant() as now, clock_offset_ms::text as "offset" from gateway',
  );
  return { now: rows[0]?.now as Date, offsetMs: Number(rows[0]?.offset), mode };
}
