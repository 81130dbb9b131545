-- Sets credits aside, each hold whole or not at all, out of the lots that a spend would take next. Keys and refusals are
-- those of spend_credits(). Usage sets aside what it costs by the rates of now.

-- A hold that an operator, a back end or a user lets go of.
create type release_row as (hold_id text, actor text, role text);

-- Decides row by row over plain variables, those of one user in their order, then writes everything in sets.
create or replace function hold_credits(p_holds hold_row[], p_wait boolean)
returns table (ord integer, outcome text, hold_id text, credits bigint, wallet wallets, limit_met jsonb)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_users text[] := open_wallets(array(select distinct user_id from unnest(p_holds)), p_wait);
  v_now timestamptz := instant();
  v_ask record;
  v_wallet wallets;
  v_hold holds;
  v_known kept_key;
  v_keys kept_key[] := '{}';
  -- Of the wallet's user alone, who may send a key twice: which kinds of caller and keys are the last of v_keys.
  v_sent text[];
  v_sent_at integer;
  v_made holds[] := '{}';
  v_wants lot_want[] := '{}';
  v_changes wallet_change[] := '{}';
  v_told told_event[] := '{}';
  -- What limits bind: users who are within them all, found once, and what of theirs is counted together.
  v_count limit_count;
  v_within text[];
  v_counts limit_count[] := '{}';
  v_written integer;
  -- Of usage alone: the prices of the whole set, once one of it is met.
  v_prices usage_price[];
begin
  v_hold.status := 'open';
  v_hold.version := 1;
  v_hold.created_at := v_now;
  for v_ask in
    select a.*, w.wallet, k as known
    from (
      select a.*, hashed_key(g.key_secret, a.user_id, a.key) as key_hash
      from gateway g, unnest(p_holds)
        with ordinality a(id, user_id, credits, reason, ttl_seconds, key, input_hash, actor, role, reference, metadata,
          member_id, api_key_id, usage, margin_percent, nth)
      order by a.user_id, a.nth) a
    left join lateral (
      select w as wallet from wallets w where user_id = a.user_id and a.user_id = any(v_users) limit 1) w on true
    left join lateral known_key(a.user_id, 'hold', a.key_hash, a.role) k on true
    order by a.user_id, a.nth
  loop
    ord := v_ask.nth;
    if v_wallet.user_id is distinct from v_ask.user_id then
      v_wallet := v_ask.wallet;
      v_known := v_ask.known;
      v_sent := '{}';
    else
      v_sent_at := array_position(v_sent, v_ask.role || v_ask.key_hash);
      v_known := case when v_sent_at is null then v_ask.known
        else v_keys[cardinality(v_keys) - cardinality(v_sent) + v_sent_at] end;
    end if;
    if v_ask.usage is not null then
      v_prices := coalesce(v_prices, price_holds(p_holds, v_now));
      v_ask.credits := held_for(v_prices[v_ask.nth].micro, v_ask.margin_percent);
    end if;
    credits := v_ask.credits;
    outcome := case
      when v_wallet.user_id is null then 'busy'
      when v_known.input_hash <> v_ask.input_hash then 'conflict'
      when v_known.outcome = 'done' then 'replayed'
      when v_known.result_id is not null then 'limited'
      when v_known.outcome = 'refused' then 'refused'
      when v_wallet.is_shared and not may_spend_of(v_ask.user_id, v_ask.member_id, v_ask.role) then 'no_member'
      when v_ask.credits is null then 'unpriced'
      when v_wallet.balance - v_wallet.held - v_wallet.frozen < v_ask.credits then 'refused'
      else 'held'
    end;
    limit_met := case when outcome = 'limited' then limit_kept(v_ask.user_id, v_known.result_id, v_now) end;
    if outcome = 'held' and v_wallet.spend_limited then
      v_count := row(v_ask.user_id, v_ask.member_id, v_ask.api_key_id, 0, v_ask.credits)::limit_count;
      if v_within is null and cardinality(p_holds) > 1 then
        v_within := users_within_limits(
          array(select row(user_id, member_id, api_key_id, 0, credits)::limit_count from unnest(p_holds)
            where user_id not in (select user_id from unnest(p_holds) where usage is not null)), v_now);
      end if;
      if v_ask.user_id = any(v_within) then
        v_counts := v_counts || v_count;
      else
        limit_met := count_against_limits(v_count, v_now);
      end if;
    end if;
    if limit_met is not null then
      outcome := 'limited';
    end if;
    hold_id := case when v_known.outcome = 'done' then v_known.result_id end;
    if outcome = 'held' then
      v_wallet := wallet_after(v_wallet, 0, v_ask.credits, 0, 0, 0, v_now);
      hold_id := v_ask.id;
      v_hold.id := v_ask.id;
      v_hold.user_id := v_ask.user_id;
      v_hold.credits := v_ask.credits;
      v_hold.held := v_ask.credits;
      v_hold.reason := v_ask.reason;
      v_hold.reference := v_ask.reference;
      v_hold.metadata := v_ask.metadata;
      v_hold.member_id := v_ask.member_id;
      v_hold.api_key_id := v_ask.api_key_id;
      v_hold.created_by := v_ask.actor;
      v_hold.created_by_role := v_ask.role;
      v_hold.expires_at := v_now + make_interval(secs => v_ask.ttl_seconds);
      v_made := v_made || v_hold;
      v_wants := v_wants || row(null, v_ask.user_id, v_ask.credits, null, false)::lot_want;
      v_changes := v_changes || row(v_wallet, v_ask.actor, 0, null, null)::wallet_change;
      v_told := v_told || hold_event(v_hold, null, v_wallet, v_ask.actor, null);
    end if;
    if v_known.outcome is null and outcome in ('held', 'refused', 'limited') then
      v_keys := v_keys || row(v_ask.user_id, 'hold', v_ask.key_hash, v_ask.role, v_ask.input_hash,
        case outcome when 'held' then 'done' else 'refused' end, null, coalesce(hold_id, limit_met ->> 'id'))::kept_key;
      v_sent := v_sent || (v_ask.role || v_ask.key_hash);
    end if;
    wallet := v_wallet;
    return next;
  end loop;
  v_written := make_holds(v_made, v_wants, v_changes, v_told);
  v_written := count_together(v_counts, v_now);
  v_written := keep_keys(v_keys);
