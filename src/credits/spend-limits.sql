-- What may be spent of a wallet in a span of time: limits of everybody, of a member, of an API key. All of it under the caller's
-- lock on the wallet; only where the wallet says that it has limits is there anything to look at.

-- Whom limits are for, of who spends.
create or replace function limit_subjects(p_member_id text, p_api_key_id text)
returns text[]
language sql immutable parallel safe
as $$
  select array_remove(array['wallet', 'member:' || p_member_id, 'key:' || p_api_key_id], null)
$$;

create type limit_window as (starts_at timestamptz, ends_at timestamptz);

-- The day, week (from Monday) or month of a zone that an instant is in. As the zone's own clocks have it: where they are moved, a
-- day has 23 or 25 hours.
create or replace function limit_window(p_per text, p_time_zone text, p_at timestamptz)
returns limit_window
language plpgsql stable
as $$
declare
  v_step interval;
  v_first timestamp;
  v_window limit_window;
begin
  if p_per = 'total' then
    return row(p_at, 'infinity')::limit_window;
  end if;
  v_step := ('1 ' || p_per)::interval;
  v_first := date_trunc(p_per, p_at at time zone p_time_zone);
  v_window := row(v_first at time zone p_time_zone, (v_first + v_step) at time zone p_time_zone);
  -- Where clocks go back over midnight it comes twice; the later one begins the day, and until then it is the day before.
  if v_window.starts_at > p_at then
    v_window := row((v_first - v_step) at time zone p_time_zone, v_window.starts_at);
  end if;
  return v_window;
end $$;

-- A limit as it is now: a window that is over is shown as the one that follows, in which nothing counts yet. `id` is what a key
-- keeps of it.
create or replace function limit_now(p_limit spend_limits, p_now timestamptz)
returns jsonb
language plpgsql stable
as $$
declare
  v_window limit_window;
begin
  if p_limit.ends_at <= p_now then
    v_window := limit_window(p_limit.per, p_limit.time_zone, p_now);
    p_limit.starts_at := v_window.starts_at;
    p_limit.ends_at := v_window.ends_at;
    p_limit.spent := 0;
    p_limit.held := 0;
  end if;
  return jsonb_build_object('id', p_limit.per || ':' || p_limit.subject, 'subject', p_limit.subject, 'per', p_limit.per,
    'credits', p_limit.credits::text, 'spent', p_limit.spent::text, 'held', p_limit.held::text,
    'timeZone', p_limit.time_zone, 'startsAt', p_limit.starts_at, 'resetsAt', nullif(p_limit.ends_at, 'infinity'));
end $$;

-- The limit that a kept refusal met, as it is now; null: it is not there any more.
create or replace function limit_kept(p_user_id text, p_id text, p_now timestamptz)
returns jsonb
language sql stable
as $$
  select limit_now(l, p_now) from spend_limits l
  where user_id = p_user_id and per = split_part(p_id, ':', 1) and subject = substr(p_id, strpos(p_id, ':') + 1)
$$;

-- What somebody is about to spend or to hold.
create type limit_count as (
  user_id text collate "C", member_id text collate "C", api_key_id text collate "C", spends bigint, holds bigint);

-- Counts it against every limit that binds who asks; or nothing, where one of them has not so much left. @returns the limit that has
-- not: of several, that which has the least left
create or replace function count_against_limits(p_count limit_count, p_now timestamptz)
returns jsonb
language plpgsql
as $$
declare
  v_met spend_limits;
begin
  -- Counted first and looked at after: one statement where it is within all of them.
  with counted as (
    update spend_limits set
      spent = case when ends_at > p_now then spent else 0 end + p_count.spends,
      held = case when ends_at > p_now then held else 0 end + p_count.holds,
      starts_at = case when ends_at > p_now then starts_at else (limit_window(per, time_zone, p_now)).starts_at end,
      ends_at = case when ends_at > p_now then ends_at else (limit_window(per, time_zone, p_now)).ends_at end
    where user_id = p_count.user_id and subject = any(limit_subjects(p_count.member_id, p_count.api_key_id))
    returning *
  )
  select * into v_met from counted where spent + held > credits order by credits - spent - held, ends_at desc limit 1;
  if v_met.user_id is null then
    return null;
  end if;
  perform recount_limits(p_count.user_id, p_count.member_id, p_count.api_key_id, p_now, -p_count.spends, -p_count.holds);
  v_met.spent := v_met.spent - p_count.spends;
  v_met.held := v_met.held - p_count.holds;
  return limit_now(v_met, p_now);
end $$;

-- Of a set, the users whose limits leave enough for all that it asks of them, whatever becomes of each: they need not be asked one
-- by one, and are counted together.
create or replace function users_within_limits(p_counts limit_count[], p_now timestamptz)
returns text[]
language plpgsql
as $$
begin
  return array(
    with asks as materialized (
      select user_id, s as subject, sum(spends + holds) as asked
      from unnest(p_counts) cross join lateral unnest(limit_subjects(member_id, api_key_id)) s group by user_id, s
    )
    select a.user_id
    from asks a
    left join (
      select user_id, subject, min(credits - case when ends_at > p_now then spent + held else 0 end) as remaining
      from spend_limits
      where user_id = any(array(select user_id from asks)) and subject = any(array(select subject from asks))
      group by user_id, subject) l
      on l.user_id = a.user_id and l.subject = a.subject
    group by a.user_id having bool_and(l.remaining is null or a.asked <= l.remaining));
end $$;

