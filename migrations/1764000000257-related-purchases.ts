import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Purchases are found by what they share with others: each way by its own index, the newest first. */
export class RelatedPurchases1764000000257 implements MigrationInterface {
  readonly indexes = [
    'create index concurrently risk_decisions_card on risk_decisions (card, id) where card is not null',
    'create index concurrently risk_decisions_device on risk_decisions (device, id) where device is not null',
    'create index concurrently risk_decisions_address on risk_decisions (address, id) where address is not null',
    'create index concurrently risk_decisions_intent on risk_decisions (intent_id) where intent_id is not null',
  ];

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('select 1');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index if exists risk_decisions_card;
      drop index if exists risk_decisions_device;
      drop index if exists risk_decisions_address;
      drop index if exists risk_decisions_intent;
    `);
  }
}
