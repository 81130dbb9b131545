import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Every end of a hold looks for open disputes of its user; a large adjustment is asked for once under its key. */
export class DisputedLotsAndAskedOnce1764000000070 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index disputes_freezing on disputes (user_id) where status = 'open';
      -- What comes back leaves room for what was taken of the same lot otherwise.
      create index revoked_lots_lot on revoked_lots (lot_id);
      -- Of adjustments only: the key of a refund stands in idempotency_keys.
      alter table approvals
        add column user_id text collate "C",
        add column idempotency_key text collate "C",
        add constraint approvals_asked_once unique (user_id, idempotency_key);
      -- Where two were asked for at one instant the first one has always been the one that was found.
      update approvals a set user_id = f.user_id, idempotency_key = f.key
      from (select distinct on (1, 2) input ->> 'userId' as user_id, input ->> 'idempotencyKey' as key, id
            from approvals where action = 'adjust' order by 1, 2, created_at, id) f
      where a.id = f.id;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table approvals drop constraint approvals_asked_once, drop column idempotency_key, drop column user_id;
      drop index revoked_lots_lot; drop index disputes_freezing;
    `);
  }
}
