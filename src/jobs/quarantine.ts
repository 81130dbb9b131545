// Rows that a loop cannot work: each is set aside by itself, tried again after a while that doubles, and seen by operators,
// while the others go on.
import type pg from 'pg';
import { isAway } from '../db/outage';
import type { Queryable } from '../db/transaction';
import type { Logger } from '../telemetry/logger';

export interface QuarantineDeps {
  readonly pool: pg.Pool;
  readonly log: Logger;
}

/** Stands for a whole round of a loop that works no single rows. */
export const WHOLE_ROUND = '*';

// From 10 s, doubling, to an hour: long enough to cost nothing, short enough that a row that was mended is soon worked.
const AGAIN_SECONDS = { least: 5, most: 3_600 };
// An error's text is for whoever looks into it; a query and its values are not.
const ERROR_LENGTH_MAX = 300;

const SET_ASIDE = `
  insert into quarantine as q (loop, row_id, error, retry_at)
  values ($1, $2, $3, clock_timestamp() + make_interval(secs => 2 * $4))
  on conflict (loop, row_id) do update set failures = q.failures + 1, error = excluded.error,
    retry_at = clock_timestamp() + make_interval(secs => least($4 * 2.0 ^ least(q.failures + 1, 20), $5))
  returning failures`;

/**
 * Works each row by itself.
 * @param loop the loop's name, as operators see it.
 * @returns how many were worked. A row that fails is set aside, unless it is the database that is away.
 */
export async function workEach<Item>(
  deps: QuarantineDeps,
  loop: string,
  rows: readonly Item[],
  idOf: (row: Item) => string,
  work: (row: Item) => Promise<unknown>,
): Promise<number> {
  if (rows.length === 0) return 0;
  const known = await quarantinedOf(deps, loop, rows.map(idOf));
  const waiting = (row: Item) => known.get(idOf(row)) === false;
  const results = await Promise.all(
    rows.map(async (row) => {
      if (waiting(row)) return false;
      try {
        await work(row);
      } catch (error) {
        await setAside(deps, loop, idOf(row), error);
        return false;
      }
      if (known.has(idOf(row))) await release(deps, loop, idOf(row));
      return true;
    }),
  );
  return results.filter((isWorked) => isWorked).length;
}

/** Whether the time of each quarantined row has come. */
async function quarantinedOf(
  { pool }: QuarantineDeps,
  loop: string,
  ids: readonly string[],
): Promise<Map<string, boolean>> {
  const { rows } = await pool.query<{ row_id: string; is_due: boolean }>(
    'select row_id, retry_at <= clock_timestamp() as is_due from quarantine where loop = $1 and row_id = any($2)',
    [loop, ids],
  );
  return new Map(rows.map((row) => [row.row_id, row.is_due]));
}

/** Never throws. */
export async function setAside(
  { pool, log }: QuarantineDeps,
  loop: string,
  rowId: string,
  error: unknown,
): Promise<void> {
  const facts = { loop, rowId, error: String(error) };
  // No row is at fault when the database cannot be reached.
  if (isAway(error)) return log.warn('row.not_worked', facts);
  try {
    log.error('row.quarantined', { ...facts, failures: await keepAside(pool, loop, rowId, error) });
  } catch (failed) {
    log.error('row.not_worked', { ...facts, notQuarantined: String(failed) });
  }
}

/** The same within the caller's transaction, so that the row is not lost between the two. @returns how often it failed. */
export async function keepAside(
  client: Queryable,
  loop: string,
  rowId: string,
  error: unknown,
): Promise<number | undefined> {
  const { rows } = await client.query<{ failures: number }>(SET_ASIDE, [
    ...[loop, rowId, String(error).slice(0, ERROR_LENGTH_MAX).replaceAll('\0', '')],
    ...[AGAIN_SECONDS.least, AGAIN_SECONDS.most],
  ]);
  return rows[0]?.failures;
}

/** Those of a loop whose time has come, the longest waiting first: for a loop that does not find them by itself. */
export async function dueAgain(
  { pool }: Pick<QuarantineDeps, 'pool'>,
  loop: string,
  limit: number,
): Promise<string[]> {
  const { rows } = await pool.query<{ row_id: string }>(
    `select row_id from quarantine where loop = $1 and row_id <> $2 and retry_at <= clock_timestamp()
     order by retry_at, row_id limit $3`,
    [loop, WHOLE_ROUND, limit],
  );
  return rows.map(({ row_id }) => row_id);
}

/** SQL: whether the time of one of a loop's rows has come. */
export const isDueAgain = (loop: string): string => `exists (select from quarantine
  where loop = '${loop}' and row_id <> '${WHOLE_ROUND}' and retry_at <= clock_timestamp())`;

/** Never throws. */
export async function release({ pool, log }: QuarantineDeps, loop: string, rowId: string): Promise<void> {
  try {
    await pool.query('delete from quarantine where loop = $1 and row_id = $2', [loop, rowId]);
    log.info('row.released', { loop, rowId });
  } catch (error) {
    log.warn('row.not_released', { loop, rowId, error: String(error) });
  }
}

/** A loop that works again as a whole. */
export async function releaseRound({ pool }: Pick<QuarantineDeps, 'pool'>, loop: string): Promise<void> {
  await pool.query('delete from quarantine where loop = $1 and row_id = $2', [loop, WHOLE_ROUND]);
}

/** The loops that do not work as a whole. */
export async function roundsAside({ pool }: Pick<QuarantineDeps, 'pool'>): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ loop: string }>('select loop from quarantine where row_id = $1', [
    WHOLE_ROUND,
  ]);
  return new Set(rows.map(({ loop }) => loop));
}

// A loop takes what it can work again within minutes of its time, the slowest one comes round every ten.
const LEFT_AFTER = `interval '1 hour'`;

/**
 * Forgets rows that their loop has not come back to for an hour after their time: somebody else ended them, or they are gone.
 * @param except a loop that looks here for its rows.
 * @returns how many.
 */
export async function forgetLeft({ pool, log }: QuarantineDeps, except: string): Promise<number> {
  const { rows } = await pool.query<{ loop: string; row_id: string }>(
    `delete from quarantine where loop <> $1 and retry_at < clock_timestamp() - ${LEFT_AFTER} returning loop, row_id`,
    [except],
  );
  for (const { loop, row_id: rowId } of rows) log.info('row.forgotten', { loop, rowId });
  return rows.length;
}

/** How many rows of each loop are set aside now. */
export async function quarantinedByLoop(
  pool: pg.Pool,
): Promise<{ readonly loop: string; readonly rows: number }[]> {
  const { rows } = await pool.query<{ loop: string; rows: number }>(
    'select loop, count(*)::integer as rows from quarantine group by loop order by loop',
  );
  return rows;
}
