// Money that did not come as it should: after its purchase was closed, or for nothing.
import type pg from 'pg';
import type { Money } from '../kernel/money';

export interface LateMoney {
  readonly late: boolean;
  /** By currency. */
  readonly unapplied: readonly Money[];
}

/**
 * SQL: whether money came after the purchase was closed: it bought what had failed, or was accepted for it later, or a canceled one
 * was paid.
 * @param intent its alias
 */
export const isLate = (intent: string): string => `(
  exists (select from events e where e.subject = ${intent}.id and e.kind = 'credits_granted' and (e.data ->> 'late') = 'true')
  or exists (select from intent_payments p where p.intent_id = ${intent}.id and p.applied_at is not null)
  or (${intent}.status = 'canceled'
    and exists (select from intent_payments p where p.intent_id = ${intent}.id and p.booked_as = 'unapplied')))`;

/** SQL: whether money is here that bought nothing and is not on its way back. */
export const isUnapplied = (intent: string): string => `exists (select from intent_payments p
  where p.intent_id = ${intent}.id and p.booked_as = 'unapplied' and unapplied_left(p) > 0)`;

/** Of each intent, in the order of the ids. */
export async function lateMoneyOf(
  { pool }: { readonly pool: pg.Pool },
  intentIds: readonly string[],
): Promise<LateMoney[]> {
  const { rows } = await pool.query<{
    id: string;
    late: boolean;
    unapplied: { amountMinor: string; currency: string }[];
  }>({
    name: 'late_money',
    text: `
      select i.id, ${isLate('i')} as late,
        coalesce((select jsonb_agg(jsonb_build_object('amountMinor', u.amount::text, 'currency', u.currency) order by u.currency)
          from (select p.currency, sum(unapplied_left(p)) as amount from intent_payments p
            where p.intent_id = i.id and p.booked_as = 'unapplied' group by p.currency) u
          where u.amount > 0), '[]') as unapplied
      from intents i where i.id = any($1)`,
    values: [intentIds],
  });
  const known = new Map(rows.map((row) => [row.id, row]));
  return intentIds.map((id) => ({
    late: known.get(id)?.late === true,
    unapplied: (known.get(id)?.unapplied ?? []).map(({ amountMinor, currency }) => ({
      amountMinor: BigInt(amountMinor),
      currency,
    })),
  }));
}
