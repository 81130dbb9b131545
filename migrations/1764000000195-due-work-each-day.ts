import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The daily ledger check and the sweep of exports are due by a row per day as well, so that no day of theirs is skipped. */
export class DueWorkEachDay1764000000195 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table due_days drop constraint due_days_provider_check, drop constraint due_days_pkey;
      -- The provider is empty for what is about none.
      alter table due_days add column work text collate "C" not null default 'reconciliation',
        add constraint due_days_work check (work in ('reconciliation', 'ledger_check', 'export_sweep')),
        add constraint due_days_provider check (
          case work when 'reconciliation' then provider in ('stripe', 'razorpay') else provider = '' end),
        add primary key (work, provider, day);
      drop index due_days_open;
      create index due_days_open on due_days (work, provider, day) where done_by is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      delete from due_days where work <> 'reconciliation';
      alter table due_days drop constraint due_days_pkey, drop constraint due_days_provider, drop column work,
        add constraint due_days_provider_check check (provider in ('stripe', 'razorpay')), add primary key (provider, day);
      create index due_days_open on due_days (provider, day) where done_by is null;
    `);
  }
}
