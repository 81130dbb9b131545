-- Sets credits aside while a refund or a dispute is undecided, and lets them go. All of it under the lock that the caller
-- holds on the wallet and its lots.

-- Freezes what is free, at most p_credits: of the lot that the payment bought first, then, unless p_only_bought, of the
-- user's other lots in the order in which they would be spent. @returns how many
create or replace function freeze_credits(
  p_user_id text, p_cause_id text, p_intent_id text, p_credits bigint, p_only_bought boolean, p_actor text)
returns bigint
language plpgsql as $$
declare
  v_lot lots;
  v_left bigint := p_credits;
  v_takes bigint;
  v_wallet wallets;
begin
  for v_lot in
    select * from lots where user_id = p_user_id and remaining > held + frozen
      and (not p_only_bought or intent_id = p_intent_id)
    order by intent_id is distinct from p_intent_id, expires_at, id
  loop
    exit when v_left <= 0;
    v_takes := least(v_left, v_lot.remaining - v_lot.held - v_lot.frozen);
    update lots set frozen = frozen + v_takes where id = v_lot.id;
    insert into frozen_lots as f (cause_id, lot_id, credits) values (p_cause_id, v_lot.id, v_takes)
    on conflict (cause_id, lot_id) do update set credits = f.credits + excluded.credits;
    v_left := v_left - v_takes;
  end loop;
  if v_left < p_credits then
    update wallets set frozen = frozen + p_credits - v_left, version = version + 1, updated_at = instant()
    where user_id = p_user_id returning * into v_wallet;
    perform tell_wallet(v_wallet, p_actor, '{"delta": 0, "journalId": null}');
  end if;
  return greatest(p_credits - v_left, 0);
end $$;

-- Takes the ice off the lots alone, at most p_credits of it: the caller writes the wallet, in the one update that it needs
-- anyway. @returns how many
create or replace function thaw_lots(p_cause_id text, p_credits bigint)
returns bigint
language plpgsql as $$
declare
  v_frozen frozen_lots;
  v_left bigint := p_credits;
  v_thaws bigint;
begin
  for v_frozen in select * from frozen_lots where cause_id = p_cause_id order by lot_id loop
    exit when v_left <= 0;
    v_thaws := least(v_left, v_frozen.credits);
    if v_thaws = v_frozen.credits then
      delete from frozen_lots where cause_id = p_cause_id and lot_id = v_frozen.lot_id;
    else
      update frozen_lots set credits = credits - v_thaws where cause_id = p_cause_id and lot_id = v_frozen.lot_id;
    end if;
    update lots set frozen = frozen - v_thaws where id = v_frozen.lot_id;
    v_left := v_left - v_thaws;
  end loop;
  return p_credits - v_left;
end $$;

create or replace function unfreeze_lots(p_cause_id text)
returns bigint
language sql as $$
  select thaw_lots(p_cause_id, coalesce(sum(credits), 0)::bigint) from frozen_lots where cause_id = p_cause_id;
$$;

-- Lets go of p_credits of what a cause froze. What the user owes is paid from it first, and what another dispute waits for
-- is frozen for that one. @returns how many
create or replace function thaw_credits(
  p_user_id text, p_cause_id text, p_credits bigint, p_reference text, p_intent_id text, p_actor text)
returns bigint
language plpgsql as $$
declare
  v_total bigint := thaw_lots(p_cause_id, p_credits);
  v_wallet wallets;
begin
  if v_total > 0 then
    update wallets set frozen = frozen - v_total, version = version + 1, updated_at = instant()
    where user_id = p_user_id returning * into v_wallet;
    perform tell_wallet(v_wallet, p_actor, '{"delta": 0, "journalId": null}');
    perform pay_debt(p_user_id, p_reference, p_actor, p_intent_id);
    perform freeze_disputed(array[p_user_id], p_actor);
  end if;
  return v_total;
end $$;

-- Lets go of all that a cause froze.
create or replace function unfreeze_credits(
  p_user_id text, p_cause_id text, p_reference text, p_intent_id text, p_actor text)
returns bigint
language sql as $$
  select thaw_credits(p_user_id, p_cause_id, coalesce(sum(credits), 0)::bigint, p_reference, p_intent_id, p_actor)
  from frozen_lots where cause_id = p_cause_id;
$$;

-- Freezes what open disputes still wait for, now that it is free: what was held when the dispute opened and is not held any
-- more, or came back to the lot, or another refund or dispute let go of. The dispute that was opened first is served first.
-- Called after everything that makes credits free, when the debt is paid. Rows of disputes are only written under the lock
-- on their user's wallet.
create or replace function freeze_disputed(p_user_ids text[], p_actor text)
returns void
language plpgsql as $$
declare
  v_dispute disputes;
  v_frozen bigint;
begin
  for v_dispute in
    select * from disputes where user_id = any(p_user_ids) and status = 'open' order by opened_at, id
  loop
    v_frozen := freeze_credits(v_dispute.user_id, v_dispute.id, v_dispute.intent_id,
      disputed_credits(v_dispute) - v_dispute.credits_frozen, true, p_actor);
    if v_frozen > 0 then
      update disputes set credits_frozen = credits_frozen + v_frozen, updated_at = instant()
      where id = v_dispute.id;
    end if;
  end loop;
end $$;

-- One event for one change of a wallet, with what it holds after it. @param p_data delta, journalId, and what else is known
create or replace function tell_wallet(p_wallet wallets, p_actor text, p_data jsonb)
returns void
language sql as $$
  insert into events (subject, sequence, version, kind, actor, data, at, epoch)
  select 'wallet:' || p_wallet.user_id, p_wallet.version, p_wallet.version, 'balance_changed', p_actor,
    p_data || jsonb_build_object('balance', p_wallet.balance, 'held', p_wallet.held, 'frozen', p_wallet.frozen,
      'owed', p_wallet.owed), instant(), epoch
  from gateway;
$$;
