import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Credits set aside before the work is done, and from which lots. Time alone ends a hold. */
export class Holds1764000000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table holds (
        id text collate "C" primary key,
        user_id text collate "C" not null,
        credits integer not null check (credits > 0),
        -- Less than at first when a refund or a dispute took from it.
        held integer not null,
        settled_credits integer check (settled_credits >= 0),
        status text collate "C" not null default 'open' check (status in ('open', 'settled', 'released', 'expired')),
        reason text not null,
        created_by text not null,
        -- A user never ends a hold that another kind of caller made.
        created_by_role text not null check (created_by_role in ('user', 'service', 'support')),
        expires_at timestamptz not null,
        created_at timestamptz not null,
        ended_at timestamptz,
        constraint holds_held check (held between 0 and credits and (status = 'open' or held = 0)),
        constraint holds_ended check ((status = 'open') = (ended_at is null)),
        constraint holds_settled check ((status = 'settled') = (settled_credits is not null)),
        -- At most 24 hours: longer is a purchase, not a hold.
        constraint holds_short check (expires_at <= created_at + interval '24 hours')
      ) with (fillfactor = 85);
      create index holds_open on holds (user_id, id) where status = 'open';
      create index holds_due on holds (expires_at) where status = 'open';
      create index holds_newest on holds (user_id, created_at desc, id desc);
      create table hold_lots (
        hold_id text collate "C" not null,
        lot_id bigint not null,
        credits integer not null check (credits > 0),
        primary key (hold_id, lot_id)
      );
      create index hold_lots_lot on hold_lots (lot_id);
      create index lots_due on lots (expires_at) where remaining > 0 and expires_at is not null;
      alter table idempotency_keys drop constraint idempotency_keys_operation_check;
      alter table idempotency_keys add constraint idempotency_keys_operation_check
        check (operation in ('spend', 'hold', 'settle_hold', 'adjust', 'refund'));
      -- What a key made that is no posting: a hold, a refund, an approval.
      alter table idempotency_keys add column result_id text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table idempotency_keys drop column result_id;
      alter table idempotency_keys drop constraint idempotency_keys_operation_check;
      alter table idempotency_keys add constraint idempotency_keys_operation_check check (operation in ('spend'));
      drop index lots_due; drop table hold_lots; drop table holds;
    `);
  }
}
