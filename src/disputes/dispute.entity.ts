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
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  provider!: ProviderName;

  @Column('text', { name: 'provider_dispute_id' })
  providerDisputeId!: string;

  @Column('text', { name: 'provider_payment_id' })
  providerPaymentId!: string;

  @Column('text', { name: 'intent_id' })
  intentId!: string;

  @Column('text', { name: 'user_id' })
  userId!: string;

  @Column('text')
  status!: DisputeStatus;

  @Column('bigint', { name: 'amount_minor', transformer: bigintColumn })
  amountMinor!: bigint;

  @Column('text')
  currency!: string;

  /** What the provider holds for it now, without its fee. */
  @Column('bigint', { name: 'withdrawn_minor', transformer: bigintColumn })
  withdrawnMinor!: bigint;

  @Column('integer', { name: 'credits_frozen' })
  creditsFrozen!: number;

  @Column('integer', { name: 'credits_revoked' })
  creditsRevoked!: number;

  /** How often it was opened. */
  @Column('integer')
  turn!: number;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz', { name: 'respond_by', nullable: true })
  respondBy!: Date | null;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt!: Date | null;
}
