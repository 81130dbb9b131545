-- The lots in which credits came, and the only place that knows in which order they are spent and what they are worth.
-- Their writers are add_lots, split_lots, and write_lots for take_lots and move_lots. Everything runs under the lock on the wallets of
-- their users, which is the lock on the lots too.

-- Credits that are to be found among a user's free ones, for a posting (null: nothing is posted). `intent_id`: what
-- that intent bought comes first, also where it came back from another wallet, and promotional ones are left alone: nobody takes
-- back what was given because of what was bought; `only_bought`: no other lot.
create type lot_want as (
  posting_id bigint, user_id text collate "C", credits bigint, intent_id text collate "C", only_bought boolean);
-- A lot that was added, the nth of a set, or what a debt takes of it.
create type lot_part as (lot_id bigint, posting_id bigint, credits bigint, nth integer);
-- What happens to one lot. `credits` leave it (below zero: they come back), `held` and `frozen` are the changes of what is
-- set aside in it. `is_spent`: their price is earned; otherwise they are gone (expired, taken back, adjusted).
create type lot_move as (
  lot_id bigint, posting_id bigint, credits bigint, is_spent boolean, held bigint, frozen bigint);
-- Credits that were taken out of a lot for a posting, or set aside in it, and the minor units of the currency that left
-- deferred revenue with them (below zero: they came back). `nth`: which want of the set they serve.
create type lot_taking as (
  posting_id bigint, lot_id bigint, credits bigint, minor bigint, currency text collate "C", nth integer,
  is_promotional boolean);
-- Credits that a posting brings, what was paid for them, and until when they can be spent (null: for ever).
create type new_lot as (
  user_id text, intent_id text, posting_id bigint, credits bigint, paid_minor bigint, currency text,
  expires_at timestamptz, is_promotional boolean);

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

-- The lots of which wants can be served, in the order in which they are. @param p_each see take_lots, whose part it is
create or replace function next_lots(p_wants lot_want[], p_each integer)
returns lots[]
language plpgsql
as $$
begin
  -- Nothing to be gathered for one that wants alone.
  if cardinality(p_wants) = 1 and p_wants[1].intent_id is null and not p_wants[1].only_bought and p_each is not null then
    return array(
      select l from lots l where user_id = p_wants[1].user_id and not used_up and remaining > held + frozen
      order by expires_at, is_promotional desc, id limit p_each);
  end if;
  return array(
    select l.lot from (select distinct user_id, intent_id, only_bought from unnest(p_wants)) u
    cross join lateral (
      select l as lot, user_id, 1 as turn, expires_at, is_promotional, id from lots l
      where intent_id = u.intent_id and user_id = u.user_id and not used_up and remaining > held + frozen
      union all
      select l, user_id, 1, expires_at, is_promotional, id from lots l
      where root_intent_id = u.intent_id and root_intent_id is not null and user_id = u.user_id and not used_up
        and remaining > held + frozen
      union all
      (select l, user_id, 2, expires_at, is_promotional, id from lots l
      where user_id = u.user_id and not used_up and remaining > held + frozen
        and (coalesce(root_intent_id, intent_id) = u.intent_id) is not true and u.only_bought is not true
        and (u.intent_id is null or not is_promotional)
      order by expires_at, is_promotional desc, id limit p_each)) l
    order by l.user_id, l.turn, l.expires_at, l.is_promotional desc, l.id);
end $$;

-- Takes what is wanted of users' free credits, in the order in which credits are spent: the soonest to expire, of those
-- promotional ones first, then the oldest.
-- The wants of one user follow each other, and users the order of their ids; wants that name an intent stand alone for their
-- user. One walk over lots and wants side by side: each lot is read once.
-- @param p_way spent, gone, held or frozen; null: they are only found
-- @param p_all a wallet that says more than its lots have is a fault, and nothing is taken; otherwise the last wants of a user
-- who has fewer free credits find less or nothing
-- @param p_each how many lots of a user are read, beside one that was bought: the next one nearly always has enough. Where it
-- has not, all are read, by a call with null
create or replace function take_lots(p_wants lot_want[], p_way text, p_all boolean, p_each integer default 1)
returns lot_taking[]
language plpgsql security definer
set search_path from current
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
as $$
declare
  v_at integer := 1;
  v_want lot_want := p_wants[1];
  v_left bigint := v_want.credits;
  v_lot lots;
  v_free bigint;
  v_takes bigint;
  v_worth bigint := 0;
  v_moved lots[] := '{}';
  v_taken lot_taking[] := '{}';
