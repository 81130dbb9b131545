-- The only writers of wallets: lock_wallets makes them, move_wallets changes them. Whoever changes anything of a user's
-- credits (wallet, lots, holds, what is frozen) holds the lock on the user's wallet.

-- One change of a wallet. `wallet` is what it is after it (see wallet_after), `delta` the credits by which the user's
-- balance changed, `posting_id` where they were posted, and `more` whatever else its event says.
create type wallet_change as (wallet wallets, actor text, delta bigint, posting_id bigint, more jsonb);

-- Takes the lock of every wallet that is to change, and makes those that are not there yet; by user, so that two sets never
-- wait for each other in a circle. @returns the users whose wallet is ours: all of them when p_wait, else those that nobody
-- else has
create or replace function lock_wallets(p_user_ids text[], p_wait boolean)
returns text[]
language plpgsql security definer
set search_path from current
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
begin
  -- Nearly always all of them are there. Made before any lock is taken: who makes one waits for whoever makes the same.
  if (select count(*) from wallets where user_id = any(p_user_ids)) < cardinality(p_user_ids) then
    -- Compared by array: without nested loops, an anti-join would walk the whole index.
    insert into wallets (user_id) select distinct u from unnest(p_user_ids) u
      where u <> all (array(select user_id from wallets where user_id = any(p_user_ids)))
      order by u on conflict do nothing;
  end if;
  if p_wait then
    return array(select user_id from wallets where user_id = any(p_user_ids) order by user_id for no key update);
  end if;
  return array(
    select user_id from wallets where user_id = any(p_user_ids) order by user_id for no key update skip locked);
end $$;

-- A wallet after one change by so many credits: the only place that counts its versions and its lines.
-- @param p_lines how many lines of the journal the change has on this wallet
create or replace function wallet_after(
  p_wallet wallets, p_balance bigint, p_held bigint, p_frozen bigint, p_owed bigint, p_lines integer)
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
  p_wallet.updated_at := instant();
  return p_wallet;
end $$;

-- Writes changes of wallets: an event for each, and each wallet as it is after its last one. A wallet's changes follow each
-- other and the row without a gap; otherwise the caller did not read it under its lock, and nothing is written.
create or replace function move_wallets(p_changes wallet_change[])
returns void
language plpgsql security definer
set search_path from current
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
declare
  v_wallets integer;
  v_moved integer;
begin
  if cardinality(p_changes) = 0 then
    return;
  end if;
  -- One statement for all of it: the start of each costs as much as many of its rows.
  with told as (
    insert into events (subject, sequence, version, kind, actor, data, at, epoch)
    select 'wallet:' || (c.wallet).user_id, (c.wallet).version, (c.wallet).version, 'balance_changed', c.actor,
      jsonb_build_object('delta', c.delta, 'journalId', c.posting_id, 'balance', (c.wallet).balance,
        'held', (c.wallet).held, 'frozen', (c.wallet).frozen, 'owed', (c.wallet).owed) || coalesce(c.more, '{}'),
      (c.wallet).updated_at, (select epoch from gateway)
    from unnest(p_changes) c
  ),
  last as materialized (
    select c.wallet, c.times from (
      select wallet, row_number() over of_user as times, lead((wallet).version) over of_user is null as is_last
      from unnest(p_changes) window of_user as (partition by (wallet).user_id order by (wallet).version)) c
    where c.is_last
  ),
  moved as (
    update wallets w set balance = (c.wallet).balance, held = (c.wallet).held, frozen = (c.wallet).frozen,
      owed = (c.wallet).owed, version = (c.wallet).version, line_sequence = (c.wallet).line_sequence,
      updated_at = (c.wallet).updated_at
    from last c
    where w.user_id = (c.wallet).user_id and w.user_id = any(array(select (wallet).user_id from last))
      and w.version = (c.wallet).version - c.times
    returning 1
  )
  select (select count(*) from last), (select count(*) from moved) into v_wallets, v_moved;
  if v_moved < v_wallets then
    raise exception 'a wallet was changed by somebody who had not locked it';
  end if;
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
