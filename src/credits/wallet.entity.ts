import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '../db/columns';

/** One user's credits. */
@Entity('wallets')
export class Wallet {
  @PrimaryColumn('text', { name: 'user_id' })
  userId!: string;

  /** All credits; available is what is neither held nor frozen. */
  @Column('bigint', { transformer: bigintColumn })
  balance!: bigint;

  @Column('bigint', { transformer: bigintColumn })
  held!: bigint;

  @Column('bigint', { transformer: bigintColumn })
  frozen!: bigint;

  /** Credits that were spent before a refund took them back; the next purchase pays this first. */
  @Column('bigint', { transformer: bigintColumn })
  owed!: bigint;

  /** Grows by one with each change of balance, held, frozen or owed. */
  @Column('integer')
  version!: number;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}

export const availableCredits = (wallet: Wallet): bigint => wallet.balance - wallet.held - wallet.frozen;
