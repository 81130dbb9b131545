-- Asks for a refund, before the provider is asked: under the intent's lock pending, succeeded and new together stay within
-- what was captured and is not disputed. The row carries the exact request and a lease; its credits are frozen.
-- The key belongs to the owner of the money. When it is more than one person may move nothing happens but that an approval is
-- asked for; p_approval brings it, the person and his `limits`. Once agreed to (`approved`) it is the amount that was shown.
-- `seenLeft`: what was left when it was confirmed; nothing is done when that is not so any more.
create or replace function request_refund(
  p_id text, p_intent_id text, p_amount_minor bigint, p_reason text, p_public_reason text, p_key text,
  p_input_hash text, p_requested_by text, p_approval jsonb, p_lease_token text, p_lease_seconds integer)
returns table (outcome text, refund refunds, approval_id text, left_minor bigint, intent_status text)
language plpgsql as $$
#variable_conflict use_column
declare
  v_intent intents;
  v_payment intent_payments;
  v_key idempotency_keys;
  v_hash text;
  v_refund refunds;
  v_busy bigint;
  v_left bigint;
  v_amount bigint;
  v_planned bigint;
  v_approval approvals;
begin
  select * into v_intent from intents where id = p_intent_id for no key update;
  if not found then
    return query select 'not_found', null::refunds, null::text, null::bigint, null::text;
    return;
  end if;
  v_hash := hashed_key(v_intent.user_id, p_key);
  select * into v_key from idempotency_keys
    where user_id = v_intent.user_id and operation = 'refund' and key = v_hash;
  if v_key.input_hash <> p_input_hash then
    return query select 'conflict', null::refunds, v_key.result_id, null::bigint, null::text;
    return;
  end if;
  if v_key.result_id like 'apr\_%' and v_key.result_id is distinct from p_approval ->> 'approved' then
    return query select 'needs_approval', null::refunds, v_key.result_id, null::bigint, null::text;
    return;
  end if;
  if v_key.result_id like 'ref\_%' then
    return query select 'replayed', r, null::text, null::bigint, null::text from refunds r where r.id = v_key.result_id;
    return;
  end if;
  v_payment := refundable_payment(v_intent);
  if v_payment.provider_payment_id is null then
    return query select 'invalid_state', null::refunds, null::text, null::bigint, v_intent.status;
    return;
  end if;
  insert into wallets (user_id) values (v_intent.user_id) on conflict do nothing;
  perform 1 from wallets where user_id = v_intent.user_id for no key update;
  perform 1 from lots where user_id = v_intent.user_id and remaining > 0 order by id for no key update;
  perform work_due(array[v_intent.user_id]);

  v_payment := refundable_payment(v_intent);
  v_busy := v_payment.amount_refunded_minor + v_payment.amount_written_off_minor + disputed_minor(v_payment, array['open', 'lost'])
    + (select coalesce(sum(amount_minor), 0) from refunds
       where provider_payment_id = v_payment.provider_payment_id and provider = v_payment.provider
         and status = 'pending' and provider_refund_id is null);
  v_left := greatest(v_payment.amount_minor - v_busy, 0);
  v_amount := coalesce(p_amount_minor, v_left);
  if p_approval ->> 'approved' is not null then
    select * into strict v_approval from approvals
      where id = p_approval ->> 'approved' and action = 'refund' and status = 'approved'
        and input ->> 'intentId' = p_intent_id and decided_by = p_approval ->> 'approvedBy';
    v_amount := v_approval.amount_minor;
  end if;
  if v_approval.id is null and v_left <> (p_approval ->> 'seenLeft')::bigint then
    return query select 'stale', null::refunds, null::text, v_left, null::text;
    return;
  end if;
  if v_amount < 1 or v_amount > v_left then
    return query select 'exceeds', null::refunds, null::text, v_left, null::text;
    return;
  end if;
  if v_approval.id is null and not move_by_hand(p_approval ->> 'person', v_intent.user_id, v_payment.currency, v_amount,
      p_id, p_approval -> 'limits') then
    insert into approvals (id, action, summary, input, amount_minor, currency, requested_by, api_key_id, expires_at)
    values (p_approval ->> 'id', 'refund', p_approval ->> 'summary', p_approval -> 'input', v_amount, v_payment.currency,
      p_approval ->> 'person', p_approval ->> 'apiKeyId',
      instant() + make_interval(secs => (p_approval ->> 'ttl')::integer));
    insert into idempotency_keys (user_id, operation, key, caller_kind, input_hash, outcome, result_id)
    values (v_intent.user_id, 'refund', v_hash, 'support', p_input_hash, 'done', p_approval ->> 'id');
    return query select 'needs_approval', null::refunds, p_approval ->> 'id', v_left, null::text;
    return;
  end if;

  insert into refunds (id, intent_id, provider, provider_payment_id, amount_minor, currency, status, requested_by, reason,
    public_reason, idempotency_key, request, approved_by, lease_until, lease_token, tries)
  values (p_id, p_intent_id, v_intent.provider, v_payment.provider_payment_id, v_amount, v_payment.currency, 'pending',
    p_requested_by, p_reason, p_public_reason, p_key,
    jsonb_build_object('providerIntentId', v_intent.provider_intent_id, 'providerPaymentId',
      v_payment.provider_payment_id, 'amountMinor', v_amount::text, 'currency', v_payment.currency, 'ourRefundId', p_id,
      'reason', p_reason),
    p_approval ->> 'approvedBy', instant() + make_interval(secs => p_lease_seconds), p_lease_token, 1);
  -- Money that bought nothing takes no credits with it.
  v_planned := case v_payment.booked_as when 'bought' then
    credits_for(v_intent, v_payment, v_busy + v_amount) - credits_for(v_intent, v_payment, v_busy) else 0 end;
  update refunds set credits_frozen =
      freeze_credits(v_intent.user_id, p_id, p_intent_id, v_planned, false, p_requested_by)
    where id = p_id returning * into v_refund;
  insert into idempotency_keys (user_id, operation, key, caller_kind, input_hash, outcome, result_id)
  values (v_intent.user_id, 'refund', v_hash, 'support', p_input_hash, 'done', p_id)
  on conflict (user_id, operation, key, caller_kind) do update set result_id = excluded.result_id;
  perform tell_intent(p_intent_id, 'refund_requested', p_requested_by, true, refund_facts(v_refund));
  return query select 'requested', v_refund, null::text, v_left, null::text;
