import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '../db/columns';

/** approved: agreed to and about to be done. done: it was. expired: nobody decided within a week. */
export const APPROVAL_STATUSES = ['open', 'approved', 'rejected', 'expired', 'done'] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** Money or credits that a person may not move alone, and the input of the mutation that is done when a second agrees. */
@Entity('approvals')
export class Approval {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column('text')
  action!: 'refund' | 'adjust' | 'resolve_break' | 'save_package' | 'save_campaign';

  @Column('text')
  summary!: string;

  @Column('jsonb')
  input!: Readonly<Record<string, unknown>>;

  @Column('bigint', { name: 'amount_minor', nullable: true, transformer: bigintColumn })
  amountMinor!: bigint | null;

  @Column('text', { nullable: true })
  currency!: string | null;

  @Column('bigint', { nullable: true, transformer: bigintColumn })
  credits!: bigint | null;

  /** A person: of what a key asked for, who made the key. */
  @Column({ type: 'text', name: 'requested_by', collation: 'C' })
  requestedBy!: string;

  /** The key that asked. */
  @Column({ type: 'text', name: 'api_key_id', nullable: true, collation: 'C' })
  apiKeyId!: string | null;

  @Column({ type: 'text', name: 'decided_by', nullable: true, collation: 'C' })
  decidedBy!: string | null;

  @Column('text', { nullable: true })
  note!: string | null;

  @Column({ type: 'text', collation: 'C', default: 'open' })
  status!: ApprovalStatus;

  @Column('timestamptz', { name: 'created_at', default: () => 'instant()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  @Column({ type: 'text', name: 'user_id', nullable: true, collation: 'C', select: false })
  userId?: string | null;

  @Column({ type: 'text', name: 'idempotency_key', nullable: true, collation: 'C', select: false })
  idempotencyKey?: string | null;
}
