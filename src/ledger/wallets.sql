-- The only writers of wallets: lock_wallets makes them, make_shared_wallet one that several share, move_wallets changes them, watch_wallet says at what they are low,
-- limit_wallet that spends of them are limited. Whoever changes anything of a user's
-- credits (wallet, lots, holds, what is frozen) holds the lock on the user's wallet.

-- One change of a wallet. `wallet` is what it is after it (see wallet_after), `delta` the credits by which the user's
-- balance changed, `posting_id` where they were posted, and `more` whatever else its event says.
create type wallet_change as (wallet wallets, actor text, delta bigint, posting_id bigint, more jsonb);
-- An event of what a wallet was changed for, as of a hold.
create type told_event as (
  subject text, version integer, kind text, actor text, from_status text, to_status text, data jsonb);

-- Takes the lock of every wallet that is to change, and makes those that are not there yet; by user, so that two sets never
-- wait for each other in a circle. @returns the users whose wallet is ours: all of them when p_wait, else those that nobody
-- else has
create or replace function lock_wallets(p_user_ids text[], p_wait boolean)
returns text[]
language plpgsql security definer
set search_path from current
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
as $$
declare
  v_ours text[];
begin
  for v_try in 1..2 loop
    -- Nearly always all of them are there. While one is missing nothing is locked: who makes one waits for whoever makes the
    -- same.
    if p_wait then
      v_ours := array(select user_id from wallets where user_id = any(p_user_ids)
          and (v_try = 2 or cardinality(p_user_ids) = 1
            or (select count(*) from wallets where user_id = any(p_user_ids)) = cardinality(p_user_ids))
        order by user_id for no key update);
    else
      v_ours := array(select user_id from wallets where user_id = any(p_user_ids)
          and (v_try = 2 or cardinality(p_user_ids) = 1
            or (select count(*) from wallets where user_id = any(p_user_ids)) = cardinality(p_user_ids))
        order by user_id for no key update skip locked);
    end if;
    exit when v_try = 2 or cardinality(v_ours) > 0;
    -- Compared by array: without nested loops, an anti-join would walk the whole index.
    insert into wallets (user_id) select distinct u from unnest(p_user_ids) u
      where u <> all (array(select user_id from wallets where user_id = any(p_user_ids)))
      order by u on conflict do nothing;
  end loop;
  return v_ours;
end $$;

-- Makes a wallet that several share; everybody's own is made when it is first locked.
create or replace function make_shared_wallet(p_wallet_id text)
returns void
language plpgsql security definer
set search_path from current
as $$
begin
  insert into wallets (user_id, is_shared) values (p_wallet_id, true);
end $$;

-- A wallet after one change by so many credits: the only place that counts its versions and its lines.
-- @param p_lines how many lines of the journal the change has on this wallet
-- @param p_now the instant of the transaction, of who has it at hand
create or replace function wallet_after(
  p_wallet wallets, p_balance bigint, p_held bigint, p_frozen bigint, p_owed bigint, p_lines integer,
  p_now timestamptz default null)
returns wallets
language plpgsql
as $$
begin
  p_wallet.balance := p_wallet.balance + p_balance;
  p_wallet.held := p_wallet.held + p_held;
  p_wallet.frozen := p_wallet.frozen + p_frozen;
  p_wallet.owed := p_wallet.owed + p_owed;
  p_wallet.version := p_wallet.version + 1;
  p_wallet.line_sequence := p_wallet.line_sequence + p_lines;
  p_wallet.updated_at := coalesce(p_now, instant());
  return p_wallet;
end $$;

-- Writes changes of wallets: an event for each, and each wallet as it is after its last one. A wallet's changes follow each
-- other and the row without a gap; otherwise the caller did not read it under its lock, and nothing is written.
-- @param p_told further events, which come after those. @returns how many wallets were changed
create or replace function move_wallets(p_changes wallet_change[], p_told told_event[] default '{}')
returns integer
language plpgsql security definer
set search_path from current
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
as $$
declare
  v_change wallet_change;
  -- The wallets after their last changes, and before which version the first one came.
  v_after wallets[] := '{}';
  v_before integer[] := '{}';
  v_wallets integer := 0;
  v_user text;
  v_version integer;
  v_moved integer;
  v_now timestamptz := instant();
