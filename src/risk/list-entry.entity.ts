import { Column, Entity, PrimaryColumn } from 'typeorm';

export const RISK_LIST_KINDS = ['user', 'device', 'card', 'address', 'email_domain', 'country'] as const;
export type RiskListKind = (typeof RISK_LIST_KINDS)[number];
export type RiskList = 'block' | 'allow';

/** Somebody, or something of payers, that one of the two lists names. */
@Entity('risk_lists')
export class RiskListEntry {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column({ type: 'text', collation: 'C' })
  list!: RiskList;

  @Column({ type: 'text', collation: 'C' })
  kind!: RiskListKind;

  /** In the form in which it is looked for. */
  @Column({ type: 'text', collation: 'C' })
  value!: string;

  /** In the operator's own words. */
  @Column('text')
  reason!: string;

  /** Null: it stays until somebody removes it. */
  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'text', name: 'created_by', collation: 'C' })
  createdBy!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'instant()' })
  createdAt!: Date;

  /** Since when it does not count any more. */
  @Column('timestamptz', { name: 'removed_at', nullable: true })
  removedAt!: Date | null;

  @Column({ type: 'text', name: 'removed_by', nullable: true, collation: 'C' })
  removedBy!: string | null;
}
