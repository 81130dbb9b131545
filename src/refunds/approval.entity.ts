import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '../db/columns';

/** approved: agreed to and about to be done. done: it was. expired: nobody decided within a week. */
export const APPROVAL_STATUSES = ['open', 'approved', 'rejected', 'expired', 'done'] as const;
export type ApprovalStatus = (typeof APPROVAL_STATUSES)[number];

/** Money or credits that a person may not move alone, and the input of the mutation that is done when a second agrees. */
@Entity('approvals')
export class Approval {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  action!: 'refund' | 'adjust' | 'resolve_break';

  @Column('text')
  summary!: string;

  @Column('jsonb')
  input!: Readonly<Record<string, unknown>>;

  @Column('bigint', { name: 'amount_minor', nullable: true, transformer: bigintColumn })
  amountMinor!: bigint | null;

  @Column('text', { nullable: true })
  currency!: string | null;

  @Column('integer', { nullable: true })
  credits!: number | null;

  @Column('text', { name: 'requested_by' })
  requestedBy!: string;

  @Column('text', { name: 'decided_by', nullable: true })
  decidedBy!: string | null;

  @Column('text', { nullable: true })
  note!: string | null;

  @Column('text')
  status!: ApprovalStatus;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;
}
