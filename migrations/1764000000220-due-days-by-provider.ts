import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A day that is due for a provider names a row of the table of providers, as every other table does, where the check had a list
 * of its own. Work that is about no provider has the empty name, which is no row: what is referenced is made from the name.
 */
export class DueDaysByProvider1764000000220 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // A row per day and kind of work: the scan of a new constraint holds nobody up.
    await runner.query(`
      alter table due_days
        add column of_provider text collate "C" generated always as (nullif(provider, '')) stored
          constraint due_days_of_provider_fkey references providers (name),
        drop constraint due_days_provider,
        add constraint due_days_provider check ((work = 'reconciliation') = (provider <> ''));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table due_days drop column of_provider, drop constraint due_days_provider,
        add constraint due_days_provider check (
          case work when 'reconciliation' then provider in ('stripe', 'razorpay') else provider = '' end);
    `);
  }
}
