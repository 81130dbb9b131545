import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Purchases are found by money that came after they were closed, and by money that bought nothing. */
export class LateAndUnapplied1764000000461 implements MigrationInterface {
  readonly indexes = [
    `create index concurrently events_late on events (subject)
       where kind = 'credits_granted' and (data ->> 'late') = 'true'`,
    `create index concurrently intent_payments_bought_nothing on intent_payments (intent_id)
       where booked_as = 'unapplied'`,
  ];

  async up(): Promise<void> {}

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index events_late');
    await runner.query('drop index intent_payments_bought_nothing');
  }
}
