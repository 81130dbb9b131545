-- Takes payments that bought nothing and have not gone back: each gets one refund of its own, whose id is the key at the
-- provider, and a lease. Never twice for a payment, whoever asks.
create or replace function take_unapplied(p_lease_token text, p_lease_seconds integer, p_limit integer)
returns table (id text, intent_id text, provider text, provider_intent_id text, provider_payment_id text,
  amount_minor bigint, currency text, tries integer)
language plpgsql
-- Few are left at any time, and PostgreSQL thinks of many: each looks for its refund by the index.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set jit = off
as $$
#variable_conflict use_column
begin
  insert into refunds (id, intent_id, provider, provider_payment_id, amount_minor, currency, status, requested_by, reason,
    lease_until)
  select 'ref_' || replace(gen_random_uuid()::text, '-', ''), p.intent_id, p.provider, p.provider_payment_id,
    p.amount_minor, p.currency, 'pending', 'policy', 'The payment bought nothing', instant()
  from intent_payments p
  where p.booked_as = 'unapplied' and p.amount_refunded_minor = 0 and p.amount_written_off_minor = 0
    and not exists (select 1 from refunds r
      where r.provider_payment_id = p.provider_payment_id and r.provider = p.provider)
    and not exists (select 1 from disputes d where d.provider_payment_id = p.provider_payment_id
      and d.provider = p.provider and (d.status in ('open', 'lost') or d.from_unapplied_minor > 0))
  order by p.seen_at limit p_limit
  on conflict do nothing;
  return query
  with due as (
    select r.id from refunds r where r.lease_until <= (select instant()) and r.status = 'pending'
      and r.requested_by = 'policy' and r.provider_refund_id is null
    order by r.lease_until limit p_limit for no key update skip locked
  )
  update refunds r set lease_until = instant() + make_interval(secs => p_lease_seconds),
    lease_token = p_lease_token, tries = least(r.tries, 2147483646) + 1
  from due, intents i
  where r.id = due.id and i.id = r.intent_id
  returning r.id, r.intent_id, r.provider, i.provider_intent_id, r.provider_payment_id, r.amount_minor, r.currency,
    r.tries;
end $$;

-- Puts a refund back for later, or gives it up: then its break stays open for a person.
create or replace function put_off_refund(p_id text, p_lease_token text, p_seconds integer, p_error text)
returns void
language sql as $$
  update refunds set lease_token = null, last_error = p_error,
    lease_until = instant() + make_interval(secs => p_seconds)
  where id = p_id and lease_token = p_lease_token;
$$;

-- The same for one payment and for a person, who does not wait for the policy: what is left of it, also after an attempt
-- that failed or a part that went back by hand. One that nobody is asking for right now is asked for again under its own key
-- first: its answer may have been lost. A new one that is more than a person may move alone waits for a second person.
create or replace function request_unapplied(
  p_id text, p_provider text, p_payment_id text, p_by text, p_lease_token text, p_lease_seconds integer, p_approval jsonb)
returns table (outcome text, refund refunds)
language plpgsql as $$
#variable_conflict use_column
declare
  v_intent intents;
  v_payment intent_payments;
  v_refund refunds;
  v_agreed text;
begin
  select * into v_intent from intents where id = (select intent_id from intent_payments
    where provider_payment_id = p_payment_id and provider = p_provider) for no key update;
  select * into v_payment from intent_payments
    where provider_payment_id = p_payment_id and provider = p_provider and booked_as = 'unapplied';
  if v_payment.provider_payment_id is null then
    return query select 'not_unapplied', null::refunds;
    return;
  end if;
  select * into v_refund from refunds where provider_payment_id = p_payment_id and provider = p_provider
    and status = 'pending' and provider_refund_id is null order by created_at limit 1 for no key update;
  if v_refund.lease_token is not null and v_refund.lease_until > instant() then
    return query select 'under_way', null::refunds;
    return;
  elsif v_refund.id is not null then
    update refunds set lease_until = instant() + make_interval(secs => p_lease_seconds),
      lease_token = p_lease_token, tries = least(tries, 2147483646) + 1, request = coalesce(request, refund_request(v_intent, v_refund))
    where id = v_refund.id returning * into v_refund;
    return query select 'again', v_refund;
    return;
  elsif unapplied_left(v_payment) = 0 then
    return query select 'nothing_left', null::refunds;
    return;
  end if;
  v_agreed := allow_unapplied(p_id, v_intent.user_id, unapplied_left(v_payment), v_payment.currency, p_approval);
  if v_agreed <> 'allowed' then
    return query select v_agreed, null::refunds;
    return;
  end if;
  v_refund := new_refund(p_id, v_intent, v_payment, unapplied_left(v_payment), p_by, 'The payment bought nothing', null, null,
    p_approval ->> 'approvedBy', null, p_lease_token, p_lease_seconds);
  perform tell_intent(v_intent.id, 'refund_requested', p_by, true, refund_facts(v_refund));
  return query select 'requested', v_refund;
end $$;

-- Whether so much may go back now: by one person alone, or as a second one agreed to it.
-- @returns allowed; needs_approval, which waits then; changed: it is another amount than was agreed to, which the approval
-- shows from now on
create or replace function allow_unapplied(p_id text, p_user_id text, p_amount bigint, p_currency text, p_approval jsonb)
returns text
language plpgsql as $$
begin
  if p_approval ->> 'approvalId' is not null then
    if exists (select from approvals where id = p_approval ->> 'approvalId' and action = 'resolve_break'
        and status = 'approved' and decided_by = p_approval ->> 'approvedBy'
        and (amount_minor, currency) = (p_amount, p_currency)) then
      return 'allowed';
    end if;
    update approvals set amount_minor = p_amount, currency = p_currency where id = p_approval ->> 'approvalId';
    return 'changed';
  end if;
  if move_by_hand(p_approval ->> 'person', p_user_id, p_currency, p_amount, p_id, p_approval -> 'limits') then
    return 'allowed';
  end if;
  insert into approvals (id, action, summary, input, amount_minor, currency, requested_by, api_key_id, expires_at)
  values (p_approval ->> 'id', 'resolve_break', p_approval ->> 'summary', p_approval -> 'input', p_amount, p_currency,
    p_approval ->> 'person', p_approval ->> 'apiKeyId',
    instant() + make_interval(secs => (p_approval ->> 'ttl')::integer))
  on conflict ((input ->> 'id')) where action = 'resolve_break' and status in ('open', 'approved')
    do update set amount_minor = excluded.amount_minor, currency = excluded.currency where approvals.status = 'open';
  return 'needs_approval';
end $$;
