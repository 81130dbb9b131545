import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Seals: each posting once, in an order that nothing can be put into later, each hashed with the one before it. Beside
 * the postings, never on them. Receipts and the totals that statements close on are numbered by the same order.
 */
export class Seals1764000000051 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index journal_order on journal (epoch, xid, id);
      -- How the operators' list is narrowed. Accounts that every payment touches are found by walking the list itself.
      create index journal_intent on journal (intent_id, id) where intent_id is not null;
      create index journal_user on journal (user_id, id);
      create index journal_posted on journal using brin (posted_at);
      create index entries_rare_accounts on entries (account, journal_id) where account not in ('clearing_stripe',
        'clearing_razorpay', 'deferred_revenue', 'revenue', 'wallet', 'credits_issued', 'credits_spent');
      create table seals (
        number bigint primary key,
        journal_id bigint not null unique,
        hash bytea not null check (length(hash) = 32),
        -- The latest posting up to here: what an instant in the past closes on. Never falls as numbers rise.
        closes_at timestamptz not null,
        sealed_at timestamptz not null
      );
      create index seals_closes_at on seals (closes_at, number);
      create table receipts (
        intent_id text collate "C" primary key,
        year integer not null,
        number integer not null check (number > 0),
        constraint receipts_gapless unique (year, number)
      );
      -- Of every account by kind of posting, up to a number. A statement adds the few postings after it.
      create table seal_totals (
        number bigint not null,
        account text collate "C" not null,
        unit text collate "C" not null,
        kind text collate "C" not null,
        amount numeric not null,
        primary key (number, account, unit, kind)
      );
      insert into positions (name, epoch, xid, id) values ('seals', 0, '0', 0);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from positions where name = 'seals';
      drop table seal_totals; drop table receipts; drop table seals;
      drop index entries_rare_accounts; drop index journal_posted; drop index journal_user; drop index journal_intent;
      drop index journal_order;
    `);
  }
}
