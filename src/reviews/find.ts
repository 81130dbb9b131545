// Reads reviews: by id, and the operators' queue.

import type pg from 'pg';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { type Row, rowMapper } from '../db/columns';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import type { RiskSettings } from '../kernel/risk-settings';
import { type ReviewStatus, RiskReview } from '../risk/review.entity';

export interface FindDeps {
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
}

export async function reviewById(deps: Pick<FindDeps, 'pool'>, id: string): Promise<RiskReview | null> {
  const [review] = await reviewsByIds(deps, [id]);
  return review ?? null;
}

/** In the order of the ids; null for what is not there. */
export async function reviewsByIds(
  { pool }: Pick<FindDeps, 'pool'>,
  ids: readonly string[],
): Promise<(RiskReview | null)[]> {
  const { rows } = await pool.query<Row>('select * from risk_reviews where id = any($1)', [ids]);
  const byId = new Map(rows.map(rowMapper(RiskReview)).map((review) => [review.id, review]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** The credits that each of these reviews keeps from being spent, in the order of the ids. */
export async function frozenByReviews(
  { pool }: Pick<FindDeps, 'pool'>,
  ids: readonly string[],
): Promise<bigint[]> {
  const { rows } = await pool.query<{ cause_id: string; frozen: bigint }>(
    'select cause_id, frozen from claims where cause_id = any($1)',
    [ids],
  );
  const byId = new Map(rows.map(({ cause_id, frozen }) => [cause_id, frozen]));
  return ids.map((id) => byId.get(id) ?? 0n);
}

// What has to be decided first stands first.
const OLDEST: Ordering = {
  name: 'risk-reviews',
  keys: [
    { property: 'review.openedAt', type: 'timestamp' },
    { property: 'review.id', type: 'text' },
  ],
  direction: 'asc',
};

/** One page of reviews, the one that is due first at the front. @throws Problem INVALID_INPUT for a bad page. */
export const listReviews = (
  deps: Pick<FindDeps, 'dataSource'>,
  status: readonly ReviewStatus[] | null | undefined,
  page: PageRequest,
): Promise<Page<RiskReview>> => readPage(reviewsWhere(deps, status), OLDEST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countReviews = (
  deps: Pick<FindDeps, 'dataSource'>,
  status: readonly ReviewStatus[] | null | undefined,
): Promise<number> => countRows(reviewsWhere(deps, status));

function reviewsWhere(
  { dataSource }: Pick<FindDeps, 'dataSource'>,
  status: readonly ReviewStatus[] | null | undefined,
): SelectQueryBuilder<RiskReview> {
  const query = dataSource.createQueryBuilder(RiskReview, 'review');
  return status ? query.where('review.status = any(:status)', { status }) : query;
}

/** When an open review is rejected by itself. */
export const dueAtOf = ({ openedAt }: RiskReview, { reviewHours }: RiskSettings): Date =>
  new Date(openedAt.getTime() + reviewHours * 3_600_000);