begin
  foreach v_lot in array next_lots(p_wants, p_each) loop
    v_free := v_lot.remaining - v_lot.held - v_lot.frozen;
    v_takes := 0;
    loop
      -- The next want, when this one is served or nothing is left for it, which only where all is read is known.
      if v_left = 0 or p_each is null and not p_all and v_want.user_id < v_lot.user_id then
        v_at := v_at + 1;
        v_want := p_wants[v_at];
        v_left := v_want.credits;
        continue;
      end if;
      exit when v_free = 0 or v_want.user_id is distinct from v_lot.user_id;
      v_takes := least(v_left, v_free);
      if p_way in ('spent', 'gone') then
        v_worth := lot_worth(v_lot, v_takes, p_way = 'spent');
        v_lot.remaining := v_lot.remaining - v_takes;
        v_lot.used_up := v_lot.remaining = 0;
        v_lot.deferred_minor := v_lot.deferred_minor - v_worth;
        if p_way = 'spent' then
          v_lot.spent := v_lot.spent + v_takes;
          v_lot.earned_minor := v_lot.earned_minor + v_worth;
        end if;
      end if;
      v_taken := v_taken || row(v_want.posting_id, v_lot.id, v_takes, v_worth, v_lot.currency, v_at,
        v_lot.is_promotional)::lot_taking;
      v_free := v_free - v_takes;
      v_left := v_left - v_takes;
    end loop;
    -- By itself, so that the array grows in its place.
    if v_takes > 0 and p_way in ('spent', 'gone') then
      v_moved := v_moved || v_lot;
    end if;
  end loop;
  if v_left > 0 and p_each is not null then
    return take_lots(p_wants, p_way, p_all, null);
  elsif v_left > 0 and p_all then
    raise exception 'the lots of a wallet have fewer free credits than the wallet';
  end if;
  return case when p_way is null then v_taken when p_way in ('spent', 'gone') then write_lots(v_moved, v_taken)
    else write_set_aside(v_taken, p_way) end;
end $$;

-- Moves credits of lots, those of one lot in the order of the set, and records which lots a posting took from.
-- @returns what was taken of lots for postings
create or replace function move_lots(p_moves lot_move[])
returns lot_taking[]
language plpgsql security definer
set search_path from current
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
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
    select m.*, l.lot
    from unnest(p_moves) with ordinality m(lot_id, posting_id, credits, is_spent, held, frozen, nth)
    cross join lateral (select l as lot from lots l where id = m.lot_id limit 1) l
    order by m.lot_id, m.nth
  loop
    if v_lot.id is distinct from v_move.lot_id then
      if v_lot.id is not null then
        v_moved := v_moved || v_lot;
      end if;
      v_lot := v_move.lot;
    end if;
    if v_move.credits <> 0 then
      v_worth := lot_worth(v_lot, v_move.credits, v_move.is_spent);
      v_lot.remaining := v_lot.remaining - v_move.credits;
      v_lot.used_up := v_lot.remaining = 0;
      v_lot.deferred_minor := v_lot.deferred_minor - v_worth;
      if v_move.is_spent then
        v_lot.spent := v_lot.spent + v_move.credits;
        v_lot.earned_minor := v_lot.earned_minor + v_worth;
      end if;
      v_taken := v_taken
        || row(v_move.posting_id, v_move.lot_id, v_move.credits, v_worth, v_lot.currency, null,
          v_lot.is_promotional)::lot_taking;
    end if;
    v_lot.held := v_lot.held + v_move.held;
    v_lot.frozen := v_lot.frozen + v_move.frozen;
  end loop;
  return write_lots(v_moved || v_lot, v_taken);
