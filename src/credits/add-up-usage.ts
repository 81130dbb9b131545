// Usage by day, added up in the background, so that reports read days and no spend waits for them.
import path from 'node:path';
import type pg from 'pg';

export const USAGE_DAYS_SQL = path.join(__dirname, 'usage-days.sql');

// One page is a transaction of some tens of milliseconds.
const PAGE = 2_000;

const WAITING = `select u.at from usages u
  where (u.epoch, u.xid, u.id) > (p.epoch, p.xid, p.id) and (u.epoch, u.xid) < (g.epoch, (select horizon()))
  order by u.epoch, u.xid, u.id limit 1`;

/** SQL: whether usage is not added up that can be. */
export const USAGE_WAITS = `exists (
  select from positions p, gateway g, lateral (${WAITING}) u where p.name = 'usage_days')`;

/** Adds the next page up. @returns how many; 0 when all is, or another process is at it. */
export async function addUpUsage({ pool }: { readonly pool: pg.Pool }): Promise<number> {
  const { rows } = await pool.query<{ added: number }>({
    name: 'add_up_usage',
    text: 'select add_up_usage($1) as added',
    values: [PAGE],
  });
  return rows[0]?.added ?? 0;
}

/** Until when usage is added up: what was used before is in the days. */
export async function addedUpTo({ pool }: { readonly pool: pg.Pool }): Promise<Date> {
  const { rows } = await pool.query<{ at: Date }>(
    `select coalesce((select u.at from positions p, gateway g, lateral (${WAITING}) u where p.name = 'usage_days'),
       instant()) as at`,
  );
  return rows[0]?.at as Date;
}
