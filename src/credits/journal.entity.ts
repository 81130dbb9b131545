import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, numberColumn } from '../db/columns';

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
  | 'correction';

/** The head of one posting: the business fact that it books. */
@Entity('journal')
export class Journal {
  @PrimaryColumn('bigint', { transformer: numberColumn })
  id!: string;

  @Column('text')
  kind!: PostingKind;

  @Column('text')
  reference!: string;

  @Column('text', { name: 'user_id' })
  userId!: string;

  @Column('text', { name: 'intent_id', nullable: true })
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

  @Column('text')
  actor!: string;

  /** The second person, where the size needed one. */
  @Column('text', { name: 'approved_by', nullable: true })
  approvedBy!: string | null;

  @Column('timestamptz', { name: 'posted_at' })
  postedAt!: Date;
}

/** One line of a posting. A positive amount is a credit, a negative one a debit. */
@Entity('entries')
export class Entry {
  @PrimaryColumn('bigint', { name: 'journal_id', transformer: numberColumn })
  journalId!: string;

  @PrimaryColumn('smallint')
  line!: number;

  @Column('text')
  account!: string;

  @Column('text', { name: 'user_id', nullable: true })
  userId!: string | null;

  /** A currency, or CREDIT. */
  @Column('text')
  unit!: string;

  @Column('bigint', { transformer: bigintColumn })
  amount!: bigint;

  /** Of wallet lines only: the wallet's own count, without a gap. */
  @Column('bigint', { nullable: true, transformer: bigintColumn })
  sequence!: bigint | null;

  @Column('bigint', { name: 'balance_after', nullable: true, transformer: bigintColumn })
  balanceAfter!: bigint | null;
}
