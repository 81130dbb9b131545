import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '../db/columns';

/**
 * What an operation costs from an instant on, until the next version: flat + quantity × microPerUnit ÷ perUnits, rounded up to
 * a micro-credit, and no less than the minimum. Never changed once it is there.
 */
@Entity('rates')
export class Rate {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  operation!: string;

  @PrimaryColumn('integer')
  version!: number;

  @Column('timestamptz', { name: 'effective_from' })
  effectiveFrom!: Date;

  @Column('bigint', { name: 'flat_micro', transformer: bigintColumn })
  flatMicro!: bigint;

  @Column('bigint', { name: 'micro_per_unit', transformer: bigintColumn })
  microPerUnit!: bigint;

  @Column('bigint', { name: 'per_units', transformer: bigintColumn })
  perUnits!: bigint;

  @Column('bigint', { name: 'minimum_micro', transformer: bigintColumn })
  minimumMicro!: bigint;

  @Column({ type: 'text', name: 'created_by', collation: 'C' })
  createdBy!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
