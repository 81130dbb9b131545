import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who is blocked and who is let through, whatever the rules say: users, devices, cards, addresses, domains, countries. */
export class RiskLists1764000000260 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table risk_lists (
        id text collate "C" primary key,
        list text collate "C" not null check (list in ('block', 'allow')),
        kind text collate "C" not null
          check (kind in ('user', 'device', 'card', 'address', 'email_domain', 'country')),
        -- As it is looked for: domains in small letters, countries in capitals, ranges by their first address.
        value text collate "C" not null check (length(value) between 1 and 255),
        -- What an address is looked up by.
        range cidr check (range is not distinct from case when kind = 'address' then value::cidr end),
        reason text not null,
        expires_at timestamptz,
        created_by text collate "C" not null,
        created_at timestamptz not null default instant(),
        -- Set when somebody took it off, or put it on again after its end. It stays, so that the audit log names something.
        removed_at timestamptz,
        removed_by text collate "C",
        check ((removed_at is null) = (removed_by is null))
      );
      create unique index risk_lists_live on risk_lists (kind, value, list) where removed_at is null;
      create index risk_lists_ranges on risk_lists using gist (range inet_ops)
        where kind = 'address' and removed_at is null;
      create index risk_lists_newest on risk_lists (list, created_at, id) where removed_at is null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table risk_lists');
  }
}
