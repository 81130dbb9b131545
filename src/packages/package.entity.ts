import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '../db/columns';

/** Credits at a price. */
@Entity('packages')
export class Package {
  /** Short key, e.g. small. */
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  name!: string;

  @Column('integer')
  credits!: number;

  /** The package's own currency; the others are in its prices. */
  @Column('text')
  currency!: string;

  @Column('integer', { name: 'credits_expire_after_days', nullable: true })
  creditsExpireAfterDays!: number | null;

  @Column('boolean')
  active!: boolean;
}

/** What a package costs in one currency. */
@Entity('prices')
export class Price {
  @PrimaryColumn('text', { name: 'package_id' })
  packageId!: string;

  @PrimaryColumn('text')
  currency!: string;

  @Column('bigint', { name: 'amount_minor', transformer: bigintColumn })
  amountMinor!: bigint;
}
