-- The credits of an intent whose payment is booked as having bought them and whose grant is not in the ledger. settle() writes
-- both in one statement, so that only a hand in the database can part them; a person repairs it from here, beside settle()
-- and under its locks. @returns whether anything was granted
create or replace function grant_bought(p_intent_id text, p_actor text)
returns boolean
language plpgsql as $$
declare
  v_now timestamptz := instant();
  v_epoch integer := (select epoch from gateway);
  v_intent intents;
  v_payment intent_payments;
  v_wallet wallets;
  v_journal bigint;
begin
  select * into v_intent from intents where id = p_intent_id for no key update;
  select * into v_payment from intent_payments where intent_id = p_intent_id and booked_as = 'bought';
  if v_payment.provider_payment_id is null or v_intent.status = 'succeeded' then
    return false;
  end if;
  insert into wallets (user_id) values (v_intent.user_id) on conflict do nothing;
  perform 1 from wallets where user_id = v_intent.user_id for no key update;
  perform 1 from lots where user_id = v_intent.user_id and remaining > 0 order by id for no key update;
  perform work_due(array[v_intent.user_id]);
  insert into journal (kind, reference, user_id, intent_id, actor, posted_at, epoch)
  values ('grant', p_intent_id, v_intent.user_id, p_intent_id, p_actor, v_now, v_epoch)
  on conflict do nothing returning id into v_journal;
  if v_journal is null then
    return false;
  end if;
  update wallets set balance = balance + v_intent.credits, version = version + 1, line_sequence = line_sequence + 1,
    updated_at = v_now
  where user_id = v_intent.user_id returning * into v_wallet;
  insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
  values (v_journal, 1, 'credits_issued', null, 'CREDIT', -v_intent.credits, null, null),
    (v_journal, 2, 'wallet', v_intent.user_id, 'CREDIT', v_intent.credits, v_wallet.line_sequence, v_wallet.balance);
  insert into lots (user_id, intent_id, journal_id, granted, remaining, paid_minor, deferred_minor, currency, expires_at,
    created_at)
  values (v_intent.user_id, p_intent_id, v_journal, v_intent.credits, v_intent.credits, v_payment.amount_minor,
    v_payment.amount_minor, v_payment.currency, v_now + make_interval(days => v_intent.credits_expire_after_days), v_now);
  perform tell_wallet(v_wallet, p_actor, jsonb_build_object('delta', v_intent.credits, 'journalId', v_journal));
  update intents set status = 'succeeded', grant_journal_id = v_journal, completed_at = v_now, failure = null,
    cancel_reason = null, client_secret = null
  where id = p_intent_id;
  perform tell_intent(p_intent_id, 'status_changed', p_actor, true,
    jsonb_build_object('providerPaymentId', v_payment.provider_payment_id));
  perform tell_intent(p_intent_id, 'credits_granted', 'system', false,
    jsonb_build_object('credits', v_intent.credits, 'journalId', v_journal));
  perform pay_debt(v_intent.user_id, p_intent_id, p_actor, p_intent_id);
  return true;
end $$;
