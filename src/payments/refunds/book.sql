-- Books what the provider says about one refund, once, under the locks that its door holds on the intent, the wallet and its
-- open holds. One that we asked for is known by our id, one that somebody made at the provider becomes a row of its own;
-- both take the credits back the same way.
-- @returns changed; same: we knew; illegal: a person must look, a break says why
create or replace function book_refund(
  p_intent_id text, p_refund_id text, p_our_refund_id text, p_payment_id text, p_amount_minor bigint, p_currency text,
  p_status text)
returns text
language plpgsql as $$
declare
  v_intent intents;
  v_payment intent_payments;
  v_refund refunds;
  v_constraint text;
begin
  select * into v_intent from intents where id = p_intent_id;
  select * into v_refund from refunds where provider_refund_id = p_refund_id and provider = v_intent.provider;
  if v_refund.id is not null then
    return note_refund_status(v_intent, v_refund, p_status);
  end if;
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
  select * into v_payment from intent_payments
    where provider_payment_id = p_payment_id and provider = v_intent.provider and intent_id = p_intent_id;
  if v_payment.booked_as is null or v_payment.currency <> p_currency
    or v_payment.amount_refunded_minor + p_amount_minor > v_payment.amount_minor then
    insert into breaks (subject, kind, provider, provider_entry_id, intent_id, theirs_minor, theirs_currency)
    values ('refund', case when v_payment.booked_as is null then 'unknown_payment' else 'amount_mismatch' end,
      v_intent.provider, p_refund_id, p_intent_id, p_amount_minor, p_currency)
    on conflict do nothing;
    return 'illegal';
  end if;
  begin
    perform accept_refund(v_intent, v_payment, v_refund, p_refund_id, p_amount_minor, p_status);
  exception when check_violation then
    get stacked diagnostics v_constraint = constraint_name;
    if v_constraint <> 'wallets_safe' then
      raise;
    end if;
    -- The user would owe more than a wallet can say. A person makes room, and asks the provider again.
    perform note_missing('refund', v_intent.provider, p_refund_id, p_intent_id, 0, p_amount_minor, p_currency);
    return 'illegal';
  end;
  update breaks set status = 'resolved', resolved_at = instant(), note = 'It is booked.'
  where provider_entry_id = p_refund_id and provider = v_intent.provider and subject = 'refund'
    and kind = 'missing_here' and run_id is null and status = 'open';
  return 'changed';
end $$;

-- Books a refund that the provider has accepted, of a payment of which so much is left.
-- @param p_asked the refund that we asked for; a row of nulls when somebody made it at the provider
create or replace function accept_refund(
  p_intent intents, p_payment intent_payments, p_asked refunds, p_refund_id text, p_amount_minor bigint, p_status text)
returns void
language plpgsql as $$
declare
  v_now timestamptz := instant();
  v_payment intent_payments;
  v_refund refunds := p_asked;
  v_actor text;
  v_owed bigint := (select owed from wallets where user_id = p_intent.user_id);
begin
  update intent_payments set amount_refunded_minor = amount_refunded_minor + p_amount_minor
    where provider_payment_id = p_payment.provider_payment_id and provider = p_payment.provider returning * into v_payment;
  if v_refund.id is null then
    insert into refunds (id, intent_id, provider, provider_payment_id, amount_minor, currency, status, requested_by,
      created_at)
    values ('ref_' || replace(gen_random_uuid()::text, '-', ''), p_intent.id, p_intent.provider,
      v_payment.provider_payment_id, p_amount_minor, v_payment.currency, 'pending', 'provider', v_now)
    returning * into v_refund;
  end if;
  v_actor := case v_refund.requested_by when 'policy' then 'system' else v_refund.requested_by end;
  update refunds set provider_refund_id = p_refund_id, status = p_status, lease_token = null,
    -- Its events may be lost: then we ask how it went.
    lease_until = case when p_status = 'pending' then v_now + interval '1 hour' end,
    credits_frozen = 0, credits_revoked = credits_to_revoke(p_intent, v_payment), last_error = null,
    completed_at = case when p_status = 'succeeded' then v_now end
  where id = v_refund.id returning * into v_refund;
  perform claim_undecided(v_payment.provider, v_payment.provider_payment_id);
  perform follow_bonuses(p_intent, v_payment, v_actor);
  perform take_credits(p_intent, 'refund', refund_reference(v_refund), v_refund.id, p_amount_minor, v_payment.currency,
    refund_contra(v_payment), v_refund.credits_revoked, v_actor);
  -- Given back though it was spent: who gets that asks for it again.
  perform count_trouble(p_intent.user_id, p_intent.id, 'refund') from wallets
  where user_id = p_intent.user_id and owed > v_owed and v_refund.review_id is null;
  perform move_unapplied(p_intent, v_payment, refund_reference(v_refund), v_actor);
  if v_payment.booked_as = 'unapplied' and v_payment.amount_refunded_minor = v_payment.amount_minor then
    update breaks set status = 'resolved', resolved_at = v_now
    where provider_entry_id = v_payment.provider_payment_id and provider = v_payment.provider and status = 'open'
      and run_id is null and kind <> 'more_back_than_paid';
  end if;
  if p_asked.id is null or p_asked.requested_by = 'policy' then
    perform tell_intent(p_intent.id, 'refund_requested', v_actor, true, refund_facts(v_refund));
  end if;
  perform note_over_returned(v_payment.provider, v_payment.provider_payment_id);
  perform tell_intent(p_intent.id, 'refund_issued', v_actor, true, refund_facts(v_refund));
  if v_payment.booked_as = 'bought' and v_payment.amount_refunded_minor = v_payment.amount_minor then
    -- Nothing is left to be decided.
    perform decide_review(id, 'rejected', v_actor, null) from risk_reviews
    where intent_id = p_intent.id and status = 'open';
  end if;
end $$;

-- The business fact of a refund's postings.
create or replace function refund_reference(p_refund refunds)
returns text
language sql immutable as $$
  select p_refund.provider || ':' || p_refund.provider_refund_id;
$$;

-- What pays for money that goes back, beyond what its credits still held.
create or replace function refund_contra(p_payment intent_payments)
returns text
language sql immutable as $$
  select case p_payment.booked_as when 'unapplied' then 'unapplied' else 'refunds' end;
$$;
