-- The credits of an intent whose payment is booked as having bought them and whose grant is not in the ledger. Settling writes
-- both in one statement, so that only a hand in the database can part them; a person repairs it from here, beside settle_news()
-- and under its locks. @returns whether anything was granted
create or replace function grant_bought(p_intent_id text, p_actor text)
returns boolean
language plpgsql as $$
declare
  v_intent intents;
  v_payment intent_payments;
  v_wallet wallets;
  v_journal bigint := new_posting_id();
begin
  select * into v_intent from intents where id = p_intent_id for no key update;
  select * into v_payment from intent_payments where intent_id = p_intent_id and booked_as = 'bought';
  if v_payment.provider_payment_id is null or v_intent.status = 'succeeded' then
    return false;
  end if;
  perform open_wallets(purchase_wallets(array[p_intent_id]), true);
  select * into v_wallet from wallets where user_id = v_intent.user_id;
  v_wallet := wallet_after(v_wallet, v_intent.credits, 0, 0, 0, 1);
  if cardinality(post(
      array[row(v_journal, 'grant', p_intent_id, v_intent.user_id, p_intent_id, null, null, null, null, p_actor, null,
        null)::posting],
      array[line_of(v_journal, 'credits_issued', 'CREDIT', -v_intent.credits),
        wallet_line(v_journal, v_wallet, v_intent.credits)], true)) = 0 then
    return false;
  end if;
  perform add_lots(array[row(v_intent.user_id, p_intent_id, v_journal, v_intent.credits, v_payment.amount_minor,
    v_payment.currency, instant() + make_interval(days => v_intent.credits_expire_after_days), false)::new_lot]);
  perform move_wallets(array[row(v_wallet, p_actor, v_intent.credits, v_journal, null)::wallet_change]);
  update intents set status = 'succeeded', grant_journal_id = v_journal, completed_at = instant(), failure = null,
    cancel_reason = null, client_secret = null
  where id = p_intent_id;
  select * into v_intent from intents where id = p_intent_id;
  update intents i set promo_outcome = b.promo_outcome
  from unnest(give_bonuses(array[v_intent], array[p_actor])) b where i.id = b.id;
  perform tell_intent(p_intent_id, 'status_changed', p_actor, true,
    jsonb_build_object('providerPaymentId', v_payment.provider_payment_id));
  perform tell_intent(p_intent_id, 'credits_granted', 'system', false,
    jsonb_build_object('credits', v_intent.credits, 'journalId', v_journal));
  -- The payment may be disputed already.
  perform serve_claims(v_intent.user_id, p_intent_id, p_actor, p_intent_id);
  return true;
end $$;
