import type { Queryable } from '../db/transaction';

export interface Waiting {
  readonly reviews: number;
  /** Since when the first of them waits, in seconds; 0: none does. */
  readonly oldestSeconds: number;
}

/** How many purchases wait for a person, and how long already. */
export async function waitingReviews({ pool }: { readonly pool: Queryable }): Promise<Waiting> {
  const { rows } = await pool.query<Waiting>({
    name: 'waiting_reviews',
    text: `select count(*)::integer as reviews,
        coalesce(extract(epoch from instant() - min(opened_at)), 0)::float8 as "oldestSeconds"
      from risk_reviews where status = 'open'`,
  });
  return rows[0] ?? { reviews: 0, oldestSeconds: 0 };
}
