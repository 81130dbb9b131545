-- What time alone does to wallets: holds that ran out are released, lots that expired lose what is free of them. Every
-- verb calls this first, under its lock on the wallets, so that nothing depends on a schedule having run. When nothing
-- is due it costs two looks at an index.
create or replace function work_due(p_user_ids text[])
returns void
language plpgsql as $$
declare
  -- Of all that the caller's transaction writes from here on.
  v_now timestamptz := take_instant();
  v_holds text[];
  v_owing record;
begin
  select coalesce(array_agg(id order by id), '{}') into v_holds from holds
    where user_id = any(p_user_ids) and status = 'open' and expires_at <= v_now;
  if cardinality(v_holds) > 0 then
    perform end_holds(v_holds, 'expired', array_fill('system'::text, array[cardinality(v_holds)]));
  end if;
  if exists (select 1 from lots where user_id = any(p_user_ids) and remaining > 0 and expires_at <= v_now
      and remaining > held + frozen) then
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
language plpgsql security definer
set search_path from current
as $$
declare
  v_now timestamptz := instant();
  v_epoch integer := (select epoch from gateway);
  v_users text[] := array(select distinct user_id from holds where id = any(p_hold_id));
  v_lots bigint[] := array(select distinct lot_id from hold_lots where hold_id = any(p_hold_id));
begin
  with ending as (
    select h.*, a.actor, w.balance, w.frozen, w.owed, w.version + row_number() over by_user as wallet_version,
      w.held - sum(h.held) over by_user as held_after
    from unnest(p_hold_id, p_actor) a(hold_id, actor)
    join (select * from holds where id = any(p_hold_id)) h on h.id = a.hold_id
    join (select * from wallets where user_id = any(v_users)) w on w.user_id = h.user_id
    window by_user as (partition by h.user_id order by h.expires_at, h.id)
  ),
  freed as (
    delete from hold_lots where hold_id = any(p_hold_id) returning lot_id, credits
  ),
  returned as (
    update lots l set held = l.held - f.credits
    from (select lot_id, sum(credits)::bigint as credits from freed group by lot_id) f
    where l.id = f.lot_id and l.id = any(v_lots)
  ),
  ended as (
    update holds h set status = p_status, held = 0, version = h.version + 1, ended_at = v_now
    where h.id = any(p_hold_id)
  ),
  lowered as (
    update wallets w set held = w.held - e.freed, version = w.version + e.times, updated_at = v_now
    from (select user_id, sum(held) as freed, count(*) as times from ending group by user_id) e
    where w.user_id = e.user_id and w.user_id = any(v_users)
  )
  insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
  select 'wallet:' || user_id, wallet_version, wallet_version, 'balance_changed', actor, null, null,
    jsonb_build_object('delta', 0, 'journalId', null, 'balance', balance, 'held', held_after, 'frozen', frozen,
      'owed', owed), v_now, v_epoch
  from ending
  union all
  select id, version + 1, version + 1, 'hold_changed', actor, 'open', p_status,
    jsonb_build_object('userId', user_id, 'credits', credits, 'settledCredits', null, 'reason', reason,
      'expiresAt', expires_at, 'journalId', null, 'balance', balance, 'held', held_after, 'frozen', frozen,
      'owed', owed), v_now, v_epoch
  from ending;
  perform freeze_disputed(v_users, 'system');
end $$;

-- Posts the expiry of what is free in lots whose time is over, under the caller's lock on the wallets: what was paid for
-- it and never earned is breakage. What is held or frozen goes when its hold ends or its freeze does.
create or replace function expire_lots(p_user_ids text[])
returns void
language plpgsql security definer
set search_path from current
as $$
declare
  v_now timestamptz := instant();
  v_epoch integer := (select epoch from gateway);
begin
  with free as (
    select l.*, l as lot, remaining - held - frozen as takes from lots l
    where user_id = any(p_user_ids) and remaining > 0 and expires_at <= v_now and remaining > held + frozen
  ),
  due as (
    select f.id, f.user_id, f.intent_id, f.currency, f.takes,
      lot_worth(f.lot, f.takes, false) as worth,
      w.held, w.frozen, w.owed, w.version + row_number() over by_user as wallet_version,
      w.line_sequence + row_number() over by_user as line_sequence,
      w.balance - sum(f.takes) over by_user as balance_after
    from free f
    join (select * from wallets where user_id = any(p_user_ids)) w on w.user_id = f.user_id
    window by_user as (partition by f.user_id order by f.expires_at, f.id)
  ),
  posted as (
    -- A lot can expire in steps, as its holds end; the wallet's version tells them apart.
    insert into journal (kind, reference, user_id, intent_id, actor, posted_at, epoch)
    select 'expiry', 'lot:' || id || ':' || wallet_version, user_id, intent_id, 'system', v_now, v_epoch
    from due order by user_id, wallet_version
    returning id, reference
  ),
  booked as (
    select d.*, p.id as journal_id from due d join posted p on p.reference = 'lot:' || d.id || ':' || d.wallet_version
  ),
  written as (
    insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
    select journal_id, 1, 'wallet', user_id, 'CREDIT', -takes, line_sequence, balance_after from booked
    union all
    select journal_id, 2, 'credits_expired', null, 'CREDIT', takes, null, null from booked
    union all
    select journal_id, 3, 'deferred_revenue', null, currency, -worth, null, null from booked where worth > 0
    union all
    select journal_id, 4, 'breakage', null, currency, worth, null, null from booked where worth > 0
  ),
  emptied as (
    update lots l set remaining = l.remaining - d.takes, deferred_minor = l.deferred_minor - d.worth
    from due d where l.id = d.id and l.user_id = any(p_user_ids)
  ),
  lowered as (
    update wallets w set balance = w.balance - d.takes, version = w.version + d.times,
      line_sequence = w.line_sequence + d.times, updated_at = v_now
    from (select user_id, sum(takes) as takes, count(*) as times from due group by user_id) d
    where w.user_id = d.user_id and w.user_id = any(p_user_ids)
  )
  insert into events (subject, sequence, version, kind, actor, data, at, epoch)
  select 'wallet:' || user_id, wallet_version, wallet_version, 'balance_changed', 'system',
    jsonb_build_object('delta', -takes, 'journalId', journal_id, 'balance', balance_after, 'held', held,
      'frozen', frozen, 'owed', owed), v_now, v_epoch
  from booked;
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
