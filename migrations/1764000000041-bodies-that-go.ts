import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The body of a webhook event names a payer and is dropped after a while; that it came, and what it was about, stays. */
export class BodiesThatGo1764000000041 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table webhook_events alter column body drop not null;
      create index webhook_events_body_age on webhook_events (received_at) where body is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index webhook_events_body_age;
      update webhook_events set body = '' where body is null;
      alter table webhook_events alter column body set not null;
    `);
  }
}
