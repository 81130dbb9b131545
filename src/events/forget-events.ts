import path from 'node:path';
import type pg from 'pg';

export const FORGET_SQL = path.join(__dirname, 'forget.sql');

/** `timeline`: how news of purchases came. `jobs`: the progress of long work. */
export type OldEvents = 'timeline' | 'jobs';

// Each is looked up once; most stay.
const LOOKED_MAX = 1_000;

/**
 * Drops events that explain no money once they are old. What may go is said in forget.sql.
 * @param keptDays 0: for ever
 * @returns how many were looked at; more than nothing means: look again.
 */
export async function forgetEvents(
  { pool }: { readonly pool: pg.Pool },
  what: OldEvents,
  keptDays: number,
): Promise<number> {
  if (keptDays === 0) return 0;
  const { rows } = await pool.query<{ looked: number }>(
    'select forget_events($1, instant() - make_interval(days => $2), $3) as looked',
    [what, keptDays, LOOKED_MAX],
  );
  return rows[0]?.looked ?? 0;
}
