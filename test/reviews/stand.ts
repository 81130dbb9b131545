// Reviews as tests open and read them.
import { inTransaction } from '../../src/db/transaction';
import type { Bought, RefundStand } from '../refunds/stand';

/** What settling does after a grant that a rule wants looked at. @returns the review's id; null: one is open */
export async function openReview(
  stand: RefundStand,
  paid: Pick<Bought, 'id' | 'userId'>,
): Promise<string | null> {
  return inTransaction(stand.app.deps.pool, async (client) => {
    await client.query('select lock_intents(array[$1], true)', [paid.id]);
    await client.query('select open_wallets(array[$1], true)', [paid.userId]);
    const { rows } = await client.query<{ id: string | null }>(
      `select review_intent($1, null, 80, 'rule', 'system') as id`,
      [paid.id],
    );
    return rows[0]?.id ?? null;
  });
}

/** The reviews of a purchase, oldest first: status, who decided, and what each keeps frozen. */
export const reviewsOf = async (stand: RefundStand, intentId: string) =>
  (await stand.rows(
    `select r.id, r.status, r.reason, r.decided_by as by, coalesce(c.frozen, 0)::int as frozen
     from risk_reviews r left join claims c on c.cause_id = r.id where r.intent_id = $1 order by r.opened_at, r.decided_at`,
    [intentId],
  )) as { id: string; status: string; reason: string; by: string | null; frozen: number }[];

/** Lets the time of a purchase's open review run out. */
export const passDeadline = (stand: RefundStand, intentId: string) =>
  stand.rows(
    `with moved as (
       update risk_reviews set opened_at = opened_at - interval '25 hours' where intent_id = $1 and status = 'open' returning *)
     update claims c set since = m.opened_at from moved m where c.cause_id = m.id`,
    [intentId],
  );
