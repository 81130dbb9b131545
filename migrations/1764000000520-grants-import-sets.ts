import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The lines of files of grants that are given in the background, until they are given. */
export class GrantsImportSets1764000000520 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table grants_import_sets (
        import_id text collate "C" not null,
        nth integer not null check (nth >= 0),
        -- A set of grants with the lines that they stand in.
        lines jsonb not null,
        written_at timestamptz not null default instant(),
        primary key (import_id, nth)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table grants_import_sets');
  }
}
