import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '../db/columns';
import type { ProviderName } from '../providers/provider';

/**
 * inquiry: the bank asks, nothing moves. open: a chargeback, its credits are frozen until it is decided. won, lost and
 * closed (ended without a loss) are decided, and none is final: a bank may decide again.
 */
export const DISPUTE_STATUSES = ['inquiry', 'open', 'won', 'lost', 'closed'] as const;
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number];

/** A payment that the payer disputes at the bank. Written by settle_dispute() only. */
@Entity('disputes')
export class Dispute {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ type: 'text', collation: 'C' })
  provider!: ProviderName;

  @Column({ type: 'text', name: 'provider_dispute_id', collation: 'C' })
  providerDisputeId!: string;

  @Column({ type: 'text', name: 'provider_payment_id', collation: 'C' })
  providerPaymentId!: string;

  @Column({ type: 'text', name: 'intent_id', collation: 'C' })
  intentId!: string;

  @Column({ type: 'text', name: 'user_id', collation: 'C' })
  userId!: string;

  @Column({ type: 'text', collation: 'C' })
  status!: DisputeStatus;

  @Column('bigint', { name: 'amount_minor', transformer: bigintColumn })
  amountMinor!: bigint;

  @Column('text')
  currency!: string;

  /** What the provider holds for it now, without its fee. */
  @Column('bigint', { name: 'withdrawn_minor', transformer: bigintColumn, default: '0' })
  withdrawnMinor!: bigint;

  /** Of what was withdrawn: what was owed to the payer, whose money had bought nothing. */
  @Column('bigint', { name: 'from_unapplied_minor', transformer: bigintColumn, default: '0' })
  fromUnappliedMinor!: bigint;

  @Column('bigint', { name: 'credits_frozen', transformer: bigintColumn, default: '0' })
  creditsFrozen!: bigint;

  @Column('bigint', { name: 'credits_revoked', transformer: bigintColumn, default: '0' })
  creditsRevoked!: bigint;

  /** How often it was opened. */
  @Column('integer', { default: 1 })
  turn!: number;

  @Column('text', { nullable: true })
  reason!: string | null;

  /** The bank waits for evidence. Null: the provider has not said yet. */
  @Column('boolean', { name: 'needs_answer', nullable: true })
  needsAnswer!: boolean | null;

  @Column('timestamptz', { name: 'respond_by', nullable: true })
  respondBy!: Date | null;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt!: Date | null;

  @Column('timestamptz', { name: 'updated_at', default: () => 'instant()', select: false })
  updatedAt?: Date;

  @Column('integer', { name: 'applied_read_number', default: 0, select: false })
  appliedReadNumber?: number;
}
