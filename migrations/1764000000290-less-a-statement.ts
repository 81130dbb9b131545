import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a statement on the ledger cost for nothing. No line is of nothing, so that a posting of one line is out of balance: that
 * there are two needs no look of its own. An update that names neither what remains of a lot nor that it is used up, as a hold's,
 * is not asked whether they agree. What holds set aside is looked for by the hold, never by the lot.
 */
export class LessAStatement1764000000290 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function entries_balanced() returns trigger language plpgsql as $$
      begin
        if exists (select 1 from fresh group by journal_id, unit having sum(amount) <> 0) then
          raise exception 'a posting does not balance' using errcode = '23514';
        end if;
        return null;
      end $$;
      drop trigger lots_used_up on lots;
      create trigger lots_used_up after insert or update of remaining, used_up on lots for each row
        when (new.used_up <> (new.remaining = 0)) execute function note_used_up();
      drop index hold_lots_lot;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index hold_lots_lot on hold_lots (lot_id);
      drop trigger lots_used_up on lots;
      create trigger lots_used_up after insert or update on lots for each row
        when (new.used_up <> (new.remaining = 0)) execute function note_used_up();
      create or replace function entries_balanced() returns trigger language plpgsql as $$
      begin
        if exists (select 1 from fresh group by journal_id, unit having sum(amount) <> 0)
          or exists (select 1 from fresh group by journal_id having count(*) < 2) then
          raise exception 'a posting does not balance' using errcode = '23514';
        end if;
        return null;
      end $$;
    `);
  }
}
