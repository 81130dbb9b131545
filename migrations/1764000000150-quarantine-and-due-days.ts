import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Rows that a loop cannot work are set aside by name, with a backoff, so that the others go on and an operator sees them.
 * Work that is due each day is a row per day and provider, so that a day on which nobody was there is made up for.
 */
export class QuarantineAndDueDays1764000000150 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table quarantine (
        loop text collate "C" not null,
        row_id text collate "C" not null,
        failures integer not null default 1,
        error text not null,
        since timestamptz not null default clock_timestamp(),
        retry_at timestamptz not null,
        primary key (loop, row_id)
      );

      create table due_days (
        provider text collate "C" not null check (provider in ('stripe', 'razorpay')),
        day date not null,
        -- The run that did it, null while it is to be done; how often one was started, and when to start another.
        done_by text collate "C",
        tries integer not null default 0,
        retry_at timestamptz not null default '-infinity',
        primary key (provider, day)
      );
      create index due_days_open on due_days (provider, day) where done_by is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table quarantine, due_days');
  }
}
