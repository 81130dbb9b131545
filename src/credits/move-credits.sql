-- One move of credits as it was asked for. `person` and `limits`: of a person who does it, what one may move alone, and as
-- seenMovable how many could be moved when it was confirmed.
create type move_row as (
  user_id text, to_user_id text, credits bigint, reason text, public_reason text, key text, input_hash text, actor text, kind text collate "C",
  person text, limits jsonb);
-- What of a wallet can be moved, and why the rest cannot: it is on hold; frozen, or of a purchase that is in dispute or under
-- review; or nobody paid for it.
create type movable as (credits bigint, held bigint, frozen bigint, given bigint);

-- Moves bought credits from one wallet to another, those first that are spent first. What was given stays: it would come back to be
-- given again. One by one: it is seldom, and one move changes the lots of the next.
-- @returns moved; replayed, conflict or refused by the key; refused: so many cannot be moved; not_found: there is no such shared
-- wallet; too_many: the balance could not be told; stale; needs_approval; busy
create or replace function move_credits(p_moves move_row[], p_wait boolean)
returns table (ord integer, outcome text, journal_id bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  -- Before wallets, as whoever has a purchase and then its wallets.
  v_intents text[] := lock_purchases_in(array(select user_id from unnest(p_moves)), true);
  v_users text[] := open_wallets(array(
    select user_id from unnest(p_moves)
    union select to_user_id from unnest(p_moves) where not is_shared_wallet_id(to_user_id)
      or exists (select from shared_wallets where id = to_user_id)), p_wait);
  v_ask move_row;
  v_known kept_key;
  v_hash text;
begin
  -- What was bought meanwhile: asked for and never waited for, behind wallets.
  v_intents := v_intents || lock_purchases_in(array(select user_id from unnest(p_moves)), false);
  perform lock_hands(array(select person from unnest(p_moves)));
  for v_nth in 1..cardinality(p_moves) loop
    ord := v_nth;
    v_ask := p_moves[v_nth];
    v_hash := hashed_key(v_ask.user_id, v_ask.key);
    select * into v_known from known_key(v_ask.user_id, 'move', v_hash, v_ask.kind);
    outcome := case
      when v_ask.user_id <> all(v_users) then 'busy'
      when v_known.input_hash <> v_ask.input_hash then 'conflict'
      when v_known.outcome = 'done' then 'replayed'
      when v_known.outcome = 'refused' then 'refused'
      when is_shared_wallet_id(v_ask.to_user_id) and not exists (select from shared_wallets where id = v_ask.to_user_id)
        then 'not_found'
      when v_ask.to_user_id <> all(v_users) then 'busy'
      else move_verdict(v_ask, v_intents) end;
    journal_id := v_known.journal_id;
    if outcome = 'moved' then
      journal_id := move_paid(v_ask, v_intents);
    end if;
    if v_known.key is null and outcome in ('moved', 'refused') then
      perform keep_keys(array[row(v_ask.user_id, 'move', v_hash, v_ask.kind, v_ask.input_hash,
        case outcome when 'moved' then 'done' else 'refused' end, journal_id, null)::kept_key]);
    end if;
    return next;
  end loop;
end $$;

-- Locks the purchases that bought what is left in wallets. @param p_wait false: only those that nobody else has. @returns those
-- that are ours
create or replace function lock_purchases_in(p_user_ids text[], p_wait boolean)
returns text[]
language plpgsql as $$
declare
  v_ids constant text[] := array(
    select distinct coalesce(root_intent_id, intent_id) from lots
    where user_id = any(p_user_ids) and not used_up and coalesce(root_intent_id, intent_id) is not null);
begin
  if p_wait then
    return array(select id from intents where id = any(v_ids) order by id for no key update);
  end if;
  return array(select id from intents where id = any(v_ids) order by id for no key update skip locked);
end $$;

-- The lots of which something can be moved, in the order in which they are spent, as parts of all that is free of each.
create or replace function movable_lots(p_user_id text)
returns setof lots
language sql stable as $$
  select l.* from lots l
  where user_id = p_user_id and not used_up and coalesce(root_intent_id, intent_id) is not null and frozen = 0
    and remaining > held and (expires_at <= instant()) is not true
    and coalesce(root_intent_id, intent_id) <> all(array(select intent_id from claims where credits > 0
      and intent_id = any(array(
        select coalesce(o.root_intent_id, o.intent_id) from lots o where o.user_id = p_user_id and not o.used_up))))
  order by expires_at, id;
$$;

-- What can be moved out of a wallet, and what cannot.
create or replace function movable_of(p_user_id text)
returns movable
language sql stable as $$
  select row(m.credits, w.held, w.balance - w.held - m.credits - g.credits, g.credits)::movable
  from (select coalesce(sum(balance), 0)::bigint as balance, coalesce(sum(held), 0)::bigint as held from wallets
    where user_id = p_user_id) w
  cross join (select coalesce(sum(remaining - held), 0)::bigint as credits from movable_lots(p_user_id)) m
  cross join (select coalesce(sum(remaining - held - frozen), 0)::bigint as credits from lots
    where user_id = p_user_id and not used_up and coalesce(root_intent_id, intent_id) is null) g;
$$;

-- What becomes of a move that is new under its key.
create or replace function move_verdict(p_ask move_row, p_intents text[])
returns text
language plpgsql as $$
declare
  v_movable constant movable := movable_of(p_ask.user_id);
  v_locked constant bigint := (select coalesce(sum(remaining - held), 0) from movable_lots(p_ask.user_id)
    where coalesce(root_intent_id, intent_id) = any(p_intents));
begin
  return case
    when v_movable.credits <> (p_ask.limits ->> 'seenMovable')::bigint then 'stale'
    when v_movable.credits < p_ask.credits then 'refused'
    -- Somebody else is at a purchase whose credits are needed.
    when v_locked < p_ask.credits then 'busy'
    -- More than every client of the schema reads exactly.
    when (select balance from wallets where user_id = p_ask.to_user_id) + p_ask.credits > 9007199254740991 then 'too_many'
    when p_ask.person is not null and not move_by_hand(p_ask.person, p_ask.user_id, 'CREDIT', p_ask.credits,
      p_ask.user_id || ':move:' || p_ask.key, p_ask.limits) then 'needs_approval'
    else 'moved' end;
end $$;

-- Posts a move. What the other wallet owes is paid first. @returns the posting of the wallet that the credits leave
create or replace function move_paid(p_ask move_row, p_intents text[])
returns bigint
language plpgsql as $$
declare
  v_id constant bigint := new_posting_id();
  v_in bigint;
begin
  v_in := transfer_lots(
    row(v_id, 'transfer', p_ask.user_id || ':move.' || p_ask.kind || ':' || p_ask.key, p_ask.user_id, null, p_ask.reason,
      p_ask.public_reason, null, null, p_ask.actor, null, null)::posting,
    p_ask.to_user_id,
    array(
      select row(id, v_id, least(free, p_ask.credits - before), 1)::lot_part
      from (
        select id, remaining - held as free,
          sum(remaining - held) over (order by expires_at, id) - (remaining - held) as before
        from movable_lots(p_ask.user_id) where coalesce(root_intent_id, intent_id) = any(p_intents)) m
      where before < p_ask.credits));
  perform serve_claims(p_ask.to_user_id, p_ask.to_user_id || ':transfer:' || v_in, p_ask.actor, null);
  return v_id;
end $$;
