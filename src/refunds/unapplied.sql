-- Takes payments that bought nothing and have not gone back: each gets one refund of its own, whose id is the key at the
-- provider, and a lease. Never twice for a payment, whoever asks.
create or replace function take_unapplied(p_lease_token text, p_lease_seconds integer, p_limit integer)
returns table (id text, intent_id text, provider text, provider_intent_id text, provider_payment_id text,
  amount_minor bigint, currency text, tries integer)
language plpgsql as $$
#variable_conflict use_column
begin
  insert into refunds (id, intent_id, provider, provider_payment_id, amount_minor, currency, status, requested_by, reason,
    lease_until)
  select 'ref_' || replace(gen_random_uuid()::text, '-', ''), p.intent_id, p.provider, p.provider_payment_id,
    p.amount_minor, p.currency, 'pending', 'policy', 'The payment bought nothing', clock_timestamp()
  from intent_payments p
  where p.booked_as = 'unapplied' and p.amount_refunded_minor = 0
    and not exists (select 1 from refunds r
      where r.provider_payment_id = p.provider_payment_id and r.provider = p.provider)
  order by p.seen_at limit p_limit
  on conflict do nothing;
  return query
  with due as (
    select r.id from refunds r where r.lease_until <= clock_timestamp() and r.status = 'pending'
      and r.requested_by = 'policy' and r.provider_refund_id is null
    order by r.lease_until limit p_limit for no key update skip locked
  )
  update refunds r set lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds),
    lease_token = p_lease_token, tries = r.tries + 1
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
    lease_until = clock_timestamp() + make_interval(secs => p_seconds)
  where id = p_id and lease_token = p_lease_token;
$$;

-- The same for one payment, for a person who does not wait for the policy.
create or replace function take_unapplied_payment(
  p_provider text, p_payment_id text, p_lease_token text, p_lease_seconds integer)
returns table (id text, intent_id text, provider text, provider_intent_id text, provider_payment_id text,
  amount_minor bigint, currency text, tries integer)
language plpgsql as $$
#variable_conflict use_column
begin
  insert into refunds (id, intent_id, provider, provider_payment_id, amount_minor, currency, status, requested_by, reason,
    lease_until)
  select 'ref_' || replace(gen_random_uuid()::text, '-', ''), p.intent_id, p.provider, p.provider_payment_id,
    p.amount_minor, p.currency, 'pending', 'policy', 'The payment bought nothing', clock_timestamp()
  from intent_payments p
  where p.provider_payment_id = p_payment_id and p.provider = p_provider and p.booked_as = 'unapplied'
    and p.amount_refunded_minor = 0
    and not exists (select 1 from refunds r
      where r.provider_payment_id = p.provider_payment_id and r.provider = p.provider)
  on conflict do nothing;
  -- One that was put off waits for nobody's clock now; one that somebody is asking for right now is left to them.
  return query
  update refunds r set lease_until = clock_timestamp() + make_interval(secs => p_lease_seconds),
    lease_token = p_lease_token, tries = r.tries + 1
  from intents i
  where r.provider_payment_id = p_payment_id and r.provider = p_provider and r.requested_by = 'policy'
    and r.status = 'pending' and r.provider_refund_id is null
    and (r.lease_token is null or r.lease_until <= clock_timestamp()) and i.id = r.intent_id
  returning r.id, r.intent_id, r.provider, i.provider_intent_id, r.provider_payment_id, r.amount_minor, r.currency,
    r.tries;
end $$;
