import { Column, Entity, PrimaryColumn } from 'typeorm';
import { numberColumn } from '../db/columns';
import type { Role } from './caller';

/** One thing that an operator did. Append-only. */
@Entity('audit_log')
export class AuditEntry {
  @PrimaryColumn('bigint', { transformer: numberColumn, generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column('timestamptz', { default: () => 'instant()' })
  at!: Date;

  @Column({ type: 'text', collation: 'C' })
  actor!: string;

  @Column({ type: 'text', collation: 'C' })
  role!: Role;

  /** The mutation's name. */
  @Column({ type: 'text', collation: 'C' })
  action!: string;

  @Column({ type: 'text', name: 'target_id', nullable: true, collation: 'C' })
  targetId!: string | null;

  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('jsonb', { nullable: true })
  diff!: Readonly<Record<string, unknown>> | null;
}
