import path from 'node:path';
import type pg from 'pg';
import { type Row, rowMapper } from '../db/columns';
import { readInstant } from '../db/instant';
import { Problem } from '../kernel/problems';
import { balanceOf } from './balance';
import type { CreditDeps } from './deps';
import { Lot } from './lot.entity';

export const BALANCE_AT_SQL = path.join(__dirname, 'balance-at.sql');

/** A user's credits at a past instant. */
export interface PastBalance {
  readonly userId: string;
  readonly at: Date;
  readonly balance: bigint;
  readonly held: bigint;
  readonly frozen: bigint;
  readonly owed: bigint;
  /** What was left of each grant then, soonest to expire first, at most 50. */
  readonly lots: readonly Lot[];
}

/**
 * The figures as the ledger had booked them at `at`; nothing is guessed and nothing is stored for it. They come from the
 * wallet's own events, the lots from their history.
 * @throws Problem INVALID_INPUT for an instant that has not come yet
 */
export async function balanceAt(
  deps: Pick<CreditDeps, 'pool' | 'readWallet'>,
  input: { readonly userId: string; readonly at: Date },
): Promise<PastBalance> {
  const { userId, at } = input;
  if (at > (await readInstant(deps.pool)))
    throw new Problem('INVALID_INPUT', 'The instant lies ahead.', ['at']);
  // What is due by now is booked first.
  await balanceOf(deps, userId);
  const [event, lots] = await Promise.all([eventAt(deps.pool, userId, at), lotsAt(deps.pool, userId, at)]);
  const amount = (name: string) => BigInt((event?.[name] as number | undefined) ?? 0);
  return {
    userId,
    at,
    balance: amount('balance'),
    held: amount('held'),
    frozen: amount('frozen'),
    owed: amount('owed'),
    lots,
  };
}

async function eventAt(pool: pg.Pool, userId: string, at: Date): Promise<Record<string, unknown> | null> {
  const { rows } = await pool.query<{ data: Record<string, unknown> | null }>({
    name: 'wallet_event_at',
    text: 'select e.data from wallet_event_at($1, $2) e',
    values: [userId, at],
  });
  return rows[0]?.data ?? null;
}

// An instant is a millisecond: rows from before instants were cut have more digits than we show.
const LOTS_AT = `
  select * from (
    select l.id, l.user_id, l.intent_id, l.parent_lot_id, l.journal_id, l.granted, l.transferred, l.held, l.frozen, l.spent, l.paid_minor, l.deferred_minor,
      l.earned_minor, l.currency, l.expires_at, l.is_promotional, l.created_at,
      coalesce((select h.remaining from lot_history h where h.lot_id = l.id and h.at < $2::timestamptz + interval '1 ms' order by h.id desc limit 1),
        l.granted) as remaining
    from lots l where l.user_id = $1 and l.created_at < $2::timestamptz + interval '1 ms') x
  where remaining > 0 order by expires_at, is_promotional desc, id limit 50`;

async function lotsAt(pool: pg.Pool, userId: string, at: Date): Promise<Lot[]> {
  const { rows } = await pool.query<Row>({ name: 'lots_at', text: LOTS_AT, values: [userId, at] });
  return rows.map(rowMapper(Lot));
}
