import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which lines of a provider's books are of somebody else who uses the same account. */
export class ForeignLines1764000000321 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table settlement_entries add column is_foreign boolean not null default false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table settlement_entries drop column is_foreign');
  }
}
