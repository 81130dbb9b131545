import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which lots a posting took its credits from, and the minor units that left their deferred revenue with them: what is not
 * written down when it is taken cannot be given back later. A posting may take from a lot twice. Append-only, as the journal.
 */
export class SpendLots1764000000170 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table spend_lots (
        journal_id bigint not null,
        lot_id bigint not null,
        -- Below zero: they came back.
        credits bigint not null check (credits <> 0),
        minor bigint not null
      );
      create index spend_lots_journal on spend_lots (journal_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table spend_lots');
  }
}
