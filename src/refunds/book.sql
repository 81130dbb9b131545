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
