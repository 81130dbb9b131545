import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '../db/columns';

/** What users type to be given credits, once each. */
@Entity('promo_codes')
export class PromoCode {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  code!: string;

  @Column({ type: 'text', collation: 'C' })
  campaign!: string;

  @Column('bigint', { transformer: bigintColumn })
  credits!: bigint;

  /** How often it is redeemed in all; null: as often as the campaign's budget lasts. */
  @Column('integer', { name: 'total_limit', nullable: true })
  totalLimit!: number | null;

  @Column('integer', { default: 0 })
  redeemed!: number;

  @Column('timestamptz', { name: 'starts_at', nullable: true })
  startsAt!: Date | null;

  @Column('timestamptz', { name: 'ends_at', nullable: true })
  endsAt!: Date | null;

  /** It is redeemed by a user's first purchase alone, and not without one. */
  @Column('boolean', { name: 'first_purchase_only', default: false })
  firstPurchaseOnly!: boolean;

  /** Of purchases: for these alone; null: for any. */
  @Column('text', { name: 'package_ids', array: true, nullable: true })
  packageIds!: string[] | null;

  @Column({ type: 'text', name: 'created_by', collation: 'C' })
  createdBy!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}
