import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What refunds and disputes need beside their tables. */
export class MoneyBack1764000000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Credits become free and pay what is owed in two statements of one call: the rule must hold when the call commits.
    await runner.query('alter table wallets drop constraint if exists wallets_debt_first');
    await runner.query(`
      create function wallet_owes_first() returns trigger language plpgsql as $$
      begin
        if exists (select 1 from wallets where user_id = new.user_id and owed > 0 and balance > held + frozen) then
          raise exception 'wallet % owes credits beside free ones', new.user_id using errcode = '23514';
        end if;
        return null;
      end $$;
      create constraint trigger wallets_owe_first after insert or update on wallets
        deferrable initially deferred for each row when (new.owed > 0) execute function wallet_owes_first();
    `);
    await runner.query(`
      -- Of two readings of a dispute in flight the one that began last is believed.
      alter table disputes add column applied_read_number integer not null default 0;
      create index intent_payments_refunded on intent_payments (intent_id)
        where booked_as = 'bought' and amount_refunded_minor > 0;
      create index approvals_undecided on approvals (expires_at) where status in ('open', 'approved');
      create index disputes_payment on disputes (provider_payment_id, provider);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index disputes_payment; drop index approvals_undecided; drop index intent_payments_refunded;
      alter table disputes drop column applied_read_number;
      drop trigger wallets_owe_first on wallets; drop function wallet_owes_first;
      alter table wallets add constraint wallets_debt_first check (owed = 0 or balance = held + frozen);
    `);
  }
}
