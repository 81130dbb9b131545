-- What is counted of users, devices, addresses, countries and prices: marks within sliding windows, at most 64 each. A counter
-- changes only under its lock, and locks are taken in the order of the subjects.

-- How much was marked after an instant. Windows of a list whose first mark is a floor at -infinity.
create or replace function marks_since(p_at timestamptz[], p_n bigint[], p_since timestamptz)
returns bigint
language sql immutable parallel safe as $$
  select coalesce(p_n[cardinality(p_n)] - p_n[width_bucket(p_since, p_at)], 0);
$$;

-- How many others were seen with a subject after an instant.
create or replace function seen_since(p_seen_at timestamptz[], p_since timestamptz)
returns integer
language sql immutable parallel safe as $$
  select coalesce(cardinality(p_seen_at) - width_bucket(p_since, p_seen_at), 0);
$$;

-- Who or what was seen with a subject, each once, the one seen last at the end.
create type risk_seen as (ids bigint[], at timestamptz[]);

-- The list after some were seen now. @returns the 64 that were seen last, of a week
create or replace function see(p_ids bigint[], p_at timestamptz[], p_now bigint[], p_instant timestamptz)
returns risk_seen
language plpgsql immutable
as $$
declare
  v_id bigint;
  v_place integer;
  v_from integer;
begin
  p_ids := coalesce(p_ids, '{}');
  p_at := coalesce(p_at, '{}');
  -- A clock that went back: what was seen later than now was seen now.
  if p_at[cardinality(p_at)] > p_instant then
    p_at := array(select least(at, p_instant) from unnest(p_at) at);
  end if;
  foreach v_id in array p_now loop
    v_place := array_position(p_ids, v_id);
    if v_place is not null then
      p_ids := p_ids[:v_place - 1] || p_ids[v_place + 1:];
      p_at := p_at[:v_place - 1] || p_at[v_place + 1:];
    end if;
    p_ids := p_ids || v_id;
    p_at := p_at || p_instant;
  end loop;
  v_from := greatest(width_bucket(p_instant - interval '7 days', p_at), cardinality(p_at) - 64) + 1;
  return row(p_ids[v_from:], p_at[v_from:])::risk_seen;
end $$;

-- The users that a set brings with a subject, after one more of it.
create or replace function seen_here(p_seen risk_seen, p_user bigint, p_now timestamptz)
returns risk_seen
language sql immutable parallel safe as $$
  select case when p_seen.ids is null then row(array[p_user], array[p_now])::risk_seen
    when p_user = any(p_seen.ids) then p_seen
    else row(p_seen.ids || p_user, p_seen.at || p_now)::risk_seen end;
$$;

-- Of whom and what purchases are counted, five of each in the order of their names ("C"); null: unknown. A price and a country are
-- everybody's.
create or replace function subjects_of(p_asks risk_ask[])
returns text[]
language plpgsql immutable
as $$
declare
  v_ask risk_ask;
  v_subjects text[] := '{}';
begin
  foreach v_ask in array p_asks loop
    v_subjects := v_subjects || ('address:' || address_prefix(v_ask.address));
    v_subjects := v_subjects || ('amount:' || v_ask.currency || ':' || v_ask.amount_minor);
    v_subjects := v_subjects || ('country:' || v_ask.country);
    v_subjects := v_subjects || ('device:' || v_ask.device);
    v_subjects := v_subjects || ('user:' || v_ask.user_id);
  end loop;
  return v_subjects;
end $$;

-- The names of subjects, each once, as they are locked. @param p_is_set whether they are of more than one ask
create or replace function names_of(p_subjects text[], p_is_set boolean)
returns text[]
language plpgsql immutable
as $$
begin
  if p_is_set then
    return array(select distinct s collate "C" from unnest(p_subjects) s where s is not null order by 1);
  end if;
  return array_remove(p_subjects, null);
end $$;

-- Locks what is there of the counters, in their order. One that is not there yet has no lock: whoever writes it sees whether
-- somebody else made it meanwhile.
create or replace function lock_counters(p_subjects text[])
returns risk_counters[]
language plpgsql
as $$
begin
  return array(
    select c from (select * from risk_counters where subject = any(p_subjects) order by subject for no key update) c);
end $$;

-- Marks of purchases.
create type risk_attempts as (at timestamptz[], n bigint[], credits bigint[]);

