import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A break tells of itself like an approval, whoever changes it: an open dialog hears what another operator, or a run, did. */
export class BreakEvents1764000000196 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The row's own lock keeps two changes of one break, and so their numbers, apart. The note is a person's and stays there.
      create function tell_break() returns trigger language plpgsql as $$
      declare
        v_subject constant text := 'brk_' || new.id;
        v_was text;
      begin
        if tg_op = 'UPDATE' then
          v_was := old.status;
        end if;
        insert into events (subject, sequence, kind, actor, from_status, to_status, data, epoch)
        select v_subject, (select count(*) from events e where e.subject = v_subject) + 1,
          case when tg_op = 'INSERT' or (new.status = 'open' and v_was <> 'open') then 'break_opened'
            when new.status <> 'open' and new.status <> v_was then 'break_resolved' else 'break_changed' end,
          coalesce(new.resolved_by, 'system'), v_was, new.status,
          jsonb_build_object('break', new.kind, 'subject', new.subject, 'status', new.status, 'fix', new.fix), g.epoch
        from gateway g;
        return null;
      end $$;
      create trigger breaks_opened after insert on breaks for each row execute function tell_break();
      create trigger breaks_told after update on breaks for each row
        when ((old.status, old.kind, old.fix, old.ours_minor, old.ours_currency, old.theirs_minor, old.theirs_currency)
          is distinct from
          (new.status, new.kind, new.fix, new.ours_minor, new.ours_currency, new.theirs_minor, new.theirs_currency))
        execute function tell_break();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger breaks_told on breaks; drop trigger breaks_opened on breaks;
      drop function tell_break;
    `);
  }
}
