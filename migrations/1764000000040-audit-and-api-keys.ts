import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who did what as an operator, and the keys by which back ends call. */
export class AuditAndApiKeys1764000000040 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Append-only for the application's role, like the ledger: role.sql says so.
      create table audit_log (
        id bigint generated always as identity primary key,
        at timestamptz not null default clock_timestamp(),
        actor text collate "C" not null,
        role text collate "C" not null check (role in ('user', 'service', 'support', 'finance', 'admin')),
        -- The mutation's name.
        action text collate "C" not null,
        target_id text collate "C",
        reason text,
        diff jsonb
      );
      create index audit_log_actor on audit_log (actor, id);
      create index audit_log_target on audit_log (target_id, id);

      create table api_keys (
        id text collate "C" primary key,
        name text not null,
        role text collate "C" not null check (role in ('service', 'support', 'finance', 'admin')),
        -- The part of the key by which it is found; the key itself is nowhere, only its keyed hash.
        prefix text collate "C" not null unique,
        hash bytea not null,
        created_by text not null,
        created_at timestamptz not null default clock_timestamp(),
        last_used_at timestamptz,
        expires_at timestamptz,
        revoked_at timestamptz
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table api_keys; drop table audit_log');
  }
}
