-- Attack mode: begins when declines, or declines of cards that nobody has seen before, leave what is usual; ends when they have been
-- back for a while. It looks at sums of a minute alone, over all processes, users and cards.

-- What payments, and purchases that were stopped, came to. Adds a row and waits for nobody.
create or replace function tally_risks(p_tries bigint, p_declines bigint, p_new_cards bigint, p_stopped bigint)
returns void
language plpgsql
as $$
begin
  -- Mostly there is nothing. And not in SQL: that would be planned anew in each transaction, with nothing to write as well.
  if coalesce(p_tries, 0) + coalesce(p_stopped, 0) > 0 then
    insert into risk_tallies (tries, declines, new_cards, stopped)
    values (coalesce(p_tries, 0), coalesce(p_declines, 0), coalesce(p_new_cards, 0), coalesce(p_stopped, 0));
  end if;
end $$;

-- Where the clock went back: minutes, and the attack that goes on, are as long ago as they were, and now at the latest. Without it
-- all that came after now would count as of the last five minutes, and an attack that is over could not end before it began.
create or replace function follow_clock_back(p_now timestamptz)
returns void
language plpgsql
as $$
declare
  v_back interval := greatest((select max(minute) from risk_minutes) - date_trunc('minute', p_now), interval '0');
  v_minutes risk_minutes[];
begin
  if v_back > interval '0' then
    -- All out before one is in: a minute would meet the one before it.
    v_minutes := array(select m from risk_minutes m);
    delete from risk_minutes;
    insert into risk_minutes (minute, tries, declines, new_cards, stopped)
    select minute - v_back, tries, declines, new_cards, stopped from unnest(v_minutes);
  end if;
  update risk_attacks set started_at = least(started_at - v_back, p_now),
    quiet_at = case when quiet_at is not null then least(quiet_at - v_back, p_now) end,
    ended_at = case when ended_at is not null then least(ended_at - v_back, p_now) end
  where started_at > p_now or quiet_at > p_now or ended_at > p_now or (ended_at is null and v_back > interval '0');
end $$;

-- Moves what was told since the last look into its minutes, and forgets what is older than any look goes back.
create or replace function gather_tallies(p_now timestamptz)
returns void
language plpgsql
as $$
declare
  c_kept constant interval := '25 hours';
begin
  with told as (
    delete from risk_tallies returning *
  )
  insert into risk_minutes as m (minute, tries, declines, new_cards, stopped)
  select date_trunc('minute', least(at, p_now)), sum(tries), sum(declines), sum(new_cards), sum(stopped)
  from told group by 1 order by 1
  on conflict (minute) do update set tries = m.tries + excluded.tries, declines = m.declines + excluded.declines,
    new_cards = m.new_cards + excluded.new_cards, stopped = m.stopped + excluded.stopped;
  delete from risk_minutes where minute < p_now - c_kept;
end $$;

-- Moves what reviews came to since the last look into the totals.
create or replace function gather_review_steps()
returns void
language plpgsql
as $$
begin
  with told as (
    delete from risk_review_steps returning status
  )
  insert into risk_review_totals as t (status, reviews)
  select status, count(*) from told group by status order by status
  on conflict (status) do update set reviews = t.reviews + excluded.reviews;
end $$;

-- The most of a count of five minutes that is usual: six times the spread above the median, where the spread is the median
-- distance from the median as a normal distribution has it (1.4826), and never less than chance makes of so many (the root).
-- Both stay where they are when up to half of what was counted is an attack.
create or replace function usual_most(p_counts bigint[], p_floor integer)
returns integer
language sql immutable parallel safe as $$
  with middle as (
    select percentile_cont(0.5) within group (order by n) as median from unnest(p_counts) n
  ),
  spread as (
    select median, percentile_cont(0.5) within group (order by abs(n - median)) as distance
    from unnest(p_counts) n cross join middle group by median
  )
  select greatest(p_floor, ceil(median + 6 * greatest(1.4826 * distance, sqrt(median))))::integer from spread;
