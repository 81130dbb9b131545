-- Adds credits that nobody paid for, as a lot of their own, or takes free ones away in the order in which they are spent.
-- Added credits pay what the user owes first. One by one: a person does it, and seldom.
-- p_approved_by: whose agreement stands in an approval of this key. Without it p_person moves it alone, as far as p_limits
-- let him; the outcome `needs_approval` has changed nothing. `seenAvailable` beside the limits: what was
-- available when it was confirmed; `stale` when that is not so any more.
create or replace function adjust_credits(
  p_user_id text[], p_credits bigint[], p_expires_at timestamptz[], p_reason text[], p_public_reason text[],
  p_key text[], p_input_hash text[], p_actor text[], p_approved_by text[], p_person text[], p_limits jsonb[],
  p_reference text[], p_metadata jsonb[], p_wait boolean)
returns table (ord integer, outcome text, journal_id bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  v_users text[];
  v_asked record;
  v_known idempotency_keys;
  v_wallet wallets;
  v_journal bigint;
begin
  v_users := open_wallets(p_user_id, p_wait);
  perform lock_hands(p_person);
  for v_asked in
    select * from unnest(p_user_id, p_credits, p_expires_at, p_reason, p_public_reason, p_key, p_input_hash, p_actor,
        p_approved_by, p_person, p_limits, p_reference, p_metadata)
      with ordinality a(user_id, credits, expires_at, reason, public_reason, key, input_hash, actor, approved_by, person,
        limits, reference, metadata, ord)
    order by a.ord
  loop
    ord := v_asked.ord;
    journal_id := null;
    select * into v_known from idempotency_keys
      where user_id = v_asked.user_id and operation = 'adjust'
        and key = hashed_key(v_asked.user_id, v_asked.key);
    select * into v_wallet from wallets where user_id = v_asked.user_id;
    outcome := case
      when v_asked.user_id <> all(v_users) then 'busy'
      when v_known.key is not null and v_known.input_hash <> v_asked.input_hash then 'conflict'
      when v_known.outcome = 'done' then 'replayed'
      when v_known.key is null and v_asked.approved_by is null
        and v_wallet.balance - v_wallet.held - v_wallet.frozen <> (v_asked.limits ->> 'seenAvailable')::bigint then 'stale'
      when v_known.outcome = 'refused' or v_wallet.balance - v_wallet.held - v_wallet.frozen < -v_asked.credits
        then 'refused'
      -- More than every client of the schema reads exactly.
      when v_wallet.balance + v_asked.credits > 9007199254740991 then 'too_many'
      else 'adjusted' end;
    if outcome = 'adjusted' and not may_adjust(v_asked.user_id, v_asked.key, v_asked.credits, v_asked.approved_by,
        v_asked.person, v_asked.limits) then
      outcome := 'needs_approval';
    end if;
    if outcome = 'adjusted' then
      insert into journal (kind, reference, user_id, reason, public_reason, caller_reference, metadata, actor, approved_by,
        posted_at, epoch)
      select 'adjustment', v_asked.user_id || ':adjust:' || v_asked.key, v_asked.user_id, v_asked.reason,
        v_asked.public_reason, v_asked.reference, v_asked.metadata, v_asked.actor, v_asked.approved_by, instant(), epoch from gateway
      returning id into v_journal;
      if v_asked.credits > 0 then
        perform add_credits(v_wallet, v_journal, v_asked.credits, v_asked.expires_at, v_asked.actor);
      else
        perform take_credits(v_wallet, v_journal, -v_asked.credits, v_asked.actor);
      end if;
    end if;
    if outcome in ('adjusted', 'refused') and v_known.key is null then
      insert into idempotency_keys (user_id, operation, key, caller_kind, input_hash, outcome, journal_id, created_at)
      values (v_asked.user_id, 'adjust', hashed_key(v_asked.user_id, v_asked.key), 'support', v_asked.input_hash,
        case outcome when 'adjusted' then 'done' else 'refused' end, v_journal, instant());
    end if;
    journal_id := case outcome when 'adjusted' then v_journal else v_known.journal_id end;
    return next;
    v_journal := null;
  end loop;
end $$;

-- True when a second person agreed to this adjustment, or when one is enough for it: then it is written down as his.
create or replace function may_adjust(
  p_user_id text, p_key text, p_credits bigint, p_approved_by text, p_person text, p_limits jsonb)
returns boolean
language plpgsql as $$
begin
  if p_approved_by is null then
    return move_by_hand(p_person, p_user_id, 'CREDIT', abs(p_credits), p_user_id || ':adjust:' || p_key, p_limits);
  end if;
  if not exists (select from approvals where action = 'adjust' and status = 'approved' and decided_by = p_approved_by
      and input ->> 'userId' = p_user_id and input ->> 'idempotencyKey' = p_key and credits = p_credits) then
    raise exception 'No approval of % lets % credits of % be adjusted', p_approved_by, p_credits, p_user_id;
  end if;
  return true;
end $$;

-- The lines, the lot, the wallet and the event of credits that are added. What they pay of a debt was spent before, and
-- nobody paid for it, so that nothing is earned.
create or replace function add_credits(
  p_wallet wallets, p_journal_id bigint, p_credits bigint, p_expires_at timestamptz, p_actor text)
returns void
language plpgsql as $$
declare
  v_head journal := (select j from journal j where id = p_journal_id);
  v_pays bigint := least(p_credits, p_wallet.owed);
  v_debt bigint;
begin
  insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
  values (p_journal_id, 1, 'credits_adjusted', null, 'CREDIT', -p_credits, null, null),
    (p_journal_id, 2, 'wallet', p_wallet.user_id, 'CREDIT', p_credits, p_wallet.line_sequence + 1,
      p_wallet.balance + p_credits);
  if v_pays > 0 then
    insert into journal (kind, reference, user_id, actor, posted_at, epoch)
    values ('debt_payment', v_head.reference, p_wallet.user_id, p_actor, v_head.posted_at, v_head.epoch)
    returning id into v_debt;
    insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
    values (v_debt, 1, 'wallet', p_wallet.user_id, 'CREDIT', -v_pays, p_wallet.line_sequence + 2,
        p_wallet.balance + p_credits - v_pays),
      (v_debt, 2, 'debt', p_wallet.user_id, 'CREDIT', v_pays, null, null);
  end if;
  -- Of no currency: nothing was paid.
  insert into lots (user_id, journal_id, granted, remaining, spent, paid_minor, deferred_minor, currency, expires_at,
    created_at)
  values (p_wallet.user_id, p_journal_id, p_credits, p_credits - v_pays, v_pays, 0, 0, 'NIL', p_expires_at,
    v_head.posted_at);
  update wallets set balance = balance + p_credits - v_pays, owed = owed - v_pays, version = version + 1,
    line_sequence = line_sequence + 1 + (v_pays > 0)::integer, updated_at = v_head.posted_at
  where user_id = p_wallet.user_id;
  insert into events (subject, sequence, version, kind, actor, data, at, epoch)
  values ('wallet:' || p_wallet.user_id, p_wallet.version + 1, p_wallet.version + 1, 'balance_changed', p_actor,
    jsonb_build_object('delta', p_credits - v_pays, 'journalId', p_journal_id, 'adjusted', p_credits,
      'balance', p_wallet.balance + p_credits - v_pays, 'held', p_wallet.held, 'frozen', p_wallet.frozen,
      'owed', p_wallet.owed - v_pays), v_head.posted_at, v_head.epoch);
end $$;

-- The lines, the lots, the wallet and the event of credits that are taken away. What was paid for them and never earned
-- is no liability any more.
create or replace function take_credits(p_wallet wallets, p_journal_id bigint, p_credits bigint, p_actor text)
returns void
language plpgsql as $$
declare
  v_head journal := (select j from journal j where id = p_journal_id);
  v_left bigint := p_credits;
  v_lot lots;
  v_takes bigint;
  v_worth bigint;
  v_released jsonb := '{}';
begin
  for v_lot in
    select * from lots where user_id = p_wallet.user_id and remaining > held + frozen order by expires_at, id
  loop
    exit when v_left = 0;
    v_takes := least(v_left, v_lot.remaining - v_lot.held - v_lot.frozen);
    v_worth := take_from_lot(v_lot, v_takes, false);
    v_left := v_left - v_takes;
    v_released := v_released
      || jsonb_build_object(v_lot.currency, coalesce((v_released ->> v_lot.currency)::bigint, 0) + v_worth);
  end loop;
  insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
  select p_journal_id, row_number() over (), l.* from (
    values ('wallet', p_wallet.user_id, 'CREDIT', -p_credits::bigint, p_wallet.line_sequence + 1,
        p_wallet.balance - p_credits),
      ('credits_adjusted', null, 'CREDIT', p_credits::bigint, null::bigint, null::bigint)
    union all
    select 'deferred_revenue', null, key, -value::bigint, null, null from jsonb_each_text(v_released) where value <> '0'
    union all
    select 'adjustments', null, key, value::bigint, null, null from jsonb_each_text(v_released) where value <> '0') l;
  update wallets set balance = balance - p_credits, version = version + 1, line_sequence = line_sequence + 1,
    updated_at = v_head.posted_at
  where user_id = p_wallet.user_id;
  insert into events (subject, sequence, version, kind, actor, data, at, epoch)
  values ('wallet:' || p_wallet.user_id, p_wallet.version + 1, p_wallet.version + 1, 'balance_changed', p_actor,
    jsonb_build_object('delta', -p_credits, 'journalId', p_journal_id, 'adjusted', -p_credits,
      'balance', p_wallet.balance - p_credits, 'held', p_wallet.held, 'frozen', p_wallet.frozen,
      'owed', p_wallet.owed), v_head.posted_at, v_head.epoch);
end $$;
