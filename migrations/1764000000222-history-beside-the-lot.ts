import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The ledger's function that changes lots writes their history beside them, by the statement that says which postings took from
 * them, and says so by a setting of its own. For whoever else changes a lot, such as an earlier version, a trigger keeps it
 * still: one for each lot, which costs nothing where only what is set aside in a lot changes. The trigger for a set kept two
 * copies of all its lots and compared them, for holds too, which never had anything to keep.
 */
export class HistoryBesideTheLot1764000000222 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger lots_kept on lots;
      create trigger lots_kept after update of remaining on lots for each row
        when (new.remaining <> old.remaining and current_setting('credits_gateway.keeps_history', true) is distinct from 'yes')
        execute function keep_lot_history();
      drop function keep_lot_histories;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger lots_kept on lots;
      create function keep_lot_histories() returns trigger language plpgsql as $$
      begin
        insert into lot_history (lot_id, at, remaining)
        select n.id, (select instant()), n.remaining
        from now_there n join was_there w on w.id = n.id where w.remaining <> n.remaining;
        return null;
      end $$;
      create trigger lots_kept after update on lots referencing old table as was_there new table as now_there
        for each statement execute function keep_lot_histories();
    `);
  }
}