end $$;

-- What a refund of an intent is about: the payment that bought its credits; where there is none, or nothing is left of it, the
-- oldest that bought nothing and is still here. Null: there is nothing to send back, and never was.
create or replace function refundable_payment(p_intent intents)
returns intent_payments
language sql stable as $$
  select p from intent_payments p
  where p.intent_id = p_intent.id and (p.booked_as = 'bought' or unapplied_left(p) > 0)
  order by p.booked_as = 'bought' and p.amount_minor > p.amount_refunded_minor + disputed_minor(p, array['open', 'lost'])
    + (select coalesce(sum(r.amount_minor), 0) from refunds r where r.provider_payment_id = p.provider_payment_id
       and r.provider = p.provider and r.status = 'pending' and r.provider_refund_id is null) desc,
    p.booked_as = 'unapplied' desc, p.seen_at, p.provider_payment_id
  limit 1;
$$;

-- Takes refunds whose owner let its lease run out, for this process to carry on, and those that the provider accepted
-- and said no more of. Those by policy are asked for in their own way.
create or replace function take_refunds(p_lease_token text, p_lease_seconds integer, p_limit integer)
returns setof refunds
language sql as $$
  with due as (
    select id from refunds
    where lease_until <= clock_timestamp() and status = 'pending'
      and (requested_by <> 'policy' or provider_refund_id is not null)
    order by lease_until limit p_limit for no key update skip locked
  )
  update refunds r set lease_until = instant() + make_interval(secs => p_lease_seconds),
    lease_token = p_lease_token, tries = r.tries + 1
  from due where r.id = due.id
  returning r.*;
$$;
