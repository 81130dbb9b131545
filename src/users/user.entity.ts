import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a product says of a user. Whoever was never spoken of has no row. */
@Entity('users')
export class User {
  /** As the owner of intents and credits. */
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  /** Sealed. */
  @Column({ type: 'text', nullable: true })
  email!: string | null;

  /** By which it is found: see marks.ts. */
  @Column({ type: 'text', name: 'email_mark', collation: 'C', nullable: true })
  emailMark!: string | null;

  /** Sealed. */
  @Column({ type: 'text', nullable: true })
  name!: string | null;

  @Column({ type: 'text', name: 'name_mark', collation: 'C', nullable: true })
  nameMark!: string | null;

  /** Of the key that both are sealed under; empty: of several. */
  @Column({ type: 'text', name: 'key_mark', collation: 'C' })
  keyMark!: string;

  /** Since when the product has the account. */
  @Column('timestamptz', { name: 'account_created_at', nullable: true })
  accountCreatedAt!: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt!: Date;
}
