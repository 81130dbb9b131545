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

-- What of a payment goes back or has gone otherwise: what was refunded or written off, what is disputed or was lost, and
-- refunds that were asked for and are not accepted yet. In minor units.
create or replace function going_back(p_payment intent_payments)
returns bigint
language sql stable as $$
  select (p_payment.amount_refunded_minor + p_payment.amount_written_off_minor
    + disputed_minor(p_payment, array['open', 'lost'])
    + (select coalesce(sum(amount_minor), 0) from refunds
       where provider_payment_id = p_payment.provider_payment_id and provider = p_payment.provider
         and status = 'pending' and provider_refund_id is null))::bigint;
$$;

-- What of a payment that bought nothing is neither back, on its way, nor written off: minor units.
create or replace function unapplied_left(p_payment intent_payments)
returns bigint
language sql stable as $$
  select case when p_payment.booked_as = 'unapplied' then greatest(0, p_payment.amount_minor - going_back(p_payment))
    else 0 end;
$$;

-- What has left our balance of a payment: its refunds, and what is withdrawn for its disputes in its own currency.
-- In minor units.
create or replace function gone_back(p_payment intent_payments)
returns bigint
language sql stable as $$
  select p_payment.amount_refunded_minor + coalesce(sum(withdrawn_minor), 0)::bigint from disputes
  where provider_payment_id = p_payment.provider_payment_id and provider = p_payment.provider
    and currency = p_payment.currency;
$$;

-- Has each open dispute of a payment claim the credits that it is about by now. Called after whatever changes how much of the
-- payment goes back, by whom, or which of its disputes are open; what waits is served by what moves the credits.
create or replace function claim_disputed(p_provider text, p_payment_id text)
returns void
language plpgsql as $$
begin
  perform claim_credits(d.id, d.user_id, d.intent_id, coalesce(disputed_credits(d), 0), d.opened_at)
  from disputes d
  where d.provider_payment_id = p_payment_id and d.provider = p_provider and d.status = 'open';
end $$;
