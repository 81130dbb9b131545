// Where a balance comes from: what is left of each grant.
import type pg from 'pg';
import { type Row, rowMapper, selectList } from '../db/columns';
import { Lot } from './lot.entity';

/** A lot with something left, and how many credits of the user expire at the same instant. */
export interface OpenLot extends Lot {
  readonly expiringTogether: bigint;
  /** False for a lot whose time is over: what is still held of it goes when its hold ends. */
  readonly isAhead: boolean;
}

// As the contract caps every list that is not a connection.
const LOTS_MAX = 50;

const OPEN_LOTS = `
  select ${selectList(Lot, 'l')}, l.expiring_together, l.is_ahead
  from unnest($1::text[]) a(user_id)
  cross join lateral (
    select *, sum(remaining) over (partition by expires_at)::bigint as expiring_together,
      expires_at > clock_timestamp() as is_ahead
    from lots where user_id = a.user_id and not used_up order by expires_at, id limit ${LOTS_MAX}) l
  order by l.user_id, l.expires_at, l.id`;

const toLot = rowMapper(Lot);

/** Of each user the lots with something left, soonest to expire first, at most 50; in the order of the ids. */
export async function openLotsOf(
  { pool }: { readonly pool: pg.Pool },
  userIds: readonly string[],
): Promise<OpenLot[][]> {
  const { rows } = await pool.query<Row>({
    name: 'open_lots',
    text: OPEN_LOTS,
    values: [[...new Set(userIds)]],
  });
  const lots = rows.map((row) =>
    Object.assign(toLot(row), {
      expiringTogether: row.expiring_together as bigint,
      isAhead: row.is_ahead === true,
    }),
  );
  return userIds.map((userId) => lots.filter((lot) => lot.userId === userId));
}
