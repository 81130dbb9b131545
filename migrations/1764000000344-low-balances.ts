import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Levels at which a balance is told to be low. Decided at the commit by a trigger, over the wallet as it is then, so that every
 * verb there is and will be is seen, and a dip inside one call is none. A wallet without levels, or above them, is asked two
 * columns and nothing else.
 */
export class LowBalances1764000000344 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table wallets
        add column low_watched boolean not null default false,
        -- The highest level that has not been told of since credits came in.
        add column low_at bigint;

      create table low_balances (
        user_id text collate "C" primary key,
        -- As they were set: {"credits": 100} or {"percent": 20}, of the last purchase.
        levels jsonb not null,
        quiet_seconds integer not null check (quiet_seconds between 0 and 604800),
        -- The same in credits, and 0; empty where nothing is watched.
        resolved bigint[] not null,
        -- How often it was told.
        episode integer not null default 0,
        -- The lowest level that it is at or below, and since when; null: above all of them.
        level bigint,
        since timestamptz,
        constraint low_balances_since check ((level is null) = (since is null))
      );

      create function resolved_low_levels(p_user_id text, p_levels jsonb) returns bigint[]
      language sql stable as $$
        select case p_levels when '[]' then '{}' else (
          select coalesce(array_agg(distinct level order by level) filter (where level is not null), '{}') from (
            select 0::bigint as level
            union all
            select coalesce((l ->> 'credits')::bigint, (
              select ceil((l ->> 'percent')::numeric * granted / 100)::bigint from public.lots
              where user_id = p_user_id and intent_id is not null order by id desc limit 1))
            from jsonb_array_elements(p_levels) l) x) end
      $$;

      create function tell_low_balance() returns trigger
      language plpgsql security definer set search_path = public, pg_temp as $$
      declare
        v_wallet wallets;
        v_low low_balances;
        v_available bigint;
        v_at bigint;
        v_now timestamptz := instant();
      begin
        -- As it is at the end of the transaction, whatever it was in between.
        select * into v_wallet from wallets where user_id = new.user_id;
        select * into v_low from low_balances where user_id = new.user_id;
        v_available := v_wallet.balance - v_wallet.held - v_wallet.frozen;
        v_at := v_wallet.low_at;
        -- Credits that come in arm again; a hold that ends does not, or one that comes and goes would tell each time.
        if new.balance > old.balance then
          v_low.resolved := resolved_low_levels(new.user_id, v_low.levels);
          v_at := (select max(l) from unnest(v_low.resolved) l where l < v_available or l = v_at);
          v_low.level := (select min(l) from unnest(v_low.resolved) l where l >= v_available);
          v_low.since := case when v_low.level is not null then coalesce(v_low.since, v_now) end;
        end if;
        while v_at is not null and v_available <= v_at loop
          v_low.episode := v_low.episode + 1;
          v_low.level := v_at;
          v_low.since := v_now;
          insert into events (subject, sequence, version, kind, actor, data, at, epoch)
          select 'low:' || new.user_id, v_low.episode, v_low.episode, 'balance_low', 'system',
            jsonb_build_object('userId', new.user_id, 'level', v_at, 'balance', v_wallet.balance, 'held', v_wallet.held,
              'frozen', v_wallet.frozen, 'owed', v_wallet.owed,
              -- One that hovers around a level is told of once in a while; that nothing is left always.
              'quiet', v_at > 0 and exists (select from events e where e.subject = 'low:' || new.user_id
                and (e.data ->> 'level')::bigint = v_at and e.data ->> 'quiet' = 'false'
                and e.at > v_now - make_interval(secs => v_low.quiet_seconds))),
            v_now, epoch from gateway;
          v_at := (select max(l) from unnest(v_low.resolved) l where l < v_at);
        end loop;
        update low_balances set resolved = v_low.resolved, episode = v_low.episode, level = v_low.level, since = v_low.since
        where user_id = new.user_id;
        update wallets set low_at = v_at where user_id = new.user_id and low_at is distinct from v_at;
        return null;
      end $$;
      create constraint trigger wallets_low after update on wallets deferrable initially deferred for each row
        when (new.low_watched and (new.balance > old.balance or new.balance - new.held - new.frozen <= new.low_at))
        execute function tell_low_balance();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger wallets_low on wallets;
      drop function tell_low_balance, resolved_low_levels;
      drop table low_balances;
      alter table wallets drop column low_watched, drop column low_at;
    `);
  }
}
