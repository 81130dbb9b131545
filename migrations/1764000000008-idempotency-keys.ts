import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a caller's key did the first time. The scope is the owner of the money, never the credential: a back end that
 * changes its API key and retries must not spend twice.
 */
export class IdempotencyKeys1764000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table idempotency_keys (
        user_id text collate "C" not null,
        operation text collate "C" not null check (operation in ('spend')),
        key text collate "C" not null check (length(key) between 1 and 255),
        input_hash text collate "C" not null,
        -- A refusal is kept too: a late repeat of it must not suddenly work.
        outcome text not null check (outcome in ('done', 'refused')),
        journal_id bigint,
        created_at timestamptz not null default clock_timestamp(),
        primary key (user_id, operation, key)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table idempotency_keys');
  }
}