$$;

-- The last five minutes beside the 24 hours before them, by five minutes and without the time of attacks.
-- @returns of each sign how often it was seen, the most that is usual, and whether it is also more often than usual of all tries:
-- a sale has more of everything
create or replace function attack_signs(p_now timestamptz)
returns table (sign text, seen bigint, usual_most integer, is_often boolean)
language sql stable
as $$
  with minutes as (
    select m.minute, m.tries, s.*, date_trunc('minute', p_now) - interval '4 minutes' as since from risk_minutes m
    -- Below these floors a quiet shop has bad luck: one payer who mistypes, a household whose card has expired. The shares are
    -- five times what is declined of honest tries, and of honest new cards.
    cross join lateral (values ('declines', m.declines, 10, 0.25), ('new_cards', m.new_cards, 8, 0.1)) s(sign, n, floor, share)
    where m.minute > p_now - interval '24 hours 5 minutes'
  ),
  calm as (
    select m.*, floor(extract(epoch from m.since - m.minute - interval '1 second') / 300)::integer as bucket from minutes m
    where minute < since and not exists (select from risk_attacks a
      where m.minute >= date_trunc('minute', a.started_at) - interval '5 minutes' and m.minute <= coalesce(a.ended_at, 'infinity'))
  ),
  usual as (
    select s.sign, usual_most(array_agg(coalesce(c.n, 0)), s.floor) as most,
      coalesce(sum(c.n) / nullif(sum(c.tries), 0), 0)::double precision as share
    from (values ('declines', 10), ('new_cards', 8)) s(sign, floor)
    cross join generate_series(0, 287) b
    left join (select sign, bucket, sum(n)::bigint as n, sum(tries)::bigint as tries from calm group by sign, bucket) c
      on c.sign = s.sign and c.bucket = b
    group by s.sign, s.floor
  )
  select u.sign, sum(m.n)::bigint, u.most, sum(m.n) >= sum(m.tries) * least(0.8, greatest(min(m.share), 2 * u.share))
  from usual u join minutes m on m.sign = u.sign and m.minute >= m.since
  group by u.sign, u.most, u.share;
$$;

-- Looks once. @returns started or ended when something changed; null: it did not, or another process is looking
create or replace function watch_attack()
returns text
language plpgsql
as $$
declare
  -- Bursts pause for minutes; who comes back within this finds the door as it was.
  c_quiet constant interval := '15 minutes';
  v_now timestamptz;
  v_open risk_attacks;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('risk attack', 0)) then
    return null;
  end if;
  v_now := take_instant();
  perform follow_clock_back(v_now);
  perform gather_tallies(v_now);
  perform gather_review_steps();
  select * into v_open from risk_attacks where ended_at is null for no key update;
  if v_open.id is null then
    insert into risk_attacks (started_at, sign, seen, usual_most)
    select v_now, s.sign, s.seen, s.usual_most from attack_signs(v_now) s where s.seen >= s.usual_most and s.is_often
    order by s.sign limit 1
    on conflict do nothing;
    return case when found then 'started' end;
  end if;
  if attack_is_quiet(v_open, v_now) then
    update risk_attacks set quiet_at = coalesce(quiet_at, v_now),
      ended_at = case when quiet_at <= v_now - c_quiet then v_now end where id = v_open.id;
    return case when v_open.quiet_at <= v_now - c_quiet then 'ended' end;
  end if;
  update risk_attacks set quiet_at = null where id = v_open.id and quiet_at is not null;
  return null;
end $$;

-- Half of what it takes to begin, so that it does not flicker. What is stopped now would have been declined.
create or replace function attack_is_quiet(p_open risk_attacks, p_now timestamptz)
returns boolean
language sql stable
as $$
  select coalesce(sum(case p_open.sign when 'declines' then m.declines else m.new_cards end + m.stopped), 0)
    <= p_open.usual_most / 2
  from risk_minutes m where m.minute >= date_trunc('minute', p_now) - interval '4 minutes';
$$;
