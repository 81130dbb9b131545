import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What sweeps look for many times a second, without what they would pass over each time: approvals that are decided and not
 * done, among those that wait for a person, and payments that bought nothing, without those that were written off.
 */
export class SweptRows1764000000231 implements MigrationInterface {
  readonly indexes = [
    "create index concurrently approvals_agreed on approvals (decided_at) where status = 'approved'",
    `create index concurrently intent_payments_to_return on intent_payments (seen_at)
       where booked_as = 'unapplied' and amount_refunded_minor = 0 and amount_written_off_minor = 0`,
  ];

  async up(): Promise<void> {}

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index approvals_agreed, intent_payments_to_return;
      delete from built_indexes where name in ('approvals_agreed', 'intent_payments_to_return');
    `);
  }
}
