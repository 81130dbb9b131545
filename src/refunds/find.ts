// Reads refunds: by id, of a page of intents in one statement, and the operators' list.

import type pg from 'pg';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { anyOf } from '../db/any-of';
import { type Row, rowMapper, selectList } from '../db/columns';
import { countRows } from '../db/count';
import { oneOf } from '../db/one-of';
import {
  cursorAt,
  type Ordering,
  type Page,
  type PageRequest,
  pageSize,
  placeIn,
  readPage,
} from '../db/page';
import { Refund, type RefundStatus } from './refund.entity';

export interface FindDeps {
  readonly pool: pg.Pool;
  readonly dataSource: DataSource;
}

export async function refundById(deps: Pick<FindDeps, 'pool'>, id: string): Promise<Refund | null> {
  const [refund] = await refundsByIds(deps, [id]);
  return refund ?? null;
}

/** In the order of the ids; null for what is not there. */
export async function refundsByIds(
  deps: Pick<FindDeps, 'pool'>,
  ids: readonly string[],
): Promise<(Refund | null)[]> {
  const { rows } = await deps.pool.query<Row>({
    name: 'refunds_by_id',
    text: `select ${selectList(Refund, 'r')} from refunds r where r.id = ${oneOf('$1')}`,
    values: [ids],
  });
  const byId = new Map(rows.map(rowMapper(Refund)).map((refund) => [refund.id, refund]));
  return ids.map((id) => byId.get(id) ?? null);
}

/** A part of one intent's refunds, oldest first. */
export interface RefundsRequest {
  readonly intentId: string;
  readonly size: number;
  /** Microseconds since 1970, and the id: the place after which the page begins. */
  readonly after: readonly [string, string] | null;
}

const nameOf = (intentId: string) => `refunds:${intentId}`;

/** Which part a page asks for. @throws Problem INVALID_INPUT for a bad size, or a cursor of another list. */
export function refundsRequest(intentId: string, page: PageRequest): RefundsRequest {
  const { after } = page;
  const place = after ? placeIn(after, nameOf(intentId), ['timestamp', 'text'], 'after') : null;
  return { intentId, size: pageSize(page), after: place as [string, string] | null };
}

const OF_INTENTS = `
  select a.ord::integer as ord, r.*
  from unnest($1::text[], $2::integer[], $3::bigint[], $4::text[]) with ordinality a(intent_id, size, at, id, ord)
  cross join lateral (
    select r.*, (extract(epoch from r.created_at) * 1000000)::bigint as micros from refunds r
    where r.intent_id = a.intent_id
      and (a.at is null or ((extract(epoch from r.created_at) * 1000000)::bigint, r.id) > (a.at, a.id))
    order by r.created_at, r.id limit a.size + 1
  ) r
  order by a.ord, r.created_at, r.id`;

/** A page for each request, in their order, in one statement. */
export async function refundsOfIntents(
  deps: Pick<FindDeps, 'pool'>,
  requests: readonly RefundsRequest[],
): Promise<Page<Refund>[]> {
  const { rows } = await deps.pool.query<Row & { ord: number; micros: bigint }>(OF_INTENTS, [
    requests.map((request) => request.intentId),
    requests.map((request) => request.size),
    requests.map((request) => request.after?.[0] ?? null),
    requests.map((request) => request.after?.[1] ?? null),
  ]);
  const toRefund = rowMapper(Refund);
  return requests.map((request, at) => {
    const own = rows.filter((row) => row.ord === at + 1);
    return {
      items: own.slice(0, request.size).map((row) => ({
        node: toRefund(row),
        cursor: cursorAt(nameOf(request.intentId), [String(row.micros), String(row.id)]),
      })),
      hasNextPage: own.length > request.size,
      hasPreviousPage: request.after !== null,
    };
  });
}

/** All given conditions must hold; a list means any of. */
export interface RefundFilter {
  readonly status?: readonly RefundStatus[] | null;
  readonly userId?: string | null;
  readonly intentId?: string | null;
  readonly createdAt?: { readonly gte?: Date | null; readonly lt?: Date | null } | null;
}

const NEWEST: Ordering = {
  name: 'refunds',
  keys: [
    { property: 'refund.createdAt', type: 'timestamp' },
    { property: 'refund.id', type: 'text' },
  ],
  direction: 'desc',
};

/** One page of all refunds, newest first. @throws Problem INVALID_INPUT for a bad page. */
export const listRefunds = (
  deps: Pick<FindDeps, 'dataSource'>,
  filter: RefundFilter,
  page: PageRequest,
): Promise<Page<Refund>> => readPage(refundsWhere(deps, filter), NEWEST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countRefunds = (deps: Pick<FindDeps, 'dataSource'>, filter: RefundFilter): Promise<number> =>
  countRows(refundsWhere(deps, filter));

/** How many refunds each intent has: money goes back a few times at most. */
export async function refundCountsOf(
  { pool }: Pick<FindDeps, 'pool'>,
  intentIds: readonly string[],
): Promise<number[]> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(r.id)::integer as count from unnest($1::text[]) with ordinality a(id, ord)
     left join refunds r on r.intent_id = a.id group by a.ord order by a.ord`,
    [intentIds],
  );
  return rows.map(({ count }) => count);
}

/** The query for the refunds that a filter means, to be ordered and cut by the caller. */
export function refundsWhere(
  { dataSource }: Pick<FindDeps, 'dataSource'>,
  { status, userId, intentId, createdAt }: RefundFilter,
): SelectQueryBuilder<Refund> {
  const query = dataSource.createQueryBuilder(Refund, 'refund');
  if (status) anyOf(query, 'refund.status', status);
  if (intentId) query.andWhere('refund.intentId = :intentId', { intentId });
  if (userId)
    query.andWhere('refund.intentId in (select id from intents where user_id = :userId)', { userId });
  if (createdAt?.gte) query.andWhere('refund.createdAt >= :from', { from: createdAt.gte });
  if (createdAt?.lt) query.andWhere('refund.createdAt < :before', { before: createdAt.lt });
  return query;
}
