import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import { bigintColumn, numberColumn } from '../db/columns';

/** Credits that a campaign gave to a user, once for each key, or that a purchase brought beside what was paid for. */
@Entity('credit_grants')
@Unique('credit_grants_journal_id_key', ['journalId'])
@Unique('credit_grants_once', ['campaign', 'keyHash'])
export class CreditGrant {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  /** Whose budget it drew on; null: a package brought it. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  campaign!: string | null;

  /** The purchase that brought it; null: none did. */
  @Column({ type: 'text', name: 'intent_id', collation: 'C', nullable: true })
  intentId!: string | null;

  @Column({ type: 'text', name: 'key_hash', collation: 'C', select: false })
  keyHash?: string;

  @Column({ type: 'text', name: 'input_hash', collation: 'C', select: false })
  inputHash?: string;

  @Column({ type: 'text', name: 'user_id', collation: 'C' })
  userId!: string;

  @Column('bigint', { transformer: bigintColumn })
  credits!: bigint;

  /** What the user is told. */
  @Column('text')
  reason!: string;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('bigint', { name: 'journal_id', transformer: numberColumn })
  journalId!: string;

  @Column({ type: 'text', name: 'created_by', collation: 'C' })
  createdBy!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column({ type: 'text', name: 'revoked_by', nullable: true, collation: 'C' })
  revokedBy!: string | null;

  /** For operators. */
  @Column('text', { name: 'revoke_reason', nullable: true })
  revokeReason!: string | null;

  @Column('bigint', { name: 'revoked_credits', transformer: bigintColumn, default: '0' })
  revokedCredits!: bigint;

  /** Taken back because money of its purchase went back; null: nothing was. */
  @Column('bigint', { name: 'returned_credits', transformer: bigintColumn, nullable: true })
  returnedCredits!: bigint | null;

  /** In how many postings they came and went. */
  @Column('integer', { name: 'return_count', nullable: true, select: false })
  returnCount?: number | null;
}
