// Purchases that share a card, a device or an address with another one: the thief comes under many names.
import type pg from 'pg';

export const SHARED_BY = ['card', 'device', 'address'] as const;
export type SharedBy = (typeof SHARED_BY)[number];

export interface RelatedPurchase {
  readonly intentId: string;
  /** By what, the strongest sign first. */
  readonly sharedBy: readonly SharedBy[];
}

export interface RelatedRequest {
  readonly intentId: string;
  /** At most so many. */
  readonly first: number;
}

// By each way so many of the newest are looked at: an office behind one address has thousands.
const LOOKED_AT = 200;

const sharing = (kind: SharedBy) => `
  select d.intent_id, '${kind}' as kind, d.id from own
  cross join lateral (
    select o.intent_id, o.id from risk_decisions o
    where o.${kind} = own.value and o.intent_id is not null and o.intent_id <> a.intent_id
    order by o.id desc limit ${LOOKED_AT}) d
  where own.kind = '${kind}'`;

const RELATED = `
  select a.ord::integer as ord, r.intent_id, r.kinds
  from unnest($1::text[], $2::integer[]) with ordinality a(intent_id, first, ord)
  cross join lateral (
    with own as (
      select distinct k.kind, k.value from risk_decisions d
      cross join lateral (values ${SHARED_BY.map((kind) => `('${kind}', d.${kind})`).join(', ')}) k(kind, value)
      where d.intent_id = a.intent_id and k.value is not null)
    select s.intent_id, array_agg(distinct s.kind) as kinds, max(s.id) as newest
    from (${SHARED_BY.map(sharing).join(' union all ')}) s
    group by s.intent_id order by count(distinct s.kind) desc, newest desc limit a.first) r
  order by a.ord, cardinality(r.kinds) desc, r.newest desc`;

/** For each purchase those that share most with it, of these the newest first. */
export async function relatedPurchases(
  { pool }: { readonly pool: pg.Pool },
  requests: readonly RelatedRequest[],
): Promise<RelatedPurchase[][]> {
  const { rows } = await pool.query<{ ord: number; intent_id: string; kinds: readonly SharedBy[] }>(RELATED, [
    requests.map(({ intentId }) => intentId),
    requests.map(({ first }) => first),
  ]);
  return requests.map((_, at) =>
    rows
      .filter(({ ord }) => ord === at + 1)
      .map(({ intent_id: intentId, kinds }) => ({
        intentId,
        sharedBy: SHARED_BY.filter((kind) => kinds.includes(kind)),
      })),
  );
}
