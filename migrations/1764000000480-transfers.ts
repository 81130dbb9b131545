import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Credits that are moved from one wallet to another: what leaves a lot becomes a lot of its own elsewhere, which names the lot that
 * it left and the purchase that bought it. Nothing that was there changes: no credits are moved while an earlier version runs.
 */
export class Transfers1764000000480 implements MigrationInterface {
  readonly indexes = [
    // Credits of several lots may arrive by one posting.
    `create unique index concurrently lots_granted_by on lots (journal_id, coalesce(parent_lot_id, 0))`,
    `create index concurrently lots_root on lots (root_intent_id, user_id) where root_intent_id is not null`,
    `create index concurrently lots_moved_in on lots (user_id, root_intent_id) where root_intent_id is not null`,
    `create index concurrently claims_of_intent on claims (intent_id)`,
  ];

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table lots
        -- Of credits that came from another wallet: the lot that they left, and the purchase that bought them first.
        add column parent_lot_id bigint,
        add column root_intent_id text collate "C",
        -- Credits that left it for another wallet: they are gone here, and stand in lots that name this one.
        add column transferred bigint not null default 0,
        add constraint lots_parent check ((parent_lot_id is null) = (root_intent_id is null)
          and (parent_lot_id is null or intent_id is null and not is_promotional)) not valid,
        add constraint lots_transferred check (transferred between 0 and granted - remaining - spent) not valid,
        drop constraint lots_journal_id_key;

      create table transfers (
        -- The posting of the wallet that the credits left, and that of the wallet that they came to.
        journal_id bigint primary key,
        to_journal_id bigint not null unique,
        user_id text collate "C" not null,
        to_user_id text collate "C" not null,
        credits bigint not null check (credits > 0),
        check (user_id <> to_user_id)
      );

      create or replace function is_posting_kind(p_kind text) returns boolean
      language plpgsql immutable parallel safe as $$
      begin
        return p_kind in ('receipt', 'unapplied', 'grant', 'debt_payment', 'spend', 'refund', 'refund_reversal', 'expiry',
          'adjustment', 'dispute_withdrawn', 'dispute_reinstated', 'chargeback', 'chargeback_reversal', 'fee', 'payout',
          'correction', 'promo_grant', 'promo_revoke', 'spend_reversal', 'transfer');
      end $$;
      create or replace function is_kept_key(p_operation text, p_key text, p_caller_kind text, p_outcome text)
      returns boolean language plpgsql immutable parallel safe as $$
      begin
        return p_operation in ('spend', 'hold', 'settle_hold', 'adjust', 'refund', 'reverse_spend', 'create_wallet', 'move')
          and length(p_key) between 1 and 255
          and p_caller_kind in ('user', 'service', 'support', 'any') and p_outcome in ('done', 'refused');
      end $$;
      alter table entries drop constraint entries_account_check, drop constraint entries_credit_accounts,
        add constraint entries_account_check check (
          account in ('bank', 'deferred_revenue', 'revenue', 'breakage', 'refunds', 'chargebacks', 'fees', 'unapplied',
            'adjustments', 'credits_issued', 'credits_spent', 'credits_expired', 'credits_adjusted', 'credits_promo',
            'credits_transferred', 'wallet', 'debt') or account ~ '^clearing_[a-z][a-z0-9_]*$') not valid,
        add constraint entries_credit_accounts check ((unit = 'CREDIT') = (account in ('credits_issued', 'credits_spent',
          'credits_expired', 'credits_adjusted', 'credits_promo', 'credits_transferred', 'wallet', 'debt'))) not valid;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table entries drop constraint entries_account_check, drop constraint entries_credit_accounts,
        add constraint entries_account_check check (
          account in ('bank', 'deferred_revenue', 'revenue', 'breakage', 'refunds', 'chargebacks', 'fees', 'unapplied',
            'adjustments', 'credits_issued', 'credits_spent', 'credits_expired', 'credits_adjusted', 'credits_promo', 'wallet',
            'debt') or account ~ '^clearing_[a-z][a-z0-9_]*$'),
        add constraint entries_credit_accounts check ((unit = 'CREDIT') = (account in ('credits_issued', 'credits_spent',
          'credits_expired', 'credits_adjusted', 'credits_promo', 'wallet', 'debt')));
      create or replace function is_kept_key(p_operation text, p_key text, p_caller_kind text, p_outcome text)
      returns boolean language plpgsql immutable parallel safe as $$
      begin
        return p_operation in ('spend', 'hold', 'settle_hold', 'adjust', 'refund', 'reverse_spend', 'create_wallet')
          and length(p_key) between 1 and 255
          and p_caller_kind in ('user', 'service', 'support', 'any') and p_outcome in ('done', 'refused');
      end $$;
      create or replace function is_posting_kind(p_kind text) returns boolean
      language plpgsql immutable parallel safe as $$
      begin
        return p_kind in ('receipt', 'unapplied', 'grant', 'debt_payment', 'spend', 'refund', 'refund_reversal', 'expiry',
          'adjustment', 'dispute_withdrawn', 'dispute_reinstated', 'chargeback', 'chargeback_reversal', 'fee', 'payout',
          'correction', 'promo_grant', 'promo_revoke', 'spend_reversal');
      end $$;
      drop table transfers;
      drop index claims_of_intent;
      drop index lots_moved_in;
      drop index lots_root;
      drop index lots_granted_by;
      delete from built_indexes where name in ('lots_granted_by', 'lots_root', 'lots_moved_in', 'claims_of_intent');
      alter table lots drop column transferred, drop column root_intent_id, drop column parent_lot_id,
        add constraint lots_journal_id_key unique (journal_id);
    `);
  }
}
