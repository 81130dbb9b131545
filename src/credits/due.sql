-- What time alone does to wallets: holds that ran out are released, lots that expired lose what is free of them. Every
-- verb calls this first, under its lock on the wallets, so that nothing depends on a schedule having run. When nothing
-- is due it costs two looks at an index, in one statement.
-- @returns whether anything was
create or replace function work_due(p_user_ids text[])
returns boolean
language plpgsql
as $$
declare
  v_holds holds[];
  v_expires boolean;
begin
  -- The instant of all that the caller's transaction writes from here on.
  select array(
      select h from holds h where user_id = any(p_user_ids) and status = 'open' and expires_at <= i.now
      order by user_id, expires_at, id),
    exists (select from lots where user_id = any(p_user_ids) and not used_up and expires_at <= i.now
      and remaining > held + frozen)
  into v_holds, v_expires
  from (select take_instant(clock_offset_ms) as now from gateway offset 0) i;
  if not v_expires and cardinality(v_holds) = 0 then
    return false;
  end if;
  if cardinality(v_holds) > 0 then
    perform end_holds(p_user_ids, v_holds, 'expired', array_fill('system'::text, array[cardinality(v_holds)]));
  end if;
  -- What a hold lets go of may have expired too.
  perform expire_lots(p_user_ids);
  return true;
end $$;

-- Pays what users owe from what their holds let go of: a debt leaves given credits on hold alone. What of them is over its time
-- expires and pays nothing. @param p_user_ids each once, who owe, under the caller's lock on their wallets
create or replace function pay_from_holds(p_user_ids text[])
returns void
language plpgsql
as $$
declare
  v_owing record;
begin
  if cardinality(p_user_ids) = 0 then
    return;
  end if;
  perform expire_lots(p_user_ids);
  for v_owing in
    select user_id, version from wallets
    where user_id = any(p_user_ids) and owed > 0 and balance > held + frozen order by user_id
  loop
    perform pay_debt(v_owing.user_id, v_owing.user_id || ':due:' || v_owing.version, 'system', null);
  end loop;
end $$;

-- Ends open holds without a spend, under the caller's lock on their wallets: what they held is free again, or frozen where
-- it is disputed. @param p_user_ids whose they are, and maybe others. @param p_holds as they are, each once, by user, and
-- p_actors who ends them. @returns how many
create or replace function end_holds(p_user_ids text[], p_holds holds[], p_status text, p_actors text[])
returns integer
language plpgsql
as $$
declare
  v_now timestamptz := instant();
  v_nth integer := 0;
  v_at integer := 0;
  v_hold holds;
  v_wallets wallets[];
  v_waiting text[];
  v_recalled text[];
  v_wallet wallets;
  v_ids text[] := '{}';
  v_owing text[] := '{}';
  v_parts lot_taking[];
  v_changes wallet_change[] := '{}';
  v_told told_event[] := '{}';
begin
  select array(select w from wallets w where user_id = any(p_user_ids) order by user_id),
    waiting_users(p_user_ids),
    array(select user_id from bonus_dues where user_id = any(p_user_ids))
  into v_wallets, v_waiting, v_recalled;
  foreach v_hold in array p_holds loop
    v_nth := v_nth + 1;
    while v_wallet.user_id is distinct from v_hold.user_id loop
      v_at := v_at + 1;
      v_wallet := v_wallets[v_at];
    end loop;
    v_wallet := wallet_after(v_wallet, 0, -v_hold.held, 0, 0, 0, v_now);
    if v_wallet.spend_limited then
      perform recount_limits(v_hold.user_id, v_hold.member_id, v_hold.api_key_id, v_hold.created_at, 0, -v_hold.held);
    end if;
    v_hold.status := p_status;
    v_hold.version := v_hold.version + 1;
    v_ids := v_ids || v_hold.id;
    if v_wallet.owed > 0 and v_wallet.user_id <> all(v_owing) then
      v_owing := v_owing || v_wallet.user_id;
    end if;
    v_changes := v_changes || row(v_wallet, p_actors[v_nth], 0, null, null)::wallet_change;
    v_told := v_told || hold_event(v_hold, 'open', v_wallet, p_actors[v_nth], null);
  end loop;
  with freed as (
    delete from hold_lots where hold_id = any(v_ids) returning lot_id, credits
  ),
  ended as (
    update holds set status = p_status, held = 0, version = version + 1, ended_at = v_now where id = any(v_ids)
  )
  select array(select row(null, lot_id, -credits, null, null, null, null)::lot_taking from freed) into v_parts;
  v_parts := set_aside(v_parts, 'held');
  v_at := move_wallets(v_changes, v_told);
  if cardinality(v_recalled) > 0 then
    perform recall_bonuses(v_recalled, 'system');
  end if;
  if cardinality(v_waiting) > 0 then
    perform serve_waiting(v_waiting, 'system');
  end if;
  perform pay_from_holds(v_owing);
  return v_nth;
