import { Column, Entity, PrimaryColumn } from 'typeorm';
import { bigintColumn } from '../db/columns';

/** One user's credits. */
@Entity('wallets')
export class Wallet {
  @PrimaryColumn({ type: 'text', name: 'user_id', collation: 'C' })
  userId!: string;

  /** All credits; available is what is neither held nor frozen. */
  @Column('bigint', { transformer: bigintColumn, default: '0' })
  balance!: bigint;

  @Column('bigint', { transformer: bigintColumn, default: '0' })
  held!: bigint;

  @Column('bigint', { transformer: bigintColumn, default: '0' })
  frozen!: bigint;

  /** Credits that were spent before a refund took them back; the next purchase pays this first. */
  @Column('bigint', { transformer: bigintColumn, default: '0' })
  owed!: bigint;

  /** Grows by one with each change of balance, held, frozen or owed. */
  @Column('integer', { default: 0 })
  version!: number;

  @Column('timestamptz', { name: 'updated_at', default: () => 'instant()' })
  updatedAt!: Date;

  /** The number of its last line in the ledger. */
  @Column('bigint', { name: 'line_sequence', default: '0', transformer: bigintColumn })
  lineSequence!: bigint;
}

export const availableCredits = (wallet: Wallet): bigint => wallet.balance - wallet.held - wallet.frozen;