end $$;

-- Writes holds, each with what it wants of the lots, what it does to its wallet, and its event. @returns how many
create or replace function make_holds(
  p_made holds[], p_wants lot_want[], p_changes wallet_change[], p_told told_event[])
returns integer
language plpgsql
as $$
declare
  v_taken lot_taking[] := take_lots(p_wants, 'held', true);
  v_moved integer := move_wallets(p_changes, p_told);
begin
  if cardinality(p_made) > 0 then
    with made as (
      insert into holds (id, user_id, credits, held, status, reason, reference, metadata, created_by, created_by_role,
        expires_at, created_at, version, member_id, api_key_id)
      select id, user_id, credits, held, status, reason, reference, metadata, created_by, created_by_role, expires_at,
        created_at, version, member_id, api_key_id
      from unnest(p_made)
    )
    insert into hold_lots (hold_id, lot_id, credits) select p_made[nth].id, lot_id, credits from unnest(v_taken);
  end if;
  return cardinality(p_made);
end $$;

-- Tells that a hold has changed. @param p_hold as it is after that, and p_wallet too. @param p_from its status before;
-- null: there was none. @param p_posting_id where it was spent
create or replace function hold_event(p_hold holds, p_from text, p_wallet wallets, p_actor text, p_posting_id bigint)
returns told_event
language sql stable
as $$
  select row(p_hold.id, p_hold.version, 'hold_changed', p_actor, p_from, p_hold.status,
    jsonb_build_object('userId', p_hold.user_id, 'credits', p_hold.credits, 'settledCredits', p_hold.settled_credits,
      'reason', p_hold.reason, 'expiresAt', p_hold.expires_at, 'journalId', p_posting_id, 'balance', p_wallet.balance,
      'held', p_wallet.held, 'frozen', p_wallet.frozen, 'owed', p_wallet.owed))::told_event;
$$;

-- Lets go of what holds set aside. A hold that was released before answers as it did then.
create or replace function release_holds(p_releases release_row[], p_wait boolean)
returns table (ord integer, outcome text)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_ids text[] := array(select hold_id from unnest(p_releases));
  -- A hold's user never changes.
  v_users text[] := open_wallets(array(select distinct user_id from holds where id = any(v_ids)), p_wait);
  v_ask record;
  v_hold holds;
  v_ended holds[] := '{}';
  v_actors text[] := '{}';
  v_written integer;
begin
  for v_ask in
    select a.nth, a.actor, h.hold,
      case
        when h.id is null or (a.role = 'user' and h.created_by_role <> 'user') then 'not_found'
        when h.user_id <> all(v_users) then 'busy'
        when h.status = 'released' then 'replayed'
        when h.status <> 'open' then 'ended'
        else 'released'
      end as outcome
    from unnest(p_releases) with ordinality a(hold_id, actor, role, nth)
    left join lateral (select h as hold, h.* from holds h where id = a.hold_id limit 1) h on true
    order by h.user_id, h.expires_at, h.id, a.nth
  loop
    ord := v_ask.nth;
    outcome := v_ask.outcome;
    return next;
    -- Who asks first ends it.
    if outcome = 'released' and v_hold.id is distinct from (v_ask.hold).id then
      v_hold := v_ask.hold;
      v_ended := v_ended || v_hold;
      v_actors := v_actors || v_ask.actor;
    end if;
  end loop;
  if cardinality(v_ended) > 0 then
    v_written := end_holds(v_users, v_ended, 'released', v_actors);
  end if;
end $$;
