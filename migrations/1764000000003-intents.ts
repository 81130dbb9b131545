import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Intents, the payments that were seen on them, and the table by which a status may change.
 * The intent's row is its own idempotency key; a call without a key gets one of the reserved form auto:<id>.
 */
export class Intents1764000000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(TRANSITIONS);
    await runner.query(INTENTS);
    await runner.query(STATUS_GUARD);
    await runner.query(PAYMENTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table intent_payments; drop table intents; drop function intent_status_guard; drop table transitions',
    );
  }
}

// The same table stands in src/intents/states.ts for messages; a test compares the two.
const TRANSITIONS = `
  create table transitions (
    from_status text not null,
    news text not null,
    result text not null check (result in
      ('pending', 'processing', 'succeeded', 'failed', 'canceled', 'same', 'orphan', 'illegal')),
    primary key (from_status, news)
  );
  insert into transitions (from_status, news, result) values
    ('pending', 'accepted', 'processing'), ('pending', 'captured', 'succeeded'), ('pending', 'declined', 'same'),
    ('pending', 'reopened', 'same'), ('pending', 'failed', 'failed'), ('pending', 'expired', 'failed'),
    ('pending', 'canceled', 'canceled'), ('pending', 'mismatched', 'failed'),
    ('processing', 'accepted', 'same'), ('processing', 'captured', 'succeeded'), ('processing', 'declined', 'same'),
    ('processing', 'reopened', 'pending'), ('processing', 'failed', 'failed'), ('processing', 'expired', 'same'),
    ('processing', 'canceled', 'canceled'), ('processing', 'mismatched', 'failed'),
    ('succeeded', 'accepted', 'same'), ('succeeded', 'captured', 'same'), ('succeeded', 'declined', 'same'),
    ('succeeded', 'reopened', 'same'), ('succeeded', 'failed', 'same'), ('succeeded', 'expired', 'same'),
    ('succeeded', 'canceled', 'illegal'), ('succeeded', 'mismatched', 'same'),
    ('failed', 'accepted', 'same'), ('failed', 'captured', 'succeeded'), ('failed', 'declined', 'same'),
    ('failed', 'reopened', 'same'), ('failed', 'failed', 'same'), ('failed', 'expired', 'same'),
    ('failed', 'canceled', 'same'), ('failed', 'mismatched', 'same'),
    ('canceled', 'accepted', 'same'), ('canceled', 'captured', 'orphan'), ('canceled', 'declined', 'same'),
    ('canceled', 'reopened', 'same'), ('canceled', 'failed', 'same'), ('canceled', 'expired', 'same'),
    ('canceled', 'canceled', 'same'), ('canceled', 'mismatched', 'orphan');
`;

const INTENTS = `
  create table intents (
    id text collate "C" primary key,
    user_id text collate "C" not null check (length(user_id) between 1 and 255),
    idempotency_key text collate "C" not null check (length(idempotency_key) between 1 and 255),
    input_hash text collate "C" not null,
    package_id text collate "C" not null,
    package_name text not null,
    credits integer not null check (credits > 0),
    credits_expire_after_days integer,
    amount_minor bigint not null check (amount_minor between 1 and 2147483647),
    currency text collate "C" not null check (currency ~ '^[A-Z]{3}$'),
    provider text collate "C" not null check (provider in ('stripe', 'razorpay')),
    mode text not null check (mode in ('mock', 'test', 'live')),
    created_by text not null,
    fingerprint_id text,
    return_url text,
    request jsonb not null,
    status text collate "C" not null default 'pending'
      check (status in ('pending', 'processing', 'succeeded', 'failed', 'canceled')),
    version integer not null default 1,
    timeline_sequence integer not null default 1,
    provider_intent_id text collate "C",
    provider_status text,
    client_secret text,
    requires_action boolean not null default false,
    provider_payment_id text collate "C",
    payment_method jsonb,
    failure jsonb,
    attempt_count integer not null default 0,
    declined_count integer not null default 0,
    grant_journal_id bigint,
    cancel_reason text check (cancel_reason in ('requested', 'provider', 'risk')),
    cancel_requested_at timestamptz,
    expire_requested_at timestamptz,
    read_number integer not null default 0,
    applied_read_number integer not null default 0,
    lease_until timestamptz,
    lease_token text,
    lease_count integer not null default 0,
    expires_at timestamptz not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    completed_at timestamptz,
    -- A succeeded intent has its grant, and nothing else has one.
    constraint intents_succeeded_is_granted check ((status = 'succeeded') = (grant_journal_id is not null)),
    constraint intents_completed check ((status in ('succeeded', 'failed', 'canceled')) = (completed_at is not null))
  ) with (fillfactor = 85);
  create unique index intents_user_key on intents (user_id, idempotency_key);
  -- A double click without a key finds the open intent that the first click made.
  create unique index intents_open_auto on intents (user_id, package_id, provider, currency, amount_minor)
    where idempotency_key like 'auto:%' and status in ('pending', 'processing');
  create unique index intents_provider_intent on intents (provider_intent_id, provider);
  create unique index intents_grant on intents (grant_journal_id);
  create index intents_user_newest on intents (user_id, created_at desc, id desc);
  create index intents_newest on intents (created_at desc, id desc);
  -- What recovery looks for: work that somebody began and may have left.
  create index intents_leased on intents (lease_until) where lease_until is not null;
  create index intents_pending_expiry on intents (expires_at) where status = 'pending';
`;

// The status has one writer, the function settle(). Whoever else tries must at least stay inside the table.
const STATUS_GUARD = `
  create function intent_status_guard() returns trigger language plpgsql as $$
  begin
    if not exists (select 1 from transitions where from_status = old.status and result = new.status) then
      raise exception 'intent % cannot go from % to %', old.id, old.status, new.status using errcode = '23514';
    end if;
    return new;
  end $$;
  create trigger intent_status_guard before update of status on intents
    for each row when (old.status is distinct from new.status) execute function intent_status_guard();
`;

const PAYMENTS = `
  create table intent_payments (
    provider_payment_id text collate "C" not null,
    provider text collate "C" not null,
    intent_id text collate "C" not null,
    status text not null check (status in ('created', 'authorized', 'declined', 'captured')),
    amount_minor bigint not null,
    currency text not null,
    amount_refunded_minor bigint not null default 0 check (amount_refunded_minor between 0 and amount_minor),
    -- bought: it paid for the package. unapplied: the money is ours to send back. Null: no money came.
    booked_as text check (booked_as in ('bought', 'unapplied')),
    seen_at timestamptz not null,
    primary key (provider_payment_id, provider),
    constraint intent_payments_captured_is_booked check ((status = 'captured') = (booked_as is not null))
  );
  create index intent_payments_intent on intent_payments (intent_id);
  create unique index intent_payments_one_buys on intent_payments (intent_id) where booked_as = 'bought';
`;
