// What the database consists of beside its tables: how rows are mapped, and which functions are installed.
import path from 'node:path';
import { ApiKey } from '../callers/api-key.entity';
import { AUDIT_SQL, BY_HAND_SQL } from '../callers/audit';
import { AuditEntry } from '../callers/audit.entity';
import { USAGE_DAYS_SQL } from '../credits/add-up-usage';
import { CREDIT_ENTITIES } from '../credits/entities';
import { SEAL_SQL } from '../credits/seal';
import { CREDIT_SQL } from '../credits/verbs';
import { readCode } from '../db/code';
import { INSTANT_SQL } from '../db/prepare';
import { DELIVERY_ENTITIES } from '../deliveries/entities';
import { ERASE_SQL } from '../deliveries/erase-user';
import { QUEUE_SQL } from '../deliveries/queue';
import { Dispute } from '../disputes/dispute.entity';
import { DisputeAnswer } from '../disputes/evidence';
import { DISPUTES_SQL } from '../disputes/settle';
import { StoredEvent } from '../events/event.entity';
import { FORGET_SQL } from '../events/forget-events';
import { HORIZON_SQL } from '../events/order';
import { Campaign } from '../grants/campaign.entity';
import { CreditGrant } from '../grants/grant.entity';
import { PromoCode } from '../grants/promo-code.entity';
import { GRANTS_SQL } from '../grants/verbs';
import { KEY_SQL } from '../idempotency/key';
import { GRANT_SQL } from '../intents/apply-payment';
import { CLAIM_SQL } from '../intents/claim';
import { LEASE_SQL } from '../intents/lease';
import { RESTORE_SQL } from '../intents/restore';
import { Job } from '../jobs/job.entity';
import { LEDGER_SQL } from '../ledger/sql';
import { PACE_SQL } from '../limits/call-store';
import { Package, Price } from '../packages/package.entity';
import { Intent } from '../payments/intent.entity';
import { PAYMENTS_SQL } from '../payments/settle';
import { Break } from '../reconciliation/break.entity';
import { Approval } from '../refunds/approval.entity';
import { Refund } from '../refunds/refund.entity';
import { REQUEST_SQL } from '../refunds/request';
import { UNAPPLIED_SQL } from '../refunds/return-unapplied';
import { RiskDecision } from '../risk/decision.entity';
import { RiskListEntry } from '../risk/list-entry.entity';
import { RiskReview } from '../risk/review.entity';
import { RISK_SQL } from '../risk/sql';
import { WATCH_ATTACK_SQL } from '../risk/watch-attack';
import { User } from '../users/user.entity';
import { MEMBERS_SQL } from '../wallets/create-wallet';
import { WALLET_ENTITIES } from '../wallets/shared-wallet.entity';
import { WebhookEvent } from '../webhooks/event.entity';
import { INBOX_SQL } from '../webhooks/inbox';

const PURCHASE_ENTITIES = [
  Package,
  Price,
  Intent,
  StoredEvent,
  WebhookEvent,
  Job,
  Refund,
  Dispute,
  DisputeAnswer,
  RiskDecision,
  RiskReview,
  Approval,
  Break,
  RiskListEntry,
];
const GRANT_ENTITIES = [Campaign, CreditGrant, PromoCode];
export const ENTITIES = [
  ...PURCHASE_ENTITIES,
  ...WALLET_ENTITIES,
  ...CREDIT_ENTITIES,
  ...DELIVERY_ENTITIES,
  ...GRANT_ENTITIES,
  ApiKey,
  AuditEntry,
  User,
];

const sqlFile = (name: string) => path.join(__dirname, '..', `${name}.sql`);

/** The functions of this release, in the order in which they are installed. */
export const CODE = readCode([
  INSTANT_SQL,
  HORIZON_SQL,
  FORGET_SQL,
  AUDIT_SQL,
  ...KEY_SQL,
  BY_HAND_SQL,
  PACE_SQL,
  ...RISK_SQL,
  WATCH_ATTACK_SQL,
  CLAIM_SQL,
  ...LEDGER_SQL,
  MEMBERS_SQL,
  ...['spend-limits', 'due', 'shrink-holds', 'take-back', 'give-back', 'recall-bonus', 'booked'].map((name) =>
    sqlFile(`credits/${name}`),
  ),
  sqlFile('risk/reviews'),
  ...PAYMENTS_SQL,
  REQUEST_SQL,
  ...['withdrawal', 'answer'].map((name) => sqlFile(`disputes/${name}`)),
  DISPUTES_SQL,
  sqlFile('reviews/warned'),
  sqlFile('reviews/replay'),
  LEASE_SQL,
  GRANT_SQL,
  RESTORE_SQL,
  UNAPPLIED_SQL,
  ...CREDIT_SQL,
  USAGE_DAYS_SQL,
  ...GRANTS_SQL,
  SEAL_SQL,
  ERASE_SQL,
  INBOX_SQL,
  QUEUE_SQL,
  ...['stage', 'fees-and-payouts', 'findings', 'post-break', 'settle-break', 'recoveries'].map((name) =>
    sqlFile(`reconciliation/${name}`),
  ),
]);
