-- Gives what purchases bring beside their credits, once those are booked.

-- @returns the steps, with what came of codes in the intents of them and of those that follow
create or replace function give_bonuses_of(p_steps settle_step[])
returns settle_step[]
language plpgsql
as $$
declare
  v_at integer[] := '{}';
  v_intents intents[] := '{}';
  v_actors text[] := '{}';
  v_outcome text;
begin
  -- Nearly always none of them has any: seen without a statement.
  for v_place in 1..cardinality(p_steps) loop
    if p_steps[v_place].grant_id is not null
      and ((p_steps[v_place].intent).bonus_credits is not null or (p_steps[v_place].intent).promo_code is not null) then
      v_at := v_at || v_place;
      v_intents := v_intents || p_steps[v_place].intent;
      v_actors := v_actors || (p_steps[v_place].fact).actor;
    end if;
  end loop;
  if cardinality(v_at) = 0 then
    return p_steps;
  end if;
  v_intents := give_bonuses(v_intents, v_actors);
  for v_nth in 1..cardinality(v_at) loop
    v_outcome := v_intents[v_nth].promo_outcome;
    continue when v_outcome is null;
    update intents set promo_outcome = v_outcome where id = v_intents[v_nth].id;
    for v_place in v_at[v_nth]..cardinality(p_steps) loop
      if (p_steps[v_place].intent).id = v_intents[v_nth].id then
        p_steps[v_place].intent.promo_outcome := v_outcome;
      end if;
    end loop;
  end loop;
  return p_steps;
end $$;
