// What can be exported: each list with its own filter, and the columns of its rows. One entry a list.
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { Entry } from '../credits/journal.entity';
import { journalWhere, type LedgerFilter } from '../credits/ledger';
import { type TransactionFilter, transactionsWhere } from '../credits/transactions';
import { type DeliveryFilter, deliveriesWhere } from '../deliveries/find';
import { type IntentFilter, intentsWhere, type ListDeps } from '../intents/list';
import { matching, type WebhookEventFilter } from '../webhooks/list';

/** By the name of a list, the filter by which it is exported. */
export interface ExportFilters {
  readonly intents: IntentFilter;
  readonly creditTransactions: TransactionFilter;
  readonly ledger: LedgerFilter;
  readonly webhookEvents: WebhookEventFilter;
  readonly deliveries: DeliveryFilter;
}

export type ExportName = keyof ExportFilters;

export interface ExportList<Filter> {
  readonly where: (deps: ListDeps, filter: Filter) => SelectQueryBuilder<ObjectLiteral>;
  /**
   * Each `property` or `alias.property name`, e.g. `journal.id postingId`. An amount in minor units is called amountMinor
   * and has `currency` beside it; the decimal amount is added.
   */
  readonly columns: readonly string[];
  /** Together unique. */
  readonly order: readonly string[];
}

const list = <Filter>(
  where: ExportList<Filter>['where'],
  order: string,
  columns: string,
): ExportList<Filter> => ({ where, order: order.split(', '), columns: columns.split(', ') });

export const EXPORTS: { readonly [Name in ExportName]: ExportList<ExportFilters[Name]> } = {
  intents: list<IntentFilter>(
    intentsWhere,
    'intent.createdAt, intent.id',
    'intent.id id, intent.userId userId, intent.status status, intent.provider provider, intent.providerIntentId ' +
      'providerIntentId, intent.providerPaymentId providerPaymentId, intent.packageId packageId, intent.packageName ' +
      'packageName, intent.credits credits, intent.amountMinor amountMinor, intent.currency currency, intent.mode mode, ' +
      'intent.idempotencyKey idempotencyKey, intent.attemptCount attemptCount, intent.createdAt createdAt, ' +
      'intent.updatedAt updatedAt, intent.completedAt completedAt',
  ),
  creditTransactions: list<TransactionFilter>(
    transactionsWhere,
    'journal.id',
    "'ctx_'||journal.id id, entry.userId userId, journal.kind kind, entry.amount credits, entry.balanceAfter balanceAfter, " +
      'journal.intentId intentId, journal.reason reason, journal.postedAt createdAt',
  ),
  ledger: list<LedgerFilter>(
    (deps, filter) => journalWhere(deps, filter).innerJoin(Entry, 'entry', 'entry.journalId = journal.id'),
    'journal.id, entry.line',
    "'jrn_'||journal.id id, journal.postedAt postedAt, journal.kind kind, journal.reference reference, journal.userId " +
      'userId, journal.intentId intentId, journal.reason reason, entry.line line, entry.account account, entry.unit ' +
      'currency, entry.amount amountMinor',
  ),
  webhookEvents: list<WebhookEventFilter>(
    matching,
    'event.receivedAt, event.id',
    'event.id id, event.provider provider, event.providerEventId providerEventId, event.type type, event.status status, ' +
      'event.intentId intentId, event.duplicateCount duplicateCount, event.attemptCount attemptCount, event.receivedAt ' +
      'receivedAt, event.processedAt processedAt, event.lastError lastError',
  ),
  deliveries: list<DeliveryFilter>(
    deliveriesWhere,
    'delivery.createdAt, delivery.id',
    'delivery.id id, delivery.endpointId endpointId, delivery.type event, delivery.status status, delivery.attemptCount ' +
      'attemptCount, delivery.createdAt createdAt, delivery.body payload',
  ),
};
