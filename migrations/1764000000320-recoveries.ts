import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far what a provider made since a restored backup has been read again. */
export class Recoveries1764000000320 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table recoveries (
        provider text collate "C" references providers (name),
        -- The time of the backup.
        since timestamptz,
        -- Everything that was made before this has been read.
        done_to timestamptz not null,
        primary key (provider, since)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table recoveries');
  }
}
