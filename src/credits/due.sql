-- What time alone does to wallets: holds that ran out are released, lots that expired lose what is free of them. Every
-- verb calls this first, under its lock on the wallets, so that nothing depends on a schedule having run. When nothing
-- is due it costs two looks at an index, in one statement.
create or replace function work_due(p_user_ids text[])
returns void
language plpgsql as $$
declare
  -- Of all that the caller's transaction writes from here on.
  v_now timestamptz := take_instant();
  v_holds text[];
  v_expires boolean;
  v_owing record;
begin
  select array(select id from holds where user_id = any(p_user_ids) and status = 'open' and expires_at <= v_now order by id),
    exists (select 1 from lots where user_id = any(p_user_ids) and not used_up and expires_at <= v_now
      and remaining > held + frozen)
  into v_holds, v_expires;
  if cardinality(v_holds) > 0 then
    perform end_holds(v_holds, 'expired', array_fill('system'::text, array[cardinality(v_holds)]));
  end if;
  -- What a hold lets go of may have expired too.
  if v_expires or cardinality(v_holds) > 0 then
    perform expire_lots(p_user_ids);
  end if;
  if cardinality(v_holds) > 0 then
    for v_owing in
      select user_id, version from wallets
      where user_id = any(p_user_ids) and owed > 0 and balance > held + frozen order by user_id
    loop
      perform pay_debt(v_owing.user_id, v_owing.user_id || ':due:' || v_owing.version, 'system', null);
    end loop;
  end if;
end $$;

-- Ends open holds without a spend, under the caller's lock on their wallets: what they held is free again, or frozen where
-- it is disputed. Each hold is named once.
create or replace function end_holds(p_hold_id text[], p_status text, p_actor text[])
returns void
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
declare
  v_users text[] := array(select distinct user_id from holds where id = any(p_hold_id));
  v_ending record;
  v_wallet wallets;
  v_ended text[] := '{}';
  v_changes wallet_change[] := '{}';
begin
  for v_ending in
    select h.id, h.user_id, h.held, a.actor, w as wallet
    from unnest(p_hold_id, p_actor) a(hold_id, actor)
    join (select * from holds where id = any(p_hold_id)) h on h.id = a.hold_id
    join (select * from wallets where user_id = any(v_users)) w on w.user_id = h.user_id
    order by h.user_id, h.expires_at, h.id
  loop
    if v_wallet.user_id is distinct from v_ending.user_id then
      v_wallet := v_ending.wallet;
    end if;
    v_wallet := wallet_after(v_wallet, 0, -v_ending.held, 0, 0, 0);
    v_ended := v_ended || v_ending.id;
    v_changes := v_changes || row(v_wallet, v_ending.actor, 0, null, null)::wallet_change;
  end loop;
  perform move_lots(array(
    select row(lot_id, null, 0, false, -credits, 0)::lot_move from hold_lots where hold_id = any(v_ended)));
  delete from hold_lots where hold_id = any(v_ended);
  update holds set status = p_status, held = 0, version = version + 1, ended_at = instant() where id = any(v_ended);
  perform move_wallets(v_changes);
  perform tell_holds(v_ended, 'open', v_changes);
  perform serve_waiting(v_users, 'system');
end $$;

-- Posts the expiry of what is free in lots whose time is over, under the caller's lock on the wallets: what was paid for
-- it and never earned is breakage. What is held or frozen goes when its hold ends or its freeze does.
create or replace function expire_lots(p_user_ids text[])
returns void
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
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
    order by l.user_id, l.expires_at, l.id
  loop
    if v_wallet.user_id is distinct from v_due.user_id then
      v_wallet := v_due.wallet;
    end if;
    v_id := new_posting_id();
    v_wallet := wallet_after(v_wallet, -v_due.credits, 0, 0, 0, 1);
    -- A lot can expire in steps, as its holds end; the wallet's version tells them apart.
    v_postings := v_postings || row(v_id, 'expiry', 'lot:' || v_due.id || ':' || v_wallet.version, v_due.user_id,
      v_due.intent_id, null, null, null, null, 'system', null, null)::posting;
    v_lines := v_lines || wallet_line(v_id, v_wallet, -v_due.credits);
    v_lines := v_lines || line_of(v_id, 'credits_expired', 'CREDIT', v_due.credits);
    v_moves := v_moves || row(v_due.id, v_id, v_due.credits, false, 0, 0)::lot_move;
    v_changes := v_changes || row(v_wallet, 'system', -v_due.credits, v_id, null)::wallet_change;
  end loop;
  perform post(v_postings, v_lines || earned_lines(move_lots(v_moves), 'breakage'));
  perform move_wallets(v_changes);
end $$;

-- Takes the lock of every wallet that is to change (see lock_wallets), and works whatever is due in them: the one way in
-- for all that spends, holds or adjusts. @returns the users whose wallet is ours
create or replace function open_wallets(p_user_id text[], p_wait boolean)
returns text[]
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
declare
  v_users text[] := lock_wallets(p_user_id, p_wait);
begin
  perform work_due(v_users);
  return v_users;
end $$;

-- The wallets after whatever was due, for reads and for the schedule.
create or replace function work_due_wallets(p_user_id text[], p_wait boolean)
returns table (ord integer, outcome text)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
declare
  v_users text[];
begin
  v_users := open_wallets(p_user_id, p_wait);
  return query
  select a.ord::integer, case when a.user_id = any(v_users) then 'worked' else 'busy' end
  from unnest(p_user_id) with ordinality a(user_id, ord);
end $$;
