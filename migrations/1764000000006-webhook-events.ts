import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * News from the providers, stored before it is answered. The body is the identity: Razorpay's event id is a header
 * outside the signature, so a replayed body under a new id must still count as seen.
 */
export class WebhookEvents1764000000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table webhook_events (
        id text collate "C" primary key,
        provider text collate "C" not null check (provider in ('stripe', 'razorpay')),
        provider_event_id text collate "C" not null,
        type text not null,
        subject text not null,
        livemode boolean,
        provider_intent_id text collate "C",
        intent_id text collate "C",
        body bytea not null,
        body_sha256 text collate "C" not null,
        status text collate "C" not null default 'received' check (status in
          ('received', 'parked', 'processing', 'processed', 'ignored', 'quarantined', 'failed', 'dead')),
        duplicate_count integer not null default 0,
        attempt_count integer not null default 0,
        last_error text,
        -- While a process works it: until when nobody else may. Else: when it is due again. Null: nothing left to do.
        lease_until timestamptz,
        received_at timestamptz not null default clock_timestamp(),
        processed_at timestamptz,
        constraint webhook_events_body unique (body_sha256, provider)
      );
      create index webhook_events_due on webhook_events (lease_until) where lease_until is not null;
      create index webhook_events_event_id on webhook_events (provider_event_id);
      create index webhook_events_intent on webhook_events (intent_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table webhook_events');
  }
}
