import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The ledger: balanced postings (journal and entries), the users' wallets, and the lots their credits came in.
 * A positive amount is a credit, a negative one a debit. See docs/ledger.md for the chart.
 */
export class Ledger1764000000004 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(JOURNAL);
    await runner.query(BALANCED);
    await runner.query(WALLETS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'drop table lots; drop table wallets; drop table entries; drop function entries_balanced; drop table journal',
    );
  }
}

const JOURNAL = `
  create table journal (
    id bigint generated always as identity primary key,
    kind text collate "C" not null
      check (kind in ('receipt', 'unapplied', 'grant', 'debt_payment', 'spend', 'refund')),
    -- The business fact. A second posting of the same fact cannot be written, whatever path it comes by.
    reference text collate "C" not null,
    user_id text collate "C" not null,
    intent_id text collate "C",
    reason text,
    actor text not null,
    posted_at timestamptz not null default clock_timestamp(),
    epoch integer not null,
    xid xid8 not null default pg_current_xact_id(),
    constraint journal_fact unique (reference, kind)
  );
  -- System accounts are named by a checked code, without a foreign key to a row that every payment would touch.
  create table entries (
    journal_id bigint not null,
    line smallint not null,
    account text collate "C" not null check (account in ('clearing_stripe', 'clearing_razorpay', 'deferred_revenue',
      'revenue', 'refunds', 'unapplied', 'credits_issued', 'credits_spent', 'wallet', 'debt')),
    user_id text collate "C",
    unit text collate "C" not null check (unit ~ '^[A-Z]{3}$' or unit = 'CREDIT'),
    amount bigint not null check (amount <> 0),
    -- Of wallet lines only: the wallet's own gapless count, and what it held after this line.
    sequence bigint,
    balance_after bigint check (balance_after >= 0),
    primary key (journal_id, line),
    constraint entries_owner check ((account in ('wallet', 'debt')) = (user_id is not null)),
    constraint entries_credit_accounts check
      ((unit = 'CREDIT') = (account in ('credits_issued', 'credits_spent', 'wallet', 'debt'))),
    constraint entries_wallet_line check
      ((account = 'wallet') = (sequence is not null) and (sequence is null) = (balance_after is null))
  );
  create unique index entries_wallet_sequence on entries (user_id, sequence) where account = 'wallet';
`;

// Statement level: all lines of a posting are written by one statement.
const BALANCED = `
  create function entries_balanced() returns trigger language plpgsql as $$
  begin
    if exists (select 1 from fresh group by journal_id, unit having sum(amount) <> 0)
      or exists (select 1 from fresh group by journal_id having count(*) < 2) then
      raise exception 'a posting does not balance' using errcode = '23514';
    end if;
    return null;
  end $$;
  create trigger entries_balanced after insert on entries
    referencing new table as fresh for each statement execute function entries_balanced();
`;

const WALLETS = `
  create table wallets (
    user_id text collate "C" primary key check (length(user_id) between 1 and 255),
    balance bigint not null default 0 check (balance >= 0),
    held bigint not null default 0 check (held >= 0),
    frozen bigint not null default 0 check (frozen >= 0),
    owed bigint not null default 0 check (owed >= 0),
    version integer not null default 0,
    line_sequence bigint not null default 0,
    updated_at timestamptz not null default clock_timestamp(),
    constraint wallets_set_aside check (held + frozen <= balance),
    -- Whoever owes credits has none to spend.
    constraint wallets_debt_first check (owed = 0 or balance = held + frozen)
  ) with (fillfactor = 85);
  create table lots (
    id bigint generated always as identity primary key,
    user_id text collate "C" not null,
    intent_id text collate "C",
    journal_id bigint not null unique,
    granted integer not null check (granted > 0),
    remaining integer not null,
    held integer not null default 0 check (held >= 0),
    frozen integer not null default 0 check (frozen >= 0),
    -- What was paid for the lot, and how much of that has not been earned yet.
    paid_minor bigint not null check (paid_minor >= 0),
    deferred_minor bigint not null,
    currency text collate "C" not null,
    expires_at timestamptz,
    created_at timestamptz not null,
    constraint lots_remaining check (remaining between 0 and granted),
    constraint lots_set_aside check (held + frozen <= remaining),
    constraint lots_deferred check (deferred_minor between 0 and paid_minor)
  ) with (fillfactor = 85);
  create unique index lots_intent on lots (intent_id);
  -- The order in which credits are spent: the soonest to expire, then the oldest.
  create index lots_spend_order on lots (user_id, expires_at, id) where remaining > 0;
`;
