import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every try to work a webhook event, and the places where an operator's search finds one. */
export class WebhookAttempts1764000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // No foreign key: the one function that writes here writes the event in the same call.
    await runner.query(`
      create table webhook_attempts (
        event_id text collate "C" not null,
        number integer not null,
        at timestamptz not null,
        duration_ms integer not null,
        succeeded boolean not null,
        error text,
        primary key (event_id, number)
      );
      create index webhook_events_newest on webhook_events (received_at desc, id desc);
      create index webhook_events_provider_intent on webhook_events (provider_intent_id);
      -- What an operator looks for: the few that did not go as they should.
      create index webhook_events_unworked on webhook_events (status, received_at desc, id desc)
        where status not in ('processed', 'ignored');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index webhook_events_unworked;
      drop index webhook_events_provider_intent;
      drop index webhook_events_newest;
      drop table webhook_attempts;
    `);
  }
}
