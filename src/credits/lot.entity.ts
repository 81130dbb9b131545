import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, numberColumn } from '../db/columns';

/** Credits from one grant, with what is left of them and when they expire. */
@Entity('lots')
export class Lot {
  @PrimaryColumn('bigint', { transformer: numberColumn, generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ type: 'text', name: 'user_id', collation: 'C' })
  userId!: string;

  /** The purchase that bought them; null for credits that nobody paid for. */
  @Column({ type: 'text', name: 'intent_id', nullable: true, collation: 'C' })
  intentId!: string | null;

  /** The posting that granted them. */
  @Column('bigint', { name: 'journal_id', transformer: numberColumn })
  journalId!: string;

  /** Of credits that came from another wallet: the lot that they left. */
  @Column('bigint', { name: 'parent_lot_id', nullable: true, transformer: numberColumn })
  parentLotId!: string | null;

  /** The same: the purchase that bought them first. */
  @Column({ type: 'text', name: 'root_intent_id', nullable: true, collation: 'C', select: false })
  rootIntentId?: string | null;

  @Column('bigint', { transformer: bigintColumn })
  granted!: bigint;

  @Column('bigint', { transformer: bigintColumn })
  remaining!: bigint;

  @Column('bigint', { transformer: bigintColumn, default: '0' })
  held!: bigint;

  @Column('bigint', { transformer: bigintColumn, default: '0' })
  frozen!: bigint;

  /** Those that left it for another wallet. */
  @Column('bigint', { transformer: bigintColumn, default: '0' })
  transferred!: bigint;

  /** Those that were spent, less those that came back; the others were taken back, taken by hand, or expired. */
  @Column('bigint', { transformer: bigintColumn, default: '0' })
  spent!: bigint;

  /** Paid for the lot, in minor units of `currency`. */
  @Column('bigint', { name: 'paid_minor', transformer: bigintColumn })
  paidMinor!: bigint;

  /** What of that has not been earned yet. */
  @Column('bigint', { name: 'deferred_minor', transformer: bigintColumn })
  deferredMinor!: bigint;

  /** What of that was earned by the credits that were spent. */
  @Column('bigint', { name: 'earned_minor', transformer: bigintColumn, default: '0' })
  earnedMinor!: bigint;

  /** NIL for credits that nobody paid for. */
  @Column({ type: 'text', collation: 'C' })
  currency!: string;

  /** Given by a campaign: spent before what was bought, and earns nothing. */
  @Column('boolean', { name: 'is_promotional', default: false })
  isPromotional!: boolean;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  /** When credits came back to it after its time was over, and it got some more. */
  @Column('timestamptz', { name: 'revived_at', nullable: true, select: false })
  revivedAt?: Date | null;

  /** When its time was ended for good. */
  @Column('timestamptz', { name: 'ended_at', nullable: true, select: false })
  endedAt?: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
