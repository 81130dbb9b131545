-- What a provider says of a fraud, once: it is kept, and where something can still be done its purchase is reviewed. Locks as
-- settle_news() does. @param p_kind early_fraud_warning, review_opened, review_closed or fraud_dispute. @param p_acts false:
-- nothing is done about it. @param p_closed_as how the provider closed its review
-- @returns not_paid: no such payment is booked; noted: kept, and nothing to do; known: its review was opened before; opened;
-- approved: its review
create or replace function warn_of_fraud(
  p_provider text, p_payment_id text, p_kind text, p_provider_id text, p_reason text, p_is_actionable boolean,
  p_at timestamptz, p_acts boolean, p_closed_as text)
returns table (outcome text, intent_id text, user_id text, review_id text)
language plpgsql as $$
#variable_conflict use_column
declare
  v_intent intents;
  v_warning risk_warnings;
  v_is_known boolean;
begin
  select i.* into v_intent from intent_payments p join intents i on i.id = p.intent_id
  where p.provider_payment_id = p_payment_id and p.provider = p_provider and p.booked_as is not null;
  if v_intent.id is null then
    return query select 'not_paid', null::text, null::text, null::text;
    return;
  end if;
  perform lock_intents(array[v_intent.id], true);
  perform open_wallets(purchase_wallets(array[v_intent.id]), true);
  v_is_known := exists (select from risk_warnings where provider_id = p_provider_id and provider = p_provider);
  insert into risk_warnings as w (provider, provider_id, kind, intent_id, user_id, reason, is_actionable, at)
  values (p_provider, p_provider_id, replace(replace(p_kind, 'review_opened', 'provider_review'), 'review_closed',
    'provider_review'), v_intent.id, v_intent.user_id, p_reason, p_is_actionable, p_at)
  on conflict (provider_id, provider) do update set is_actionable = excluded.is_actionable
  returning w.* into v_warning;
  -- A dispute of that phase is counted as a dispute.
  perform count_trouble(v_intent.user_id, v_intent.id, 'warning')
  where not v_is_known and p_kind = 'early_fraud_warning';
  intent_id := v_intent.id;
  user_id := v_intent.user_id;
  review_id := v_warning.review_id;
  if p_kind = 'review_closed' then
    outcome := case when p_acts and p_closed_as = 'approved' and approve_as_provider(review_id) then 'approved'
      else 'noted' end;
  elsif review_id is not null then
    outcome := 'known';
  elsif not (p_acts and p_is_actionable) or reviewed_credits(v_intent.id) = 0 then
    outcome := 'noted';
  else
    review_id := review_for(v_warning);
    outcome := 'opened';
    update risk_warnings w set review_id = warn_of_fraud.review_id
    where w.provider_id = p_provider_id and w.provider = p_provider;
  end if;
  return next;
end $$;

-- The review that a warning leads to: the one that is open, or a new one with the score of its intent.
create or replace function review_for(p_warning risk_warnings)
returns text
language plpgsql as $$
begin
  return coalesce(
    review_intent(p_warning.intent_id, null, 100,
      case p_warning.kind when 'early_fraud_warning' then 'warning' when 'fraud_dispute' then 'dispute_fraud'
        else p_warning.kind end, 'provider'),
    (select id from risk_reviews where intent_id = p_warning.intent_id and status = 'open'));
end $$;

-- A person approved it at the provider. @returns false: another reason than the provider's keeps it open, or it is decided
create or replace function approve_as_provider(p_review_id text)
returns boolean
language sql as $$
  select coalesce((decide_review((select id from risk_reviews where id = p_review_id and reason = 'provider_review'), 'approved',
    'provider', null)).id is not null, false);
$$;
