-- The lots in which credits came, and the only place that knows in which order they are spent and what they are worth.
-- Their writers are add_lots and move_lots. Everything runs under the lock on the wallets of their users, which is the
-- lock on the lots too.

-- Credits that are to be found among a user's free ones, for a posting (null: nothing is posted). `intent_id`: the lot
-- which that intent bought comes first; `only_bought`: no other lot.
create type lot_want as (posting_id bigint, user_id text, credits bigint, intent_id text, only_bought boolean);
-- Credits of one lot, for the nth want of a set.
create type lot_part as (lot_id bigint, posting_id bigint, credits bigint, nth integer);
-- What happens to one lot. `credits` leave it (below zero: they come back), `held` and `frozen` are the changes of what is
-- set aside in it. `is_spent`: their price is earned; otherwise they are gone (expired, taken back, adjusted).
create type lot_move as (
  lot_id bigint, posting_id bigint, credits bigint, is_spent boolean, held bigint, frozen bigint);
-- What left the deferred revenue of a posting's lots, in minor units (below zero: it came back).
create type lot_sum as (posting_id bigint, currency text, minor bigint);
-- Credits that a posting took out of a lot, and the minor units of the currency that went with them.
create type lot_taking as (posting_id bigint, lot_id bigint, credits bigint, minor bigint, currency text);
-- Credits that a posting brings, what was paid for them, and until when they can be spent (null: for ever).
create type new_lot as (
  user_id text, intent_id text, posting_id bigint, credits bigint, paid_minor bigint, currency text,
  expires_at timestamptz);

-- So much of p_whole as p_part is of p_all, rounded down. In numeric: the product of two bigint overflows; and by div(),
-- because `/` of two numerics rounds.
create or replace function share_of(p_whole bigint, p_part bigint, p_all bigint)
returns bigint
language sql immutable parallel safe as $$
  select div(p_whole::numeric * p_part, p_all)::bigint;
$$;

-- How many of a lot's credits were spent, or are gone otherwise.
create or replace function lot_went(p_lot lots, p_is_spent boolean)
returns bigint
language sql immutable parallel safe as $$
  select case when p_is_spent then p_lot.spent else p_lot.granted - p_lot.remaining - p_lot.spent end;
$$;

-- What was booked for those.
create or replace function lot_booked(p_lot lots, p_is_spent boolean)
returns bigint
language sql immutable parallel safe as $$
  select case when p_is_spent then p_lot.earned_minor
    else p_lot.paid_minor - p_lot.deferred_minor - p_lot.earned_minor end;
$$;

-- What moves out of a lot's deferred revenue when p_credits of it are taken, and back in (below zero) when they return
-- (p_credits below zero). The only place that says so, for what is spent and for what goes otherwise: each is the lot's
-- price for all that ever went that way, rounded down, less what was booked for it before. So neither is ever wrong by a
-- whole minor unit, in however many parts it goes, and neither moves the other. The last credit takes what is left.
create or replace function lot_worth(p_lot lots, p_credits bigint, p_is_spent boolean)
returns bigint
language sql immutable parallel safe as $$
  select case
    when p_credits = 0 then 0
    when p_credits = p_lot.remaining then p_lot.deferred_minor
    when p_credits > 0 then least(p_lot.deferred_minor, greatest(0, share_of(p_lot.paid_minor,
        lot_went(p_lot, p_is_spent) + p_credits, p_lot.granted) - lot_booked(p_lot, p_is_spent)))
    else least(0, share_of(p_lot.paid_minor, lot_went(p_lot, p_is_spent) + p_credits, p_lot.granted)
      - lot_booked(p_lot, p_is_spent))
  end;
$$;

-- Which free credits serve what is wanted, in the order in which credits are spent: the soonest to expire, then the oldest.
-- Reads alone. The wants of one user are served one after another; wants that name an intent stand alone for their user. Of a
-- user who has fewer free credits than are wanted, the last wants find less or nothing.
create or replace function free_parts(p_wants lot_want[])
returns lot_part[]
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
begin
  if cardinality(p_wants) = 0 then
    return '{}';
  end if;
  return array(
    -- Both sides as stretches of the user's free credits, counted from 0: a part is where two of them overlap.
    with wanted as (
      select w.*, sum(w.credits) over (partition by w.user_id order by w.nth) as until,
        sum(w.credits) over (partition by w.user_id) as in_all,
        row_number() over (partition by w.user_id order by w.nth) = 1 as is_first
      from unnest(p_wants) with ordinality w(posting_id, user_id, credits, intent_id, only_bought, nth)
      where w.credits > 0
    ),
    offered as (
      select l.id, l.user_id, w.in_all, l.remaining - l.held - l.frozen as credits, sum(l.remaining - l.held - l.frozen)
        over (partition by l.user_id order by case when w.intent_id is not null then l.intent_id is distinct from w.intent_id
          end, l.expires_at, l.id) as until
      from (select * from lots where user_id = any(array(select user_id from unnest(p_wants)))
        and not used_up and remaining > held + frozen) l
      join wanted w on w.user_id = l.user_id and w.is_first
      where l.intent_id = w.intent_id or not coalesce(w.only_bought, false)
    )
    select row(o.id, w.posting_id, least(w.until, o.until) - greatest(w.until - w.credits, o.until - o.credits),
      w.nth)::lot_part
    from wanted w
    join (select * from offered where until - credits < in_all) o on o.user_id = w.user_id
    where least(w.until, o.until) > greatest(w.until - w.credits, o.until - o.credits)
    order by w.nth, o.until);
end $$;

