import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is left of entries of timelines that were dropped, and how far that has come. */
export class Retention1764000000450 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- One row an intent: the numbers of its entries are counted without a gap, with those that are gone.
      create table timeline_cuts (
        intent_id text collate "C" primary key,
        entries integer not null check (entries > 0),
        -- The highest number among them.
        last integer not null check (last >= entries)
      );
      create table forget_places (
        name text collate "C" primary key,
        -- The last event that was looked at.
        event_id bigint not null
      );
      insert into forget_places (name, event_id) values ('timeline', 0), ('jobs', 0);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table forget_places; drop table timeline_cuts');
  }
}
