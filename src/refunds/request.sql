-- Asks for a refund, before the provider is asked: under the intent's lock pending, succeeded and new together stay within
-- what was captured and is not disputed. The row carries the exact request and a lease; its credits are frozen.
-- The key belongs to the owner of the money. When it is more than one person may move nothing happens but that an approval is
-- asked for; p_approval brings it, the person and his `limits`. Once agreed to (`approved`) it is the amount that was shown.
-- `seenLeft`: what was left when it was confirmed; nothing is done when that is not so any more (`stale`).
-- `review`: the open review that ends with it, as its `status`; it ends so also when nothing is left (`nothing_left`).
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
  v_amount bigint;
begin
  select * into v_intent from intents where id = p_intent_id for no key update;
  if not found then
    return query select 'not_found', null::refunds, null::text, null::bigint, null::text;
    return;
  end if;
  select * into v_key from idempotency_keys
    where user_id = v_intent.user_id and operation = 'refund' and key = hashed_key(v_intent.user_id, p_key);
  outcome := coalesce(refund_known(v_key, p_input_hash, p_approval), review_known(p_intent_id, p_approval -> 'review'));
  if outcome is null and (refundable_payment(v_intent, p_approval -> 'review')).provider_payment_id is null then
    outcome := 'invalid_state';
  end if;
  if outcome is not null then
    return query select outcome, (select r from refunds r where r.id = v_key.result_id and outcome = 'replayed'),
      case when outcome in ('conflict', 'needs_approval') then v_key.result_id end, null::bigint,
      case outcome when 'invalid_state' then v_intent.status end;
    return;
  end if;

  perform open_wallets(purchase_wallets(array[p_intent_id]), true);
  v_payment := refundable_payment(v_intent, p_approval -> 'review');
  left_minor := greatest(v_payment.amount_minor - going_back(v_payment), 0);
  v_amount := coalesce(agreed_amount(p_intent_id, p_approval), p_amount_minor, left_minor);
  if p_approval ->> 'approved' is null and left_minor <> (p_approval ->> 'seenLeft')::bigint then
    outcome := 'stale';
  elsif left_minor = 0 and decide_by_refund(p_approval -> 'review', p_requested_by) then
    outcome := 'nothing_left';
  elsif v_amount < 1 or v_amount > left_minor then
    outcome := 'exceeds';
  elsif not fits_debt(v_intent.user_id, credits_of_refund(v_intent, v_payment, v_amount)) then
    outcome := 'owes_too_much';
  elsif p_approval ->> 'approved' is null and not move_by_hand(p_approval ->> 'person', v_intent.user_id,
      v_payment.currency, v_amount, p_id, p_approval -> 'limits') then
    outcome := 'needs_approval';
    approval_id := p_approval ->> 'id';
    perform ask_second_person(v_intent, v_payment.currency, v_amount, p_key, p_input_hash, p_approval);
  else
    outcome := 'requested';
    refund := freeze_for_refund(v_intent, v_payment, new_refund(p_id, v_intent, v_payment, v_amount, p_requested_by,
      p_reason, p_public_reason, p_key, p_approval ->> 'approvedBy', p_approval -> 'review' ->> 'id', p_lease_token,
      p_lease_seconds));
    insert into idempotency_keys (user_id, operation, key, caller_kind, input_hash, outcome, result_id)
    values (v_intent.user_id, 'refund', hashed_key(v_intent.user_id, p_key), 'support', p_input_hash, 'done', p_id)
    on conflict (user_id, operation, key, caller_kind) do update set result_id = excluded.result_id;
    perform decide_by_refund(p_approval -> 'review', p_requested_by);
    perform tell_intent(p_intent_id, 'refund_requested', p_requested_by, true, refund_facts(refund));
  end if;
  return next;
end $$;

-- The credits that a refund of so much, asked for now, takes back. Money that bought nothing takes none with it.
create or replace function credits_of_refund(p_intent intents, p_payment intent_payments, p_amount_minor bigint)
returns bigint
language sql stable as $$
  select case when p_payment.booked_as = 'bought' then credits_for(p_intent, p_payment,
    going_back(p_payment) + p_amount_minor) - credits_for(p_intent, p_payment, going_back(p_payment)) else 0 end;
$$;

-- What a key that was used before says; null: it says nothing, the refund is to be made.
create or replace function refund_known(p_key idempotency_keys, p_input_hash text, p_approval jsonb)
returns text
language sql immutable as $$
  select case
    when p_key.input_hash <> p_input_hash then 'conflict'
    when p_key.result_id like 'apr\_%' and p_key.result_id is distinct from p_approval ->> 'approved' then 'needs_approval'
    when p_key.result_id like 'ref\_%' then 'replayed' end;
$$;

-- What the review that a refund is to end says against it; null: nothing.
create or replace function review_known(p_intent_id text, p_review jsonb)
returns text
language sql stable as $$
  select 'decided' where p_review ->> 'id' is not null and not exists (
    select from risk_reviews where id = p_review ->> 'id' and intent_id = p_intent_id and status = 'open');
$$;

-- Ends the review that a refund was asked for, once its credits are frozen for that. @returns false when there was none
create or replace function decide_by_refund(p_review jsonb, p_by text)
returns boolean
language sql as $$
  select coalesce((decide_review(p_review ->> 'id', p_review ->> 'status', p_by, p_review ->> 'note')).id is not null, false);
