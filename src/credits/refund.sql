-- Books what the provider says about one refund, once, under the locks that settle() holds on the intent, the wallet, its
-- lots and its open holds. One that we asked for is known by our id, one that somebody made at the provider becomes a row
-- of its own; both take the credits back the same way.
create or replace function book_refund(
  p_intent_id text, p_refund_id text, p_our_refund_id text, p_payment_id text, p_amount_minor bigint, p_currency text,
  p_status text)
returns text
language plpgsql as $$
declare
  v_now timestamptz := instant();
  v_intent intents;
  v_payment intent_payments;
  v_refund refunds;
  v_actor text;
  v_is_told boolean;
begin
  select * into v_intent from intents where id = p_intent_id;
  select * into v_refund from refunds where provider_refund_id = p_refund_id and provider = v_intent.provider;
  if v_refund.id is not null then
    return note_refund_status(v_intent, v_refund, p_status);
  end if;
  select * into v_payment from intent_payments
    where provider_payment_id = p_payment_id and provider = v_intent.provider and intent_id = p_intent_id;
  -- Ours by our id; money that bought nothing may have been sent back by hand before we came to it.
  select * into v_refund from refunds
    where intent_id = p_intent_id and provider_payment_id = p_payment_id and provider = v_intent.provider
      and provider_refund_id is null and amount_minor = p_amount_minor
      and (id = p_our_refund_id or (p_our_refund_id is null and requested_by = 'policy' and status = 'pending'))
    order by created_at limit 1;
  if p_status = 'failed' then
    if v_refund.status is distinct from 'pending' then
      return 'same';
    end if;
    update refunds set provider_refund_id = p_refund_id where id = v_refund.id;
    return case when refuse_refund(v_refund.id, 'It failed at the provider.') then 'changed' else 'same' end;
  end if;
  if v_payment.booked_as is null or v_payment.currency <> p_currency
    or v_payment.amount_refunded_minor + p_amount_minor > v_payment.amount_minor then
    insert into breaks (subject, kind, provider, provider_entry_id, intent_id, theirs_minor, theirs_currency)
    values ('refund', case when v_payment.booked_as is null then 'unknown_payment' else 'amount_mismatch' end,
      v_intent.provider, p_refund_id, p_intent_id, p_amount_minor, p_currency)
    on conflict do nothing;
    return 'illegal';
  end if;

  v_is_told := v_refund.id is not null and v_refund.requested_by <> 'policy';
  update intent_payments set amount_refunded_minor = amount_refunded_minor + p_amount_minor
    where provider_payment_id = p_payment_id and provider = v_intent.provider returning * into v_payment;
  if v_refund.id is null then
    insert into refunds (id, intent_id, provider, provider_payment_id, amount_minor, currency, status, requested_by,
      created_at)
    values ('ref_' || replace(gen_random_uuid()::text, '-', ''), p_intent_id, v_intent.provider, p_payment_id,
      p_amount_minor, p_currency, 'pending', 'provider', v_now)
    returning * into v_refund;
  end if;
  v_actor := case v_refund.requested_by when 'policy' then 'system' else v_refund.requested_by end;
  update refunds set provider_refund_id = p_refund_id, status = p_status, lease_token = null,
    -- Its events may be lost: then we ask how it went.
    lease_until = case when p_status = 'pending' then v_now + interval '1 hour' end,
    credits_frozen = 0, credits_revoked = credits_to_revoke(v_intent, v_payment), last_error = null,
    completed_at = case when p_status = 'succeeded' then v_now end
  where id = v_refund.id returning * into v_refund;
  perform take_credits(v_intent, 'refund', v_intent.provider || ':' || p_refund_id, v_refund.id, p_amount_minor,
    p_currency, case v_payment.booked_as when 'unapplied' then 'unapplied' else 'refunds' end, v_refund.credits_revoked,
    v_actor);
  if v_payment.booked_as = 'unapplied' and v_payment.amount_refunded_minor = v_payment.amount_minor then
    update breaks set status = 'resolved', resolved_at = v_now
    where provider_entry_id = p_payment_id and provider = v_intent.provider and status = 'open' and run_id is null
      and kind <> 'more_back_than_paid';
  end if;
  if not v_is_told then
    perform tell_intent(p_intent_id, 'refund_requested', v_actor, true, refund_facts(v_refund));
  end if;
  perform note_over_returned(v_intent.provider, p_payment_id);
  perform tell_intent(p_intent_id, 'refund_issued', v_actor, true, refund_facts(v_refund));
  return 'changed';
