// Reads disputes: by id, of a page of intents in one statement, and the operators' list.

import type pg from 'pg';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { type Row, rowMapper } from '../db/columns';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { Dispute, type DisputeStatus } from './dispute.entity';

export interface FindDeps {
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
}

/** In the order of the ids; null for what is not there. */
export async function disputesByIds(
  deps: Pick<FindDeps, 'pool'>,
  ids: readonly string[],
): Promise<(Dispute | null)[]> {
  const { rows } = await deps.pool.query<Row>('select * from disputes where id = any($1)', [ids]);
  const byId = new Map(rows.map(rowMapper(Dispute)).map((dispute) => [dispute.id, dispute]));
  return ids.map((id) => byId.get(id) ?? null);
}

// As the contract caps every list that is not a connection.
const OF_INTENT_MAX = 50;

/** The disputes of each intent, oldest first, at most 50 of one. */
export async function disputesOfIntents(
  deps: Pick<FindDeps, 'pool'>,
  intentIds: readonly string[],
): Promise<Dispute[][]> {
  const { rows } = await deps.pool.query<Row>(
    `select d.* from unnest($1::text[]) a(intent_id) cross join lateral (
       select * from disputes d where d.intent_id = a.intent_id order by d.opened_at, d.id limit ${OF_INTENT_MAX}) d`,
    [[...new Set(intentIds)]],
  );
  const disputes = rows.map(rowMapper(Dispute));
  return intentIds.map((id) => disputes.filter((dispute) => dispute.intentId === id));
}

const NEWEST: Ordering = {
  name: 'disputes',
  keys: [
    { property: 'dispute.openedAt', type: 'timestamp' },
    { property: 'dispute.id', type: 'text' },
  ],
  direction: 'desc',
};

/** All given conditions must hold; a list means any of. */
export interface DisputeFilter {
  readonly status?: readonly DisputeStatus[] | null;
  /** The bank waits for an answer, or it does not. */
  readonly needsAnswer?: boolean | null;
  readonly openedAt?: { readonly gte?: Date | null; readonly lt?: Date | null } | null;
}

/** One page of all disputes, newest first. @throws Problem INVALID_INPUT for a bad page. */
export const listDisputes = (
  deps: Pick<FindDeps, 'dataSource'>,
  filter: DisputeFilter,
  page: PageRequest,
): Promise<Page<Dispute>> => readPage(disputesWhere(deps, filter), NEWEST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countDisputes = (deps: Pick<FindDeps, 'dataSource'>, filter: DisputeFilter): Promise<number> =>
  countRows(disputesWhere(deps, filter));

/** The query for the disputes that a filter means, to be ordered and cut by the caller. */
export function disputesWhere(
  { dataSource }: Pick<FindDeps, 'dataSource'>,
  { status, needsAnswer, openedAt }: DisputeFilter,
): SelectQueryBuilder<Dispute> {
  const query = dataSource.createQueryBuilder(Dispute, 'dispute');
  if (status) query.andWhere('dispute.status = any(:status)', { status });
  const waits = `(dispute.status in ('inquiry', 'open') and dispute.needsAnswer is not false)`;
  if (needsAnswer === true) query.andWhere(waits);
  if (needsAnswer === false) query.andWhere(`not ${waits}`);
  if (openedAt?.gte) query.andWhere('dispute.openedAt >= :from', { from: openedAt.gte });
  if (openedAt?.lt) query.andWhere('dispute.openedAt < :before', { before: openedAt.lt });
  return query;
}
