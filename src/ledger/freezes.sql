-- Credits that are set aside for a cause while it is undecided, lot by lot. All of it under the lock that the caller holds on
-- the wallet.

create or replace function taken_sum(p_taken lot_taking[])
returns bigint
language sql immutable as $$
  select coalesce(sum(credits), 0)::bigint from unnest(p_taken);
$$;

-- Freezes what is free, at most p_credits: of the lot that the intent bought first, then, unless p_only_bought, of the user's
-- other lots in the order in which they would be spent. @returns how many
create or replace function freeze_credits(
  p_user_id text, p_cause_id text, p_intent_id text, p_credits bigint, p_only_bought boolean, p_actor text)
returns bigint
language plpgsql as $$
declare
  v_taken lot_taking[] := take_lots(
    array[row(null, p_user_id, p_credits, p_intent_id, p_only_bought)::lot_want], 'frozen', false);
  v_freezes bigint := taken_sum(v_taken);
begin
  if v_freezes = 0 then
    return 0;
  end if;
  insert into frozen_lots as f (cause_id, lot_id, credits) select p_cause_id, lot_id, credits from unnest(v_taken)
  on conflict (cause_id, lot_id) do update set credits = f.credits + excluded.credits;
  update claims set frozen = frozen + v_freezes where cause_id = p_cause_id;
  perform move_wallet(p_user_id, 0, 0, v_freezes, 0, 0, p_actor, null, null);
  return v_freezes;
end $$;

-- As above, wherever what the intent bought stands: after what is in the buyer's wallet, p_user_id, what was moved to others,
-- before the buyer's other lots. Under the locks on all of them. @returns how many
create or replace function freeze_everywhere(
  p_user_id text, p_cause_id text, p_intent_id text, p_credits bigint, p_only_bought boolean, p_actor text)
returns bigint
language plpgsql as $$
declare
  v_others constant text[] := other_wallets(p_intent_id, p_user_id);
  v_left bigint := p_credits;
  v_user text;
begin
  if cardinality(v_others) > 0 then
    foreach v_user in array p_user_id || v_others loop
      v_left := v_left - freeze_credits(v_user, p_cause_id, p_intent_id, v_left, true, p_actor);
    end loop;
    if p_only_bought then
      return p_credits - v_left;
    end if;
  end if;
  return p_credits - v_left + freeze_credits(p_user_id, p_cause_id, p_intent_id, v_left, p_only_bought, p_actor);
end $$;

-- Takes the ice off the lots, at most p_credits of it (null: all that the cause froze), and moves the wallets that have some of it,
-- but for p_user_id's: that one the caller moves, in the one change that it needs anyway. @returns how many there
create or replace function thaw_lots(p_user_id text, p_cause_id text, p_credits bigint, p_actor text)
returns bigint
language plpgsql as $$
declare
  v_parts lot_part[] := array(
    select row(lot_id, null, least(credits, p_credits - before), 1)::lot_part
    from (select lot_id, credits, sum(credits) over (order by lot_id) - credits as before
          from frozen_lots where cause_id = p_cause_id) f
    where p_credits is null or before < p_credits order by lot_id);
  v_thaws bigint := (select coalesce(sum(credits), 0) from unnest(v_parts));
  v_elsewhere record;
begin
  if v_thaws = 0 then
    return 0;
  end if;
  delete from frozen_lots f using unnest(v_parts) p
  where f.cause_id = p_cause_id and f.lot_id = p.lot_id and f.credits = p.credits;
  update frozen_lots f set credits = f.credits - p.credits from unnest(v_parts) p
  where f.cause_id = p_cause_id and f.lot_id = p.lot_id;
  perform move_lots(array(select row(lot_id, null, 0, false, 0, -credits)::lot_move from unnest(v_parts)));
  update claims set frozen = frozen - v_thaws where cause_id = p_cause_id;
  for v_elsewhere in
    select l.user_id, sum(p.credits)::bigint as credits from unnest(v_parts) p
    join (select * from lots where id = any(array(select lot_id from unnest(v_parts)))) l on l.id = p.lot_id
    where l.user_id <> p_user_id group by l.user_id order by l.user_id
  loop
    perform move_wallet(v_elsewhere.user_id, 0, 0, -v_elsewhere.credits, 0, 0, p_actor, null, null);
    v_thaws := v_thaws - v_elsewhere.credits;
  end loop;
  return v_thaws;
end $$;

-- Lets go of at most p_credits of what a cause froze (null: all of it), for whatever waits for free credits: a debt is paid
-- under p_reference. @returns how many of p_user_id, who bought them
create or replace function thaw_credits(
  p_user_id text, p_cause_id text, p_credits bigint, p_reference text, p_intent_id text, p_actor text)
returns bigint
language plpgsql as $$
declare
  v_thaws bigint := thaw_lots(p_user_id, p_cause_id, p_credits, p_actor);
begin
  if v_thaws > 0 then
    perform move_wallet(p_user_id, 0, 0, -v_thaws, 0, 0, p_actor, null, null);
  end if;
  perform serve_claims(p_user_id, p_reference, p_actor, p_intent_id);
  return v_thaws;
end $$;