end $$;

-- A refund that we know became final: the money arrived, or it came back to us and the credits go back to the user.
create or replace function note_refund_status(p_intent intents, p_known refunds, p_status text)
returns text
language plpgsql as $$
declare
  v_now timestamptz := instant();
  v_reference text := p_known.provider || ':' || p_known.provider_refund_id;
  v_payment intent_payments;
  v_refund refunds;
begin
  if p_known.status = p_status or (p_known.status = 'succeeded' and p_status = 'pending') then
    return 'same';
  end if;
  if p_known.status = 'failed' then
    if p_status = 'pending' then
      return 'same';
    end if;
    -- Money that came back has gone out again: a person must look.
    insert into breaks (subject, kind, provider, provider_entry_id, intent_id, ours_minor, ours_currency, theirs_minor,
      theirs_currency)
    values ('refund', 'status_mismatch', p_known.provider, p_known.provider_refund_id, p_known.intent_id, 0,
      p_known.currency, p_known.amount_minor, p_known.currency)
    on conflict do nothing;
    return 'illegal';
  end if;
  if p_status = 'succeeded' then
    update refunds set status = 'succeeded', completed_at = v_now, lease_until = null, lease_token = null
    where id = p_known.id returning * into v_refund;
    perform tell_intent(p_intent.id, 'refund_succeeded', 'provider', true, refund_facts(v_refund));
    return 'changed';
  end if;
  update refunds set status = 'failed', completed_at = v_now, credits_revoked = 0, lease_until = null,
    lease_token = null
  where id = p_known.id
    returning * into v_refund;
  update intent_payments set amount_refunded_minor = amount_refunded_minor - p_known.amount_minor
    where provider_payment_id = p_known.provider_payment_id and provider = p_known.provider returning * into v_payment;
  perform give_credits_back(p_intent, 'refund_reversal', v_reference,
    (select id from journal where reference = v_reference and kind = 'refund'), p_known.id, p_known.amount_minor,
    p_known.currency, case v_payment.booked_as when 'unapplied' then 'unapplied' else 'refunds' end,
    p_known.credits_revoked, 'provider');
  if v_payment.booked_as = 'unapplied' then
    update breaks set status = 'open', resolved_at = null, resolved_by = null, fix = null
    where provider_entry_id = p_known.provider_payment_id and provider = p_known.provider and status = 'resolved'
      and run_id is null and kind <> 'more_back_than_paid';
  end if;
  perform note_over_returned(p_known.provider, p_known.provider_payment_id);
  perform tell_intent(p_intent.id, 'refund_failed', 'provider', true,
    refund_facts(v_refund) || jsonb_build_object('creditsReturned', p_known.credits_revoked));
  return 'changed';
end $$;

-- A refund that never was: the provider refused it, or never heard of it. What was frozen for it is free again.
-- @returns false when the provider has accepted it meanwhile
create or replace function refuse_refund(p_id text, p_error text)
returns boolean
language plpgsql as $$
declare
  v_refund refunds;
  v_user text;
begin
  select user_id into v_user from intents where id = (select intent_id from refunds where id = p_id) for no key update;
  perform 1 from wallets where user_id = v_user for no key update;
  select * into v_refund from refunds where id = p_id for no key update;
  if v_refund.status is distinct from 'pending' or v_refund.credits_revoked > 0 then
    return false;
  end if;
  perform work_due(array[v_user]);
  update refunds set status = 'failed', completed_at = instant(), lease_until = null, lease_token = null,
    credits_frozen = 0, last_error = p_error
  where id = p_id returning * into v_refund;
  perform unfreeze_credits(v_user, p_id, p_id, v_refund.intent_id, 'provider');
  perform tell_intent(v_refund.intent_id, 'refund_failed', 'provider', true,
    refund_facts(v_refund) || jsonb_build_object('creditsReturned', 0));
  return true;
