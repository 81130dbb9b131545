import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '../db/columns';
import type { ProviderName } from '../providers/provider';

/** pending: asked for, or the money is under way. A succeeded one may still fail: the money then comes back to us. */
export const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];

/** Money that goes back to a payer. Written by the functions of this folder only. */
@Entity('refunds')
export class Refund {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ type: 'text', name: 'intent_id', collation: 'C' })
  intentId!: string;

  @Column({ type: 'text', collation: 'C' })
  provider!: ProviderName;

  /** Null until the provider accepted it. */
  @Column({ type: 'text', name: 'provider_refund_id', nullable: true, collation: 'C' })
  providerRefundId!: string | null;

  @Column({ type: 'text', name: 'provider_payment_id', collation: 'C' })
  providerPaymentId!: string;

  @Column('bigint', { name: 'amount_minor', transformer: bigintColumn })
  amountMinor!: bigint;

  @Column('text')
  currency!: string;

  @Column({ type: 'text', collation: 'C' })
  status!: RefundStatus;

  /** An operator's id, `policy` for money that bought nothing, `provider` for one that somebody made there. */
  @Column('text', { name: 'requested_by' })
  requestedBy!: string;

  /** The second person, where the amount asked for one. */
  @Column('text', { name: 'approved_by', nullable: true })
  approvedBy!: string | null;

  /** For operators; of a refund by policy, which nobody wrote, for everybody. */
  @Column('text', { nullable: true })
  reason!: string | null;

  /** What the user is told. */
  @Column('text', { name: 'public_reason', nullable: true })
  publicReason!: string | null;

  @Column('bigint', { name: 'credits_revoked', transformer: bigintColumn, default: '0' })
  creditsRevoked!: bigint;

  /** Set aside until the provider has answered. */
  @Column('bigint', { name: 'credits_frozen', transformer: bigintColumn, default: '0' })
  creditsFrozen!: bigint;

  /** The exact request, frozen before it is first sent; null for one that we did not ask for. */
  @Column('jsonb', { nullable: true })
  request!: FrozenRefundRequest | null;

  @Column('integer', { default: 0 })
  tries!: number;

  @Column('text', { name: 'last_error', nullable: true })
  lastError!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'instant()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'completed_at', nullable: true })
  completedAt!: Date | null;

  @Column({ type: 'text', name: 'idempotency_key', nullable: true, collation: 'C', select: false })
  idempotencyKey?: string | null;

  /** The review that it was to end. */
  @Column({ type: 'text', name: 'review_id', nullable: true, collation: 'C', select: false })
  reviewId?: string | null;

  @Column('text', { name: 'lease_token', nullable: true, select: false })
  leaseToken?: string | null;

  @Column('timestamptz', { name: 'lease_until', nullable: true, select: false })
  leaseUntil?: Date | null;
}

/** What is sent to the provider, as JSON keeps it. */
export interface FrozenRefundRequest {
  readonly providerIntentId: string;
  readonly providerPaymentId: string;
  readonly amountMinor: string;
  readonly currency: string;
  readonly ourRefundId: string;
  /** Absent: it was frozen before gateways had ids. */
  readonly gatewayId?: string;
  readonly reason: string;
  /** Absent: false. */
  readonly isFraudulent?: boolean;
}