begin
  if cardinality(p_changes) = 0 then
    return 0;
  end if;
  foreach v_change in array p_changes loop
    if (v_change.wallet).user_id is distinct from v_user then
      v_wallets := v_wallets + 1;
      v_user := (v_change.wallet).user_id;
      v_version := (v_change.wallet).version - 1;
      v_before[v_wallets] := v_version;
    end if;
    v_version := v_version + 1;
    if (v_change.wallet).version <> v_version then
      raise exception 'a wallet was changed by somebody who had not locked it';
    end if;
    v_after[v_wallets] := v_change.wallet;
  end loop;
  insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
  select t.*, v_now, (select epoch from gateway) from (
    select 'wallet:' || (c.wallet).user_id, (c.wallet).version, (c.wallet).version, 'balance_changed', c.actor, null, null,
      jsonb_build_object('delta', c.delta, 'journalId', c.posting_id, 'balance', (c.wallet).balance,
        'held', (c.wallet).held, 'frozen', (c.wallet).frozen, 'owed', (c.wallet).owed) || coalesce(c.more, '{}')
    from unnest(p_changes) c
    union all
    select subject, version, version, kind, actor, from_status, to_status, data from unnest(p_told)) t;
  -- Nothing to be joined where one changes alone.
  if v_wallets = 1 then
    update wallets set balance = v_after[1].balance, held = v_after[1].held, frozen = v_after[1].frozen, owed = v_after[1].owed,
      version = v_after[1].version, line_sequence = v_after[1].line_sequence, updated_at = v_after[1].updated_at
    where user_id = v_user and version = v_before[1];
  else
    update wallets w set balance = c.balance, held = c.held, frozen = c.frozen, owed = c.owed, version = c.version,
      line_sequence = c.line_sequence, updated_at = c.updated_at
    from unnest(v_after) with ordinality c
    where w.user_id = c.user_id and w.user_id = any(array(select user_id from unnest(v_after)))
      and w.version = v_before[c.ordinality];
  end if;
  get diagnostics v_moved = row_count;
  if v_moved < v_wallets then
    raise exception 'a wallet was changed by somebody who had not locked it';
  end if;
  return v_moved;
end $$;

-- Sets from which level on a wallet is watched (tell_low_balance, a trigger): nothing of its credits changes, and no version.
create or replace function watch_wallet(p_user_id text, p_watched boolean, p_low_at bigint)
returns void
language plpgsql security definer
set search_path from current
as $$
begin
  update wallets set low_watched = p_watched, low_at = p_low_at where user_id = p_user_id;
end $$;

-- Says whether spends of a wallet have limits to be looked for: nothing of its credits changes, and no version.
create or replace function limit_wallet(p_user_id text, p_limited boolean)
returns void
language plpgsql security definer
set search_path from current
as $$
begin
  update wallets set spend_limited = p_limited where user_id = p_user_id and spend_limited <> p_limited;
end $$;

-- One change of one wallet. @returns the wallet after it
create or replace function move_wallet(
  p_user_id text, p_balance bigint, p_held bigint, p_frozen bigint, p_owed bigint, p_lines integer, p_actor text,
  p_posting_id bigint, p_more jsonb)
returns wallets
language plpgsql
as $$
declare
  v_wallet wallets;
begin
  select * into v_wallet from wallets where user_id = p_user_id;
  v_wallet := wallet_after(v_wallet, p_balance, p_held, p_frozen, p_owed, p_lines);
  perform move_wallets(array[row(v_wallet, p_actor, p_balance, p_posting_id, p_more)::wallet_change]);
  return v_wallet;
end $$;
