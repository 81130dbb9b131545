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