$$;

-- The amount that a second person agreed to, of the approval that p_approval names; null when it names none.
create or replace function agreed_amount(p_intent_id text, p_approval jsonb)
returns bigint
language plpgsql stable as $$
declare
  v_amount bigint;
begin
  if p_approval ->> 'approved' is not null then
    select amount_minor into strict v_amount from approvals
    where id = p_approval ->> 'approved' and action = 'refund' and status = 'approved'
      and input ->> 'intentId' = p_intent_id and decided_by = p_approval ->> 'approvedBy';
  end if;
  return v_amount;
end $$;

-- Leaves a refund to a second person: from now on its key says so.
create or replace function ask_second_person(
  p_intent intents, p_currency text, p_amount_minor bigint, p_key text, p_input_hash text, p_approval jsonb)
returns void
language sql as $$
  insert into approvals (id, action, summary, input, amount_minor, currency, requested_by, api_key_id, expires_at)
  values (p_approval ->> 'id', 'refund', p_approval ->> 'summary', p_approval -> 'input', p_amount_minor, p_currency,
    p_approval ->> 'person', p_approval ->> 'apiKeyId', instant() + make_interval(secs => (p_approval ->> 'ttl')::integer));
  insert into idempotency_keys (user_id, operation, key, caller_kind, input_hash, outcome, result_id)
  values (p_intent.user_id, 'refund', hashed_key(p_intent.user_id, p_key), 'support', p_input_hash, 'done',
    p_approval ->> 'id');
$$;

-- Writes a refund down as it is asked for, with what is sent to the provider for it.
create or replace function new_refund(
  p_id text, p_intent intents, p_payment intent_payments, p_amount_minor bigint, p_requested_by text, p_reason text,
  p_public_reason text, p_key text, p_approved_by text, p_review_id text, p_lease_token text, p_lease_seconds integer)
returns refunds
language plpgsql as $$
declare
  v_refund refunds;
begin
  insert into refunds (id, intent_id, provider, provider_payment_id, amount_minor, currency, status, requested_by, reason,
    public_reason, idempotency_key, approved_by, review_id, lease_until, lease_token, tries)
  values (p_id, p_intent.id, p_payment.provider, p_payment.provider_payment_id, p_amount_minor, p_payment.currency,
    'pending', p_requested_by, p_reason, p_public_reason, p_key, p_approved_by, p_review_id,
    instant() + make_interval(secs => p_lease_seconds), p_lease_token, 1)
  returning * into v_refund;
  update refunds set request = refund_request(p_intent, v_refund) where id = p_id returning * into v_refund;
  return v_refund;
end $$;

-- What is sent to the provider for a refund, byte for byte, also after a crash.
create or replace function refund_request(p_intent intents, p_refund refunds)
returns jsonb
language sql stable as $$
  select jsonb_build_object('providerIntentId', p_intent.provider_intent_id, 'providerPaymentId',
    p_refund.provider_payment_id, 'amountMinor', p_refund.amount_minor::text, 'currency', p_refund.currency,
    'ourRefundId', p_refund.id, 'gatewayId', (select gateway_id from gateway), 'reason', p_refund.reason)
    -- A payment that a review rejected was a fraud.
    || case when p_refund.review_id is null then '{}' else jsonb_build_object('isFraudulent', true) end;
$$;

-- Freezes the credits of a refund that was asked for just now. Money that bought nothing takes none with it.
create or replace function freeze_for_refund(p_intent intents, p_payment intent_payments, p_refund refunds)
returns refunds
language plpgsql as $$
declare
  v_until bigint := going_back(p_payment);
  v_refund refunds;
  v_frozen bigint := 0;
begin
  perform claim_undecided(p_payment.provider, p_payment.provider_payment_id);
  if p_payment.booked_as = 'bought' then
    v_frozen := freeze_everywhere(p_intent.user_id, p_refund.id, p_intent.id, credits_for(p_intent, p_payment, v_until)
      - credits_for(p_intent, p_payment, v_until - p_refund.amount_minor), false, p_refund.requested_by);
  end if;
  update refunds set credits_frozen = v_frozen where id = p_refund.id returning * into v_refund;
  return v_refund;
end $$;

-- What a refund of an intent is about: the payment that bought its credits; where there is none, or nothing is left of it, the
-- oldest that bought nothing and is still here. Null: there is nothing to send back, and never was. A review is about what bought
-- the credits alone.
create or replace function refundable_payment(p_intent intents, p_review jsonb)
returns intent_payments
language sql stable as $$
  select p from intent_payments p
  where p.intent_id = p_intent.id
    and (p.booked_as = 'bought' or (unapplied_left(p) > 0 and p_review ->> 'id' is null))
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
    where lease_until <= (select instant()) and status = 'pending'
      and (requested_by <> 'policy' or provider_refund_id is not null)
    order by lease_until limit p_limit for no key update skip locked
  )
  update refunds r set lease_until = instant() + make_interval(secs => p_lease_seconds),
    lease_token = p_lease_token, tries = least(r.tries, 2147483646) + 1
  from due where r.id = due.id
  returning r.*;
$$;
