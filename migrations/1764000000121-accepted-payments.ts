import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Payments that finance accepted although they were not the price: few, and looked for beside every purchase of a report. */
export class AcceptedPayments1764000000121 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'create index intent_payments_accepted on intent_payments (intent_id) where applied_at is not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index intent_payments_accepted');
  }
}
