import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An approval tells of itself like everything else, whoever changes it: the operators' feed carries it. */
export class ApprovalEvents1764000000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The row's own lock keeps two changes of one approval, and so their numbers, apart.
      create function tell_approval() returns trigger language plpgsql as $$
      begin
        insert into events (subject, sequence, kind, actor, from_status, to_status, data, epoch)
        select new.id, (select count(*) from events e where e.subject = new.id) + 1, 'approval_changed',
          coalesce(new.decided_by, case when tg_op = 'INSERT' then new.requested_by else 'system' end),
          case when tg_op = 'UPDATE' then old.status end, new.status,
          jsonb_build_object('summary', new.summary, 'status', new.status), g.epoch
        from gateway g;
        return null;
      end $$;
      create trigger approvals_opened after insert on approvals for each row execute function tell_approval();
      create trigger approvals_told after update on approvals for each row when (old.status <> new.status)
        execute function tell_approval();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger approvals_told on approvals; drop trigger approvals_opened on approvals;
      drop function tell_approval;
    `);
  }
}
