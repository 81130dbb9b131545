import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, numberColumn } from '../db/columns';
import type { Metadata } from '../kernel/metadata';
import type { PaymentFailure, PaymentMethod, ProviderName } from '../providers/provider';
import type { IntentStatus } from './states';

/** What the client secret is sealed for. */
export const CLIENT_SECRET_PURPOSE = 'client secret';

/** One user's wish to buy one package. Written by claim_intents() and book_intents() only. */
@Entity('intents')
export class Intent {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ type: 'text', name: 'user_id', collation: 'C' })
  userId!: string;

  @Column({ type: 'text', name: 'idempotency_key', collation: 'C' })
  idempotencyKey!: string;

  @Column({ type: 'text', name: 'input_hash', collation: 'C' })
  inputHash!: string;

  @Column({ type: 'text', name: 'package_id', collation: 'C' })
  packageId!: string;

  @Column('text', { name: 'package_name' })
  packageName!: string;

  @Column('bigint', { transformer: bigintColumn })
  credits!: bigint;

  @Column('bigint', { name: 'amount_minor', transformer: bigintColumn })
  amountMinor!: bigint;

  @Column({ type: 'text', collation: 'C' })
  currency!: string;

  @Column({ type: 'text', collation: 'C' })
  provider!: ProviderName;

  @Column('text')
  mode!: 'mock' | 'test' | 'live';

  /** Who made it: the user, or the service that acted for the user. */
  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @Column('text', { name: 'fingerprint_id', nullable: true })
  fingerprintId!: string | null;

  @Column('text', { name: 'return_url', nullable: true })
  returnUrl!: string | null;

  /** What the caller wrote for its own books. */
  @Column('text', { nullable: true })
  reference!: string | null;

  @Column('jsonb', { nullable: true })
  metadata!: Metadata | null;

  /** The exact request to the provider, frozen before it is first sent. */
  @Column('jsonb')
  request!: FrozenRequest;

  @Column({ type: 'text', collation: 'C', default: 'pending' })
  status!: IntentStatus;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('integer', { name: 'timeline_sequence', default: 1 })
  timelineSequence!: number;

  @Column({ type: 'text', name: 'provider_intent_id', nullable: true, collation: 'C' })
  providerIntentId!: string | null;

  @Column('text', { name: 'provider_status', nullable: true })
  providerStatus!: string | null;

  /** Sealed, for whoever has it can pay; gone once there is nothing to pay. */
  @Column('text', { name: 'client_secret', nullable: true })
  clientSecret!: string | null;

  @Column('boolean', { name: 'requires_action', default: false })
  requiresAction!: boolean;

  @Column({ type: 'text', name: 'provider_payment_id', nullable: true, collation: 'C' })
  providerPaymentId!: string | null;

  @Column('jsonb', { name: 'payment_method', nullable: true })
  paymentMethod!: PaymentMethod | null;

  @Column('jsonb', { nullable: true })
  failure!: PaymentFailure | null;

  @Column('integer', { name: 'attempt_count', default: 0 })
  attemptCount!: number;

  /** The posting that granted the credits; its number is the credit transaction's. */
  @Column('bigint', { name: 'grant_journal_id', nullable: true, transformer: numberColumn })
  grantJournalId!: string | null;

  @Column('text', { name: 'cancel_reason', nullable: true })
  cancelReason!: 'requested' | 'provider' | 'risk' | null;

  @Column('timestamptz', { name: 'cancel_requested_at', nullable: true })
  cancelRequestedAt!: Date | null;

  @Column('timestamptz', { name: 'expire_requested_at', nullable: true })
  expireRequestedAt!: Date | null;

  @Column('integer', { name: 'read_number', default: 0 })
  readNumber!: number;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('text', { name: 'lease_token', nullable: true })
  leaseToken!: string | null;

  /** How often the work was taken over from an owner that let its lease run out. */
  @Column('integer', { name: 'lease_count', default: 0 })
  leaseCount!: number;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt!: Date | null;

  /** 0 to 100; null: it was not judged. */
  @Column('smallint', { name: 'risk_score', nullable: true })
  riskScore!: number | null;

  /** The strictest so far. */
  @Column({ type: 'text', name: 'risk_decision', nullable: true, collation: 'C' })
  riskDecision!: 'allow' | 'challenge' | 'review' | 'block' | null;

  /** The decision that both come from. */
  @Column('bigint', { name: 'risk_decision_id', nullable: true, transformer: numberColumn })
  riskDecisionId!: string | null;

  @Column('integer', { name: 'declined_count', default: 0, select: false })
  declinedCount?: number;

  @Column('integer', { name: 'applied_read_number', default: 0, select: false })
  appliedReadNumber?: number;

  /** As the package said when it was bought; null: they do not expire. */
  @Column('integer', { name: 'credits_expire_after_days', nullable: true, select: false })
  creditsExpireAfterDays?: number | null;

  /** Credits beside those that are paid for, as the package said when it was bought; null: none. */
  @Column('bigint', { name: 'bonus_credits', transformer: bigintColumn, nullable: true })
  bonusCredits!: bigint | null;

  @Column('integer', { name: 'bonus_expire_after_days', nullable: true, select: false })
  bonusExpireAfterDays?: number | null;

  /** What the payer typed, as it is kept; null: nothing. */
  @Column({ type: 'text', name: 'promo_code', nullable: true, collation: 'C' })
  promoCode!: string | null;

  /** What the code gave when it was typed. */
  @Column('bigint', { name: 'promo_credits', transformer: bigintColumn, nullable: true })
  promoCredits!: bigint | null;

  /** What came of it; null: it is not paid yet. */
  @Column({ type: 'text', name: 'promo_outcome', nullable: true, collation: 'C' })
  promoOutcome!: PromoOutcome | null;
}

/** What comes of a code once its purchase is paid. */
export type PromoOutcome = 'redeemed' | 'used' | 'not_first' | 'exhausted' | 'ended' | 'too_many';

/** What a challenge adds to the request. */
export interface Challenge {
  /** The payer is to prove to the bank who it is, whatever the bank would ask for by itself. */
  readonly forceAuthentication: true;
}

/** What was sent to the provider, as JSON keeps it. */
export interface FrozenRequest {
  readonly ourIntentId: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Absent: false. */
  readonly forceAuthentication?: boolean;
  /** Of the click, for whoever works for the purchase later; it is not sent. Absent: none came, or nothing is traced. */
  readonly traceparent?: string;
}
