-- Sets credits aside, each hold whole or not at all, out of the lots that a spend would take next. Keys and refusals are
-- those of spend_credits().

create type hold_row as (
  id text, user_id text collate "C", credits bigint, reason text, ttl_seconds integer, key text collate "C",
  input_hash text, actor text, role text collate "C", reference text, metadata jsonb);
-- A hold that an operator, a back end or a user lets go of.
create type release_row as (hold_id text, actor text, role text);

-- Decides row by row over plain variables, those of one user in their order, then writes everything in sets.
create or replace function hold_credits(p_holds hold_row[], p_wait boolean)
returns table (ord integer, outcome text, hold_id text)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_users text[] := open_wallets(array(select distinct user_id from unnest(p_holds)), p_wait);
  v_secret bytea := (select key_secret from gateway);
  v_ask record;
  v_wallet wallets;
  v_known kept_key;
  -- Keys of this set that come again in it, by the place of the first row that has them.
  v_kept kept_key[];
  v_keys kept_key[] := '{}';
  v_made hold_row[] := '{}';
  v_wants lot_want[] := '{}';
  v_changes wallet_change[] := '{}';
begin
  for v_ask in
    with asked as (
      select a.*, hashed_key(v_secret, a.user_id, a.key) as key_hash,
        min(a.nth) over same_key as first, count(*) over same_key > 1 as comes_again
      from unnest(p_holds)
        with ordinality a(id, user_id, credits, reason, ttl_seconds, key, input_hash, actor, role, reference, metadata, nth)
      window same_key as (partition by a.user_id, a.role, a.key)
    )
    select a.*, w as wallet, w.user_id is null as is_busy, k as known
    from asked a
    left join (select * from wallets where user_id = any(v_users)) w on w.user_id = a.user_id
    left join lateral known_key(a.user_id, 'hold', a.key_hash, a.role) k on true
    order by a.user_id, a.nth
  loop
    ord := v_ask.nth;
    hold_id := null;
    if v_ask.is_busy then
      outcome := 'busy';
      return next;
      continue;
    end if;
    if v_wallet.user_id is distinct from v_ask.user_id then
      v_wallet := v_ask.wallet;
    end if;
    v_known := coalesce(v_kept[v_ask.first], v_ask.known);
    outcome := case
      when v_known.input_hash <> v_ask.input_hash then 'conflict'
      when v_known.outcome = 'done' then 'replayed'
      when v_known.outcome = 'refused' or v_wallet.balance - v_wallet.held - v_wallet.frozen < v_ask.credits
        then 'refused'
      else 'held'
    end;
    if outcome = 'held' then
      hold_id := v_ask.id;
      v_wallet := wallet_after(v_wallet, 0, v_ask.credits, 0, 0, 0);
      v_made := v_made || p_holds[v_ask.nth];
      v_wants := v_wants || row(null, v_ask.user_id, v_ask.credits, null, false)::lot_want;
      v_changes := v_changes || row(v_wallet, v_ask.actor, 0, null, null)::wallet_change;
    else
      hold_id := v_known.result_id;
    end if;
    if v_known.outcome is null and outcome in ('held', 'refused') then
      v_known := row(v_ask.user_id, 'hold', v_ask.key_hash, v_ask.role, v_ask.input_hash,
        case outcome when 'held' then 'done' else 'refused' end, null, hold_id);
      v_keys := v_keys || v_known;
      if v_ask.comes_again then
        v_kept[v_ask.first] := v_known;
      end if;
    end if;
    return next;
  end loop;
  perform make_holds(v_made, v_wants, v_changes);
  perform keep_keys(v_keys);
end $$;

-- Writes holds, each with what it wants of the lots and what it does to its wallet.
create or replace function make_holds(p_made hold_row[], p_wants lot_want[], p_changes wallet_change[])
returns void
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := instant();
  v_parts lot_part[] := found_parts(p_wants);
begin
  with made as (
    insert into holds (id, user_id, credits, held, reason, reference, metadata, created_by, created_by_role, expires_at,
      created_at)
    select id, user_id, credits, credits, reason, reference, metadata, actor, role,
      v_now + make_interval(secs => ttl_seconds), v_now
    from unnest(p_made)
  )
  insert into hold_lots (hold_id, lot_id, credits) select p_made[nth].id, lot_id, credits from unnest(v_parts);
  perform move_lots(moves_of(v_parts, 'held'));
  perform move_wallets(p_changes);
  perform tell_holds(array(select id from unnest(p_made)), null, p_changes);
end $$;

-- Tells that holds have changed, as they are now, each with its wallet after that. @param p_from their status before; null:
-- there was none
create or replace function tell_holds(p_hold_ids text[], p_from text, p_changes wallet_change[])
returns void
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
begin
  insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
  select h.id, h.version, h.version, 'hold_changed', c.actor, p_from, h.status,
    jsonb_build_object('userId', h.user_id, 'credits', h.credits, 'settledCredits', h.settled_credits,
      'reason', h.reason, 'expiresAt', h.expires_at, 'journalId', c.posting_id, 'balance', (c.wallet).balance,
      'held', (c.wallet).held, 'frozen', (c.wallet).frozen, 'owed', (c.wallet).owed), (c.wallet).updated_at,
    (select epoch from gateway)
  from unnest(p_hold_ids, p_changes) c(hold_id, wallet, actor, delta, posting_id, more)
  join (select * from holds where id = any(p_hold_ids)) h on h.id = c.hold_id;
end $$;

-- Lets go of what holds set aside. A hold that was released before answers as it did then.
create or replace function release_holds(p_releases release_row[], p_wait boolean)
returns table (ord integer, outcome text)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_holds text[] := array(select hold_id from unnest(p_releases));
  -- A hold's user never changes.
  v_users text[] := open_wallets(array(select user_id from holds where id = any(v_holds)), p_wait);
  v_ended text[];
  v_actors text[];
begin
  return query
  select a.nth::integer,
    case
      when h.id is null or (a.role = 'user' and h.created_by_role <> 'user') then 'not_found'
      when h.user_id <> all(v_users) then 'busy'
      when h.status = 'released' then 'replayed'
      when h.status <> 'open' then 'ended'
      else 'released'
    end
  from unnest(p_releases) with ordinality a(hold_id, actor, role, nth)
  left join (select * from holds where id = any(v_holds)) h on h.id = a.hold_id;

  select coalesce(array_agg(x.id), '{}'), coalesce(array_agg(x.actor), '{}') into v_ended, v_actors
  from (
    select h.id, min(a.actor) as actor from unnest(p_releases) a
    join (select * from holds where id = any(v_holds)) h on h.id = a.hold_id
    where h.status = 'open' and h.user_id = any(v_users) and not (a.role = 'user' and h.created_by_role <> 'user')
    group by h.id) x;
  if cardinality(v_ended) > 0 then
    perform end_holds(v_ended, 'released', v_actors);
  end if;
end $$;
