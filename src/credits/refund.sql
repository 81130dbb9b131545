-- Books a refund that was made at the provider, once, under the locks that settle() holds on the intent, the wallet and
-- its lots. Credits go back in proportion to the money: first what is free of the lot that the payment bought, then the
-- user's other free lots in the order in which they would be spent, and what is still missing is owed.
create or replace function book_provider_refund(
  p_intent_id text, p_refund_id text, p_payment_id text, p_amount_minor bigint, p_currency text, p_status text)
returns text
language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
  v_epoch integer := (select epoch from gateway);
  v_intent intents;
  v_payment intent_payments;
  v_known refunds;
  v_revoke integer := 0;
  v_ours text;
begin
  select * into v_intent from intents where id = p_intent_id;
  select * into v_known from refunds where provider_refund_id = p_refund_id and provider = v_intent.provider;
  if v_known.id is not null then
    return note_refund_status(v_known, p_status);
  end if;
  select * into v_payment from intent_payments
    where provider_payment_id = p_payment_id and provider = v_intent.provider and intent_id = p_intent_id;
  if p_status = 'failed' then
    return 'same';
  end if;
  if v_payment.booked_as is null or v_payment.currency <> p_currency
    or v_payment.amount_refunded_minor + p_amount_minor > v_payment.amount_minor then
    insert into breaks (subject, kind, provider, provider_entry_id, intent_id, theirs_minor, theirs_currency)
    values ('refund', case when v_payment.booked_as is null then 'unknown_payment' else 'amount_mismatch' end,
      v_intent.provider, p_refund_id, p_intent_id, p_amount_minor, p_currency)
    on conflict do nothing;
    return 'illegal';
  end if;

  update intent_payments set amount_refunded_minor = amount_refunded_minor + p_amount_minor
    where provider_payment_id = p_payment_id and provider = v_intent.provider;
  if v_payment.booked_as = 'bought' then
    v_revoke := v_intent.credits * (v_payment.amount_refunded_minor + p_amount_minor) / v_payment.amount_minor
      - (select coalesce(sum(credits_revoked), 0) from refunds
         where intent_id = p_intent_id and provider_payment_id = p_payment_id);
  end if;
  -- The one that we asked for ourselves, whose answer may have been lost, is this one.
  update refunds set provider_refund_id = p_refund_id, status = p_status, lease_until = null, lease_token = null,
    completed_at = case when p_status = 'succeeded' then v_now end
  where intent_id = p_intent_id and provider_payment_id = p_payment_id and provider = v_intent.provider
    and provider_refund_id is null and status = 'pending' and amount_minor = p_amount_minor
  returning id into v_ours;
  if v_ours is null then
    insert into refunds (id, intent_id, provider, provider_refund_id, provider_payment_id, amount_minor, currency,
      status, requested_by, credits_revoked, created_at, completed_at)
    values ('ref_' || replace(gen_random_uuid()::text, '-', ''), p_intent_id, v_intent.provider, p_refund_id,
      p_payment_id, p_amount_minor, p_currency, p_status, 'provider', v_revoke, v_now,
      case when p_status = 'succeeded' then v_now end);
  end if;
  if v_payment.booked_as = 'unapplied' and v_payment.amount_refunded_minor + p_amount_minor = v_payment.amount_minor then
    update breaks set status = 'resolved', resolved_at = v_now
    where provider_entry_id = p_payment_id and provider = v_intent.provider and status = 'open';
  end if;
  perform take_back(v_intent, v_payment.booked_as, v_intent.provider || ':' || p_refund_id, p_amount_minor, v_revoke);
  update intents set version = version + 1, timeline_sequence = timeline_sequence + 1, updated_at = v_now
    where id = p_intent_id returning * into v_intent;
  insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
  values (p_intent_id, v_intent.timeline_sequence, v_intent.version, 'refund_issued', 'provider', v_intent.status,
    v_intent.status, jsonb_build_object('amountMinor', p_amount_minor, 'currency', p_currency,
      'creditsRevoked', v_revoke, 'providerRefundId', p_refund_id), v_now, v_epoch);
  return 'changed';
end $$;

