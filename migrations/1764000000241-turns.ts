import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whose turn it is with what one process does for all. The schema graphile_worker stays where it is: processes of earlier
 * versions still use it, and one that no longer does brings this migration. They cannot run where it never was.
 */
export class Turns1764000000241 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table turns (
        loop text collate "C" primary key,
        -- When the turn began that was taken last.
        turn_at timestamptz not null,
        -- When one last ended well.
        done_at timestamptz
      );
      insert into contracts (migration, runs_beside)
      select 'Turns1764000000241', 1764000000241 where to_regnamespace('graphile_worker') is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from contracts where migration = 'Turns1764000000241';
      drop table turns;
    `);
  }
}
