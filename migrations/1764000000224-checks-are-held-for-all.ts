import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Holds the checks of the last migration against the rows that are there, while others write. */
export class ChecksAreHeldForAll1764000000224 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table journal validate constraint journal_kind_check;
      alter table idempotency_keys validate constraint idempotency_keys_kept;
      alter table holds validate constraint holds_are;
      alter table lots validate constraint lots_earned;
    `);
  }

  async down(): Promise<void> {
    // Nothing to undo: a check that was held against all rows says nothing else.
  }
}
