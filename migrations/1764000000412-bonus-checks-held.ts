import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Holds the checks of bonuses and of codes with a purchase against the rows that are there, while others write. */
export class BonusChecksHeld1764000000412 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table intents validate constraint intents_promo;
      alter table credit_grants validate constraint credit_grants_given_by;
      alter table credit_grants validate constraint credit_grants_returned;
    `);
  }

  async down(): Promise<void> {
    // Nothing to undo: a check that was held against all rows says nothing else.
  }
}
