import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who spends, where it is not the wallet's owner alone, and limits of what may be spent in a span of time. The wallet says whether
 * it has limits, so that a spend of one without any looks for none.
 */
export class SpendLimits1764000000400 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table wallets add column spend_limited boolean not null default false;
      alter table holds
        add column member_id text collate "C",
        add column api_key_id text collate "C";

      -- Of a spend that has one of the three: written once, with its posting.
      create table spenders (
        journal_id bigint primary key,
        user_id text collate "C" not null,
        member_id text collate "C",
        api_key_id text collate "C",
        -- When its hold was made, in whose window it counts; null: when it was posted.
        counted_at timestamptz
      );

      create table spend_limits (
        user_id text collate "C" not null,
        -- Whom it binds: wallet (everybody), member:<id> or key:<id>.
        subject text collate "C" not null,
        per text collate "C" not null check (per in ('day', 'week', 'month', 'total')),
        credits bigint not null check (credits between 0 and 9007199254740991),
        time_zone text not null,
        -- Its window, as of the last spend, and what counts in it.
        starts_at timestamptz not null,
        ends_at timestamptz not null check (ends_at > starts_at),
        spent bigint not null,
        held bigint not null,
        primary key (user_id, subject, per)
      ) with (fillfactor = 50);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table spend_limits, spenders;
      alter table holds drop column api_key_id, drop column member_id;
      alter table wallets drop column spend_limited;
    `);
  }
}
