// Every resolver of the schema. A feature's own stand together; a relation stands with the feature that it leads to.

import type { NonEmptyArray } from 'type-graphql';
import { AdminOriginFields } from './admin/origin';
import { AdminResolver } from './admin/resolver';
import { AdminSubscription } from './admin/subscription';
import {
  AdminApprovalFields,
  AdminSecondPersonFields,
  ApprovalFields,
  ApprovalMutations,
} from './approvals/resolver';
import { AdminCallerFields, ApiKeyMutations, AuditEntryFields } from './callers/resolver';
import { CheckoutResolver } from './checkout/resolver';
import { ClockResolver } from './clock/resolver';
import { AdjustmentMutations, AdminWalletFields } from './credits/adjustments';
import {
  BalanceFields,
  CreditLotFields,
  CreditTransactionFields,
  HistoricBalanceFields,
} from './credits/fields';
import { HoldFields, HoldResolver } from './credits/holds';
import { LowBalanceFields, LowBalanceMutations } from './credits/low-balance';
import { MovableFields, MoveMutations, TransferFields } from './credits/moves';
import { CreditMutations } from './credits/mutations';
import { OperationResolver, UsageChargeFields } from './credits/operations';
import { CreditResolver } from './credits/resolver';
import { ReversalMutations, ReversedFields } from './credits/reversals';
import { SpenderFields, SpendLimitFields, SpendLimitMutations } from './credits/spend-limits';
import { SpendManyMutations } from './credits/spend-many';
import { SpendableFields } from './credits/spendable';
import { BalanceSubscription } from './credits/subscription';
import { AdminUsageFields, UsageDayFields, UsageReportFields, UsageResolver } from './credits/usage';
import { AdminDeliveryFields, DeliveryFields } from './deliveries/fields';
import { DeliveryMutations } from './deliveries/mutations';
import { DisputeAnswerFields, DisputeMutations } from './disputes/answers';
import { AdminDisputeFields, DisputeFields, IntentDisputeFields } from './disputes/resolver';
import { AdminCodeFields, CodeMutations } from './grants/codes';
import { AdminGrantsImportFields, GrantsImportFields, GrantsImportMutations } from './grants/imports';
import { AdminGrantFields, CampaignFields, GrantMutations } from './grants/resolver';
import { AdminHealthFields } from './health/resolver';
import { ConfirmingMutations } from './intents/confirming';
import { IntentEventFields } from './intents/event-fields';
import { PaymentIntentFields } from './intents/fields';
import { IntentLateFields } from './intents/late-fields';
import { LotIntentFields } from './intents/lot-fields';
import { IntentMutations } from './intents/mutations';
import { IntentResolver } from './intents/resolver';
import { IntentSubscription } from './intents/subscription';
import { TransactionIntentFields } from './intents/transaction-fields';
import { JobMutations, JobSubscription } from './jobs/resolver';
import { IntentReceiptFields, JournalEntryFields, LedgerCheckFields } from './ledger/fields';
import { AdminLedgerFields, LedgerMutations } from './ledger/resolver';
import { MoneyFields } from './money/fields';
import { ConflictFields, NodeResolver } from './node/resolver';
import { PackageFields } from './packages/fields';
import { PackageResolver } from './packages/resolver';
import {
  AdminReconciliationFields,
  ReconciliationBreakFields,
  ReconciliationRunFields,
} from './reconciliation/fields';
import { ReconciliationMutations } from './reconciliation/mutations';
import { IntentRefundFields, RefundFields, RefundPreviewFields } from './refunds/fields';
import { AdminRefundFields, RefundMutations } from './refunds/resolver';
import { AdminExportFields, ExportJobFields, ExportMutations } from './reports/exports';
import { AdminMetricsFields, MetricsFields } from './reports/metrics';
import { AdminMonthEndFields } from './reports/month-end';
import {
  AdminRiskReviewFields,
  RelatedIntentFields,
  RiskReviewFields,
  RiskReviewMutations,
} from './reviews/resolver';
import { AdminAttackFields } from './risk/attack';
import { AdminRiskBacktestFields } from './risk/backtest';
import { AdminRiskDecisionFields, RiskDecisionFields } from './risk/decisions';
import { PaymentIntentRiskFields } from './risk/intent-fields';
import { AdminListFields, ListMutations } from './risk/lists';
import { AdminRiskRuleFields, RiskRuleMutations, RiskRuleSetFields } from './risk/rules';
import { SimulationResolver } from './simulation/resolver';
import { BalanceUserFields, IntentUserFields, UserMutations } from './users/resolver';
import { ViewerResolver } from './viewer/resolver';
import {
  AdminWalletMembershipFields,
  BalanceWalletFields,
  WalletFields,
  WalletMemberFields,
  WalletResolver,
} from './wallets/resolver';
import { IntentEventWebhookFields, WebhookEventFields } from './webhooks/fields';
import { AdminWebhookFields, WebhookMutations } from './webhooks/resolver';

