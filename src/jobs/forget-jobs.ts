import type pg from 'pg';
import { forgetEvents } from '../events/forget-events';

// A statement's worth: some milliseconds of locks.
const SET_MAX = 1_000;

/**
 * SQL: whether a job `j` that ended before $1 may go. A reconciliation stays: it says which time of a provider's books was held against
 * ours, by which a line that comes later is judged. So does the last check of the ledger, on which the next one builds.
 */
export const JOB_MAY_GO = `j.finished_at < $1 and j.kind <> 'reconciliation' and j.id <> coalesce((
  select id from jobs where kind = 'ledger_check' and status = 'succeeded' order by created_at desc, id desc limit 1), '')`;

/** Drops those of the jobs that may go. @returns how many */
export async function dropJobs(
  { pool }: { readonly pool: pg.Pool },
  ids: readonly string[],
  before: Date,
): Promise<number> {
  const text = `delete from jobs j where ${JOB_MAY_GO} and j.id = any($2)`;
  return (await pool.query(text, [before, ids])).rowCount ?? 0;
}

const FORGET = `
  with old as (
    select j.id from jobs j where ${JOB_MAY_GO} order by j.created_at, j.id limit $2 for no key update skip locked
  )
  delete from jobs where id in (select id from old)`;

/**
 * Drops long work that ended, and the progress of all that did.
 * @param keptDays 0: for ever
 * @returns how many jobs and events were looked at; more than nothing means: look again.
 */
export async function forgetJobs({ pool }: { readonly pool: pg.Pool }, keptDays: number): Promise<number> {
  if (keptDays === 0) return 0;
  const { rows } = await pool.query<{ before: Date }>(
    'select instant() - make_interval(days => $1) as before',
    [keptDays],
  );
  const { rowCount } = await pool.query(FORGET, [rows[0]?.before, SET_MAX]);
  return (rowCount ?? 0) + (await forgetEvents({ pool }, 'jobs', keptDays));
}
