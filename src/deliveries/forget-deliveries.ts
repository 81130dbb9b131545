import type pg from 'pg';

// A statement's worth: some milliseconds of locks.
const SET_MAX = 1_000;

/** SQL: what is still to be sent is kept however old it is. */
export const DELIVERY_MAY_GO = 'due_at is null';

const dropping = (old: string) => `
  with old as (${old} for no key update skip locked), attempts as (
    delete from delivery_attempts where delivery_id in (select id from old)
  )
  delete from deliveries where id in (select id from old)`;

const FORGET = dropping(`
  select id from deliveries
  where created_at < (select instant()) - make_interval(days => $1) and ${DELIVERY_MAY_GO}
  order by created_at, id limit $2`);

const DROP = dropping(
  `select id from deliveries where id = any($1) and created_at < $2 and ${DELIVERY_MAY_GO}`,
);

/** Drops those of the deliveries that may go. @returns how many */
export async function dropDeliveries(
  { pool }: { readonly pool: pg.Pool },
  ids: readonly string[],
  before: Date,
): Promise<number> {
  return (await pool.query(DROP, [ids, before])).rowCount ?? 0;
}

/**
 * Drops deliveries that were received or given up, with their attempts. Nothing of them has to last: an event is relayed once, by the
 * place that the relay has come to, and not by the deliveries that there are.
 * @param keptDays 0: for ever
 * @returns how many; more than nothing means: look again.
 */
export async function forgetDeliveries(
  { pool }: { readonly pool: pg.Pool },
  keptDays: number,
): Promise<number> {
  if (keptDays === 0) return 0;
  return (await pool.query(FORGET, [keptDays, SET_MAX])).rowCount ?? 0;
}