end $$;

-- The credits that so much of a payment bought, rounded down; all of them for all of it.
create or replace function credits_for(p_intent intents, p_payment intent_payments, p_minor bigint)
returns bigint
language sql immutable as $$
  select share_of(p_intent.credits, least(p_payment.amount_minor, p_minor), p_payment.amount_minor);
$$;

-- How much of a payment its disputes of these statuses are about. One in another currency is about all of it.
create or replace function disputed_minor(p_payment intent_payments, p_statuses text[])
returns bigint
language sql stable as $$
  select coalesce(sum(case when currency = p_payment.currency then amount_minor else p_payment.amount_minor end), 0)::bigint
  from disputes where provider_payment_id = p_payment.provider_payment_id and provider = p_payment.provider
    and status = any(p_statuses);
$$;

-- The credits that a dispute is about: those of the disputed money that does not go back otherwise, by a refund that was
-- made or asked for or by a dispute that was opened before it. None when the payment bought nothing.
create or replace function disputed_credits(p_dispute disputes)
returns bigint
language sql stable as $$
  select coalesce((credits_for(i, p, b.before + case when p_dispute.currency = p.currency then p_dispute.amount_minor
      else p.amount_minor end) - credits_for(i, p, b.before))::bigint, 0)
  from intent_payments p
  join intents i on i.id = p.intent_id
  cross join lateral (
    select (p.amount_refunded_minor
      + (select coalesce(sum(r.amount_minor), 0) from refunds r where r.provider_payment_id = p.provider_payment_id
           and r.provider = p.provider and r.status = 'pending' and r.provider_refund_id is null)
      + (select coalesce(sum(case when d.currency = p.currency then d.amount_minor else p.amount_minor end), 0)
         from disputes d where d.provider_payment_id = p.provider_payment_id and d.provider = p.provider
           and d.status in ('open', 'lost') and (d.opened_at, d.id) < (p_dispute.opened_at, p_dispute.id)))::bigint as before) b
  where p.provider_payment_id = p_dispute.provider_payment_id and p.provider = p_dispute.provider
    and p.booked_as = 'bought';
$$;

-- Credits that belong to the money that has gone back by now, less those that were taken already. The last refund takes
-- the rest, and lost disputes count in the same sum. Money that bought nothing takes none.
create or replace function credits_to_revoke(p_intent intents, p_payment intent_payments)
returns bigint
language sql stable as $$
  select case when p_payment.booked_as = 'bought' then greatest(0,
    credits_for(p_intent, p_payment, p_payment.amount_refunded_minor + disputed_minor(p_payment, array['lost']))
    - (select coalesce(sum(credits_revoked), 0) from refunds
       where provider_payment_id = p_payment.provider_payment_id and provider = p_payment.provider)
    - (select coalesce(sum(credits_revoked), 0) from disputes
       where provider_payment_id = p_payment.provider_payment_id and provider = p_payment.provider))::bigint
  else 0 end;
$$;

-- What a user is told of why: what was written for it. Nobody wrote the reason of a refund by policy but we.
create or replace function public_reason(p_refund refunds)
returns text
language sql immutable as $$
  select case when p_refund.requested_by = 'policy' then p_refund.reason else p_refund.public_reason end;
$$;

-- What the timeline and the deliveries say of a refund.
create or replace function refund_facts(p_refund refunds)
returns jsonb
language sql immutable as $$
  select jsonb_build_object('refundId', p_refund.id, 'amountMinor', p_refund.amount_minor,
    'currency', p_refund.currency, 'status', p_refund.status, 'creditsRevoked', p_refund.credits_revoked,
    'providerRefundId', p_refund.provider_refund_id, 'providerPaymentId', p_refund.provider_payment_id,
    'reason', p_refund.reason, 'publicReason', public_reason(p_refund));
$$;
