// Webhook events for operators: filtered, newest first, in pages. Reads only, and through TypeORM, because the filters vary.

import { Brackets, type DataSource, type SelectQueryBuilder } from 'typeorm';
import { anyOf } from '../db/any-of';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import type { ProviderName } from '../providers/provider';
import { WebhookEvent, type WebhookStatus } from './event.entity';

/** All given conditions must hold; a list means any of. */
export interface WebhookEventFilter {
  /** An event's id, ours or the provider's, the provider's id of its object, or how our intent's id begins. */
  readonly search?: string | null;
  readonly provider?: readonly ProviderName[] | null;
  readonly type?: readonly string[] | null;
  readonly status?: readonly WebhookStatus[] | null;
  readonly intentId?: string | null;
  readonly receivedAt?: { readonly gte?: Date | null; readonly lt?: Date | null } | null;
}

type Reader = { readonly dataSource: DataSource };

const NEWEST_FIRST: Ordering = {
  name: 'webhookEvents',
  keys: [
    { property: 'event.receivedAt', type: 'timestamp' },
    { property: 'event.id', type: 'text' },
  ],
  direction: 'desc',
};

/** One page. Who may see it is the caller's to check. @throws Problem INVALID_INPUT for a bad page. */
export const listWebhookEvents = (
  deps: Reader,
  filter: WebhookEventFilter,
  page: PageRequest,
): Promise<Page<WebhookEvent>> => readPage(matching(deps, filter), NEWEST_FIRST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countWebhookEvents = (deps: Reader, filter: WebhookEventFilter): Promise<number> =>
  countRows(matching(deps, filter));

/** The events that the filter means, in no order. */
export function matching(deps: Reader, filter: WebhookEventFilter): SelectQueryBuilder<WebhookEvent> {
  const query = deps.dataSource.createQueryBuilder(WebhookEvent, 'event');
  const when = (value: unknown, condition: string, name: string) => {
    if (value !== null && value !== undefined) query.andWhere(condition, { [name]: value });
  };
  for (const name of ['provider', 'type', 'status'] as const) {
    const values = filter[name];
    if (values) anyOf(query, `event.${name}`, values);
  }
  when(filter.intentId, 'event.intentId = :intentId', 'intentId');
  when(filter.receivedAt?.gte, 'event.receivedAt >= :receivedFrom', 'receivedFrom');
  when(filter.receivedAt?.lt, 'event.receivedAt < :receivedBefore', 'receivedBefore');
  const search = filter.search?.trim();
  if (search) query.andWhere(found(search));
  return query;
}

// Each of the four has its index.
const found = (search: string): Brackets =>
  new Brackets((either) =>
    either
      .where('event.id = :search', { search })
      .orWhere('event.providerEventId = :search')
      .orWhere('event.providerIntentId = :search')
      .orWhere('event.intentId like :begins', { begins: `${search.replaceAll(/[\\%_]/g, '\\$&')}%` }),
  );
