// What moved a user's credits: the wallet's lines of the ledger, each beside the posting that it belongs to. A posting has
// at most one wallet line, so the posting's number names the transaction.

import type pg from 'pg';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { type Row, rowMapper, selectList } from '../db/columns';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { type Batch, batch, READS_BESIDE_MIN } from '../kernel/batch';
import { documentOf, type Metadata, type MetadataPair } from '../kernel/metadata';
import { Entry, Journal, type PostingKind } from './journal.entity';

export interface CreditTransaction {
  readonly journalId: string;
  readonly userId: string;
  readonly kind: PostingKind;
  /** Signed: + adds, - takes. */
  readonly credits: bigint;
  readonly balanceAfter: bigint;
  /** The wallet's own count of its lines, without a gap. */
  readonly sequence: bigint;
  readonly intentId: string | null;
  /** As it was written; see publicReasonOf for what a user may read. */
  readonly reason: string | null;
  readonly publicReason: string | null;
  /** What the caller wrote: of an adjustment, for operators. */
  readonly reference: string | null;
  readonly metadata: Metadata | null;
  readonly createdAt: Date;
}

export interface TransactionDeps {
  readonly dataSource: DataSource;
}

/** All given conditions must hold; a list means any of. */
export interface TransactionFilter {
  readonly kinds?: readonly PostingKind[] | null;
  readonly createdAt?: { readonly gte?: Date | null; readonly lt?: Date | null } | null;
  /** Whole. */
  readonly reference?: string | null;
  readonly metadata?: MetadataPair | null;
  /** Whose spends. */
  readonly memberId?: string | null;
  /** The spends of which API key. */
  readonly apiKeyId?: string | null;
  /** The member whose spends alone the reader sees; null: all. */
  readonly onlyOf?: string | null;
  /** True: what operators wrote is not looked at. */
  readonly isForUser?: boolean;
}

/**
 * One page of a user's transactions, newest first.
 * @param args.upTo the sequence of the last line that belongs to it: that of the wallet that is shown beside it.
 * @throws Problem INVALID_INPUT for a bad page.
 */
export async function listTransactions(
  deps: TransactionDeps,
  userId: string,
  args: { readonly filter?: TransactionFilter | null; readonly page: PageRequest; readonly upTo: bigint },
): Promise<Page<CreditTransaction>> {
  const query = ofUser(deps, userId, args.upTo, args.filter);
  query.innerJoinAndMapOne('entry.journal', Journal, 'journal', 'journal.id = entry.journalId');
  const page = await readPage(query, newestFirst(userId), args.page);
  return {
    ...page,
    items: page.items.map(({ node, cursor }) => ({
      node: transactionOf(node, (node as JoinedEntry).journal),
      cursor,
    })),
  };
}

/** How many there are on all pages, as far as countRows counts. */
export async function countTransactions(
  deps: TransactionDeps,
  userId: string,
  upTo: bigint,
  filter?: TransactionFilter | null,
): Promise<number> {
  const query = ofUser(deps, userId, upTo, filter).innerJoin(
    Journal,
    'journal',
    'journal.id = entry.journalId',
  );
  return countRows(query);
}

/** Reads one by the number of its posting; null where that moved no wallet. Reads at the same time share a statement. */
export type ReadTransaction = Batch<string, CreditTransaction | null>;

export function createReadTransaction(pool: pg.Pool): ReadTransaction {
  const [toEntry, toJournal] = [rowMapper(Entry, 'entry_'), rowMapper(Journal, 'journal_')];
  const text = `select ${selectList(Entry, 'e', 'entry_')}, ${selectList(Journal, 'j', 'journal_')}
    from entries e join journal j on j.id = e.journal_id
    where e.account = 'wallet' and e.journal_id = any($1::bigint[])`;
  return batch({
    besideMin: READS_BESIDE_MIN,
    send: async (ids) => {
      const { rows } = await pool.query<Row>({ name: 'transactions_by_posting', text, values: [ids] });
      const found = new Map(
        rows.map((row) => {
          const line = toEntry(row);
          return [line.journalId, transactionOf(line, toJournal(row))];
        }),
      );
      return ids.map((id) => found.get(id) ?? null);
    },
  });
}

/** A line as the query builder gives it, with the posting that was joined to it. */
type JoinedEntry = Entry & { readonly journal: Journal };

// The wallet's own count is gapless and in the order of its changes; times of two lines may be equal.
const newestFirst = (userId: string): Ordering => ({
  name: `transactions:${userId}`,
  keys: [{ property: 'entry.sequence', type: 'bigint' }],
  direction: 'desc',
});

// The account is written out, so that the planner sees that the partial index on wallet lines serves.
const walletLines = (deps: TransactionDeps): SelectQueryBuilder<Entry> =>
  deps.dataSource.createQueryBuilder(Entry, 'entry').where("entry.account = 'wallet'");

function ofUser(
  deps: TransactionDeps,
  userId: string,
  upTo: bigint,
  filter?: TransactionFilter | null,
): SelectQueryBuilder<Entry> {
  const lines = walletLines(deps).andWhere('entry.userId = :userId', { userId });
  return narrow(lines.andWhere('entry.sequence <= :upTo::bigint', { upTo: upTo.toString() }), filter);
}

/** The transactions of all users that a filter means, beside their postings, in no order. */
export const transactionsWhere = (
  deps: TransactionDeps,
  filter: TransactionFilter,
): SelectQueryBuilder<Entry> =>
  narrow(walletLines(deps).innerJoin(Journal, 'journal', 'journal.id = entry.journalId'), filter);

function narrow(
  query: SelectQueryBuilder<Entry>,
  filter?: TransactionFilter | null,
): SelectQueryBuilder<Entry> {
  if (filter?.kinds) query.andWhere('journal.kind = any(:kinds)', { kinds: filter.kinds });
  if (filter?.createdAt?.gte) query.andWhere('journal.postedAt >= :from', { from: filter.createdAt.gte });
  if (filter?.createdAt?.lt) query.andWhere('journal.postedAt < :before', { before: filter.createdAt.lt });
  if (filter?.reference)
    query.andWhere('journal.callerReference = :reference', { reference: filter.reference });
  if (filter?.metadata)
    query.andWhere('journal.metadata @> :metadata::jsonb', { metadata: documentOf(filter.metadata) });
  for (const [name, column, wanted] of [
    ['memberId', 'member_id', filter?.memberId],
    ['apiKeyId', 'api_key_id', filter?.apiKeyId],
    ['onlyOf', 'member_id', filter?.onlyOf],
  ])
    if (wanted !== null && wanted !== undefined)
      query.andWhere(
        `exists (select from spenders s where s.journal_id = journal.id and s.user_id = entry.user_id and s.${column} = :${name})`,
        { [name as string]: wanted },
      );
  if (filter?.isForUser && (filter.reference || filter.metadata))
    query.andWhere("journal.kind <> 'adjustment'");
  return query;
}

/** What the user may read of why: what a spend said that it was for, else what was written for the user. */
export const publicReasonOf = ({ kind, reason, publicReason }: Journal): string | null =>
  kind === 'spend' ? reason : publicReason;

function transactionOf(entry: Entry, journal: Journal): CreditTransaction {
  return {
    journalId: entry.journalId,
    userId: entry.userId as string,
    kind: journal.kind,
    credits: entry.amount,
    balanceAfter: entry.balanceAfter as bigint,
    sequence: entry.sequence as bigint,
    intentId: journal.intentId,
    reason: journal.reason,
    publicReason: publicReasonOf(journal),
    reference: journal.callerReference,
    metadata: journal.metadata,
    createdAt: journal.postedAt,
  };
}
