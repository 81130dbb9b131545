import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a lot held after each change, so that a past balance can say where it came from; the count of a hold's changes,
 * by which deliveries about it are ordered; and who agreed to a posting that needed a second person.
 */
export class LotHistory1764000000023 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table lot_history (
        id bigint generated always as identity primary key,
        lot_id bigint not null,
        at timestamptz not null,
        remaining integer not null check (remaining >= 0)
      );
      create index lot_history_lot on lot_history (lot_id, id);
      -- Also for lots with nothing left, which no other index knows by their user.
      create index lots_user on lots (user_id, id);
      insert into lot_history (lot_id, at, remaining)
      select id, clock_timestamp(), remaining from lots where remaining <> granted order by id;

      -- By a trigger, so that no verb can forget it.
      create function keep_lot_history() returns trigger language plpgsql as $$
      begin
        insert into lot_history (lot_id, at, remaining)
        values (new.id, case tg_op when 'INSERT' then new.created_at else clock_timestamp() end, new.remaining);
        return null;
      end $$;
      create trigger lots_kept_at_first after insert on lots
        for each row when (new.remaining <> new.granted) execute function keep_lot_history();
      create trigger lots_kept after update of remaining on lots
        for each row when (new.remaining <> old.remaining) execute function keep_lot_history();

      alter table holds add column version integer not null default 1;
      alter table journal add column approved_by text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table journal drop column approved_by;
      alter table holds drop column version;
      drop trigger lots_kept on lots; drop trigger lots_kept_at_first on lots; drop function keep_lot_history;
      drop index lots_user; drop table lot_history;
    `);
  }
}
