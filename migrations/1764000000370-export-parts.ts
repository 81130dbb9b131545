import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The bytes of exports, where each process that serves them sees them. */
export class ExportParts1764000000370 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table export_parts (
        export_id text collate "C" not null,
        -- Of the job: a process that lost it and does not know yet writes beside who has it now.
        attempt integer not null,
        nth integer not null check (nth >= 0),
        bytes bytea not null,
        written_at timestamptz not null default instant(),
        primary key (export_id, attempt, nth)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table export_parts');
  }
}
