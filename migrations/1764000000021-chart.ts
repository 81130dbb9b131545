import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The whole chart of accounts and every kind of posting. See docs/ledger.md, where each is shown in numbers. */
export class Chart1764000000021 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table journal drop constraint journal_kind_check;
      alter table journal add constraint journal_kind_check check (kind in ('receipt', 'unapplied', 'grant',
        'debt_payment', 'spend', 'refund', 'refund_reversal', 'expiry', 'adjustment', 'dispute_withdrawn',
        'dispute_reinstated', 'chargeback', 'chargeback_reversal', 'fee', 'payout', 'correction'));
      alter table journal add column reversal_of bigint;
      alter table entries drop constraint entries_account_check, drop constraint entries_owner,
        drop constraint entries_credit_accounts;
      alter table entries add constraint entries_account_check check (account in ('clearing_stripe',
        'clearing_razorpay', 'bank', 'deferred_revenue', 'revenue', 'breakage', 'refunds', 'chargebacks', 'fees',
        'unapplied', 'adjustments', 'credits_issued', 'credits_spent', 'credits_expired', 'credits_adjusted', 'wallet',
        'debt'));
      alter table entries add constraint entries_owner check ((account in ('wallet', 'debt')) = (user_id is not null));
      alter table entries add constraint entries_credit_accounts check ((unit = 'CREDIT') =
        (account in ('credits_issued', 'credits_spent', 'credits_expired', 'credits_adjusted', 'wallet', 'debt')));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table entries drop constraint entries_account_check, drop constraint entries_credit_accounts;
      alter table entries add constraint entries_account_check check (account in ('clearing_stripe',
        'clearing_razorpay', 'deferred_revenue', 'revenue', 'refunds', 'unapplied', 'credits_issued', 'credits_spent',
        'wallet', 'debt'));
      alter table entries add constraint entries_credit_accounts check
        ((unit = 'CREDIT') = (account in ('credits_issued', 'credits_spent', 'wallet', 'debt')));
      alter table journal drop column reversal_of;
      alter table journal drop constraint journal_kind_check;
      alter table journal add constraint journal_kind_check
        check (kind in ('receipt', 'unapplied', 'grant', 'debt_payment', 'spend', 'refund'));
    `);
  }
}
