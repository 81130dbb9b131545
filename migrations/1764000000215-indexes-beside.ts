import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The indexes that were built beside the work: each once, though a later migration may drop it. */
export class IndexesBeside1764000000215 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table built_indexes (
        name text collate "C" primary key,
        migration text collate "C" not null,
        built_at timestamptz not null
      )
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table built_indexes');
  }
}
