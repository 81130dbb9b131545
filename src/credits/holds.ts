// Reads holds. A hold that ran out is read as expired, whether or not the schedule has been there.

import type pg from 'pg';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { type Caller, kindOf } from '../callers/caller';
import { type Row, rowMapper, selectList } from '../db/columns';
import { countRows } from '../db/count';
import { oneOf } from '../db/one-of';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { type Batch, batch, READS_BESIDE_MIN } from '../kernel/batch';
import { Fault } from '../kernel/invariant';
import { documentOf, type MetadataPair } from '../kernel/metadata';
import { InvalidStateProblem, notFound, type Problem } from '../kernel/problems';
import { standingOf } from '../wallets/membership';
import { balanceOf } from './balance';
import type { CreditDeps } from './deps';
import type { WorkDue } from './due';
import { Hold, type HoldStatus } from './hold.entity';

/** Reads one hold; reads that are asked for at the same time share a statement. */
export type ReadHold = Batch<string, Hold | null>;

export function createReadHold(pool: pg.Pool, workDue: WorkDue): ReadHold {
  const toHold = rowMapper(Hold);
  const read = async (ids: readonly string[]) =>
    (
      await pool.query<Row & { id: string; user_id: string; is_due: boolean }>({
        name: 'holds_by_id',
        text: `select ${selectList(Hold, 'h')}, h.status = 'open' and h.expires_at <= (select instant()) as is_due
          from holds h where h.id = ${oneOf('$1')}`,
        values: [[...new Set(ids)]],
      })
    ).rows;
  return batch({
    besideMin: READS_BESIDE_MIN,
    send: async (ids) => {
      const rows = await read(ids);
      const due = rows.filter((row) => row.is_due);
      await Promise.all([...new Set(due.map((row) => row.user_id))].map(workDue));
      const fresh = due.length > 0 ? await read(due.map((row) => row.id)) : [];
      const found = new Map([...rows, ...fresh].map((row) => [row.id, toHold(row)]));
      return ids.map((id) => found.get(id) ?? null);
    },
  });
}

/** A hold that is known to be there. */
export async function holdById({ readHold }: Pick<CreditDeps, 'readHold'>, id: string): Promise<Hold> {
  const hold = await readHold(id);
  if (!hold) throw new Fault(`The hold ${id} is not there`);
  return hold;
}

/** The hold, or null when it does not exist for this caller. */
export async function findHold(
  deps: Pick<CreditDeps, 'pool' | 'readHold'>,
  caller: Caller,
  id: string,
): Promise<Hold | null> {
  const hold = id.includes('\0') ? null : await deps.readHold(id);
  const standing = hold && (await standingOf(deps, caller, hold.userId));
  return standing && (standing.onlyOf === null || standing.onlyOf === hold.memberId) ? hold : null;
}

/**
 * A hold that this caller may end. A user never ends one that another kind of caller made.
 * @throws Problem NOT_FOUND
 */
export async function endableHold(
  deps: Pick<CreditDeps, 'pool' | 'readHold'>,
  caller: Caller,
  id: string,
): Promise<Hold> {
  const hold = await findHold(deps, caller, id);
  if (!hold || (kindOf(caller) === 'user' && hold.createdByRole !== 'user'))
    throw notFound('The hold', ['input', 'id']);
  return hold;
}

/** What to answer to somebody who wants to end a hold that has ended. */
export const hasEnded = ({ status }: Hold): Problem =>
  new InvalidStateProblem(`The hold is ${status} already.`, status, ['open']);

/** All given conditions must hold; a list means any of. */
export interface HoldFilter {
  readonly status?: readonly HoldStatus[] | null;
  readonly createdAt?: { readonly gte?: Date | null; readonly lt?: Date | null } | null;
  /** Whole. */
  readonly reference?: string | null;
  readonly metadata?: MetadataPair | null;
  /** Who spends of it. */
  readonly memberId?: string | null;
}

/** One page of a user's holds, newest first. @throws Problem INVALID_INPUT for a bad page. */
export async function listHolds(
  deps: Pick<CreditDeps, 'readWallet'> & { readonly dataSource: DataSource },
  userId: string,
  args: HoldFilter & { readonly page: PageRequest },
): Promise<Page<Hold>> {
  // What ran out is worked first.
  await balanceOf(deps, userId);
  return readPage(holdsWhere(deps, { ...args, userId }), newestFirst(userId), args.page);
}

/** How many there are on all pages, as far as countRows counts. */
export const countHolds = (
  deps: { readonly dataSource: DataSource },
  userId: string,
  filter: HoldFilter,
): Promise<number> => countRows(holdsWhere(deps, { ...filter, userId }));

// Over the alias `hold`. One that ran out is expired, also while nobody has worked it.
const RAN_OUT = "(hold.status = 'open' and hold.expiresAt <= (select instant()))";

/** How a hold stands, over the alias `hold`. */
export const HOLD_STATUS_SQL = `case when ${RAN_OUT} then 'expired' else hold.status end`;

/** The condition that a hold has one of the statuses, given as `:statuses`; open ones are found by the index of open ones. */
function hasStatus(statuses: readonly HoldStatus[]): string {
  const [isOpenMeant, isExpiredMeant] = [statuses.includes('open'), statuses.includes('expired')];
  if (isOpenMeant === isExpiredMeant) return 'hold.status = any(:statuses)';
  return isOpenMeant
    ? `hold.status = any(:statuses) and not ${RAN_OUT}`
    : `(hold.status = any(:statuses) or ${RAN_OUT})`;
}

/** The holds that a filter means, of all users where it names none, in no order. Who may see them is the caller's to check. */
export function holdsWhere(
  { dataSource }: { readonly dataSource: DataSource },
  {
    userId,
    status,
    createdAt,
    reference,
    metadata,
    memberId,
  }: HoldFilter & { readonly userId?: string | null },
): SelectQueryBuilder<Hold> {
  const query = dataSource.createQueryBuilder(Hold, 'hold');
  if (userId) query.andWhere('hold.userId = :userId', { userId });
  if (status) query.andWhere(hasStatus(status), { statuses: status });
  if (createdAt?.gte) query.andWhere('hold.createdAt >= :from', { from: createdAt.gte });
  if (createdAt?.lt) query.andWhere('hold.createdAt < :before', { before: createdAt.lt });
  if (reference) query.andWhere('hold.reference = :reference', { reference });
  if (memberId) query.andWhere('hold.memberId = :memberId', { memberId });
  if (metadata) query.andWhere('hold.metadata @> :metadata::jsonb', { metadata: documentOf(metadata) });
  return query;
}

const newestFirst = (userId: string): Ordering => ({
  name: `holds:${userId}`,
  keys: [
    { property: 'hold.createdAt', type: 'timestamp' },
    { property: 'hold.id', type: 'text' },
  ],
  direction: 'desc',
});
