import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Role } from './caller';

/** A key of a back end. Its hash stays in the database, so that no read of a key brings it along. */
@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  name!: string;

  @Column('text')
  role!: Exclude<Role, 'user'>;

  /** How the key begins: enough to tell keys apart, and by which it is found. */
  @Column('text')
  prefix!: string;

  @Column('text', { name: 'created_by' })
  createdBy!: string;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt!: Date | null;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
