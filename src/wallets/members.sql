-- Who belongs to a wallet that several share, and what each may do with it. Who changes it holds the lock on the wallet, so that
-- whatever spends of it under that lock sees who belongs to it at that instant.

-- Null: they do not belong to it.
create or replace function wallet_role(p_wallet_id text, p_user_id text)
returns text
language sql stable
as $$
  select role from wallet_members where wallet_id = p_wallet_id and user_id = p_user_id and until is null
$$;

-- Whether credits of a shared wallet may be taken in somebody's name: of a member, or, by a back end, in nobody's.
create or replace function may_spend_of(p_wallet_id text, p_member_id text, p_caller_kind text)
returns boolean
language sql stable
as $$
  select case when p_member_id is null then p_caller_kind <> 'user' else wallet_role(p_wallet_id, p_member_id) is not null end
$$;

-- Makes a wallet with its first owner; the same key and input make one.
-- @returns created; replayed or conflict by the key, with what it made
create or replace function create_wallet(
  p_id text, p_name text, p_owner_id text, p_key text, p_caller_kind text, p_input_hash text, p_actor text)
returns table (outcome text, wallet_id text)
language plpgsql
as $$
declare
  v_hash text := hashed_key(p_owner_id, p_key);
  v_known kept_key;
  v_now timestamptz;
begin
  -- There is no wallet yet whose lock would serialise the keys.
  perform pg_advisory_xact_lock(hashtextextended('create wallet: ' || p_owner_id, 0));
  v_now := take_instant();
  select * into v_known from known_key(p_owner_id, 'create_wallet', v_hash, p_caller_kind);
  outcome := case when v_known.key is null then 'created'
    when v_known.input_hash <> p_input_hash then 'conflict' else 'replayed' end;
  wallet_id := coalesce(v_known.result_id, p_id);
  if outcome = 'created' then
    perform make_shared_wallet(p_id);
    insert into shared_wallets (id, name, created_by, created_at) values (p_id, p_name, p_actor, v_now);
    insert into wallet_members (wallet_id, user_id, role, since) values (p_id, p_owner_id, 'owner', v_now);
    perform keep_keys(array[row(p_owner_id, 'create_wallet', v_hash, p_caller_kind, p_input_hash, 'done', null, p_id)::kept_key]);
  end if;
  return next;
end $$;

-- Whether who has one role may make another's into this: an owner anybody's, a manager those of members. Null: they do not
-- belong to it.
create or replace function may_manage_member(p_mine text, p_before text, p_after text)
returns boolean
language sql immutable parallel safe
as $$
  select case p_mine when 'owner' then true
    when 'manager' then coalesce(p_before, 'member') = 'member' and coalesce(p_after, 'member') = 'member'
    else false end
$$;

create or replace function is_last_owner(p_wallet_id text, p_user_id text)
returns boolean
language sql stable
as $$
  select wallet_role(p_wallet_id, p_user_id) = 'owner' and not exists (select from wallet_members
    where wallet_id = p_wallet_id and role = 'owner' and until is null and user_id <> p_user_id)
$$;

-- Tells live streams of a wallet that somebody's right to it may have changed, as a change by nothing: whoever has none any more
-- is not told of anything else.
create or replace function tell_members_changed(p_wallet_id text, p_actor text)
returns void
language sql
as $$
  select move_wallet(p_wallet_id, 0, 0, 0, 0, 0, p_actor, null, null)
$$;

-- Makes somebody a member, or gives a member another role. @param p_by who does it; null: who may manage every wallet
-- @param p_most so many may belong to one
-- @returns set; unchanged; not_found: no such wallet for who asks; not_allowed; last_owner; too_many
create or replace function set_wallet_member(
  p_wallet_id text, p_user_id text, p_role text, p_by text, p_actor text, p_most integer)
returns text
language plpgsql
as $$
declare
  v_before text;
  v_mine text;
begin
  -- Locking makes what is not there.
  if not exists (select from shared_wallets where id = p_wallet_id) then
    return 'not_found';
  end if;
  perform lock_wallets(array[p_wallet_id], true);
  perform take_instant();
  v_before := wallet_role(p_wallet_id, p_user_id);
  v_mine := case when p_by is null then 'owner' else wallet_role(p_wallet_id, p_by) end;
  if v_mine is null then
    return 'not_found';
  elsif not may_manage_member(v_mine, v_before, p_role) then
    return 'not_allowed';
  elsif v_before = p_role then
    return 'unchanged';
  elsif is_last_owner(p_wallet_id, p_user_id) then
    return 'last_owner';
  elsif v_before is not null then
    update wallet_members set role = p_role where wallet_id = p_wallet_id and user_id = p_user_id and until is null;
  elsif (select count(*) from wallet_members where wallet_id = p_wallet_id and until is null) >= p_most then
    return 'too_many';
  else
    insert into wallet_members (wallet_id, user_id, role, since) values (p_wallet_id, p_user_id, p_role, instant());
  end if;
  perform tell_members_changed(p_wallet_id, p_actor);
  return 'set';
end $$;

-- Ends a membership: what was spent stays as it was, limits of the member go, keys that are bound to it end, holds live on.
-- @param p_by as above; anybody may leave. @returns as above, and removed
create or replace function remove_wallet_member(p_wallet_id text, p_user_id text, p_by text, p_actor text)
returns text
language plpgsql
as $$
declare
  v_before text;
  v_mine text;
begin
  if not exists (select from shared_wallets where id = p_wallet_id) then
    return 'not_found';
  end if;
  perform lock_wallets(array[p_wallet_id], true);
  perform take_instant();
  v_before := wallet_role(p_wallet_id, p_user_id);
  v_mine := case when p_by is null then 'owner' else wallet_role(p_wallet_id, p_by) end;
  if v_mine is null then
    return 'not_found';
  elsif p_by is distinct from p_user_id and not may_manage_member(v_mine, v_before, null) then
    return 'not_allowed';
  elsif v_before is null then
    return 'unchanged';
  elsif is_last_owner(p_wallet_id, p_user_id) then
    return 'last_owner';
  end if;
  update wallet_members set until = instant() where wallet_id = p_wallet_id and user_id = p_user_id and until is null;
  delete from spend_limits where user_id = p_wallet_id and subject = 'member:' || p_user_id;
  perform limit_wallet(p_wallet_id, exists (select from spend_limits where user_id = p_wallet_id));
  update api_keys set revoked_at = instant()
  where wallet_id = p_wallet_id and member_id = p_user_id and revoked_at is null;
  perform tell_members_changed(p_wallet_id, p_actor);
  return 'removed';
end $$;
