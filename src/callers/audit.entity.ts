import { Column, Entity, PrimaryColumn } from 'typeorm';
import { numberColumn } from '../db/columns';
import type { Role } from './caller';

/** One thing that an operator did. Append-only. */
@Entity('audit_log')
export class AuditEntry {
  @PrimaryColumn('bigint', { transformer: numberColumn })
  id!: string;

  @Column('timestamptz')
  at!: Date;

  @Column('text')
  actor!: string;

  @Column('text')
  role!: Role;

  /** The mutation's name. */
  @Column('text')
  action!: string;

  @Column('text', { name: 'target_id', nullable: true })
  targetId!: string | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('jsonb', { nullable: true })
  diff!: Readonly<Record<string, unknown>> | null;
}
