import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The accounts that are no provider's. */
const ACCOUNTS = `'bank', 'deferred_revenue', 'revenue', 'breakage', 'refunds', 'chargebacks', 'fees', 'unapplied',
  'adjustments', 'credits_issued', 'credits_spent', 'credits_expired', 'credits_adjusted', 'wallet', 'debt'`;

/**
 * Which providers there are is a row each, where every table had a list of its own. What is there already is checked by the
 * next migration, which holds nobody up.
 */
export class Providers1764000000190 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- A process that starts adds those that it knows; none is ever taken away, because rows of the others name it.
      create table providers (name text collate "C" primary key check (name ~ '^[a-z][a-z0-9_]{0,39}$'));
      insert into providers (name) values ('stripe'), ('razorpay');

      do $$
      declare v_list record;
      begin
        for v_list in
          select c.conrelid::regclass as of_table, c.conname from pg_constraint c
          where c.contype = 'c' and c.connamespace = 'public'::regnamespace
            -- Its list is changed by a migration that has landed.
            and c.conrelid <> 'due_days'::regclass
            and pg_get_constraintdef(c.oid) ~ '^CHECK \\(\\(provider = ANY \\(ARRAY\\[''stripe''::text, ''razorpay''::text\\]\\)\\)\\)'
          order by 1
        loop
          execute format('alter table %s drop constraint %I', v_list.of_table, v_list.conname);
          execute format('alter table %s add constraint %I foreign key (provider) references providers (name) not valid',
            v_list.of_table, replace(v_list.of_table::text, '"', '') || '_provider_fkey');
        end loop;
      end $$;

      -- A key of another table would make every posting lock the one row of its account; which provider it is was checked
      -- where the payment came in.
      alter table entries drop constraint entries_account_check;
      alter table entries add constraint entries_account_check
        check (account in (${ACCOUNTS}) or account ~ '^clearing_[a-z][a-z0-9_]*$') not valid;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$
      declare v_key record;
      begin
        for v_key in
          select c.conrelid::regclass as of_table, c.conname from pg_constraint c
          where c.contype = 'f' and c.confrelid = 'providers'::regclass order by 1
        loop
          execute format('alter table %s drop constraint %I', v_key.of_table, v_key.conname);
          execute format('alter table %s add constraint %I check (provider in (''stripe'', ''razorpay''))',
            v_key.of_table, replace(v_key.of_table::text, '"', '') || '_provider_check');
        end loop;
      end $$;
      alter table entries drop constraint entries_account_check;
      alter table entries add constraint entries_account_check
        check (account in ('clearing_stripe', 'clearing_razorpay', ${ACCOUNTS}));
      drop table providers;
    `);
  }
}