-- What is to happen to those parts of lots. @param p_way spent, gone, held, or frozen
create or replace function moves_of(p_parts lot_part[], p_way text)
returns lot_move[]
language plpgsql immutable
as $$
begin
  return array(
    select row(lot_id, posting_id, case when p_way in ('spent', 'gone') then credits else 0 end, p_way = 'spent',
      case p_way when 'held' then credits else 0 end, case p_way when 'frozen' then credits else 0 end)::lot_move
    from unnest(p_parts) order by nth);
end $$;

-- Moves credits of lots, those of one lot in the order of the set, and records which lots a posting took from.
-- @returns what left deferred revenue, for each posting and currency
create or replace function move_lots(p_moves lot_move[])
returns lot_sum[]
language plpgsql security definer
set search_path from current
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
declare
  v_move record;
  v_lot lots;
  v_worth bigint;
  v_moved lots[] := '{}';
  v_taken lot_taking[] := '{}';
begin
  if cardinality(p_moves) = 0 then
    return '{}';
  end if;
  for v_move in
    select m.*, l as lot, lead(m.lot_id) over (order by m.lot_id, m.nth) is distinct from m.lot_id as is_last
    from unnest(p_moves) with ordinality m(lot_id, posting_id, credits, is_spent, held, frozen, nth)
    join (select * from lots where id = any(array(select lot_id from unnest(p_moves)))) l on l.id = m.lot_id
    order by m.lot_id, m.nth
  loop
    if v_lot.id is distinct from v_move.lot_id then
      v_lot := v_move.lot;
    end if;
    v_worth := lot_worth(v_lot, v_move.credits, v_move.is_spent);
    v_lot.remaining := v_lot.remaining - v_move.credits;
    v_lot.used_up := v_lot.remaining = 0;
    v_lot.deferred_minor := v_lot.deferred_minor - v_worth;
    if v_move.is_spent then
      v_lot.spent := v_lot.spent + v_move.credits;
      v_lot.earned_minor := v_lot.earned_minor + v_worth;
    end if;
    v_lot.held := v_lot.held + v_move.held;
    v_lot.frozen := v_lot.frozen + v_move.frozen;
    if v_move.posting_id is not null and v_move.credits <> 0 then
      v_taken := v_taken || row(v_move.posting_id, v_move.lot_id, v_move.credits, v_worth, v_lot.currency)::lot_taking;
    end if;
    if v_move.is_last then
      v_moved := v_moved || v_lot;
    end if;
  end loop;
  update lots l set remaining = m.remaining, used_up = m.used_up, held = m.held, frozen = m.frozen, spent = m.spent,
    deferred_minor = m.deferred_minor, earned_minor = m.earned_minor
  from unnest(v_moved) m where l.id = m.id and l.id = any(array(select id from unnest(v_moved)));
  if cardinality(v_taken) = 0 then
    return '{}';
  end if;
  insert into spend_lots (journal_id, lot_id, credits, minor)
    select posting_id, lot_id, credits, minor from unnest(v_taken);
  if cardinality(v_taken) = 1 then
    return case v_taken[1].minor when 0 then '{}'
      else array[row(v_taken[1].posting_id, v_taken[1].currency, v_taken[1].minor)::lot_sum] end;
  end if;
  return array(
    select row(posting_id, currency, sum(minor))::lot_sum from unnest(v_taken)
    group by posting_id, currency having sum(minor) <> 0 order by posting_id, currency);
end $$;

-- Which free credits serve all that is wanted. A wallet that says more than its lots have is a fault: nothing is taken.
create or replace function found_parts(p_wants lot_want[])
returns lot_part[]
language plpgsql
as $$
declare
  v_parts lot_part[] := free_parts(p_wants);
begin
  -- Alone, a want is nearly always served by one lot: seen without a statement.
  if cardinality(p_wants) = 1 and p_wants[1].credits = v_parts[1].credits then
    return v_parts;
  end if;
  if (select coalesce(sum(credits), 0) from unnest(v_parts)) < (select sum(credits) from unnest(p_wants)) then
    raise exception 'the lots of a wallet have fewer free credits than the wallet';
  end if;
  return v_parts;
end $$;

-- Takes all that is wanted of users' free credits. @param p_way as in moves_of. @returns what left deferred revenue
create or replace function take_lots(p_wants lot_want[], p_way text)
returns lot_sum[]
language plpgsql
as $$
begin
  return move_lots(moves_of(found_parts(p_wants), p_way));
end $$;

-- Adds lots that are whole. What a debt takes of one is moved afterwards. @returns the ids
create or replace function add_lots(p_lots new_lot[])
returns lot_part[]
language plpgsql security definer
set search_path from current
as $$
declare
  v_added lot_part[];
begin
  with added as (
    insert into lots (user_id, intent_id, journal_id, granted, remaining, paid_minor, deferred_minor, currency, expires_at,
      created_at)
    select user_id, intent_id, posting_id, credits, credits, paid_minor, paid_minor, currency, expires_at, instant()
    from unnest(p_lots) with ordinality order by ordinality
    returning id, journal_id, granted
  )
  select array(
    select row(a.id, a.journal_id, a.granted, n.ordinality)::lot_part
    from added a join unnest(p_lots) with ordinality n on n.posting_id = a.journal_id order by n.ordinality) into v_added;
  return v_added;
end $$;

-- The lines of what left deferred revenue. @param p_account what it became: revenue, breakage, adjustments
create or replace function earned_lines(p_sums lot_sum[], p_account text)
returns posting_line[]
language plpgsql immutable
as $$
begin
  return array(
    select l from unnest(p_sums) with ordinality s(posting_id, currency, minor, nth)
    cross join lateral (values (1, line_of(s.posting_id, 'deferred_revenue', s.currency, -s.minor)),
      (2, line_of(s.posting_id, p_account, s.currency, s.minor))) v(line, l)
    order by s.nth, v.line);
end $$;
