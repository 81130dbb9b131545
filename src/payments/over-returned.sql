-- More of a payment has gone back than came: a bank takes back what a refund had sent back already. Both books say so, so
-- that no run finds it; a person has to see it, while the bank can still be told. Called after whatever changes what has gone
-- back, under the intent's lock. The break closes by itself when no more is gone than came.
create or replace function note_over_returned(p_provider text, p_payment_id text)
returns void
language plpgsql as $$
declare
  v_payment intent_payments;
  v_gone bigint;
begin
  select * into v_payment from intent_payments where provider_payment_id = p_payment_id and provider = p_provider;
  v_gone := gone_back(v_payment);
  if v_gone > v_payment.amount_minor then
    -- What somebody has looked at is looked at again when it is another amount.
    update breaks set theirs_minor = v_gone,
      status = case when theirs_minor = v_gone and resolved_by is not null then status else 'open' end,
      resolved_at = case when theirs_minor = v_gone and resolved_by is not null then resolved_at end,
      resolved_by = case when theirs_minor = v_gone then resolved_by end,
      fix = case when theirs_minor = v_gone then fix end
    where provider_entry_id = p_payment_id and provider = p_provider and kind = 'more_back_than_paid';
    if not found then
      insert into breaks (subject, kind, provider, provider_entry_id, intent_id, ours_minor, ours_currency, theirs_minor,
        theirs_currency)
      values ('payment', 'more_back_than_paid', p_provider, p_payment_id, v_payment.intent_id, v_payment.amount_minor,
        v_payment.currency, v_gone, v_payment.currency);
    end if;
  else
    update breaks set status = 'resolved', resolved_at = instant(), resolved_by = null,
      note = 'No more is gone than was paid.'
    where provider_entry_id = p_payment_id and provider = p_provider and kind = 'more_back_than_paid'
      and (status = 'open' or (status = 'resolved' and resolved_by is null));
  end if;
end $$;

-- The provider says how something ended, and our books cannot follow yet: a person has to see it, again when it comes again.
create or replace function note_missing(
  p_subject text, p_provider text, p_key text, p_intent_id text, p_ours_minor bigint, p_theirs_minor bigint, p_currency text)
returns void
language sql as $$
  insert into breaks (subject, kind, provider, provider_entry_id, intent_id, ours_minor, ours_currency, theirs_minor,
    theirs_currency)
  values (p_subject, 'missing_here', p_provider, p_key, p_intent_id, p_ours_minor, p_currency, p_theirs_minor, p_currency)
  on conflict (provider_entry_id, provider, kind, (run_id is null)) do update
    set status = 'open', resolved_at = null, resolved_by = null, fix = null, theirs_minor = excluded.theirs_minor
    where breaks.status = 'resolved';
$$;
