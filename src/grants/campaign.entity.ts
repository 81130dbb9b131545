import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '../db/columns';

/** Why credits are given away, and how many at most. */
@Entity('campaigns')
export class Campaign {
  /** Chosen by who made it, as a product's code names it. */
  @PrimaryColumn({ type: 'text', collation: 'C' })
  key!: string;

  @Column('text')
  name!: string;

  @Column('bigint', { name: 'budget_credits', transformer: bigintColumn })
  budgetCredits!: bigint;

  /** Whatever became of them: what is revoked or expires is not given again. */
  @Column('bigint', { name: 'granted_credits', transformer: bigintColumn, default: '0' })
  grantedCredits!: bigint;

  /** Of grants that say no other; null: never. */
  @Column('integer', { name: 'expire_after_days', nullable: true })
  expireAfterDays!: number | null;

  @Column('timestamptz', { name: 'ends_at', nullable: true })
  endsAt!: Date | null;

  /** Since when all that it gave is being taken back. */
  @Column('timestamptz', { name: 'revoking_since', nullable: true })
  revokingSince!: Date | null;

  @Column({ type: 'text', name: 'revoked_by', nullable: true, collation: 'C' })
  revokedBy!: string | null;

  /** For operators. */
  @Column('text', { name: 'revoke_reason', nullable: true })
  revokeReason!: string | null;

  /** When nothing was left to be taken back. */
  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  @Column({ type: 'text', name: 'created_by', collation: 'C' })
  createdBy!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
