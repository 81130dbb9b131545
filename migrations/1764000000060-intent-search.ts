import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A payment is found by its key and by the provider's payment id, too. */
export class IntentSearch1764000000060 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index intents_key on intents (idempotency_key);
      create index intents_provider_payment on intents (provider_payment_id) where provider_payment_id is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index intents_provider_payment; drop index intents_key');
  }
}
