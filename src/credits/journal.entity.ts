import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, numberColumn } from '../db/columns';
import type { Metadata } from '../kernel/metadata';

export type PostingKind =
  | 'receipt'
  | 'unapplied'
  | 'grant'
  | 'debt_payment'
  | 'spend'
  | 'refund'
  | 'refund_reversal'
  | 'expiry'
  | 'adjustment'
  | 'dispute_withdrawn'
  | 'dispute_reinstated'
  | 'chargeback'
  | 'chargeback_reversal'
  | 'fee'
  | 'payout'
  | 'correction'
  | 'promo_grant'
  | 'promo_revoke'
  | 'spend_reversal'
  | 'transfer';

/** The head of one posting: the business fact that it books. */
@Entity('journal')
export class Journal {
  @PrimaryColumn('bigint', { transformer: numberColumn, generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ type: 'text', collation: 'C' })
  kind!: PostingKind;

  @Column({ type: 'text', collation: 'C' })
  reference!: string;

  @Column({ type: 'text', name: 'user_id', collation: 'C' })
  userId!: string;

  @Column({ type: 'text', name: 'intent_id', nullable: true, collation: 'C' })
  intentId!: string | null;

  /** The posting that this one undoes. */
  @Column('bigint', { name: 'reversal_of', nullable: true, transformer: numberColumn })
  reversalOf!: string | null;

  /** Of a spend, why, as its caller said; else for operators. */
  @Column('text', { nullable: true })
  reason!: string | null;

  /** What the user is told of what an operator did. */
  @Column('text', { name: 'public_reason', nullable: true })
  publicReason!: string | null;

  /** The caller's own number of it; `reference` is the posting's. */
  @Column('text', { name: 'caller_reference', nullable: true })
  callerReference!: string | null;

  @Column('jsonb', { nullable: true })
  metadata!: Metadata | null;

  @Column('text')
  actor!: string;

  /** The second person, where the size needed one. */
  @Column('text', { name: 'approved_by', nullable: true })
  approvedBy!: string | null;

  @Column('timestamptz', { name: 'posted_at', default: () => 'instant()' })
  postedAt!: Date;

  @Column('integer', { select: false })
  epoch?: number;
}

/** One line of a posting. A positive amount is a credit, a negative one a debit. */
@Entity('entries')
export class Entry {
  @PrimaryColumn('bigint', { name: 'journal_id', transformer: numberColumn })
  journalId!: string;

  @PrimaryColumn('smallint')
  line!: number;

  @Column({ type: 'text', collation: 'C' })
  account!: string;

  @Column({ type: 'text', name: 'user_id', nullable: true, collation: 'C' })
  userId!: string | null;

  /** A currency, or CREDIT. */
  @Column({ type: 'text', collation: 'C' })
  unit!: string;

  @Column('bigint', { transformer: bigintColumn })
  amount!: bigint;

  /** Of wallet lines only: the wallet's own count, without a gap. */
  @Column('bigint', { nullable: true, transformer: bigintColumn })
  sequence!: bigint | null;

  @Column('bigint', { name: 'balance_after', nullable: true, transformer: bigintColumn })
  balanceAfter!: bigint | null;
}
