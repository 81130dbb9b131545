// Whose turn it is with work that one process does for all. A row for each such loop says which turn was taken last; the
// clock of the database says which one it is now.
import pg from 'pg';
import type { Loop } from './loop';
import { WHOLE_ROUND } from './quarantine';

// One that is new has its turn when the next one is due. One that failed comes again when the time of what is set aside has come.
const TAKE = `
  with now as (
    select date_bin($2 * interval '1 millisecond', clock_timestamp(),
      'epoch'::timestamptz + $3 * interval '1 millisecond') as turn_at
  ),
  made as (insert into turns (loop, turn_at) select $1, turn_at from now on conflict do nothing)
  update turns t set turn_at = now.turn_at from now
  where t.loop = $1 and t.turn_at < now.turn_at and not exists (
    select from quarantine q where q.loop = $1 and q.row_id = $4 and q.retry_at > clock_timestamp())
  returning t.turn_at`;

/** SQL that is true when a turn of this loop may be due, or when it never had one. */
export const turnIsDue = ({
  name,
  everyMs,
  afterMs = 0,
}: Pick<Loop, 'name' | 'everyMs' | 'afterMs'>): string => `(
  not exists (select from turns t where t.loop = ${pg.escapeLiteral(name)} and t.turn_at >= date_bin(
    ${everyMs} * interval '1 millisecond', clock_timestamp(),
    'epoch'::timestamptz + ${afterMs} * interval '1 millisecond'))
  and not exists (select from quarantine q where q.loop = ${pg.escapeLiteral(name)}
    and q.row_id = ${pg.escapeLiteral(WHOLE_ROUND)} and q.retry_at > clock_timestamp()))`;

/** @returns when the turn began that is now this process's; null where none is due, or another process has it. */
export async function takeTurn(
  pool: pg.Pool,
  { name, everyMs, afterMs = 0 }: Pick<Loop, 'name' | 'everyMs' | 'afterMs'>,
): Promise<Date | null> {
  const { rows } = await pool.query<{ turn_at: Date }>(TAKE, [name, everyMs, afterMs, WHOLE_ROUND]);
  return rows[0]?.turn_at ?? null;
}

/** Writes down that a turn ended well. */
export async function endTurn(pool: pg.Pool, { name }: Pick<Loop, 'name'>, turn: Date): Promise<void> {
  await pool.query(
    `update turns set done_at = date_trunc('milliseconds', clock_timestamp()) where loop = $1 and turn_at = $2`,
    [name, turn],
  );
}

/** Lets a turn be taken again. */
export async function giveBack(
  pool: pg.Pool,
  { name, everyMs }: Pick<Loop, 'name' | 'everyMs'>,
  turn: Date,
): Promise<void> {
  await pool.query(
    `update turns set turn_at = turn_at - $3 * interval '1 millisecond' where loop = $1 and turn_at = $2`,
    [name, turn, everyMs],
  );
}
