-- One adjustment as a person asked for it. `approved_by`: whose agreement stands in an approval of this key. Without it
-- `person` moves it alone, as far as `limits` let him. `seenAvailable` among the limits: what was available when it was
-- confirmed.
create type adjustment as (
  user_id text, credits bigint, expires_at timestamptz, reason text, public_reason text, key text, input_hash text,
  actor text, approved_by text, person text, limits jsonb, reference text, metadata jsonb);

-- Adds credits that nobody paid for, as a lot of their own, or takes free ones away in the order in which they are spent.
-- Added credits pay what the user owes first. One by one: a person does it, and seldom.
-- @returns what adjustment_verdict() says; `busy` when somebody else has the wallet and p_wait is false
create or replace function adjust_credits(p_adjustments adjustment[], p_wait boolean)
returns table (ord integer, outcome text, journal_id bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  v_users text[] := open_wallets(array(select distinct user_id from unnest(p_adjustments)), p_wait);
  v_asked adjustment;
  v_known kept_key;
  v_wallet wallets;
begin
  perform lock_hands(array(select person from unnest(p_adjustments)));
  for v_nth in 1..cardinality(p_adjustments) loop
    ord := v_nth;
    v_asked := p_adjustments[v_nth];
    select * into v_known from known_key(v_asked.user_id, 'adjust', hashed_key(v_asked.user_id, v_asked.key), 'support');
    select * into v_wallet from wallets where user_id = v_asked.user_id;
    outcome := case when v_asked.user_id <> all(v_users) then 'busy'
      else adjustment_verdict(v_asked, v_known, v_wallet) end;
    journal_id := v_known.journal_id;
    if outcome = 'adjusted' then
      journal_id := new_posting_id();
      if v_asked.credits > 0 then
        perform add_by_hand(v_asked, v_wallet, journal_id);
      else
        perform take_by_hand(v_asked, v_wallet, journal_id);
      end if;
    end if;
    if outcome in ('adjusted', 'refused') and v_known.key is null then
      perform keep_keys(array[row(v_asked.user_id, 'adjust', hashed_key(v_asked.user_id, v_asked.key), 'support',
        v_asked.input_hash, case outcome when 'adjusted' then 'done' else 'refused' end, journal_id, null)::kept_key]);
    end if;
    return next;
  end loop;
end $$;

-- What becomes of an adjustment: `adjusted` is to be done; `stale`, `refused`, `too_many` and `needs_approval` have changed
-- nothing; `replayed` was done under this key before, `conflict` was something else.
create or replace function adjustment_verdict(p_asked adjustment, p_known kept_key, p_wallet wallets)
returns text
language plpgsql as $$
declare
  v_available bigint := p_wallet.balance - p_wallet.held - p_wallet.frozen;
begin
  return case
    when p_known.key is not null and p_known.input_hash <> p_asked.input_hash then 'conflict'
    when p_known.outcome = 'done' then 'replayed'
    when p_known.key is null and p_asked.approved_by is null
      and v_available <> (p_asked.limits ->> 'seenAvailable')::bigint then 'stale'
    when p_known.outcome = 'refused' or v_available < -p_asked.credits then 'refused'
    -- More than every client of the schema reads exactly.
    when p_wallet.balance + p_asked.credits > 9007199254740991 then 'too_many'
    when not may_adjust(p_asked) then 'needs_approval'
    else 'adjusted' end;
end $$;

-- True when a second person agreed to this adjustment, or when one is enough for it: then it is written down as his.
create or replace function may_adjust(p_asked adjustment)
returns boolean
language plpgsql as $$
begin
  if p_asked.approved_by is null then
    return move_by_hand(p_asked.person, p_asked.user_id, 'CREDIT', abs(p_asked.credits),
      p_asked.user_id || ':adjust:' || p_asked.key, p_asked.limits);
  end if;
  if not exists (select from approvals where action = 'adjust' and status = 'approved'
      and decided_by = p_asked.approved_by and input ->> 'userId' = p_asked.user_id
      and input ->> 'idempotencyKey' = p_asked.key and credits = p_asked.credits) then
    raise exception 'No approval of % lets % credits of % be adjusted', p_asked.approved_by, p_asked.credits,
      p_asked.user_id;
  end if;
  return true;
end $$;

create or replace function adjustment_posting(p_asked adjustment, p_posting_id bigint)
returns posting
language sql immutable as $$
  select row(p_posting_id, 'adjustment', p_asked.user_id || ':adjust:' || p_asked.key, p_asked.user_id, null,
    p_asked.reason, p_asked.public_reason, p_asked.reference, p_asked.metadata, p_asked.actor, p_asked.approved_by,
    null)::posting;
$$;

-- Posts credits that are added, as one change of the wallet. What they pay of a debt was spent before, and nobody paid for
-- it, so that nothing is earned.
create or replace function add_by_hand(p_asked adjustment, p_wallet wallets, p_posting_id bigint)
returns void
language plpgsql as $$
declare
  v_user text := p_asked.user_id;
  v_pays bigint := least(p_asked.credits, p_wallet.owed);
  v_debt bigint := case when v_pays > 0 then new_posting_id() end;
  -- Between the two postings.
  v_filled wallets := wallet_after(p_wallet, p_asked.credits, 0, 0, 0, 1);
  v_after wallets := wallet_after(p_wallet, p_asked.credits - v_pays, 0, 0, -v_pays, 1 + (v_pays > 0)::integer);
  v_lots lot_part[];
begin
  perform post(
    array[adjustment_posting(p_asked, p_posting_id)] || case when v_pays > 0 then
      array[row(v_debt, 'debt_payment', v_user || ':adjust:' || p_asked.key, v_user, null, null, null, null, null,
        p_asked.actor, null, null)::posting] else '{}' end,
    array[line_of(p_posting_id, 'credits_adjusted', 'CREDIT', -p_asked.credits),
      wallet_line(p_posting_id, v_filled, p_asked.credits), wallet_line(v_debt, v_after, -v_pays),
      debt_line(v_debt, v_user, v_pays)]);
  -- Of no currency: nothing was paid.
  v_lots := add_lots(array[
    row(v_user, null, p_posting_id, p_asked.credits, 0, 'NIL', p_asked.expires_at, false)::new_lot]);
  if v_pays > 0 then
    perform move_lots(array[row((v_lots[1]).lot_id, v_debt, v_pays, true, 0, 0)::lot_move]);
  end if;
  perform move_wallets(array[row(v_after, p_asked.actor, p_asked.credits - v_pays, p_posting_id,
    jsonb_build_object('adjusted', p_asked.credits))::wallet_change]);
end $$;

-- Posts credits that are taken away. What was paid for them and never earned is no liability any more.
create or replace function take_by_hand(p_asked adjustment, p_wallet wallets, p_posting_id bigint)
returns void
language plpgsql as $$
declare
  v_wants lot_want[] := array[row(p_posting_id, p_asked.user_id, -p_asked.credits, null, false)::lot_want];
  v_released lot_taking[] := take_lots(v_wants, 'gone', false);
  v_wallet wallets := move_wallet(p_asked.user_id, p_asked.credits, 0, 0, 0, 1, p_asked.actor, p_posting_id,
    jsonb_build_object('adjusted', p_asked.credits));
begin
  perform post(array[adjustment_posting(p_asked, p_posting_id)],
    taken_lines(array[wallet_line(p_posting_id, v_wallet, p_asked.credits),
      line_of(p_posting_id, 'credits_adjusted', 'CREDIT', -p_asked.credits)], v_released, 'adjustments'));
end $$;
