import { Column, Entity, PrimaryColumn } from 'typeorm';
import { numberColumn } from '../db/columns';

/** One thing that happened to an intent, a wallet, a hold, a job or an approval. Append-only. */
@Entity('events')
export class StoredEvent {
  @PrimaryColumn('bigint', { transformer: numberColumn, generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: string;

  /** The id of an intent, a hold, a job or an approval, or `wallet:` and a user's id. */
  @Column({ type: 'text', collation: 'C' })
  subject!: string;

  /** Counts every entry of the subject, without a gap. */
  @Column('integer')
  sequence!: number;

  /** Counts what a client can see, without a gap; null for entries that only operators see. */
  @Column('integer', { nullable: true })
  version!: number | null;

  @Column('text')
  kind!: EventKind;

  /** user id, `system` or `provider`. */
  @Column('text')
  actor!: string;

  @Column('text', { name: 'from_status', nullable: true })
  fromStatus!: string | null;

  @Column('text', { name: 'to_status', nullable: true })
  toStatus!: string | null;

  @Column('jsonb', { default: () => "'{}'" })
  data!: Readonly<Record<string, unknown>>;

  @Column('timestamptz', { default: () => 'instant()' })
  at!: Date;

  @Column('integer', { select: false })
  epoch?: number;
}

/** Versioned first, then those that only the timeline of operators shows, then those of wallets, holds, jobs, approvals, breaks and attacks. */
export type EventKind =
  | 'created'
  | 'provider_answered'
  | 'status_changed'
  | 'attempt_declined'
  | 'payment_changed'
  | 'refund_requested'
  | 'refund_issued'
  | 'refund_succeeded'
  | 'refund_failed'
  | 'dispute_opened'
  | 'dispute_won'
  | 'dispute_lost'
  | 'dispute_closed'
  | 'review_opened'
  | 'review_approved'
  | 'review_rejected'
  | 'review_expired'
  | 'credits_granted'
  | 'money_unapplied'
  | 'dispute_changed'
  | 'break_opened'
  | 'provider_called'
  | 'webhook_received'
  | 'note'
  | 'balance_changed'
  | 'balance_low'
  | 'promo_redeemed'
  | 'job_changed'
  | 'hold_changed'
  | 'approval_changed'
  | 'break_resolved'
  | 'break_changed'
  | 'attack_started'
  | 'attack_ended';

const WALLET = 'wallet:';
export const walletSubject = (userId: string) => `${WALLET}${userId}`;
export const userOfWallet = (subject: string) => subject.slice(WALLET.length);