-- Counts what such users spend or hold. @returns how much of it there was
create or replace function count_together(p_counts limit_count[], p_now timestamptz)
returns integer
language plpgsql
as $$
begin
  if cardinality(p_counts) > 0 then
    with asks as materialized (
      select user_id, s as subject, sum(spends)::bigint as spends, sum(holds)::bigint as holds
      from unnest(p_counts) cross join lateral unnest(limit_subjects(member_id, api_key_id)) s group by user_id, s
    )
    update spend_limits l set
      spent = case when ends_at > p_now then spent else 0 end + c.spends,
      held = case when ends_at > p_now then held else 0 end + c.holds,
      starts_at = case when ends_at > p_now then starts_at else (limit_window(per, time_zone, p_now)).starts_at end,
      ends_at = case when ends_at > p_now then ends_at else (limit_window(per, time_zone, p_now)).ends_at end
    from asks c
    where l.user_id = c.user_id and l.subject = c.subject and l.user_id = any(array(select user_id from asks))
      and l.subject = any(array(select subject from asks));
  end if;
  return cardinality(p_counts);
end $$;

-- Moves what counts in the window in which it was counted, when a hold ends or a spend is given back: never refused, and of no
-- effect once that window is over. @param p_spent and p_held what is added
create or replace function recount_limits(
  p_user_id text, p_member_id text, p_api_key_id text, p_counted_at timestamptz, p_spent bigint, p_held bigint)
returns void
language plpgsql
as $$
begin
  update spend_limits set spent = spent + p_spent, held = held + p_held
  where user_id = p_user_id and subject = any(limit_subjects(p_member_id, p_api_key_id))
    and starts_at <= p_counted_at and p_counted_at < ends_at;
end $$;

-- @returns how many were noted
create or replace function note_spenders(p_spenders spenders[])
returns integer
language plpgsql
as $$
begin
  if cardinality(p_spenders) > 0 then
    insert into spenders (journal_id, user_id, member_id, api_key_id, counted_at)
    select journal_id, user_id, member_id, api_key_id, counted_at from unnest(p_spenders);
  end if;
  return cardinality(p_spenders);
end $$;

-- What counts in the window of a limit, from the journal and the holds: what `spent` and `held` are at any time.
create or replace function counted_of(p_limit spend_limits)
returns table (spent bigint, held bigint)
language sql stable
as $$
  select
    (select coalesce(sum(greatest(0,
        -e.amount - (select coalesce(sum(r.credits), 0) from spend_reversals r where r.spend_id = j.id))), 0)::bigint
     from journal j
     join entries e on e.journal_id = j.id and e.account = 'wallet'
     left join spenders s on s.journal_id = j.id
     where j.user_id = p_limit.user_id and j.kind = 'spend' and j.posted_at >= p_limit.starts_at
       and coalesce(s.counted_at, j.posted_at) >= p_limit.starts_at
       and coalesce(s.counted_at, j.posted_at) < p_limit.ends_at
       and p_limit.subject = any(limit_subjects(s.member_id, s.api_key_id))),
    (select coalesce(sum(h.held), 0)::bigint from holds h
     where h.user_id = p_limit.user_id and h.status = 'open' and h.created_at >= p_limit.starts_at
       and h.created_at < p_limit.ends_at and p_limit.subject = any(limit_subjects(h.member_id, h.api_key_id)));
$$;

-- Sets a limit, or with p_credits null takes it away. What was spent in its window before counts; in all (total) what is spent
-- from now on. It is a change of the wallet by nothing: what may be spent of it is another number then, and whoever follows the
-- balance is told. @param p_most so many a wallet may have. @returns set, or too_many
create or replace function set_spend_limit(
  p_user_id text, p_subject text, p_per text, p_credits bigint, p_time_zone text, p_most integer, p_actor text)
returns text
language plpgsql
as $$
declare
  v_users text[] := open_wallets(array[p_user_id], true);
  v_limit spend_limits;
  v_window limit_window := limit_window(p_per, p_time_zone, instant());
begin
  select * into v_limit from spend_limits where user_id = p_user_id and subject = p_subject and per = p_per;
  if p_credits is null then
    delete from spend_limits where user_id = p_user_id and subject = p_subject and per = p_per;
  elsif v_limit.time_zone = p_time_zone then
    update spend_limits set credits = p_credits where user_id = p_user_id and subject = p_subject and per = p_per;
  elsif v_limit.user_id is null and (select count(*) from spend_limits where user_id = p_user_id) >= p_most then
    return 'too_many';
  else
    v_limit := row(p_user_id, p_subject, p_per, p_credits, p_time_zone,
      case when p_per = 'total' then coalesce(v_limit.starts_at, v_window.starts_at) else v_window.starts_at end,
      v_window.ends_at, 0, 0);
    insert into spend_limits as l (user_id, subject, per, credits, time_zone, starts_at, ends_at, spent, held)
    select v_limit.user_id, v_limit.subject, v_limit.per, v_limit.credits, v_limit.time_zone, v_limit.starts_at,
      v_limit.ends_at, c.spent, c.held from counted_of(v_limit) c
    on conflict (user_id, subject, per) do update set credits = excluded.credits, time_zone = excluded.time_zone,
      starts_at = excluded.starts_at, ends_at = excluded.ends_at, spent = excluded.spent, held = excluded.held;
  end if;
  perform limit_wallet(p_user_id, exists (select from spend_limits where user_id = p_user_id));
  perform move_wallet(p_user_id, 0, 0, 0, 0, 0, p_actor, null, null);
  return 'set';
end $$;
