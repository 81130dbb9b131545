import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What happened, in order, to each intent and each wallet: the timeline, the cursor of a live subscription and the
 * outbox in one table. `sequence` counts every entry of a subject; `version` only those that a client can see.
 */
export class Events1764000000005 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table events (
        id bigint generated always as identity primary key,
        subject text collate "C" not null,
        sequence integer not null,
        version integer,
        kind text not null,
        actor text not null,
        from_status text,
        to_status text,
        data jsonb not null default '{}',
        at timestamptz not null default clock_timestamp(),
        epoch integer not null,
        xid xid8 not null default pg_current_xact_id(),
        constraint events_sequence unique (subject, sequence)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table events');
  }
}
