import { Column, Entity, PrimaryColumn } from 'typeorm';
import { numberColumn } from '../db/columns';

/** From the least to the most: each may do what those before it may. */
export const WALLET_ROLES = ['member', 'manager', 'owner'] as const;
export type WalletRole = (typeof WALLET_ROLES)[number];

/** Whether a role may do what asks for at least another. */
export const includesRole = (role: WalletRole, least: WalletRole): boolean =>
  WALLET_ROLES.indexOf(role) >= WALLET_ROLES.indexOf(least);

/** A wallet of several people. Its credits are a row of wallets under the same id. */
@Entity('shared_wallets')
export class SharedWallet {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column('text')
  name!: string;

  @Column({ type: 'text', name: 'created_by', collation: 'C' })
  createdBy!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}

/** A time in which somebody belonged to a shared wallet. */
@Entity('wallet_members')
export class WalletMember {
  @PrimaryColumn('bigint', { transformer: numberColumn, generated: 'identity', generatedIdentity: 'ALWAYS' })
  id!: string;

  @Column({ type: 'text', name: 'wallet_id', collation: 'C' })
  walletId!: string;

  @Column({ type: 'text', name: 'user_id', collation: 'C' })
  userId!: string;

  @Column({ type: 'text', collation: 'C' })
  role!: WalletRole;

  @Column('timestamptz')
  since!: Date;

  /** Null: they belong to it. */
  @Column('timestamptz', { nullable: true })
  until!: Date | null;
}

export const WALLET_ENTITIES = [SharedWallet, WalletMember];
