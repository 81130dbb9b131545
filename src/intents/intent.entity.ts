import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, numberColumn } from '../db/columns';
import type { PaymentFailure, PaymentMethod, ProviderName } from '../providers/provider';
import type { IntentStatus } from './states';

/** What the client secret is sealed for. */
export const CLIENT_SECRET_PURPOSE = 'client secret';

/** One user's wish to buy one package. Written by claim_intents() and settle() only. */
@Entity('intents')
export class Intent {
  @PrimaryColumn('text')
  id!: string;

  @Column('text', { name: 'user_id' })
  userId!: string;

  @Column('text', { name: 'idempotency_key' })
  idempotencyKey!: string;

  @Column('text', { name: 'input_hash' })
  inputHash!: string;

  @Column('text', { name: 'package_id' })
  packageId!: string;

  @Column('text', { name: 'package_name' })
  packageName!: string;

  @Column('integer')
  credits!: number;

  @Column('bigint', { name: 'amount_minor', transformer: bigintColumn })
  amountMinor!: bigint;

  @Column('text')
  currency!: string;

  @Column('text')
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

  /** The exact request to the provider, frozen before it is first sent. */
  @Column('jsonb')
  request!: FrozenRequest;

  @Column('text')
  status!: IntentStatus;

  @Column('integer')
  version!: number;

  @Column('integer', { name: 'timeline_sequence' })
  timelineSequence!: number;

  @Column('text', { name: 'provider_intent_id', nullable: true })
  providerIntentId!: string | null;

  @Column('text', { name: 'provider_status', nullable: true })
  providerStatus!: string | null;

  /** Sealed, for whoever has it can pay; gone once there is nothing to pay. */
  @Column('text', { name: 'client_secret', nullable: true })
  clientSecret!: string | null;

  @Column('boolean', { name: 'requires_action' })
  requiresAction!: boolean;

  @Column('text', { name: 'provider_payment_id', nullable: true })
  providerPaymentId!: string | null;

  @Column('jsonb', { name: 'payment_method', nullable: true })
  paymentMethod!: PaymentMethod | null;

  @Column('jsonb', { nullable: true })
  failure!: PaymentFailure | null;

  @Column('integer', { name: 'attempt_count' })
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

  @Column('integer', { name: 'read_number' })
  readNumber!: number;

  @Column('timestamptz', { name: 'lease_until', nullable: true })
  leaseUntil!: Date | null;

  @Column('text', { name: 'lease_token', nullable: true })
  leaseToken!: string | null;

  /** How often the work was taken over from an owner that let its lease run out. */
  @Column('integer', { name: 'lease_count' })
  leaseCount!: number;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt!: Date | null;
}

/** What was sent to the provider, as JSON keeps it. */
export interface FrozenRequest {
  readonly ourIntentId: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}
