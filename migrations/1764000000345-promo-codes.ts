import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Codes that users redeem for what a campaign gives, each once a user and so often in all, and what guessing them costs. */
export class PromoCodes1764000000345 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table promo_codes (
        code text collate "C" primary key check (code ~ '^[A-Z0-9-]{10,40}$'),
        campaign text collate "C" not null,
        credits bigint not null check (credits between 1 and 9007199254740991),
        total_limit integer check (total_limit > 0),
        redeemed integer not null default 0,
        starts_at timestamptz,
        ends_at timestamptz,
        created_by text collate "C" not null,
        created_at timestamptz not null,
        constraint promo_codes_limit check (redeemed between 0 and coalesce(total_limit, 2147483647)),
        constraint promo_codes_span check (starts_at < ends_at)
      );
      create table promo_redemptions (
        code text collate "C" not null,
        user_id text collate "C" not null,
        grant_id text collate "C" not null unique,
        primary key (code, user_id)
      );
      -- Tries that found nothing, by who tried and the hour.
      create table promo_tries (
        who text collate "C" not null,
        hour timestamptz not null,
        tries integer not null,
        primary key (who, hour)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table promo_tries; drop table promo_redemptions; drop table promo_codes');
  }
}