-- A refund that we know may become final. One that fails after its credits were taken is a difference for a person.
create or replace function note_refund_status(p_known refunds, p_status text)
returns text
language plpgsql as $$
begin
  if p_known.status = 'pending' and p_status = 'succeeded' then
    update refunds set status = 'succeeded', completed_at = clock_timestamp() where id = p_known.id;
    return 'changed';
  end if;
  if p_status = 'failed' and p_known.status <> 'failed' then
    insert into breaks (subject, kind, provider, provider_entry_id, intent_id, ours_minor, ours_currency)
    values ('refund', 'status_mismatch', p_known.provider, p_known.provider_refund_id, p_known.intent_id,
      p_known.amount_minor, p_known.currency)
    on conflict do nothing;
    return 'illegal';
  end if;
  return 'same';
end $$;

-- Posts one refund: the money out of clearing, the credits out of the wallet. What the lots still held as deferred
-- revenue pays for it first; the rest reverses revenue that was already earned.
create or replace function take_back(
  p_intent intents, p_booked_as text, p_reference text, p_amount_minor bigint, p_credits integer)
returns void
language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
  v_epoch integer := (select epoch from gateway);
  v_wallet wallets;
  v_journal bigint;
  v_missing integer := p_credits;
  v_deferred bigint := 0;
  v_taken integer;
  v_worth bigint;
  v_lot lots;
  -- What lots in other currencies still held, by currency.
  v_others jsonb := '{}';
begin
  insert into journal (kind, reference, user_id, intent_id, actor, posted_at, epoch)
  values ('refund', p_reference, p_intent.user_id, p_intent.id, 'provider', v_now, v_epoch) returning id into v_journal;
  for v_lot in
    select * from lots where user_id = p_intent.user_id and remaining > held + frozen
    order by intent_id is distinct from p_intent.id, expires_at, id
  loop
    exit when v_missing = 0;
    v_taken := least(v_missing, v_lot.remaining - v_lot.held - v_lot.frozen);
    v_worth := case when v_taken = v_lot.remaining then v_lot.deferred_minor
      else least(v_lot.deferred_minor, v_lot.paid_minor * v_taken / v_lot.granted) end;
    update lots set remaining = remaining - v_taken, deferred_minor = deferred_minor - v_worth where id = v_lot.id;
    v_missing := v_missing - v_taken;
    if v_lot.currency = p_intent.currency then
      v_deferred := v_deferred + v_worth;
    else
      v_others := v_others || jsonb_build_object(v_lot.currency, coalesce((v_others ->> v_lot.currency)::bigint, 0) + v_worth);
    end if;
  end loop;
  v_taken := p_credits - v_missing;
  if p_credits > 0 then
    update wallets set balance = balance - v_taken, owed = owed + v_missing, version = version + 1,
      line_sequence = line_sequence + (v_taken > 0)::integer, updated_at = v_now
    where user_id = p_intent.user_id returning * into v_wallet;
    insert into events (subject, sequence, version, kind, actor, data, at, epoch)
    values ('wallet:' || p_intent.user_id, v_wallet.version, v_wallet.version, 'balance_changed', 'provider',
      jsonb_build_object('delta', -v_taken, 'journalId', case when v_taken > 0 then v_journal end,
        'balance', v_wallet.balance, 'held', v_wallet.held, 'frozen', v_wallet.frozen, 'owed', v_wallet.owed),
      v_now, v_epoch);
  end if;
  insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
  select v_journal, row_number() over (), l.account, l.user_id, l.unit, l.amount, l.sequence, l.balance_after
  from (
    select 'deferred_revenue' as account, null as user_id, key as unit, -value::bigint as amount,
      null::bigint as sequence, null::bigint as balance_after from jsonb_each_text(v_others)
    union all
    select 'refunds', null, key, value::bigint, null, null from jsonb_each_text(v_others)
    union all
    values
    ('clearing_' || p_intent.provider, null, p_intent.currency, p_amount_minor, null::bigint, null::bigint),
    ('unapplied', null, p_intent.currency, case p_booked_as when 'unapplied' then -p_amount_minor else 0 end, null, null),
    ('deferred_revenue', null, p_intent.currency, -v_deferred, null, null),
    ('refunds', null, p_intent.currency,
      case p_booked_as when 'unapplied' then 0 else v_deferred - p_amount_minor end, null, null),
    ('wallet', p_intent.user_id, 'CREDIT', -v_taken::bigint, v_wallet.line_sequence, v_wallet.balance),
    ('debt', p_intent.user_id, 'CREDIT', -v_missing::bigint, null, null),
    ('credits_issued', null, 'CREDIT', p_credits::bigint, null, null)
  ) as l
  where l.amount <> 0;
end $$;
