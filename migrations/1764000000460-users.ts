import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a product says of its users: sealed, and found by what an HMAC makes of it. */
export class Users1764000000460 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table users (
        id text collate "C" primary key check (length(id) between 1 and 255),
        email text,
        email_mark text collate "C",
        name text,
        name_mark text collate "C",
        -- Of the key that all of it is sealed under; empty: it is not one.
        key_mark text collate "C" not null,
        account_created_at timestamptz,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        check (starts_with(email, 'cg1:') and starts_with(name, 'cg1:')),
        check ((email is null) = (email_mark is null) and (name is null) = (name_mark is null))
      );
      create index users_email on users (email_mark) where email_mark is not null;
      create index users_name on users (name_mark) where name_mark is not null;
      -- What is sealed under another key than the first one is found at both ends of it.
      create index users_key on users (key_mark);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table users');
  }
}
