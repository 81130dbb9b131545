import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The providers' books as we read them, and what a run found in them. A run itself is a job. */
export class Reconciliation1764000000055 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table settlement_entries (
        entry_id text collate "C" not null,
        provider text collate "C" not null check (provider in ('stripe', 'razorpay')),
        kind text collate "C" not null,
        -- What moved, else the entry itself: ours is looked for by it.
        key text collate "C" not null,
        provider_intent_id text collate "C",
        -- Which payout it was paid out with; of a payout, itself.
        payout_id text collate "C",
        amount_minor bigint not null,
        fee_minor bigint not null,
        net_minor bigint not null,
        currency text collate "C" not null,
        created_at timestamptz not null,
        -- The last run that read it, and whether it was in that run's window or only beside it.
        run_id text collate "C" not null,
        in_window boolean not null,
        -- The posting that booked its fee, or, of a payout, the payout.
        journal_id bigint,
        primary key (entry_id, provider),
        constraint settlement_entries_net check (net_minor = amount_minor - fee_minor)
      );
      create index settlement_entries_run on settlement_entries (run_id, key, entry_id) where in_window;
      create index settlement_entries_key on settlement_entries (key, provider);
      create index settlement_entries_payout on settlement_entries (payout_id, provider) where payout_id is not null;
      create index settlement_entries_run_payout on settlement_entries (run_id, payout_id)
        where in_window and payout_id is not null;
      create index intent_payments_booked on intent_payments (provider, seen_at, provider_payment_id)
        where booked_as is not null;
      create index refunds_settled on refunds (provider, created_at, provider_refund_id)
        where provider_refund_id is not null;
      alter table breaks
        -- The run that opened it; null for one that was seen as it happened.
        add column run_id text collate "C",
        add column provider_intent_id text collate "C",
        add column note text,
        add column resolved_by text collate "C",
        add column fix text;
      create index breaks_newest on breaks (opened_at desc, id desc);
      create index breaks_open on breaks (provider, id) where status = 'open';
      -- A break that is still there is found again by each run over it.
      create table run_breaks (
        run_id text collate "C" not null,
        break_id bigint not null,
        primary key (run_id, break_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table run_breaks;
      drop index breaks_open; drop index breaks_newest;
      alter table breaks drop column fix, drop column resolved_by, drop column note, drop column provider_intent_id,
        drop column run_id;
      drop index refunds_settled; drop index intent_payments_booked;
      drop table settlement_entries;
    `);
  }
}
