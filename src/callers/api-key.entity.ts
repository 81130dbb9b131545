import { Column, Entity, PrimaryColumn, Unique } from 'typeorm';
import type { Role } from './caller';

/** A key of a back end. Its hash stays in the database, so that no read of a key brings it along. */
@Entity('api_keys')
@Unique('api_keys_prefix_key', ['prefix'])
export class ApiKey {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  @Column('text')
  name!: string;

  @Column({ type: 'text', collation: 'C' })
  role!: Exclude<Role, 'user'>;

  /** How the key begins: enough to tell keys apart, and by which it is found. */
  @Column({ type: 'text', collation: 'C' })
  prefix!: string;

  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'instant()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;

  /** The one shared wallet that it reaches; null: what its role may. */
  @Column({ type: 'text', name: 'wallet_id', nullable: true, collation: 'C' })
  walletId!: string | null;

  /** In whose name it spends of that. */
  @Column({ type: 'text', name: 'member_id', nullable: true, collation: 'C' })
  memberId!: string | null;

  /** HMAC of the key under the pepper. */
  @Column('bytea', { select: false })
  hash?: Buffer;
}
