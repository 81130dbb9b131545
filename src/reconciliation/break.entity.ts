import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn, numberColumn } from '../db/columns';
import type { ProviderName } from '../providers/provider';
import type { BreakFix } from './fixes';
import type { BreakKind, BreakSubject } from './match';

export const BREAK_STATUSES = ['open', 'resolved', 'ignored'] as const;
export type BreakStatus = (typeof BREAK_STATUSES)[number];

/** A difference between the provider's books and ours, or money that bought nothing. Never deleted. */
@Entity('breaks')
export class Break {
  @PrimaryColumn('bigint', { transformer: numberColumn, generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: string;

  /** The run that opened it; null for one that was seen as it happened. */
  @Column({ type: 'text', name: 'run_id', nullable: true, collation: 'C' })
  runId!: string | null;

  @Column('text')
  subject!: BreakSubject;

  @Column({ type: 'text', collation: 'C' })
  kind!: BreakKind;

  @Column({ type: 'text', collation: 'C' })
  provider!: ProviderName;

  /** The provider's id of what differs: a payment, a refund, a payout, a line of its books. */
  @Column({ type: 'text', name: 'provider_entry_id', collation: 'C' })
  providerEntryId!: string;

  @Column({ type: 'text', name: 'intent_id', nullable: true, collation: 'C' })
  intentId!: string | null;

  @Column({ type: 'text', name: 'provider_intent_id', nullable: true, collation: 'C' })
  providerIntentId!: string | null;

  @Column('bigint', { name: 'ours_minor', nullable: true, transformer: bigintColumn })
  oursMinor!: bigint | null;

  @Column('text', { name: 'ours_currency', nullable: true })
  oursCurrency!: string | null;

  @Column('bigint', { name: 'theirs_minor', nullable: true, transformer: bigintColumn })
  theirsMinor!: bigint | null;

  @Column('text', { name: 'theirs_currency', nullable: true })
  theirsCurrency!: string | null;

  @Column({ type: 'text', collation: 'C', default: 'open' })
  status!: BreakStatus;

  @Column('text', { nullable: true })
  note!: string | null;

  /** A person's id, or `reconciliation` when a later run no longer found it. */
  @Column({ type: 'text', name: 'resolved_by', nullable: true, collation: 'C' })
  resolvedBy!: string | null;

  /** What was done about it. */
  @Column('text', { nullable: true })
  fix!: BreakFix | null;

  @Column('timestamptz', { name: 'opened_at', default: () => 'instant()' })
  openedAt!: Date;

  @Column('timestamptz', { name: 'resolved_at', nullable: true })
  resolvedAt!: Date | null;
}
