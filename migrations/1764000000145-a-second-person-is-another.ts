import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What one person moves by hand is counted over his calls and keys; what a key asks is asked by who made it. */
export class ASecondPersonIsAnother1764000000145 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What was moved by one person alone. Append-only for the application's role: role.sql says so.
      create table moved_by_hand (
        id bigint generated always as identity primary key,
        person text collate "C" not null,
        -- Whose money or credits; of a break without an intent the break.
        about text collate "C" not null,
        -- CREDIT, or a currency in its minor units.
        unit text collate "C" not null,
        amount bigint not null check (amount > 0),
        -- The id of a refund or of a break, or the reference of an adjustment's posting.
        reference text not null,
        at timestamptz not null default clock_timestamp()
      );
      create index moved_by_hand_lately on moved_by_hand (person, unit, at);
      -- What was moved before counts too: a new version is no new day.
      insert into moved_by_hand (person, about, unit, amount, reference, at)
      select coalesce(k.created_by, r.requested_by), i.user_id, r.currency, r.amount_minor, r.id, r.created_at
      from refunds r join intents i on i.id = r.intent_id
      left join lateral (select created_by from api_keys where 'key:' || name = r.requested_by limit 1) k on true
      where r.approved_by is null and r.requested_by is not null and r.requested_by not in ('policy', 'provider')
        and r.created_at > clock_timestamp() - interval '24 hours' and r.amount_minor > 0;
      insert into moved_by_hand (person, about, unit, amount, reference, at)
      select coalesce(k.created_by, j.actor), j.user_id, 'CREDIT', abs(e.amount), j.reference, j.posted_at
      from journal j join entries e on e.journal_id = j.id and e.account = 'credits_adjusted'
      left join lateral (select created_by from api_keys where 'key:' || name = j.actor limit 1) k on true
      where j.kind = 'adjustment' and j.approved_by is null and j.posted_at > clock_timestamp() - interval '24 hours';

      -- By which key it was asked; requested_by is who made that key.
      alter table approvals add column api_key_id text collate "C" references api_keys (id);
      alter table approvals drop constraint approvals_action_check;
      alter table approvals add constraint approvals_action_check
        check (action in ('refund', 'adjust', 'resolve_break', 'save_package'));
      create unique index approvals_one_for_package on approvals ((input ->> 'id'))
        where action = 'save_package' and status in ('open', 'approved');

      -- Which key a name meant is known where there was one of it. What nobody can say is asked again.
      update approvals a set requested_by = f.made_by, api_key_id = f.key_id
      from (select a.id, min(k.created_by) as made_by, min(k.id) as key_id
            from approvals a join api_keys k on 'key:' || k.name = a.requested_by and k.created_at <= a.created_at
              and coalesce(k.revoked_at, 'infinity') > a.created_at
            where a.status = 'open' group by a.id having count(*) = 1) f
      where f.id = a.id;
      update approvals set status = 'expired', note = 'The key that asked for it was revoked, or is one of several.'
      where status = 'open' and (requested_by like 'key:%'
        or exists (select 1 from api_keys k where k.id = approvals.api_key_id and k.revoked_at is not null));

      create function end_what_a_key_asked() returns trigger language plpgsql as $$
      begin
        update approvals set status = 'expired', note = 'The key that asked for it was revoked.'
        where api_key_id = new.id and status = 'open';
        return null;
      end $$;
      create trigger api_keys_revoked after update on api_keys for each row
        when (old.revoked_at is null and new.revoked_at is not null) execute function end_what_a_key_asked();
      -- One that was asked for while its key was being revoked.
      create function refuse_what_a_dead_key_asked() returns trigger language plpgsql as $$
      begin
        if exists (select 1 from api_keys where id = new.api_key_id and revoked_at is not null) then
          raise exception 'approval %: the key that asked for it was revoked', new.id using errcode = '23514';
        end if;
        return new;
      end $$;
      create trigger approvals_of_a_living_key before update on approvals for each row
        when (old.status = 'open' and new.status = 'approved') execute function refuse_what_a_dead_key_asked();

      drop function if exists adjust_credits(
        text[], integer[], timestamptz[], text[], text[], text[], text[], text[], boolean);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger approvals_of_a_living_key on approvals; drop function refuse_what_a_dead_key_asked;
      drop trigger api_keys_revoked on api_keys; drop function end_what_a_key_asked;
      drop index approvals_one_for_package;
      delete from approvals where action = 'save_package';
      alter table approvals drop constraint approvals_action_check;
      alter table approvals add constraint approvals_action_check check (action in ('refund', 'adjust', 'resolve_break'));
      alter table approvals drop column api_key_id;
      drop table moved_by_hand;
    `);
  }
}
