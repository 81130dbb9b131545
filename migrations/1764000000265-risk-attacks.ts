import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Attacks on the shop as a whole: what is usual of a minute, and when it was left. */
export class RiskAttacks1764000000265 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- What a set of payments, or of purchases that were stopped, came to. Only ever added, so that nobody who pays waits for
      -- another; the watch takes the rows away and adds them to their minute.
      create table risk_tallies (
        id bigint generated always as identity primary key,
        at timestamptz not null default instant(),
        tries integer not null default 0,
        declines integer not null default 0,
        -- Declines of cards that had not been seen before.
        new_cards integer not null default 0,
        -- Purchases that were blocked, or kept until a captcha is solved.
        stopped integer not null default 0
      );
      create table risk_minutes (
        minute timestamptz primary key,
        tries bigint not null,
        declines bigint not null,
        new_cards bigint not null,
        stopped bigint not null
      );

      create table risk_attacks (
        id bigint generated always as identity primary key,
        started_at timestamptz not null,
        -- Null: it goes on.
        ended_at timestamptz check (ended_at >= started_at),
        -- Since when it has been as quiet as usual; null: it is not.
        quiet_at timestamptz,
        -- What left its band, how many were seen of it in five minutes, and the most that would have been usual.
        sign text collate "C" not null check (sign in ('declines', 'new_cards')),
        seen bigint not null,
        usual_most integer not null
      );
      create unique index risk_attacks_open on risk_attacks ((true)) where ended_at is null;

      create function tell_attack() returns trigger language plpgsql as $$
      begin
        insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
        select 'atk_' || new.id, n, n, case n when 1 then 'attack_started' else 'attack_ended' end, 'system',
          case n when 2 then 'open' end, case n when 1 then 'open' else 'ended' end,
          jsonb_build_object('sign', new.sign, 'seen', new.seen, 'usualMost', new.usual_most, 'startedAt', new.started_at,
            'endedAt', new.ended_at),
          coalesce(new.ended_at, new.started_at), g.epoch
        from gateway g, (select case when new.ended_at is null then 1 else 2 end as n) s;
        return null;
      end $$;
      create trigger attacks_started after insert on risk_attacks for each row execute function tell_attack();
      create trigger attacks_ended after update on risk_attacks for each row
        when (old.ended_at is null and new.ended_at is not null) execute function tell_attack();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table risk_attacks, risk_minutes, risk_tallies;
      drop function tell_attack;
    `);
  }
}
