// What can be exported: each list with its own filter, and the columns of its rows. One entry a list.
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { type AuditFilter, auditWhere } from '../callers/audit';
import { HOLD_STATUS_SQL, type HoldFilter, holdsWhere } from '../credits/holds';
import { Entry } from '../credits/journal.entity';
import { journalWhere, type LedgerFilter } from '../credits/ledger';
import { KINDS_OF } from '../credits/transaction-types';
import { type TransactionFilter, transactionsWhere } from '../credits/transactions';
import { type UsageFilter, usageWhere } from '../credits/usage-report';
import { type DeliveryFilter, deliveriesWhere } from '../deliveries/find';
import { type DisputeFilter, disputesWhere } from '../disputes/find';
import { type IntentFilter, intentsWhere, type ListDeps } from '../intents/list';
import { Intent } from '../payments/intent.entity';
import { type BreakFilter, breaksWhere, runOfSql } from '../reconciliation/find';
import { suggestedFixSql } from '../reconciliation/fixes';
import { type RefundFilter, refundsWhere } from '../refunds/find';
import { matching, type WebhookEventFilter } from '../webhooks/list';

/** By the name of a list, the filter by which it is exported. */
export interface ExportFilters {
  readonly intents: IntentFilter;
  readonly creditTransactions: TransactionFilter;
  readonly holds: HoldFilter & { readonly userId?: string | null };
  readonly usage: UsageFilter;
  readonly ledger: LedgerFilter;
  readonly webhookEvents: WebhookEventFilter;
  readonly deliveries: DeliveryFilter;
  readonly breaks: BreakFilter;
  readonly refunds: RefundFilter;
  readonly disputes: DisputeFilter;
  readonly auditLog: AuditFilter;
}

export type ExportName = keyof ExportFilters;

export interface ExportList<Filter> {
  readonly where: (deps: ListDeps, filter: Filter) => SelectQueryBuilder<ObjectLiteral>;
  /**
   * Each `expression name`, e.g. `journal.id postingId`. An amount in minor units is called amountMinor and has `currency`
   * beside it, or oursMinor and has oursCurrency; the decimal amount is added.
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

// As the contract calls the postings.
const TRANSACTION_TYPE = `case journal.kind ${Object.entries(KINDS_OF)
  .flatMap(([type, kinds]) => kinds.map((kind) => `when '${kind}' then '${type}'`))
  .join(' ')} end`;

export const EXPORTS: { readonly [Name in ExportName]: ExportList<ExportFilters[Name]> } = {
  intents: list<IntentFilter>(
    intentsWhere,
    'intent.createdAt, intent.id',
    'intent.id id, intent.userId userId, intent.status status, intent.provider provider, intent.providerIntentId ' +
      'providerIntentId, intent.providerPaymentId providerPaymentId, intent.packageId packageId, intent.packageName ' +
      'packageName, intent.credits credits, intent.amountMinor amountMinor, intent.currency currency, intent.mode mode, ' +
      'intent.idempotencyKey idempotencyKey, intent.attemptCount attemptCount, intent.createdAt createdAt, ' +
      'intent.updatedAt updatedAt, intent.completedAt completedAt, intent.reference reference, intent.metadata metadata',
  ),
  creditTransactions: list<TransactionFilter>(
    transactionsWhere,
    'journal.id',
    `'ctx_'||journal.id id, entry.userId userId, ${TRANSACTION_TYPE} type, entry.amount credits, entry.balanceAfter ` +
      'balanceAfter, journal.intentId intentId, journal.reason reason, journal.postedAt createdAt, ' +
      'journal.callerReference reference, journal.metadata metadata',
  ),
  holds: list<ExportFilters['holds']>(
    holdsWhere,
    'hold.createdAt, hold.id',
    `hold.id id, hold.userId userId, ${HOLD_STATUS_SQL} status, hold.credits credits, hold.settledCredits settledCredits, ` +
      'hold.reason reason, hold.createdBy createdBy, hold.createdByRole createdByRole, hold.createdAt createdAt, ' +
      'hold.expiresAt expiresAt, hold.endedAt endedAt, hold.reference reference, hold.metadata metadata',
  ),
  usage: list<UsageFilter>(
    usageWhere,
    'usage.id, part.nth',
    `'ctx_'||usage.id transactionId, usage.userId userId, usage.memberId memberId, usage.apiKeyId apiKeyId, usage.holdId holdId, ` +
      `'ctx_'|| usage.reversalOf reversalOf, part.operation operation, ` +
      'part.quantity quantity, part.version rateVersion, part.micro micro, usage.at at',
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
  breaks: list<BreakFilter>(
    breaksWhere,
    'break.openedAt, break.id',
    `'brk_'||break.id id, ${runOfSql('break.runId', 'break.provider')} runId, break.subject subject, break.kind kind, ` +
      'break.status status, break.provider provider, break.providerEntryId providerEntryId, break.intentId intentId, ' +
      'break.providerIntentId providerIntentId, break.oursMinor oursMinor, break.oursCurrency oursCurrency, ' +
      'break.theirsMinor theirsMinor, break.theirsCurrency theirsCurrency, break.openedAt openedAt, ' +
      `${suggestedFixSql('break')} suggestedFix, ` +
      'break.fix fix, break.note note, break.resolvedBy resolvedBy, break.resolvedAt resolvedAt',
  ),
  refunds: list<RefundFilter>(
    (deps, filter) => refundsWhere(deps, filter).innerJoin(Intent, 'intent', 'intent.id = refund.intentId'),
    'refund.createdAt, refund.id',
    'refund.id id, refund.intentId intentId, intent.userId userId, refund.status status, refund.provider provider, ' +
      'refund.providerRefundId providerRefundId, refund.providerPaymentId providerPaymentId, refund.amountMinor ' +
      'amountMinor, refund.currency currency, refund.creditsRevoked creditsRevoked, refund.reason reason, ' +
      'refund.requestedBy requestedBy, refund.approvedBy approvedBy, refund.createdAt createdAt, refund.completedAt ' +
      'completedAt',
  ),
  disputes: list<DisputeFilter>(
    disputesWhere,
    'dispute.openedAt, dispute.id',
    'dispute.id id, dispute.intentId intentId, dispute.userId userId, dispute.status status, dispute.provider provider, ' +
      'dispute.providerDisputeId providerDisputeId, dispute.providerPaymentId providerPaymentId, dispute.amountMinor ' +
      'amountMinor, dispute.currency currency, dispute.reason reason, dispute.creditsFrozen creditsFrozen, ' +
      'dispute.respondBy respondBy, dispute.openedAt openedAt, dispute.closedAt closedAt',
  ),
  auditLog: list<AuditFilter>(
    auditWhere,
    'entry.id',
    "'aud_'||entry.id id, entry.at at, entry.actor actor, entry.role role, entry.action action, entry.targetId targetId, " +
      'entry.reason reason, entry.diff diff',
  ),
};
