import type pg from 'pg';

// Longer than a provider repeats an event, or than anybody looks into one: Razorpay replays events of up to 7 days.
const KEPT_DAYS = 30;
// A statement's worth: some milliseconds of locks.
const SET_MAX = 1_000;

/** Drops the bodies of events that are older than 30 days. @returns how many; more than nothing means: look again. */
export async function forgetBodies({ pool }: { readonly pool: pg.Pool }): Promise<number> {
  const { rowCount } = await pool.query(
    `update webhook_events set body = null
     where id in (
       select id from webhook_events
       where body is not null and received_at < (select instant()) - make_interval(days => $1)
       order by received_at limit $2 for no key update skip locked)`,
    [KEPT_DAYS, SET_MAX],
  );
  return rowCount ?? 0;
}
