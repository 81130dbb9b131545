-- A refund that we know became final: the money arrived, or it came back to us and the credits go back to the user.
create or replace function note_refund_status(p_intent intents, p_known refunds, p_status text)
returns text
language plpgsql as $$
declare
  v_refund refunds;
begin
  if p_known.status = p_status or p_status = 'pending' then
    return 'same';
  elsif p_known.status = 'failed' then
    -- Money that came back has gone out again: a person must look.
    insert into breaks (subject, kind, provider, provider_entry_id, intent_id, ours_minor, ours_currency, theirs_minor,
      theirs_currency)
    values ('refund', 'status_mismatch', p_known.provider, p_known.provider_refund_id, p_known.intent_id, 0,
      p_known.currency, p_known.amount_minor, p_known.currency)
    on conflict do nothing;
    return 'illegal';
  elsif p_status = 'succeeded' then
    update refunds set status = 'succeeded', completed_at = instant(), lease_until = null, lease_token = null
    where id = p_known.id returning * into v_refund;
    perform tell_intent(p_intent.id, 'refund_succeeded', 'provider', true, refund_facts(v_refund));
    return 'changed';
  end if;
  if not fits_back(p_intent.user_id, p_known.id, p_known.credits_revoked) then
    -- A person makes room, and asks the provider again.
    perform note_missing('refund', p_known.provider, p_known.provider_refund_id, p_known.intent_id, p_known.amount_minor, 0,
      p_known.currency);
    return 'illegal';
  end if;
  perform reverse_refund(p_intent, p_known);
  return 'changed';
end $$;

-- The money of a refund that was booked is here again, and so its credits go back.
create or replace function reverse_refund(p_intent intents, p_known refunds)
returns void
language plpgsql as $$
declare
  v_reference text := refund_reference(p_known);
  v_payment intent_payments;
  v_refund refunds;
  v_review risk_reviews;
begin
  update refunds set status = 'failed', completed_at = instant(), credits_revoked = 0, lease_until = null,
    lease_token = null
  where id = p_known.id returning * into v_refund;
  update intent_payments set amount_refunded_minor = amount_refunded_minor - p_known.amount_minor
    where provider_payment_id = p_known.provider_payment_id and provider = p_known.provider returning * into v_payment;
  v_review := review_again(p_known.provider, p_known.provider_payment_id);
  perform claim_undecided(p_known.provider, p_known.provider_payment_id);
  perform give_credits_back(p_intent, 'refund_reversal', v_reference,
    (select id from journal where reference = v_reference and kind = 'refund'), p_known.id, p_known.amount_minor,
    p_known.currency, refund_contra(v_payment), p_known.credits_revoked, 'provider');
  perform follow_bonuses(p_intent, v_payment, 'provider');
  perform move_unapplied(p_intent, v_payment, v_reference || ':back', 'provider');
  if v_payment.booked_as = 'unapplied' then
    update breaks set status = 'open', resolved_at = null, resolved_by = null, fix = null
    where provider_entry_id = p_known.provider_payment_id and provider = p_known.provider and status = 'resolved'
      and run_id is null and kind <> 'more_back_than_paid';
  end if;
  update breaks set status = 'resolved', resolved_at = instant(), note = 'The credits are back.'
  where provider_entry_id = p_known.provider_refund_id and provider = p_known.provider and subject = 'refund'
    and kind = 'missing_here' and run_id is null and status = 'open';
  perform note_over_returned(p_known.provider, p_known.provider_payment_id);
  perform tell_intent(p_intent.id, 'refund_failed', 'provider', true,
    refund_facts(v_refund) || jsonb_build_object('creditsReturned', p_known.credits_revoked));
  perform tell_review(v_review, 'system');
end $$;