export const RESOLVERS: NonEmptyArray<NewableFunction> = [
  NodeResolver,
  ConflictFields,
  MoneyFields,
  PackageResolver,
  PackageFields,
  CheckoutResolver,
  ViewerResolver,
  WalletResolver,
  WalletFields,
  WalletMemberFields,
  BalanceWalletFields,
  AdminWalletMembershipFields,
  CreditResolver,
  CreditMutations,
  LowBalanceFields,
  LowBalanceMutations,
  SpendableFields,
  SpendLimitFields,
  SpenderFields,
  SpendLimitMutations,
  OperationResolver,
  UsageChargeFields,
  AdminUsageFields,
  UsageReportFields,
  UsageDayFields,
  UsageResolver,
  ReversalMutations,
  MoveMutations,
  MovableFields,
  TransferFields,
  SpendManyMutations,
  ReversedFields,
  BalanceSubscription,
  BalanceFields,
  CreditTransactionFields,
  CreditLotFields,
  HistoricBalanceFields,
  HoldFields,
  HoldResolver,
  AdjustmentMutations,
  AdminWalletFields,
  UserMutations,
  BalanceUserFields,
  IntentUserFields,
  CampaignFields,
  AdminGrantFields,
  GrantMutations,
  AdminGrantsImportFields,
  GrantsImportFields,
  GrantsImportMutations,
  AdminCodeFields,
  CodeMutations,
  IntentResolver,
  IntentMutations,
  ConfirmingMutations,
  IntentSubscription,
  PaymentIntentFields,
  IntentLateFields,
  PaymentIntentRiskFields,
  IntentEventFields,
  TransactionIntentFields,
  LotIntentFields,
  IntentRefundFields,
  RefundFields,
  RefundPreviewFields,
  AdminRefundFields,
  RefundMutations,
  IntentDisputeFields,
  DisputeFields,
  AdminDisputeFields,
  DisputeAnswerFields,
  DisputeMutations,
  AdminRiskDecisionFields,
  RiskDecisionFields,
  AdminRiskReviewFields,
  RiskReviewFields,
  RelatedIntentFields,
  RiskReviewMutations,
  AdminListFields,
  ListMutations,
  AdminAttackFields,
  AdminRiskRuleFields,
  AdminRiskBacktestFields,
  RiskRuleSetFields,
  RiskRuleMutations,
  ApprovalFields,
  AdminApprovalFields,
  AdminSecondPersonFields,
  ApprovalMutations,
  WebhookEventFields,
  IntentEventWebhookFields,
  AdminWebhookFields,
  WebhookMutations,
  ClockResolver,
  SimulationResolver,
  AdminResolver,
  AdminSubscription,
  AdminMetricsFields,
  AdminMonthEndFields,
  MetricsFields,
  AdminExportFields,
  ExportMutations,
  ExportJobFields,
  AdminLedgerFields,
  LedgerMutations,
  JournalEntryFields,
  LedgerCheckFields,
  IntentReceiptFields,
  JobMutations,
  JobSubscription,
  AdminReconciliationFields,
  ReconciliationRunFields,
  ReconciliationBreakFields,
  ReconciliationMutations,
  AdminDeliveryFields,
  DeliveryFields,
  DeliveryMutations,
  AdminCallerFields,
  AuditEntryFields,
  ApiKeyMutations,
  AdminHealthFields,
  AdminOriginFields,
  AdminSubscription,
];