end $$;

-- Sets credits of lots aside, or lets go of them again (below zero). @param p_way held or frozen. @returns p_parts
create or replace function set_aside(p_parts lot_taking[], p_way text)
returns lot_taking[]
language plpgsql security definer
set search_path from current
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
as $$
begin
  return write_set_aside(p_parts, p_way);
end $$;

-- Part of take_lots and set_aside, with whose rights it works.
create or replace function write_set_aside(p_parts lot_taking[], p_way text)
returns lot_taking[]
language plpgsql
as $$
declare
  v_only lot_taking := p_parts[1];
begin
  -- Nothing to be joined where one changes alone.
  if cardinality(p_parts) = 1 then
    update lots set held = held + case p_way when 'held' then v_only.credits else 0 end,
      frozen = frozen + case p_way when 'frozen' then v_only.credits else 0 end
    where id = v_only.lot_id;
  elsif cardinality(p_parts) > 1 then
    update lots l set held = held + case p_way when 'held' then p.credits else 0 end,
      frozen = frozen + case p_way when 'frozen' then p.credits else 0 end
    from (select lot_id, sum(credits)::bigint as credits from unnest(p_parts) group by lot_id) p
    where l.id = p.lot_id and l.id = any(array(select lot_id from unnest(p_parts)));
  end if;
  return p_parts;
end $$;

-- Writes lots as they are after a walk, each once, and records which postings took from them. Part of take_lots and move_lots,
-- with whose rights it works. It writes the history of lots itself, and tells the trigger that would. @returns p_taken
create or replace function write_lots(p_moved lots[], p_taken lot_taking[])
returns lot_taking[]
language plpgsql
as $$
declare
  v_now timestamptz := instant();
  -- Not as a setting of the function: only a superuser may give one of ours to a function, and who owns the tables of a
  -- database that is rented is none. Assigned, because `perform` would be a statement.
  v_told text := set_config('credits_gateway.keeps_history', 'yes', true);
begin
  if cardinality(p_moved) = 1 then
    update lots set remaining = p_moved[1].remaining, used_up = p_moved[1].used_up, held = p_moved[1].held,
      frozen = p_moved[1].frozen, spent = p_moved[1].spent, deferred_minor = p_moved[1].deferred_minor,
      earned_minor = p_moved[1].earned_minor
    where id = p_moved[1].id;
  elsif cardinality(p_moved) > 1 then
    update lots l set remaining = m.remaining, used_up = m.used_up, held = m.held, frozen = m.frozen, spent = m.spent,
      deferred_minor = m.deferred_minor, earned_minor = m.earned_minor
    from unnest(p_moved) m where l.id = m.id and l.id = any(array(select id from unnest(p_moved)));
  end if;
  v_told := set_config('credits_gateway.keeps_history', '', true);
  if cardinality(p_taken) > 0 then
    with kept as (
      insert into lot_history (lot_id, at, remaining)
        select id, v_now, remaining from unnest(p_moved)
        where id = any(array(select lot_id from unnest(p_taken)))
    )
    insert into spend_lots (journal_id, lot_id, credits, minor)
      select posting_id, lot_id, credits, minor from unnest(p_taken);
  end if;
  return p_taken;
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
      is_promotional, created_at)
    select user_id, intent_id, posting_id, credits, credits, paid_minor, paid_minor, currency, expires_at,
      coalesce(is_promotional, false), instant()
    from unnest(p_lots) with ordinality order by ordinality
    returning id, journal_id, granted
  )
  select array(
    select row(a.id, a.journal_id, a.granted, n.ordinality)::lot_part
    from added a join unnest(p_lots) with ordinality n on n.posting_id = a.journal_id order by n.ordinality) into v_added;
  return v_added;
end $$;

-- Ends the time of lots: what is free of them can be taken, what is held goes when its hold ends, as of any lot whose time is
-- over.
create or replace function end_lots(p_lot_ids bigint[])
returns void
language plpgsql security definer
set search_path from current
as $$
begin
  update lots set expires_at = least(expires_at, instant()), ended_at = instant() where id = any(p_lot_ids);
