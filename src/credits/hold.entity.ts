import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CallerKind } from '../callers/caller';
import { bigintColumn } from '../db/columns';
import type { Metadata } from '../kernel/metadata';

export const HOLD_STATUSES = ['open', 'settled', 'released', 'expired'] as const;
export type HoldStatus = (typeof HOLD_STATUSES)[number];

/** Credits set aside before the work is done. Time alone ends a hold. */
@Entity('holds')
export class Hold {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ type: 'text', name: 'user_id', collation: 'C' })
  userId!: string;

  /** As many as were asked for. */
  @Column('bigint', { transformer: bigintColumn })
  credits!: bigint;

  /** Set aside now: less than `credits` when a refund or a dispute took from it, nothing once it has ended. */
  @Column('bigint', { transformer: bigintColumn })
  held!: bigint;

  @Column('bigint', { name: 'settled_credits', nullable: true, transformer: bigintColumn })
  settledCredits!: bigint | null;

  @Column({ type: 'text', collation: 'C', default: 'open' })
  status!: HoldStatus;

  @Column('text')
  reason!: string;

  /** What the caller wrote for its own books. */
  @Column('text', { nullable: true })
  reference!: string | null;

  @Column('jsonb', { nullable: true })
  metadata!: Metadata | null;

  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @Column('text', { name: 'created_by_role' })
  createdByRole!: CallerKind;

  /** By which member of the user's, as the back end said. */
  @Column({ type: 'text', name: 'member_id', nullable: true, collation: 'C' })
  memberId!: string | null;

  @Column({ type: 'text', name: 'api_key_id', nullable: true, collation: 'C' })
  apiKeyId!: string | null;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt!: Date | null;

  @Column('integer', { default: 1, select: false })
  version?: number;
}
