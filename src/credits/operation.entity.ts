import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something that is used and has a price. */
@Entity('operations')
export class Operation {
  /** Chosen by who made it, as a product's code names it. */
  @PrimaryColumn({ type: 'text', collation: 'C' })
  code!: string;

  @Column('text')
  name!: string;

  /** What a quantity of it counts, as token or second. */
  @Column('text')
  unit!: string;

  /** False: nothing of it is spent or held any more. */
  @Column('boolean')
  active!: boolean;

  @Column({ type: 'text', name: 'created_by', collation: 'C' })
  createdBy!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
