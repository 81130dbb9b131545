// The journal for finance: filtered, newest first, in pages, and what hangs on its postings. Reads only.

import type pg from 'pg';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { type Row, rowMapper } from '../db/columns';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { Problem } from '../kernel/problems';
import { accountOf, CHART } from './chart';
import { Entry, Journal } from './journal.entity';

/** All given conditions must hold. */
export interface LedgerFilter {
  readonly accountCode?: string | null;
  readonly intentId?: string | null;
  readonly userId?: string | null;
  readonly postedAt?: { readonly gte?: Date | null; readonly lt?: Date | null } | null;
}

type Lister = { readonly dataSource: DataSource };
type Reader = { readonly pool: pg.Pool };

const ID = { property: 'journal.id', type: 'bigint' } as const;
const NEWEST: Ordering = { name: 'ledger', keys: [ID], direction: 'desc' };
// A period is one piece of this order, however long ago it was: by the numbers it would be looked for from the newest on.
const NEWEST_OF_PERIOD: Ordering = {
  name: 'ledger:period',
  keys: [{ property: 'journal.postedAt', type: 'timestamp' }, ID],
  direction: 'desc',
};

/** One page. Who may see it is the caller's to check. @throws Problem INVALID_INPUT for a bad page or account. */
export const listJournal = (deps: Lister, filter: LedgerFilter, page: PageRequest): Promise<Page<Journal>> =>
  readPage(
    journalWhere(deps, filter),
    filter.postedAt?.gte || filter.postedAt?.lt ? NEWEST_OF_PERIOD : NEWEST,
    page,
  );

/** How many there are on all pages, as far as countRows counts. @throws Problem as listJournal. */
export const countJournal = (deps: Lister, filter: LedgerFilter): Promise<number> =>
  countRows(journalWhere(deps, filter));

/** The postings that a filter means, in no order. @throws Problem INVALID_INPUT for an account that is in no chart. */
export function journalWhere({ dataSource }: Lister, filter: LedgerFilter): SelectQueryBuilder<Journal> {
  const query = dataSource.createQueryBuilder(Journal, 'journal');
  const { accountCode, intentId, userId, postedAt } = filter;
  if (accountCode !== null && accountCode !== undefined) query.andWhere(hasLineOn(accountCode));
  // PostgreSQL's text refuses NUL: what cannot be stored belongs to nothing.
  if (typeof intentId === 'string')
    query.andWhere('journal.intentId = :intentId', { intentId: intentId.replaceAll('\0', '') });
  if (typeof userId === 'string')
    query.andWhere('journal.userId = :userId', { userId: userId.replaceAll('\0', '') });
  if (postedAt?.gte) query.andWhere('journal.postedAt >= :from', { from: postedAt.gte });
  if (postedAt?.lt) query.andWhere('journal.postedAt < :before', { before: postedAt.lt });
  return query;
}

// The code is written out, so that the planner sees that the partial index on rare accounts serves.
function hasLineOn(code: string): string {
  const account = accountOf(code);
  if (!account)
    throw new Problem(
      'INVALID_INPUT',
      `accountCode is one of ${CHART.map((known) => known.code).join(', ')}.`,
      ['filter', 'accountCode'],
    );
  return `exists (select 1 from entries line where line.journal_id = journal.id and line.account = '${account.code}')`;
}

export async function journalsByIds({ pool }: Reader, ids: readonly string[]): Promise<(Journal | null)[]> {
  const { rows } = await pool.query<Row>('select * from journal where id = any($1)', [ids]);
  const found = new Map(rows.map((row) => [String(row.id), rowMapper(Journal)(row)]));
  return ids.map((id) => found.get(id) ?? null);
}

/** The lines of each posting, in their order. */
export async function linesByJournalIds({ pool }: Reader, ids: readonly string[]): Promise<Entry[][]> {
  const { rows } = await pool.query<Row>(
    'select * from entries where journal_id = any($1) order by journal_id, line',
    [ids],
  );
  const found = new Map(ids.map((id) => [id, [] as Entry[]]));
  for (const line of rows.map(rowMapper(Entry))) found.get(line.journalId)?.push(line);
  return ids.map((id) => found.get(id) ?? []);
}

/** The hash of each posting's seal in hex; null until it is sealed. */
export async function chainHashesByJournalIds(
  { pool }: Reader,
  ids: readonly string[],
): Promise<(string | null)[]> {
  const { rows } = await pool.query<{ journal_id: bigint; hash: Buffer }>(
    'select journal_id, hash from seals where journal_id = any($1)',
    [ids],
  );
  const found = new Map(rows.map((row) => [row.journal_id.toString(), row.hash.toString('hex')]));
  return ids.map((id) => found.get(id) ?? null);
}

// 2026-000042: wide enough for a list to sort by eye, and it grows where a year sells more.
const RECEIPT_DIGITS = 6;

/** The receipt number of each intent; null until its grant is sealed. */
export async function receiptsByIntentIds(
  { pool }: Reader,
  ids: readonly string[],
): Promise<(string | null)[]> {
  const { rows } = await pool.query<{ intent_id: string; year: number; number: number }>(
    'select intent_id, year, number from receipts where intent_id = any($1)',
    [ids],
  );
  const found = new Map(
    rows.map(({ intent_id, year, number }) => [
      intent_id,
      `${year}-${String(number).padStart(RECEIPT_DIGITS, '0')}`,
    ]),
  );
  return ids.map((id) => found.get(id) ?? null);
}
