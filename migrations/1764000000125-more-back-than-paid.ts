import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A break for a payment of which more has gone back than came: by a refund, and by a dispute over the same money. */
export class MoreBackThanPaid1764000000125 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table breaks drop constraint breaks_kind_check;
      alter table breaks add constraint breaks_kind_check check (kind in ('missing_here', 'missing_at_provider',
        'amount_mismatch', 'status_mismatch', 'currency_mismatch', 'duplicate', 'credits_not_granted', 'unapplied',
        'unknown_payment', 'fee_mismatch', 'payout_mismatch', 'more_back_than_paid'));
      -- Nobody was told of those of before.
      insert into breaks (subject, kind, provider, provider_entry_id, intent_id, ours_minor, ours_currency, theirs_minor,
        theirs_currency)
      select 'payment', 'more_back_than_paid', p.provider, p.provider_payment_id, p.intent_id, p.amount_minor, p.currency,
        p.amount_refunded_minor + d.minor, p.currency
      from intent_payments p
      join (select provider_payment_id, provider, currency, sum(withdrawn_minor)::bigint as minor from disputes
        group by provider_payment_id, provider, currency) d
        on d.provider_payment_id = p.provider_payment_id and d.provider = p.provider and d.currency = p.currency
      where p.amount_refunded_minor + d.minor > p.amount_minor;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from run_breaks where break_id in (select id from breaks where kind = 'more_back_than_paid');
      delete from breaks where kind = 'more_back_than_paid';
      alter table breaks drop constraint breaks_kind_check;
      alter table breaks add constraint breaks_kind_check check (kind in ('missing_here', 'missing_at_provider',
        'amount_mismatch', 'status_mismatch', 'currency_mismatch', 'duplicate', 'credits_not_granted', 'unapplied',
        'unknown_payment', 'fee_mismatch', 'payout_mismatch'));
    `);
  }
}
