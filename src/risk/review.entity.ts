import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '../db/columns';

/** expired: nobody decided in time, and it was rejected by that. */
export const REVIEW_STATUSES = ['open', 'approved', 'rejected', 'expired'] as const;
export type ReviewStatus = (typeof REVIEW_STATUSES)[number];

/** rule: our own. The others: a provider's word. */
export const REVIEW_REASONS = ['rule', 'warning', 'provider_review', 'dispute_fraud'] as const;
export type ReviewReason = (typeof REVIEW_REASONS)[number];

/** A paid purchase that a person has to look at; its credits are frozen meanwhile. Written by reviews.sql only. */
@Entity('risk_reviews')
export class RiskReview {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ type: 'text', name: 'intent_id', collation: 'C' })
  intentId!: string;

  @Column({ type: 'text', name: 'user_id', collation: 'C' })
  userId!: string;

  @Column({ type: 'text', collation: 'C' })
  reason!: ReviewReason;

  /** The decision that asked for it; null when a provider did. */
  @Column('bigint', { name: 'decision_id', nullable: true, transformer: bigintColumn })
  decisionId!: bigint | null;

  @Column('integer')
  score!: number;

  @Column({ type: 'text', collation: 'C', default: 'open' })
  status!: ReviewStatus;

  @Column('timestamptz', { name: 'opened_at' })
  openedAt!: Date;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  /** A person's id, `system` or `provider`. */
  @Column({ type: 'text', name: 'decided_by', nullable: true, collation: 'C' })
  decidedBy!: string | null;

  @Column('text', { nullable: true })
  note!: string | null;
}
