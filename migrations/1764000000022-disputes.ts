import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Disputes, refunds that we ask for, and what waits for a second person. */
export class Disputes1764000000022 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table disputes (
        id text collate "C" primary key,
        provider text collate "C" not null check (provider in ('stripe', 'razorpay')),
        provider_dispute_id text collate "C" not null,
        provider_payment_id text collate "C" not null,
        intent_id text collate "C" not null,
        user_id text collate "C" not null,
        status text collate "C" not null check (status in ('inquiry', 'open', 'won', 'lost', 'closed')),
        amount_minor bigint not null check (amount_minor > 0),
        currency text not null,
        -- What the provider holds for it now, without its fee.
        withdrawn_minor bigint not null default 0 check (withdrawn_minor >= 0),
        credits_frozen integer not null default 0 check (credits_frozen >= 0),
        credits_revoked integer not null default 0 check (credits_revoked >= 0),
        -- A dispute that was won can reopen: each time is a turn, and the postings of each turn are facts of their own.
        turn integer not null default 1,
        reason text,
        respond_by timestamptz,
        opened_at timestamptz not null,
        closed_at timestamptz,
        updated_at timestamptz not null default clock_timestamp(),
        constraint disputes_fact unique (provider_dispute_id, provider),
        constraint disputes_closed check ((status in ('won', 'lost', 'closed')) = (closed_at is not null))
      );
      create index disputes_intent on disputes (intent_id);
      create index disputes_newest on disputes (opened_at desc, id desc);
      create index disputes_undecided on disputes (opened_at desc, id desc) where status in ('inquiry', 'open');
      alter table refunds
        add column idempotency_key text collate "C",
        -- Sent byte for byte, also after a crash.
        add column request jsonb,
        add column credits_frozen integer not null default 0 check (credits_frozen >= 0),
        add column approved_by text;
      create index refunds_newest on refunds (created_at desc, id desc);
      create index refunds_payment on refunds (provider_payment_id, provider);
      -- Which lots a refund or a dispute has frozen, and how much of each.
      create table frozen_lots (
        cause_id text collate "C" not null,
        lot_id bigint not null,
        credits integer not null check (credits > 0),
        primary key (cause_id, lot_id)
      );
      create index frozen_lots_lot on frozen_lots (lot_id);
      -- Which lots a refund or a dispute took from, so that what comes back returns to them.
      create table revoked_lots (
        cause_id text collate "C" not null,
        lot_id bigint not null,
        credits integer not null check (credits > 0),
        deferred_minor bigint not null check (deferred_minor >= 0),
        primary key (cause_id, lot_id)
      );
      create table approvals (
        id text collate "C" primary key,
        action text not null check (action in ('refund', 'adjust')),
        summary text not null,
        -- The mutation's own input, done as it stands when the second person agrees.
        input jsonb not null,
        amount_minor bigint,
        currency text,
        credits integer,
        requested_by text collate "C" not null,
        decided_by text collate "C",
        note text,
        status text collate "C" not null default 'open' check (status in ('open', 'approved', 'rejected', 'expired', 'done')),
        created_at timestamptz not null default clock_timestamp(),
        expires_at timestamptz not null,
        decided_at timestamptz,
        constraint approvals_second_person check (decided_by is null or decided_by <> requested_by),
        constraint approvals_decided check ((status in ('approved', 'rejected', 'done')) = (decided_by is not null))
      );
      create index approvals_newest on approvals (created_at desc, id desc);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table approvals; drop table revoked_lots; drop table frozen_lots; drop index refunds_payment;
      drop index refunds_newest;
      alter table refunds drop column approved_by, drop column credits_frozen, drop column request,
        drop column idempotency_key;
      drop table disputes;
    `);
  }
}
