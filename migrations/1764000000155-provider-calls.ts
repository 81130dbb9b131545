import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many calls each provider's account has left at this moment, and what a provider refused or left unanswered. */
export class ProviderCalls1764000000155 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Of the last seconds only: a crash may forget it.
      create unlogged table provider_calls (
        account text collate "C" not null,
        -- Empty: the account's calls in all.
        operation text collate "C" not null,
        -- Calls that may leave now; below zero, calls that have left on credit and those behind them wait.
        tokens double precision not null,
        at timestamptz not null,
        primary key (account, operation)
      ) with (fillfactor = 50);
      create table provider_troubles (
        provider text collate "C" not null check (provider in ('stripe', 'razorpay')),
        operation text collate "C" not null,
        kind text collate "C" not null check (kind in ('misconfigured', 'unknown')),
        -- The provider's own words where it had any.
        message text not null,
        first_at timestamptz not null default clock_timestamp(),
        last_at timestamptz not null default clock_timestamp(),
        primary key (provider, operation)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table provider_troubles; drop table provider_calls');
  }
}
