// What has to be done each day, a row for each day and work, so that none is skipped because nobody was there at the hour or
// something stood in its way. Who does the work says when a day is done.
import type pg from 'pg';

export type DailyWork = 'reconciliation' | 'ledger_check' | 'export_sweep';

// Minutes after the end of a day (UTC) from when on its work can be done.
const DUE_MINUTES: Readonly<Record<DailyWork, number>> = {
  // What was sold at 23:59 has been settled, and so has what a crash left.
  reconciliation: 60,
  // When the runs over the day are through, and before people come.
  ledger_check: 210,
  export_sweep: 225,
};
// So long takes work that had to be tried again; a day that waits longer is worth a look.
const LATE_MINUTES = 360;
// Work that failed is tried again then.
const AGAIN = `interval '1 hour'`;

/** SQL: when the work of the row `d` is due, at the earliest. */
export const dueAt = (work: DailyWork) =>
  `((d.day + 1) + interval '${DUE_MINUTES[work]} minutes') at time zone 'UTC'`;

// From today on where nothing is known, and every day since the last one that is.
const WRITE_DOWN = `
  insert into due_days (work, provider, day)
  select $2, p.provider, n::date from unnest($1::text[]) as p(provider)
  cross join lateral (select (instant() at time zone 'UTC')::date as today) t
  cross join lateral generate_series(
    coalesce((select max(day) + 1 from due_days k where k.work = $2 and k.provider = p.provider), t.today),
    t.today, interval '1 day') n
  on conflict do nothing`;

/** Writes down the days up to today. @param providers one empty name for work that is about none. */
export async function writeDownDays(
  pool: pg.Pool,
  work: DailyWork,
  providers: readonly string[] = [''],
): Promise<void> {
  await pool.query(WRITE_DOWN, [providers, work]);
}

/**
 * Takes all days of a work that are due, for one process at a time: what fails is taken again in an hour.
 * @returns the days, oldest first, e.g. 2026-01-31.
 */
export async function takeDueDays(
  pool: pg.Pool,
  work: Exclude<DailyWork, 'reconciliation'>,
): Promise<string[]> {
  const { rows } = await pool.query<{ day: string }>(
    `with taken as (
       update due_days d set tries = least(d.tries, 2147483646) + 1, retry_at = instant() + ${AGAIN}
       where d.work = $1 and d.done_by is null and d.retry_at <= (select instant()) and ${dueAt(work)} <= (select instant())
       returning d.day)
     select to_char(day, 'YYYY-MM-DD') as day from taken order by taken.day`,
    [work],
  );
  return rows.map(({ day }) => day);
}

/** How many days of a work wait, which is the oldest, and whether that is later than work that had to be repeated takes. */
export async function waitingDays(
  pool: pg.Pool,
  work: DailyWork,
): Promise<{ readonly days: number; readonly oldest: string | null; readonly isLate: boolean }> {
  const { rows } = await pool.query(
    `select count(*)::integer as days, to_char(min(d.day), 'YYYY-MM-DD') as oldest,
       coalesce(bool_or(${dueAt(work)} + interval '${LATE_MINUTES} minutes' < (select instant())), false) as "isLate"
     from due_days d where d.work = $1 and d.done_by is null and ${dueAt(work)} <= (select instant())`,
    [work],
  );
  return rows[0];
}