end $$;

-- Gives lots whose time is over some more, for credits that came back to them; one that was ended for good gets none.
create or replace function revive_lots(p_lot_ids bigint[], p_until timestamptz)
returns void
language plpgsql security definer
set search_path from current
as $$
begin
  update lots set expires_at = p_until, revived_at = instant()
  where id = any(p_lot_ids) and expires_at <= instant() and ended_at is null;
end $$;

-- The lines of postings, whose credits stand against what became of them (credits_spent, credits_expired, ...), with those of
-- the promotional ones among them against credits_promo instead, so that its balance is what promotional lots have left. A
-- posting that pays a debt has no such line: what pays it was spent before.
create or replace function promo_lines(p_lines posting_line[], p_taken lot_taking[])
returns posting_line[]
language plpgsql immutable
as $$
begin
  -- Nearly always none of them are.
  if not exists (select from unnest(p_taken) where is_promotional) then
    return p_lines;
  end if;
  return array(
    with promo as (
      select posting_id, sum(credits)::bigint as credits from unnest(p_taken) where is_promotional group by posting_id
    ),
    lines as (
      select l.*, p.credits as promo,
        account in ('credits_issued', 'credits_spent', 'credits_expired', 'credits_adjusted') as is_against
      from unnest(p_lines) with ordinality l(posting_id, account, user_id, unit, amount, sequence, balance_after, nth)
      left join promo p on p.posting_id = l.posting_id
    )
    select row(posting_id, account, user_id, unit, amount, sequence, balance_after)::posting_line
    from (
      select nth, 1 as place, posting_id, account, user_id, unit,
        amount - case when is_against then coalesce(promo, 0) else 0 end as amount, sequence, balance_after
      from lines
      union all
      select null, 2, posting_id, 'credits_promo', null, 'CREDIT', credits, null, null from promo
      union all
      select null, 3, posting_id, 'credits_spent', null, 'CREDIT', -credits, null, null from promo
      where posting_id not in (select posting_id from lines where is_against)) s
    order by nth, place);
end $$;

-- The lines of postings together with those of what left deferred revenue for them: the one way from what was taken of lots to
-- what is booked of it. @param p_lines without the lines of money. @param p_account see earned_lines
create or replace function taken_lines(p_lines posting_line[], p_taken lot_taking[], p_account text)
returns posting_line[]
language plpgsql immutable
as $$
begin
  -- Alone, a spend is nearly always of one lot that was bought: seen without a statement.
  if cardinality(p_taken) = 0 or cardinality(p_taken) = 1 and not (p_taken[1]).is_promotional then
    return p_lines || earned_lines(p_taken, p_account);
  end if;
  return promo_lines(p_lines, p_taken) || earned_lines(p_taken, p_account);
end $$;

-- The lines of what left deferred revenue, for each posting and currency. @param p_account what it became: revenue, breakage,
-- adjustments
create or replace function earned_lines(p_taken lot_taking[], p_account text)
returns posting_line[]
language plpgsql immutable
as $$
declare
  v_only lot_taking := p_taken[1];
begin
  -- Alone, a spend is nearly always of one lot: seen without a statement.
  if cardinality(p_taken) < 2 then
    return case when v_only.minor <> 0 then array[
      line_of(v_only.posting_id, 'deferred_revenue', v_only.currency, -v_only.minor),
      line_of(v_only.posting_id, p_account, v_only.currency, v_only.minor)] else '{}' end;
  end if;
  return array(
    select l from (
      select posting_id, currency, sum(minor)::bigint as minor from unnest(p_taken)
      group by posting_id, currency having sum(minor) <> 0) s
    cross join lateral (values (1, line_of(s.posting_id, 'deferred_revenue', s.currency, -s.minor)),
      (2, line_of(s.posting_id, p_account, s.currency, s.minor))) v(line, l)
    order by s.posting_id, s.currency, v.line);
end $$;
