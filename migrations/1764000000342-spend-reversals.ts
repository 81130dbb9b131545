import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Spends that are given back, to the lots that they came from. */
export class SpendReversals1764000000342 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table spend_reversals (
        journal_id bigint primary key,
        -- The posting that is undone, and whose it is.
        spend_id bigint not null,
        user_id text collate "C" not null,
        credits bigint not null check (credits > 0)
      );
      create index spend_reversals_of on spend_reversals (spend_id);

      alter table lots
        -- When credits came back to it after its time was over, and it got some more.
        add column revived_at timestamptz,
        -- When its time was ended for good: it gets no more.
        add column ended_at timestamptz;

      create or replace function is_posting_kind(p_kind text) returns boolean
      language plpgsql immutable parallel safe as $$
      begin
        return p_kind in ('receipt', 'unapplied', 'grant', 'debt_payment', 'spend', 'refund', 'refund_reversal', 'expiry',
          'adjustment', 'dispute_withdrawn', 'dispute_reinstated', 'chargeback', 'chargeback_reversal', 'fee', 'payout',
          'correction', 'promo_grant', 'promo_revoke', 'spend_reversal');
      end $$;
      create or replace function is_kept_key(p_operation text, p_key text, p_caller_kind text, p_outcome text)
      returns boolean language plpgsql immutable parallel safe as $$
      begin
        return p_operation in ('spend', 'hold', 'settle_hold', 'adjust', 'refund', 'reverse_spend')
          and length(p_key) between 1 and 255
          and p_caller_kind in ('user', 'service', 'support', 'any') and p_outcome in ('done', 'refused');
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function is_kept_key(p_operation text, p_key text, p_caller_kind text, p_outcome text)
      returns boolean language plpgsql immutable parallel safe as $$
      begin
        return p_operation in ('spend', 'hold', 'settle_hold', 'adjust', 'refund') and length(p_key) between 1 and 255
          and p_caller_kind in ('user', 'service', 'support', 'any') and p_outcome in ('done', 'refused');
      end $$;
      create or replace function is_posting_kind(p_kind text) returns boolean
      language plpgsql immutable parallel safe as $$
      begin
        return p_kind in ('receipt', 'unapplied', 'grant', 'debt_payment', 'spend', 'refund', 'refund_reversal', 'expiry',
          'adjustment', 'dispute_withdrawn', 'dispute_reinstated', 'chargeback', 'chargeback_reversal', 'fee', 'payout',
          'correction', 'promo_grant', 'promo_revoke');
      end $$;
      alter table lots drop column ended_at, drop column revived_at;
      drop table spend_reversals;
    `);
  }
}
