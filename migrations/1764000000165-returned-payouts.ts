import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The money of a payout that failed is a movement of its own, and a part of the payout that takes it along. */
export class ReturnedPayouts1764000000165 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table settlement_entries add column part_of text check (kind = 'payout' or part_of is null);
      -- There are few of them.
      create index settlement_entries_part_of on settlement_entries (part_of) where part_of is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table settlement_entries drop column part_of');
  }
}
