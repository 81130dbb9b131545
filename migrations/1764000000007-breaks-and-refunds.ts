import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Differences that a person or a policy must settle, and money that went back. Both are first written by settle(). */
export class BreaksAndRefunds1764000000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table breaks (
        id bigint generated always as identity primary key,
        subject text not null check (subject in ('payment', 'refund', 'dispute', 'fee', 'payout')),
        kind text collate "C" not null check (kind in ('missing_here', 'missing_at_provider', 'amount_mismatch',
          'status_mismatch', 'currency_mismatch', 'duplicate', 'credits_not_granted', 'unapplied', 'unknown_payment',
          'fee_mismatch', 'payout_mismatch')),
        provider text collate "C" not null,
        -- The provider's id of what differs: a payment, or the object itself.
        provider_entry_id text collate "C" not null,
        intent_id text collate "C",
        ours_minor bigint,
        ours_currency text,
        theirs_minor bigint,
        theirs_currency text,
        status text collate "C" not null default 'open' check (status in ('open', 'resolved', 'ignored')),
        opened_at timestamptz not null default clock_timestamp(),
        resolved_at timestamptz,
        constraint breaks_fact unique (provider_entry_id, provider, kind)
      );
      create index breaks_intent on breaks (intent_id);
      create table refunds (
        id text collate "C" primary key,
        intent_id text collate "C" not null,
        provider text collate "C" not null,
        provider_refund_id text collate "C",
        provider_payment_id text collate "C" not null,
        amount_minor bigint not null check (amount_minor > 0),
        currency text not null,
        status text collate "C" not null check (status in ('pending', 'succeeded', 'failed')),
        requested_by text not null,
        reason text,
        credits_revoked integer not null default 0 check (credits_revoked >= 0),
        created_at timestamptz not null default clock_timestamp(),
        completed_at timestamptz
      );
      create unique index refunds_provider_refund on refunds (provider_refund_id, provider);
      create index refunds_intent on refunds (intent_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table refunds; drop table breaks');
  }
}
