import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A spend changes a lot in place. What an index names, its condition too, must not change with every spend, or PostgreSQL
 * writes the lot anew into all of its indexes: they ask whether a lot is used up, which becomes true once, in the place of what
 * remains, and a page keeps room for the next versions of its rows. And what became of lots is kept by one statement for all
 * that a verb changed, no longer by one for each lot.
 */
export class LotsInPlace1764000000205 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table lots add column used_up boolean not null default false;
      -- Rows of both are changed far more often than they come; a row is some 150 bytes, a page 8 kB.
      alter table lots set (fillfactor = 75);
      alter table wallets set (fillfactor = 75);

      -- The ledger's functions say it themselves; a version from before does not know the column.
      create function note_used_up() returns trigger language plpgsql as $$
      begin
        update lots set used_up = remaining = 0 where id = new.id;
        return null;
      end $$;
      create trigger lots_used_up after insert or update on lots
        for each row when (new.used_up <> (new.remaining = 0)) execute function note_used_up();

      create function keep_lot_histories() returns trigger language plpgsql as $$
      begin
        insert into lot_history (lot_id, at, remaining)
        select n.id, (select instant()), n.remaining
        from now_there n join was_there w on w.id = n.id where w.remaining <> n.remaining;
        return null;
      end $$;
      drop trigger lots_kept on lots;
      create trigger lots_kept after update on lots referencing old table as was_there new table as now_there
        for each statement execute function keep_lot_histories();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger lots_kept on lots;
      create trigger lots_kept after update of remaining on lots
        for each row when (new.remaining <> old.remaining) execute function keep_lot_history();
      drop function keep_lot_histories;
      drop trigger lots_used_up on lots;
      drop function note_used_up;
      alter table wallets reset (fillfactor);
      alter table lots reset (fillfactor);
      alter table lots drop column used_up;
    `);
  }
}
