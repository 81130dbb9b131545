-- A refund that never was: the provider refused it, or never heard of it. What was frozen for it is free again.
-- @returns false when the provider has accepted it meanwhile
create or replace function refuse_refund(p_id text, p_error text)
returns boolean
language plpgsql as $$
declare
  v_refund refunds;
  v_intent_id text;
  v_user text;
  v_wallets text[];
  v_review risk_reviews;
begin
  select id, user_id into v_intent_id, v_user from intents
  where id = (select intent_id from refunds where id = p_id) for no key update;
  v_wallets := lock_wallets(purchase_wallets(array[v_intent_id]), true);
  select * into v_refund from refunds where id = p_id for no key update;
  if v_refund.status is distinct from 'pending' or v_refund.credits_revoked > 0 then
    return false;
  end if;
  perform work_due(v_wallets);
  update refunds set status = 'failed', completed_at = instant(), lease_until = null, lease_token = null,
    credits_frozen = 0, last_error = p_error
  where id = p_id returning * into v_refund;
  v_review := review_again(v_refund.provider, v_refund.provider_payment_id);
  perform claim_undecided(v_refund.provider, v_refund.provider_payment_id);
  perform thaw_credits(v_user, p_id, null, p_id, v_refund.intent_id, 'provider');
  perform tell_intent(v_refund.intent_id, 'refund_failed', 'provider', true,
    refund_facts(v_refund) || jsonb_build_object('creditsReturned', 0));
  perform tell_review(v_review, 'system');
  return true;
end $$;
