import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the overview counts, found by when it happened. All that it adds up stands in the index. */
export class Metrics1764000000052 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index intents_completed on intents (completed_at)
        include (status, currency, amount_minor, credits, package_id, created_at) where completed_at is not null;
      create index refunds_completed on refunds (completed_at) where status = 'succeeded';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index refunds_completed; drop index intents_completed');
  }
}
