import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lists stay quick over a long history. By the newest rows alone, a filter that few of them pass walks through all; so each
 * filter of the payments has an index in the order of the list, and so has each order. They end at the instant: two rows of
 * one microsecond are few, and PostgreSQL sorts those by their ids.
 */
export class LongLists1764000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index intents_status on intents (status, created_at desc);
      create index intents_by_provider on intents (provider, created_at desc);
      create index intents_by_package on intents (package_id, created_at desc);
      create index intents_by_currency on intents (currency, created_at desc);
      create index intents_updated on intents (updated_at desc, id desc);
      create index intents_amount on intents (amount_minor desc, id desc);
      -- Which of them go together, or the planner takes rare pairs for common ones and walks.
      create statistics intents_filters (mcv) on status, provider, currency, package_id from intents;
      analyze intents;
      -- Also of the statuses that most events have: how many of a provider's were ignored, say.
      create index webhook_events_status on webhook_events (status, provider, received_at desc);
      drop index webhook_events_unworked;
      create statistics webhook_events_filters (mcv) on status, provider, type from webhook_events;
      analyze webhook_events;
      create index deliveries_endpoint on deliveries (endpoint_id, created_at desc);
      create index deliveries_type on deliveries (type, created_at desc);
      -- A period of the ledger, newest first.
      create index journal_newest on journal (posted_at desc, id desc);
      drop index journal_posted;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index journal_posted on journal using brin (posted_at);
      drop index journal_newest;
      drop index deliveries_type; drop index deliveries_endpoint;
      create index webhook_events_unworked on webhook_events (status, received_at desc, id desc)
        where status not in ('processed', 'ignored');
      drop index webhook_events_status;
      drop statistics webhook_events_filters; drop statistics intents_filters;
      drop index intents_amount; drop index intents_updated; drop index intents_by_currency;
      drop index intents_by_package; drop index intents_by_provider; drop index intents_status;
    `);
  }
}