-- A list after more purchases now, in one mark. @param p_is_broad of what many share: a mark a minute is enough
create or replace function attempts_after(
  p_at timestamptz[], p_n bigint[], p_credits bigint[], p_more bigint, p_more_credits bigint, p_is_broad boolean,
  p_now timestamptz)
returns risk_attempts
language plpgsql immutable
as $$
declare
  v_size integer := cardinality(p_at);
  v_floor integer;
begin
  if p_at is null then
    return row(array['-infinity', p_now], array[0, p_more], array[0, p_more_credits])::risk_attempts;
  end if;
  -- A clock that went back: what was marked later than now happened now at the latest.
  if p_at[v_size] > p_now then
    p_at := array(select least(at, p_now) from unnest(p_at) at);
  end if;
  if p_is_broad and p_at[v_size] > p_now - interval '1 minute' then
    p_n[v_size] := p_n[v_size] + p_more;
    p_credits[v_size] := p_credits[v_size] + p_more_credits;
    return row(p_at, p_n, p_credits)::risk_attempts;
  end if;
  v_floor := greatest(width_bucket(p_now - interval '1 day', p_at), v_size - 63);
  return row('-infinity'::timestamptz || p_at[v_floor + 1:] || p_now, p_n[v_floor:] || p_n[v_size] + p_more,
    p_credits[v_floor:] || p_credits[v_size] + p_more_credits)::risk_attempts;
end $$;

-- A counter after purchases that are made. @param p_n how many, p_credits their credits, p_users by whom; null: that is not counted
create or replace function counter_after_attempts(
  p_counter risk_counters, p_n bigint, p_credits bigint, p_users bigint[], p_now timestamptz)
returns risk_counters
language plpgsql immutable
as $$
declare
  v_attempts risk_attempts := attempts_after(p_counter.attempts_at, p_counter.attempts_n, p_counter.attempts_credits, p_n,
    p_credits, split_part(p_counter.subject, ':', 1) in ('address', 'country', 'amount'), p_now);
  v_seen risk_seen;
begin
  p_counter.attempts_at := v_attempts.at;
  p_counter.attempts_n := v_attempts.n;
  p_counter.attempts_credits := v_attempts.credits;
  p_counter.touched_at := p_now;
  if p_users is not null then
    v_seen := see(p_counter.users, p_counter.users_at, p_users, p_now);
    p_counter.users := v_seen.ids;
    p_counter.users_at := v_seen.at;
  end if;
  return p_counter;
end $$;

-- For a subject that somebody else counted for the first time while a set was judged. @throws so that all of the set is undone
create or replace function counted_beside()
returns boolean
language plpgsql
as $$
begin
  raise exception 'a subject was counted for the first time beside this set' using errcode = 'serialization_failure';
end $$;

-- Counts purchases that are made. @param p_names the subjects in the order of their locks; beside them p_n how many of each, p_credits
-- their credits, p_seen by whom, p_counters as they were locked, null: there is none yet. @param p_known those that there are
create or replace function count_attempts(
  p_names text[], p_n bigint[], p_credits bigint[], p_seen risk_seen[], p_counters risk_counters[], p_known text[],
  p_now timestamptz)
returns void
language plpgsql
as $$
declare
  v_is_new boolean[] := array_fill(true, array[cardinality(p_names)]);
  v_changed risk_counters[] := '{}';
  v_at integer := 0;
  v_counter risk_counters;
begin
  foreach v_counter in array p_counters loop
    v_at := v_at + 1;
    continue when v_counter.subject is null;
    v_is_new[v_at] := false;
    continue when p_n[v_at] = 0;
    v_changed := v_changed || counter_after_attempts(v_counter, p_n[v_at], p_credits[v_at], (p_seen[v_at]).ids, p_now);
  end loop;
  insert into risk_counters as c (subject, attempts_at, attempts_n, attempts_credits, users, users_at, touched_at)
  select subject, array['-infinity', p_now], array[0, n], array[0, credits], users, users_at, p_now
  from unnest(p_names, v_is_new, p_n, p_credits, p_seen) u(subject, is_new, n, credits, users, users_at)
  where subject is not null and is_new and n > 0
  union all
  select subject, attempts_at, attempts_n, attempts_credits, users, users_at, touched_at from unnest(v_changed)
  on conflict (subject) do update set attempts_at = excluded.attempts_at, attempts_n = excluded.attempts_n,
    attempts_credits = excluded.attempts_credits, users = excluded.users, users_at = excluded.users_at,
    touched_at = excluded.touched_at
  where c.subject = any(p_known) or counted_beside();
end $$;
