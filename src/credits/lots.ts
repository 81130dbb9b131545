// Where a balance comes from: what is left of each grant.
import type pg from 'pg';
import { type Row, rowMapper, selectList } from '../db/columns';
import { type Batch, batch } from '../kernel/batch';
import { emptyWallet, readWorked, type WalletRow } from './balance';
import { IS_DUE, type WorkDue } from './due';
import { Lot } from './lot.entity';
import { Wallet } from './wallet.entity';

/** A lot with something left, and how many credits of the user expire at the same instant. */
export interface OpenLot extends Lot {
  readonly expiringTogether: bigint;
  /** What campaigns gave, of all the user's lots. */
  readonly promotionalInAll: bigint;
  /** False for a lot whose time is over: what is still held of it goes when its hold ends. */
  readonly isAhead: boolean;
}

// As the contract caps every list that is not a connection.
const LOTS_MAX = 50;

/** @param userId an SQL expression */
const openLots = (userId: string) => `
  select *, sum(remaining) over (partition by expires_at)::bigint as expiring_together,
    coalesce(sum(remaining) filter (where is_promotional) over (), 0)::bigint as promotional_in_all,
    expires_at > (select instant()) as is_ahead
  from lots where user_id = ${userId} and not used_up
  order by expires_at, is_promotional desc, id limit ${LOTS_MAX}`;

const OPEN_LOTS = `
  select ${selectList(Lot, 'l', 'lot_')}, l.expiring_together, l.promotional_in_all, l.is_ahead
  from unnest($1::text[]) a(user_id) cross join lateral (${openLots('a.user_id')}) l
  order by l.user_id, l.expires_at, l.is_promotional desc, l.id`;

const toLot = rowMapper(Lot, 'lot_');
const toOpenLot = (row: Row): OpenLot =>
  Object.assign(toLot(row), {
    expiringTogether: row.expiring_together as bigint,
    promotionalInAll: row.promotional_in_all as bigint,
    isAhead: row.is_ahead === true,
  });

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
  const lots = rows.map(toOpenLot);
  return userIds.map((userId) => lots.filter((lot) => lot.userId === userId));
}

/** A wallet and its lots of one moment: together the lots are the balance, as far as they are not more than 50. */
export interface WalletAndLots {
  readonly wallet: Wallet;
  readonly lots: readonly OpenLot[];
}

/** Reads one wallet with its lots, in one statement; what is due is worked before, as with a wallet alone. */
export type ReadWalletAndLots = Batch<string, WalletAndLots>;

export function createReadWalletAndLots(pool: pg.Pool, workDue: WorkDue): ReadWalletAndLots {
  const toWallet = rowMapper(Wallet);
  const read = async (userIds: readonly string[]) =>
    (
      await pool.query<WalletRow>({
        name: 'wallets_and_lots',
        text: `select ${selectList(Wallet, 'w')}, ${IS_DUE} as is_due, ${selectList(Lot, 'l', 'lot_')},
            l.expiring_together, l.promotional_in_all, l.is_ahead
          from wallets w left join lateral (${openLots('w.user_id')}) l on true
          where w.user_id = any($1) order by w.user_id, l.expires_at, l.is_promotional desc, l.id`,
        values: [userIds],
      })
    ).rows;
  return batch({
    send: async (userIds) => {
      const rows = await readWorked(read, workDue, userIds);
      return userIds.map((userId) => {
        const own = rows.filter((row) => row.user_id === userId);
        const wallet = own[0] ? toWallet(own[0]) : emptyWallet(userId);
        return { wallet, lots: own.filter((row) => row.lot_id !== null).map(toOpenLot) };
      });
    },
  });
}
