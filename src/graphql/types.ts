// Types that belong to no single feature. A type here names what may leave; what is behind it is an entity or a plain value.
import { Field, ID, InputType, Int, InterfaceType, ObjectType } from 'type-graphql';
import { ApiKey } from '../callers/api-key.entity';
import { AuditEntry } from '../callers/audit.entity';
import { Hold } from '../credits/hold.entity';
import { Journal } from '../credits/journal.entity';
import { Wallet } from '../credits/wallet.entity';
import { Delivery } from '../deliveries/delivery.entity';
import { WebhookEndpoint } from '../deliveries/endpoint.entity';
import { Dispute } from '../disputes/dispute.entity';
import { StoredEvent } from '../events/event.entity';
import { Job } from '../jobs/job.entity';
import { Intent } from '../payments/intent.entity';
import { Break } from '../reconciliation/break.entity';
import { Approval } from '../refunds/approval.entity';
import { Refund } from '../refunds/refund.entity';
import { RiskDecision } from '../risk/decision.entity';
import { RiskListEntry } from '../risk/list-entry.entity';
import { RiskReview } from '../risk/review.entity';
import { RiskRuleSet } from '../risk/rule-set';
import { SharedWallet } from '../wallets/shared-wallet.entity';
import { WebhookEvent } from '../webhooks/event.entity';
import { jobTypeName } from './jobs/types';
import { BigIntString, DateTime } from './scalars';

@InterfaceType('Node', { description: 'Anything with a globally unique id.', resolveType: nodeTypeName })
export abstract class NodeType {
  @Field(() => ID, {
    description: 'Unique among all types: a cache may keep things by it, and node(id:) finds them.',
  })
  id!: string;
}

@ObjectType('PageInfo', { description: 'Relay page information.', simpleResolvers: true })
export class PageInfoType {
  @Field({ description: 'True: more rows follow.' })
  hasNextPage!: boolean;

  @Field({ description: 'True: rows come before these.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { description: 'Goes in as `before`; null on an empty page.', nullable: true })
  startCursor!: string | null;

  @Field(() => String, { description: 'Goes in as `after`; null on an empty page.', nullable: true })
  endCursor!: string | null;
}

@InputType('MetadataFilter', { description: 'Whatever was written with this key and this value.' })
export class MetadataFilterInput {
  @Field(() => String, { description: 'As it was written, e.g. order.' })
  key!: string;

  @Field(() => String, { description: 'Exactly this text.' })
  value!: string;
}

@InputType('IntRange', { description: 'From and to, both inclusive; what is left out is open.' })
export class IntRangeInput {
  @Field(() => Int, { description: 'This or more.', nullable: true })
  gte?: number | null;

  @Field(() => Int, { description: 'This or less.', nullable: true })
  lte?: number | null;
}

@InputType('BigIntRange', { description: 'From and to, both inclusive; what is left out is open.' })
export class BigIntRangeInput {
  @Field(() => BigIntString, { description: 'This or more.', nullable: true })
  gte?: bigint | null;

  @Field(() => BigIntString, { description: 'This or less.', nullable: true })
  lte?: bigint | null;
}

@InputType('DateTimeRange', { description: 'From, inclusive, to, exclusive; what is left out is open.' })
export class DateTimeRangeInput {
  @Field(() => DateTime, { description: 'At this instant or later.', nullable: true })
  gte?: Date | null;

  @Field(() => DateTime, { description: 'Before this instant.', nullable: true })
  lt?: Date | null;
}

/** The type of what a node look-up found. Only a priced package and a credit transaction have no class of their own. */
function nodeTypeName(found: object): string {
  if (found instanceof Intent) return 'PaymentIntent';
  if (found instanceof StoredEvent) return 'IntentEvent';
  if (found instanceof WebhookEvent) return 'WebhookEvent';
  if (found instanceof WebhookEndpoint) return 'WebhookEndpoint';
  if (found instanceof Delivery) return 'Delivery';
  if (found instanceof Journal) return 'JournalEntry';
  if (found instanceof Job) return jobTypeName(found);
  if (found instanceof Break) return 'ReconciliationBreak';
  if (found instanceof Hold) return 'CreditHold';
  if (found instanceof Refund) return 'Refund';
  if (found instanceof ApiKey) return 'ApiKey';
  if (found instanceof AuditEntry) return 'AuditEntry';
  if (found instanceof Dispute) return 'Dispute';
  if (found instanceof Approval) return 'Approval';
  if (found instanceof RiskReview) return 'RiskReview';
  if (found instanceof RiskDecision) return 'RiskDecision';
  if (found instanceof Wallet) return 'Balance';
  if (found instanceof SharedWallet) return 'Wallet';
  if (found instanceof RiskRuleSet) return 'RiskRuleSet';
  if (found instanceof RiskListEntry) return found.list === 'block' ? 'BlocklistEntry' : 'AllowlistEntry';
  return 'unitPrice' in found ? 'Package' : 'CreditTransaction';
}
