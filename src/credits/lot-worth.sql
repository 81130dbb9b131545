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

-- Takes credits out of one lot, whose held and frozen ones the caller has let go of, or returns them (below zero).
-- @returns minor units that left its deferred revenue
create or replace function take_from_lot(p_lot lots, p_credits bigint, p_is_spent boolean)
returns bigint
language plpgsql as $$
declare
  v_worth bigint := lot_worth(p_lot, p_credits, p_is_spent);
begin
  update lots set remaining = remaining - p_credits, deferred_minor = deferred_minor - v_worth,
    spent = spent + case when p_is_spent then p_credits else 0 end,
    earned_minor = earned_minor + case when p_is_spent then v_worth else 0 end
  where id = p_lot.id;
  return v_worth;
end $$;
