import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A purchase is found by the end of its id, as people read it out, and by the last digits of the card that paid. */
export class SearchOfPurchases1764000000431 implements MigrationInterface {
  readonly indexes = [
    'create index concurrently intents_end on intents (reverse(id))',
    `create index concurrently intents_last4 on intents ((payment_method ->> 'last4'))
       where payment_method ->> 'last4' is not null`,
  ];

  async up(): Promise<void> {}

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index intents_end');
    await runner.query('drop index intents_last4');
  }
}