end $$;

-- Posts the expiry of what is free in lots whose time is over, under the caller's lock on the wallets: what was paid for
-- it and never earned is breakage. What is held or frozen goes when its hold ends or its freeze does.
create or replace function expire_lots(p_user_ids text[])
returns void
language plpgsql
as $$
declare
  v_now timestamptz := instant();
  v_due record;
  v_wallet wallets;
  v_id bigint;
  v_postings posting[] := '{}';
  v_lines posting_line[] := '{}';
  v_moves lot_move[] := '{}';
  v_changes wallet_change[] := '{}';
begin
  for v_due in
    select l.id, l.user_id, l.intent_id, l.remaining - l.held - l.frozen as credits, w as wallet
    from (select * from lots where user_id = any(p_user_ids) and not used_up and expires_at <= v_now
      and remaining > held + frozen) l
    join (select * from wallets where user_id = any(p_user_ids)) w on w.user_id = l.user_id
    order by l.user_id, l.expires_at, l.is_promotional desc, l.id
  loop
    if v_wallet.user_id is distinct from v_due.user_id then
      v_wallet := v_due.wallet;
    end if;
    v_id := new_posting_id();
    v_wallet := wallet_after(v_wallet, -v_due.credits, 0, 0, 0, 1, v_now);
    -- A lot can expire in steps, as its holds end; the wallet's version tells them apart.
    v_postings := v_postings || row(v_id, 'expiry', 'lot:' || v_due.id || ':' || v_wallet.version, v_due.user_id,
      v_due.intent_id, null, null, null, null, 'system', null, null)::posting;
    v_lines := v_lines || wallet_line(v_id, v_wallet, -v_due.credits);
    v_lines := v_lines || line_of(v_id, 'credits_expired', 'CREDIT', v_due.credits);
    v_moves := v_moves || row(v_due.id, v_id, v_due.credits, false, 0, 0)::lot_move;
    v_changes := v_changes || row(v_wallet, 'system', -v_due.credits, v_id, null)::wallet_change;
  end loop;
  perform post(v_postings, taken_lines(v_lines, move_lots(v_moves), 'breakage'));
  perform move_wallets(v_changes);
end $$;

-- Takes the lock of every wallet that is to change (see lock_wallets), and works whatever is due in them: the one way in
-- for all that spends, holds or adjusts. @returns the users whose wallet is ours
create or replace function open_wallets(p_user_id text[], p_wait boolean)
returns text[]
language plpgsql
as $$
declare
  v_users text[] := lock_wallets(p_user_id, p_wait);
  v_was_due boolean := work_due(v_users);
begin
  return v_users;
end $$;

-- The wallets after whatever was due, for reads and for the schedule.
create or replace function work_due_wallets(p_user_id text[], p_wait boolean)
returns table (ord integer, outcome text)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
as $$
declare
  v_users text[];
begin
  v_users := open_wallets(p_user_id, p_wait);
  return query
  select a.ord::integer, case when a.user_id = any(v_users) then 'worked' else 'busy' end
  from unnest(p_user_id) with ordinality a(user_id, ord);
end $$;
