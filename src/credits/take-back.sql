-- Takes credits back for a refund or a lost dispute, and posts it: what is free of the lot that the payment bought, then
-- the user's other free lots in the order in which they would be spent, then held ones, whose holds shrink, then debt.
-- What p_cause_id has frozen is free for it. Money: p_amount_minor leaves clearing (a lost dispute's went before: 0), what
-- the lots still held as deferred revenue pays for it, and p_contra takes the rest, which was earned already.
-- Runs under the caller's lock on the wallet, its lots and its open holds. @returns the posting; null when there was nothing
create or replace function take_credits(
  p_intent intents, p_kind text, p_reference text, p_cause_id text, p_amount_minor bigint, p_currency text,
  p_contra text, p_credits bigint, p_actor text)
returns bigint
language plpgsql as $$
declare
  v_unfrozen bigint := unfreeze_lots(p_cause_id);
  v_journal bigint;
  v_missing bigint := p_credits;
  v_held bigint := 0;
  v_takes bigint;
  v_lot lots;
  v_part record;
  v_wallet wallets;
  v_holds jsonb := '[]';
  -- What the lots still held of their price, by currency.
  v_deferred jsonb := '{}';
begin
  if p_credits > 0 or p_amount_minor > 0 then
    insert into journal (kind, reference, user_id, intent_id, actor, posted_at, epoch)
    select p_kind, p_reference, p_intent.user_id, p_intent.id, p_actor, instant(), epoch from gateway
    returning id into v_journal;
  end if;
  for v_lot in
    select * from lots where user_id = p_intent.user_id and remaining > held + frozen
    order by intent_id is distinct from p_intent.id, expires_at, id
  loop
    exit when v_missing = 0;
    v_takes := least(v_missing, v_lot.remaining - v_lot.held - v_lot.frozen);
    v_deferred := add_minor(v_deferred, v_lot.currency, revoke_from_lot(p_cause_id, v_lot, v_takes));
    v_missing := v_missing - v_takes;
  end loop;
  if v_missing > 0 then
    for v_part in
      select hl.hold_id, hl.lot_id, hl.credits from hold_lots hl
      join holds h on h.id = hl.hold_id and h.user_id = p_intent.user_id and h.status = 'open'
      join lots l on l.id = hl.lot_id
      -- The newest hold first: what was promised first is kept longest.
      order by l.intent_id is distinct from p_intent.id, h.created_at desc, hl.hold_id desc, hl.lot_id
    loop
      exit when v_missing = 0;
      v_takes := least(v_missing, v_part.credits);
      if v_takes = v_part.credits then
        delete from hold_lots where hold_id = v_part.hold_id and lot_id = v_part.lot_id;
      else
        update hold_lots set credits = credits - v_takes where hold_id = v_part.hold_id and lot_id = v_part.lot_id;
      end if;
      perform shrink_hold(v_part.hold_id, v_takes, p_actor);
      update lots set held = held - v_takes where id = v_part.lot_id returning * into v_lot;
      v_deferred := add_minor(v_deferred, v_lot.currency, revoke_from_lot(p_cause_id, v_lot, v_takes));
      v_holds := v_holds || jsonb_build_object('id', v_part.hold_id, 'credits', v_takes);
      v_held := v_held + v_takes;
      v_missing := v_missing - v_takes;
    end loop;
  end if;
  v_takes := p_credits - v_missing;
  if p_credits > 0 or v_unfrozen > 0 then
    update wallets set balance = balance - v_takes, held = held - v_held, frozen = frozen - v_unfrozen,
      owed = owed + v_missing, version = version + 1, line_sequence = line_sequence + (v_takes > 0)::integer,
      updated_at = instant()
    where user_id = p_intent.user_id returning * into v_wallet;
    perform tell_wallet(v_wallet, p_actor, jsonb_build_object('delta', -v_takes,
        'journalId', case when v_takes > 0 then v_journal end)
      || case when v_held > 0 then jsonb_build_object('holdsShrunk', v_holds) else '{}' end);
  end if;
  perform post_credits(v_journal, p_intent, v_wallet, p_amount_minor, p_currency, p_contra, v_deferred, -v_takes,
    -v_missing);
  -- Less may have been due than was frozen for it.
  perform pay_debt(p_intent.user_id, p_reference, p_actor, p_intent.id);
  perform freeze_disputed(array[p_intent.user_id], p_actor);
  return v_journal;
end $$;

-- Gives back what a refund that failed, or a lost dispute that was won after all, had taken: it undoes what is left of the
-- debt, and the rest returns to the lots that it came from. Credits whose debt was paid meanwhile return to the lot that
-- the payment bought, or to whichever has room. Then whatever else is owed is paid.
create or replace function give_credits_back(
  p_intent intents, p_kind text, p_reference text, p_reversal_of bigint, p_cause_id text, p_amount_minor bigint,
  p_currency text, p_contra text, p_credits bigint, p_actor text)
returns bigint
language plpgsql as $$
declare
  v_journal bigint;
  v_part record;
  v_lot lots;
  v_wallet wallets;
  v_undone bigint;
  v_left bigint := p_credits;
  v_gives bigint;
  v_unspent bigint;
  v_deferred jsonb := '{}';
begin
  if p_credits = 0 and p_amount_minor = 0 then
    return null;
  end if;
  insert into journal (kind, reference, user_id, intent_id, actor, posted_at, epoch, reversal_of)
  select p_kind, p_reference, p_intent.user_id, p_intent.id, p_actor, instant(), epoch, p_reversal_of
  from gateway returning id into v_journal;
  for v_part in
    select l as lot, r.credits from revoked_lots r join lots l on l.id = r.lot_id
    where r.cause_id = p_cause_id order by r.lot_id
  loop
    v_deferred := add_minor(v_deferred, (v_part.lot).currency, take_from_lot(v_part.lot, -v_part.credits, false));
    v_left := v_left - v_part.credits;
  end loop;
  delete from revoked_lots where cause_id = p_cause_id;
  select least(v_left, owed) into v_undone from wallets where user_id = p_intent.user_id;
  v_left := v_left - v_undone;
  for v_part in
    -- What other refunds and disputes took of a lot keeps its room there: it may come back as well.
    select l as lot, l.granted - l.remaining - k.credits as room
    from lots l
    cross join lateral (
      select coalesce(sum(credits), 0)::bigint as credits from revoked_lots where lot_id = l.id) k
    where l.user_id = p_intent.user_id and l.granted - l.remaining > k.credits
    order by l.intent_id is distinct from p_intent.id, l.id
  loop
    exit when v_left = 0;
    v_gives := least(v_left, v_part.room);
    -- They count as not spent again; what expired, or was taken by hand, comes back last.
    v_unspent := least(v_gives, (v_part.lot).spent);
    v_deferred := add_minor(v_deferred, (v_part.lot).currency, take_from_lot(v_part.lot, -v_unspent, true));
    select * into v_lot from lots where id = (v_part.lot).id;
    v_deferred := add_minor(v_deferred, v_lot.currency, take_from_lot(v_lot, v_unspent - v_gives, false));
    v_left := v_left - v_gives;
  end loop;
  v_gives := p_credits - v_undone;
  if p_credits > 0 then
    update wallets set balance = balance + v_gives, owed = owed - v_undone, version = version + 1,
      line_sequence = line_sequence + (v_gives > 0)::integer, updated_at = instant()
    where user_id = p_intent.user_id returning * into v_wallet;
    perform tell_wallet(v_wallet, p_actor, jsonb_build_object('delta', v_gives,
      'journalId', case when v_gives > 0 then v_journal end));
  end if;
  perform post_credits(v_journal, p_intent, v_wallet, -p_amount_minor, p_currency, p_contra, v_deferred, v_gives,
    v_undone);
  -- What was taken under the same reference may have paid some too.
  perform pay_debt(p_intent.user_id, p_reference || ':back', p_actor, p_intent.id);
  perform freeze_disputed(array[p_intent.user_id], p_actor);
  return v_journal;
end $$;

-- What was set aside becomes less; the hold stays open, and its entry says so.
create or replace function shrink_hold(p_hold_id text, p_credits bigint, p_actor text)
returns void
language plpgsql as $$
declare
  v_hold holds;
begin
  update holds set held = held - p_credits, version = version + 1 where id = p_hold_id returning * into v_hold;
  insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
  select v_hold.id, v_hold.version, v_hold.version, 'hold_changed', p_actor, 'open', 'open',
    jsonb_build_object('userId', v_hold.user_id, 'credits', v_hold.credits, 'shrunkBy', p_credits, 'left', v_hold.held),
    instant(), epoch
  from gateway;
end $$;

-- Takes credits out of one lot, whose held and frozen ones the caller has let go of, and remembers it.
-- @returns what of the lot's price had not been earned: minor units
create or replace function revoke_from_lot(p_cause_id text, p_lot lots, p_credits bigint)
returns bigint
language plpgsql as $$
begin
  insert into revoked_lots as r (cause_id, lot_id, credits) values (p_cause_id, p_lot.id, p_credits)
  on conflict (cause_id, lot_id) do update set credits = r.credits + excluded.credits;
  return take_from_lot(p_lot, p_credits, false);
end $$;

create or replace function add_minor(p_sums jsonb, p_currency text, p_minor bigint)
returns jsonb
language sql immutable as $$
  select p_sums || jsonb_build_object(p_currency, coalesce((p_sums ->> p_currency)::bigint, 0) + p_minor);
$$;

-- The lines of a taking (money and deferred positive, wallet and debt negative) or of a giving (the other way round).
create or replace function post_credits(
  p_journal bigint, p_intent intents, p_wallet wallets, p_amount_minor bigint, p_currency text, p_contra text,
  p_deferred jsonb, p_wallet_credits bigint, p_debt_credits bigint)
returns void
language sql as $$
  insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
  select p_journal, row_number() over (), l.* from (
    select 'clearing_' || p_intent.provider, null::text, p_currency, p_amount_minor, null::bigint, null::bigint
    union all
    select 'deferred_revenue', null, key, -value::bigint, null, null from jsonb_each_text(p_deferred)
    union all
    select p_contra, null, c.currency, coalesce((p_deferred ->> c.currency)::bigint, 0)
      - case when c.currency = p_currency then p_amount_minor else 0 end, null, null
    from (select p_currency as currency union select jsonb_object_keys(p_deferred)) c
    union all
    select 'wallet', p_intent.user_id, 'CREDIT', p_wallet_credits, p_wallet.line_sequence, p_wallet.balance
    union all
    select 'debt', p_intent.user_id, 'CREDIT', p_debt_credits, null, null
    union all
    select 'credits_issued', null, 'CREDIT', -(p_wallet_credits + p_debt_credits), null, null
  ) as l (account, user_id, unit, amount, sequence, balance_after)
  where p_journal is not null and l.amount <> 0;
$$;
