import type pg from 'pg';

// A statement's worth: some milliseconds of locks.
const SET_MAX = 1_000;

/** SQL: what waits, or is worked, is kept however old it is; so is what gave up, until a person has dismissed it or had it worked again. */
export const WEBHOOK_EVENT_MAY_GO = "lease_until is null and status in ('processed', 'ignored')";

const dropping = (old: string) => `
  with old as (${old} for no key update skip locked), attempts as (
    delete from webhook_attempts where event_id in (select id from old)
  )
  delete from webhook_events where id in (select id from old)`;

const FORGET = dropping(`
  select id from webhook_events
  where received_at < (select instant()) - make_interval(days => $1) and ${WEBHOOK_EVENT_MAY_GO}
  order by received_at limit $2`);

const DROP = dropping(
  `select id from webhook_events where id = any($1) and received_at < $2 and ${WEBHOOK_EVENT_MAY_GO}`,
);

/** Drops those of the events that may go. @returns how many */
export async function dropWebhookEvents(
  { pool }: { readonly pool: pg.Pool },
  ids: readonly string[],
  before: Date,
): Promise<number> {
  return (await pool.query(DROP, [ids, before])).rowCount ?? 0;
}

/**
 * Drops events of providers that are worked to their end, with their attempts. Nothing of them has to last: what an event says is read
 * from the provider anew, so that one that comes again after its time books nothing twice.
 * @param keptDays 0: for ever
 * @returns how many; more than nothing means: look again.
 */
export async function forgetWebhookEvents(
  { pool }: { readonly pool: pg.Pool },
  keptDays: number,
): Promise<number> {
  if (keptDays === 0) return 0;
  return (await pool.query(FORGET, [keptDays, SET_MAX])).rowCount ?? 0;
}
