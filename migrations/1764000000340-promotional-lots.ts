import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Credits that campaigns give: lots of their own, which are spent before bought ones of the same expiry, and an account whose
 * balance is what is left of them. Nothing that was there changes: an earlier version gives none, and no campaign is made while
 * one runs.
 */
export class PromotionalLots1764000000340 implements MigrationInterface {
  readonly indexes = [
    `create index concurrently lots_in_turn on lots (user_id, expires_at, is_promotional desc, id) where not used_up`,
    `create unique index concurrently approvals_one_for_campaign on approvals ((input ->> 'key'))
       where action = 'save_campaign' and status in ('open', 'approved')`,
  ];

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table lots add column is_promotional boolean not null default false,
        add constraint lots_promotional check (not is_promotional or paid_minor = 0) not valid;

      create or replace function is_posting_kind(p_kind text) returns boolean
      language plpgsql immutable parallel safe as $$
      begin
        return p_kind in ('receipt', 'unapplied', 'grant', 'debt_payment', 'spend', 'refund', 'refund_reversal', 'expiry',
          'adjustment', 'dispute_withdrawn', 'dispute_reinstated', 'chargeback', 'chargeback_reversal', 'fee', 'payout',
          'correction', 'promo_grant', 'promo_revoke');
      end $$;
      alter table entries drop constraint entries_account_check, drop constraint entries_credit_accounts,
        add constraint entries_account_check check (
          account in ('bank', 'deferred_revenue', 'revenue', 'breakage', 'refunds', 'chargebacks', 'fees', 'unapplied',
            'adjustments', 'credits_issued', 'credits_spent', 'credits_expired', 'credits_adjusted', 'credits_promo', 'wallet',
            'debt') or account ~ '^clearing_[a-z][a-z0-9_]*$') not valid,
        add constraint entries_credit_accounts check ((unit = 'CREDIT') = (account in ('credits_issued', 'credits_spent',
          'credits_expired', 'credits_adjusted', 'credits_promo', 'wallet', 'debt'))) not valid;

      create table campaigns (
        key text collate "C" primary key check (key ~ '^[a-z0-9_-]{1,64}$'),
        name text not null check (length(name) between 1 and 255),
        budget_credits bigint not null check (budget_credits between 1 and 9007199254740991),
        -- Given so far, whatever became of it.
        granted_credits bigint not null default 0,
        expire_after_days integer check (expire_after_days between 1 and 3650),
        ends_at timestamptz,
        created_by text collate "C" not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        constraint campaigns_within_budget check (granted_credits between 0 and budget_credits)
      );
      create table credit_grants (
        id text collate "C" primary key,
        campaign text collate "C" not null,
        -- Hashed: it may be made of what is known about a person.
        key_hash text collate "C" not null,
        input_hash text collate "C" not null,
        user_id text collate "C" not null,
        credits bigint not null check (credits > 0),
        reason text not null check (length(reason) between 1 and 500),
        expires_at timestamptz,
        journal_id bigint not null unique,
        created_by text collate "C" not null,
        created_at timestamptz not null,
        revoked_at timestamptz,
        revoked_by text collate "C",
        revoke_reason text check (length(revoke_reason) between 1 and 500),
        -- Taken back when it was revoked; what was held then goes when its hold ends.
        revoked_credits bigint not null default 0,
        constraint credit_grants_once unique (campaign, key_hash),
        constraint credit_grants_revoked check (revoked_credits between 0 and credits
          and (revoked_at is null) = (revoked_by is null) and (revoked_at is null) = (revoke_reason is null)
          and (revoked_at is not null or revoked_credits = 0))
      );
      create index credit_grants_of_campaign on credit_grants (campaign, created_at desc, id desc);
      create index credit_grants_of_user on credit_grants (user_id, created_at desc, id desc);

      alter table approvals drop constraint approvals_action_check, add constraint approvals_action_check
        check (action in ('refund', 'adjust', 'resolve_break', 'save_package', 'save_campaign')) not valid;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index approvals_one_for_campaign;
      delete from approvals where action = 'save_campaign';
      alter table approvals drop constraint approvals_action_check, add constraint approvals_action_check
        check (action in ('refund', 'adjust', 'resolve_break', 'save_package'));
      drop table credit_grants;
      drop table campaigns;
      alter table entries drop constraint entries_account_check, drop constraint entries_credit_accounts,
        add constraint entries_account_check check (
          account in ('bank', 'deferred_revenue', 'revenue', 'breakage', 'refunds', 'chargebacks', 'fees', 'unapplied',
            'adjustments', 'credits_issued', 'credits_spent', 'credits_expired', 'credits_adjusted', 'wallet', 'debt')
          or account ~ '^clearing_[a-z][a-z0-9_]*$'),
        add constraint entries_credit_accounts check ((unit = 'CREDIT') = (account in ('credits_issued', 'credits_spent',
          'credits_expired', 'credits_adjusted', 'wallet', 'debt')));
      create or replace function is_posting_kind(p_kind text) returns boolean
      language plpgsql immutable parallel safe as $$
      begin
        return p_kind in ('receipt', 'unapplied', 'grant', 'debt_payment', 'spend', 'refund', 'refund_reversal', 'expiry',
          'adjustment', 'dispute_withdrawn', 'dispute_reinstated', 'chargeback', 'chargeback_reversal', 'fee', 'payout',
          'correction');
      end $$;
      drop index lots_in_turn;
      delete from built_indexes where name in ('lots_in_turn', 'approvals_one_for_campaign');
      alter table lots drop column is_promotional;
    `);
  }
}
