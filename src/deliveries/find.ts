// Reads endpoints and deliveries: by id for relations, and as lists for operators.

import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { anyOf } from '../db/any-of';
import { type Row, rowMapper } from '../db/columns';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { Delivery, DeliveryAttempt, type DeliveryStatus } from './delivery.entity';
import type { DeliveryDeps } from './deps';
import { WebhookEndpoint } from './endpoint.entity';
import { typesMeant } from './event-types';

type Reader = Pick<DeliveryDeps, 'pool'>;
type Lister = { readonly dataSource: DataSource };

/** All given conditions must hold; a list means any of. */
export interface DeliveryFilter {
  readonly endpointId?: string | null;
  readonly status?: readonly DeliveryStatus[] | null;
  /** Types or patterns, as an endpoint has them. */
  readonly event?: readonly string[] | null;
  readonly createdAt?: { readonly gte?: Date | null; readonly lt?: Date | null } | null;
}

/** Those that are not deleted, oldest first. */
export async function listEndpoints({ pool }: Reader): Promise<WebhookEndpoint[]> {
  const { rows } = await pool.query<Row>(
    'select * from webhook_endpoints where deleted_at is null order by created_at, id',
  );
  return rows.map(rowMapper(WebhookEndpoint));
}

/** Deleted ones too, in the order of the ids: a delivery still names its endpoint. */
export async function endpointsByIds(
  { pool }: Reader,
  ids: readonly string[],
): Promise<(WebhookEndpoint | null)[]> {
  const { rows } = await pool.query<Row>('select * from webhook_endpoints where id = any($1)', [ids]);
  const found = new Map(rows.map((row) => [row.id as string, rowMapper(WebhookEndpoint)(row)]));
  return ids.map((id) => found.get(id) ?? null);
}

export async function deliveriesByIds(
  { pool }: Reader,
  ids: readonly string[],
): Promise<(Delivery | null)[]> {
  const { rows } = await pool.query<Row>('select * from deliveries where id = any($1)', [ids]);
  const found = new Map(rows.map((row) => [row.id as string, rowMapper(Delivery)(row)]));
  return ids.map((id) => found.get(id) ?? null);
}

// Who sends a delivery again and again looks at what came of it lately.
const ATTEMPTS_MAX = 50;

const ATTEMPTS = `
  select t.* from unnest($1::text[]) a(id)
  cross join lateral (
    select * from delivery_attempts where delivery_id = a.id order by number desc limit ${ATTEMPTS_MAX}
  ) t
  order by t.delivery_id, t.number`;

/** The attempts of each delivery, oldest first; of very many the last ones. */
export async function attemptsByDeliveryIds(
  { pool }: Reader,
  ids: readonly string[],
): Promise<DeliveryAttempt[][]> {
  const { rows } = await pool.query<Row>(ATTEMPTS, [ids]);
  const found = new Map(ids.map((id) => [id, [] as DeliveryAttempt[]]));
  for (const attempt of rows.map(rowMapper(DeliveryAttempt))) found.get(attempt.deliveryId)?.push(attempt);
  return ids.map((id) => found.get(id) ?? []);
}

const NEWEST_FIRST: Ordering = {
  name: 'deliveries',
  keys: [
    { property: 'delivery.createdAt', type: 'timestamp' },
    { property: 'delivery.id', type: 'text' },
  ],
  direction: 'desc',
};

/** One page, newest first. @throws Problem INVALID_INPUT for a bad page. */
export const listDeliveries = (
  deps: Lister,
  filter: DeliveryFilter,
  page: PageRequest,
): Promise<Page<Delivery>> => readPage(deliveriesWhere(deps, filter), NEWEST_FIRST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countDeliveries = (deps: Lister, filter: DeliveryFilter): Promise<number> =>
  countRows(deliveriesWhere(deps, filter));

/** The query for the deliveries that a filter means, to be ordered and cut by the caller. */
export function deliveriesWhere(
  { dataSource }: Lister,
  { endpointId, status, event, createdAt }: DeliveryFilter,
): SelectQueryBuilder<Delivery> {
  const query = dataSource.createQueryBuilder(Delivery, 'delivery');
  // An id that cannot be stored, for PostgreSQL's text refuses NUL, belongs to nothing, and so does the empty one.
  if (typeof endpointId === 'string')
    query.andWhere('delivery.endpointId = :endpointId', { endpointId: endpointId.replaceAll('\0', '') });
  if (status) anyOf(query, 'delivery.status', status);
  if (event) anyOf(query, 'delivery.type', typesMeant(event));
  if (createdAt?.gte) query.andWhere('delivery.createdAt >= :from', { from: createdAt.gte });
  if (createdAt?.lt) query.andWhere('delivery.createdAt < :before', { before: createdAt.lt });
  return query;
}
