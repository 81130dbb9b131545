import type { MigrationInterface, QueryRunner } from 'typeorm';

/** News that we send: where to, what, each attempt, and how far the events have been read for it. */
export class Deliveries1764000000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(POSITIONS);
    await runner.query(ENDPOINTS);
    await runner.query(DELIVERIES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table delivery_attempts; drop table deliveries; drop table webhook_endpoint_secrets; ' +
        'drop table webhook_endpoints; drop table positions; drop index events_order',
    );
  }
}

// Ids commit out of order, so whoever reads across subjects goes by transaction, and stops below the oldest one that
// still runs. An endpoint gets nothing from before its time, so the reading begins here.
const POSITIONS = `
  create index events_order on events (epoch, xid, id);
  create table positions (
    name text collate "C" primary key,
    epoch integer not null,
    xid xid8 not null,
    id bigint not null
  );
  insert into positions (name, epoch, xid, id)
    select 'deliveries', epoch, pg_snapshot_xmin(pg_current_snapshot()), 0 from gateway;
`;

const ENDPOINTS = `
  create table webhook_endpoints (
    id text collate "C" primary key,
    url text not null,
    events jsonb not null check (jsonb_array_length(events) > 0),
    enabled boolean not null,
    description text,
    -- Since the last success: when the first attempt failed, and how many did.
    failing_since timestamptz,
    failed_count integer not null default 0,
    created_at timestamptz not null default clock_timestamp(),
    -- Its deliveries still name it.
    deleted_at timestamptz
  );
  create table webhook_endpoint_secrets (
    endpoint_id text collate "C" not null,
    secret text not null,
    created_at timestamptz not null default clock_timestamp(),
    -- Of a secret that was replaced: how long it signs beside the new one.
    expires_at timestamptz,
    primary key (endpoint_id, secret)
  );
`;

const DELIVERIES = `
  create table deliveries (
    id text collate "C" primary key,
    endpoint_id text collate "C" not null,
    -- The same on every attempt, and the same in every endpoint's delivery of one event.
    event_id text collate "C" not null,
    type text collate "C" not null,
    -- Deliveries with the same key get their first attempts one after another, by sequence.
    order_key text collate "C",
    sequence integer not null,
    body text not null,
    status text collate "C" not null default 'pending' check (status in ('pending', 'delivered', 'failed', 'dead')),
    attempt_count integer not null default 0,
    -- Attempts since it was last put in the queue: the place in the schedule.
    step integer not null default 0,
    -- Tells the process that has it from one that had it before.
    claim_number integer not null default 0,
    -- While a process sends it: until when nobody else may. Else: when it is due. Null: nothing left to do.
    due_at timestamptz default clock_timestamp(),
    created_at timestamptz not null default clock_timestamp(),
    constraint deliveries_once unique (endpoint_id, event_id),
    constraint deliveries_due check ((due_at is not null) = (status in ('pending', 'failed')))
  );
  create index deliveries_due on deliveries (endpoint_id, due_at, id) where due_at is not null;
  create index deliveries_untried on deliveries (endpoint_id, order_key, sequence)
    where status = 'pending' and attempt_count = 0 and order_key is not null;
  create index deliveries_newest on deliveries (created_at, id);
  create index deliveries_undelivered on deliveries (created_at, id) where status <> 'delivered';
  create table delivery_attempts (
    delivery_id text collate "C" not null,
    number integer not null,
    -- One claim is one attempt, however often its end is reported.
    claim_number integer not null,
    at timestamptz not null,
    duration_ms integer not null check (duration_ms >= 0),
    succeeded boolean not null,
    error text,
    primary key (delivery_id, number),
    constraint delivery_attempts_once unique (delivery_id, claim_number)
  );
`;
