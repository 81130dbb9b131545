import type { Queryable } from '../db/transaction';
import type { ReviewStatus } from '../risk/review.entity';

/** How many reviews there ever were of each status, open for each that was opened: over all processes, from a few rows. */
export async function reviewTotals({
  pool,
}: {
  readonly pool: Queryable;
}): Promise<readonly { readonly status: ReviewStatus; readonly reviews: number }[]> {
  const { rows } = await pool.query<{ status: ReviewStatus; reviews: number }>({
    name: 'review_totals',
    // In one statement: a step is in one of both.
    text: `select status, sum(reviews)::float8 as reviews from (
        select status, reviews from risk_review_totals union all select status, 1 from risk_review_steps) t
      group by status`,
  });
  return rows;
}
