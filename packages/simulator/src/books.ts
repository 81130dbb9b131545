// Reads the providers' books: the movements of our balance with them.
import type { Pool } from 'pg';
import type { ProviderName } from './objects';

/** One movement. Amounts are JSON numbers on the wire: at most nine digits each, so exact. */
export interface BalanceEntry {
  readonly id: string;
  readonly category: string;
  readonly source: string | null;
  readonly rootId: string | null;
  readonly amount: number;
  readonly fee: number;
  readonly currency: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly payoutId: string | null;
  readonly settled: number | null;
  /** The object that moved, whole, where the stand-in has it. */
  readonly sourceBody: object | null;
}

/** Times are seconds since 1970, both ends included. */
export interface BooksFilter {
  readonly provider: ProviderName;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly payoutId?: string | undefined;
  /** Only what comes behind this entry in the list. */
  readonly after?: string | undefined;
  readonly limit: number;
}

const COLUMNS = `b.id, b.category, b.source, b.root_id as "rootId", b.amount::float8 as amount, b.fee::float8 as fee,
  b.currency, b.created::float8 as created, b.payout_id as "payoutId", b.settled::float8 as settled`;

/** By the time they were made, newest first, each with what moved. */
export async function listEntries(pool: Pool, filter: BooksFilter): Promise<BalanceEntry[]> {
  const values: unknown[] = [filter.provider];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = ['b.provider = $1'];
  if (filter.from !== undefined) conditions.push(`b.created >= ${parameter(filter.from)}`);
  if (filter.until !== undefined) conditions.push(`b.created <= ${parameter(filter.until)}`);
  if (filter.payoutId !== undefined) conditions.push(`b.payout_id = ${parameter(filter.payoutId)}`);
  if (filter.after !== undefined)
    conditions.push(
      `(b.created, b.serial) < (select created, serial from simulator.balance_entries where id = ${parameter(filter.after)})`,
    );
  const { rows } = await pool.query<BalanceEntry>(
    `select ${COLUMNS}, o.body as "sourceBody"
     from (select * from simulator.balance_entries b where ${conditions.join(' and ')}
           order by b.created desc, b.serial desc limit ${parameter(filter.limit)}) b
     left join simulator.objects o on o.id = b.source order by b.created desc, b.serial desc`,
    values,
  );
  return rows;
}

/** What was paid out from `from` on and before `before`, oldest first. */
export async function listSettled(
  pool: Pool,
  filter: {
    readonly provider: ProviderName;
    readonly from: number;
    readonly before: number;
    readonly limit: number;
    readonly skip: number;
  },
): Promise<BalanceEntry[]> {
  const { rows } = await pool.query<BalanceEntry>(
    `select ${COLUMNS}, null as "sourceBody" from simulator.balance_entries b
     where b.provider = $1 and b.settled >= $2 and b.settled < $3 and b.category <> 'settlement'
     order by b.settled, b.serial limit $4 offset $5`,
    [filter.provider, filter.from, filter.before, filter.limit, filter.skip],
  );
  return rows;
}

/** One entry, or null. */
export async function findEntry(pool: Pool, id: string): Promise<BalanceEntry | null> {
  const { rows } = await pool.query<BalanceEntry>(
    `select ${COLUMNS}, null as "sourceBody" from simulator.balance_entries b where b.id = $1`,
    [id],
  );
  return rows[0] ?? null;
}
