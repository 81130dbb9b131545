import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '../db/columns';

/** Credits at a price. */
@Entity('packages')
export class Package {
  /** Short key, e.g. small. */
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('bigint', { transformer: bigintColumn })
  credits!: bigint;

  /** The package's own currency; the others are in its prices. */
  @Column('text')
  currency!: string;

  @Column('integer', { name: 'credits_expire_after_days', nullable: true })
  creditsExpireAfterDays!: number | null;

  /** Credits that it brings beside those that are paid for; null: none. */
  @Column('bigint', { name: 'bonus_credits', transformer: bigintColumn, nullable: true })
  bonusCredits!: bigint | null;

  /** Days from the purchase; null: they never expire. */
  @Column('integer', { name: 'bonus_expire_after_days', nullable: true })
  bonusExpireAfterDays!: number | null;

  @Column('boolean', { default: true })
  active!: boolean;

  @Column('timestamptz', { name: 'created_at', default: () => 'instant()', select: false })
  createdAt?: Date;
}

/** What a package costs in one currency. */
@Entity('prices')
export class Price {
  @PrimaryColumn({ type: 'text', name: 'package_id', collation: 'C' })
  packageId!: string;

  @PrimaryColumn({ type: 'text', collation: 'C' })
  currency!: string;

  @Column('bigint', { name: 'amount_minor', transformer: bigintColumn })
  amountMinor!: bigint;
}
