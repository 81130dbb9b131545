import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * One row about the database itself: the mode it was first started in, and the epoch. The epoch is raised when the
 * data turns up in another cluster, where old transaction ids mean nothing; events and postings carry it.
 */
export class Gateway1764000000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table gateway (
        one boolean primary key default true check (one),
        mode text check (mode in ('mock', 'test', 'live')),
        system_identifier bigint not null,
        epoch integer not null default 1
      );
      insert into gateway (system_identifier) select system_identifier from pg_control_system();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table gateway');
  }
}
