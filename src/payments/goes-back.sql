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

-- What of a payment goes back or has gone otherwise: what was refunded or written off, what is disputed or was lost, refunds
-- that were asked for and are not accepted yet, and what a bank has not given back yet of money that bought nothing although
-- its dispute is over. In minor units.
create or replace function going_back(p_payment intent_payments)
returns bigint
language sql stable as $$
  select (p_payment.amount_refunded_minor + p_payment.amount_written_off_minor
    + disputed_minor(p_payment, array['open', 'lost'])
    + (select coalesce(sum(amount_minor), 0) from refunds
       where provider_payment_id = p_payment.provider_payment_id and provider = p_payment.provider
         and status = 'pending' and provider_refund_id is null)
    + (select coalesce(sum(from_unapplied_minor), 0) from disputes
       where provider_payment_id = p_payment.provider_payment_id and provider = p_payment.provider
         and status not in ('open', 'lost')))::bigint;
$$;

-- What of a payment that bought nothing is neither back, on its way, nor written off: minor units.
create or replace function unapplied_left(p_payment intent_payments)
returns bigint
language sql stable as $$
  select case when p_payment.booked_as = 'unapplied' then greatest(0, p_payment.amount_minor - going_back(p_payment))
    else 0 end;
$$;

-- Has the disputes of a payment that bought nothing take, of what the bank has of them, what is still owed to the payer, the
-- oldest first: the bank pays that for us, and the rest is a loss of ours. Called after whatever changes what is withdrawn or
-- refunded. @returns by how much more than before that is, in minor units: what moves from unapplied to chargebacks
create or replace function share_unapplied(p_provider text, p_payment_id text)
returns bigint
language sql as $$
  with taking as (
    select d.id, d.from_unapplied_minor as took, least(d.withdrawn_minor, greatest(0,
      p.amount_minor - p.amount_refunded_minor - p.amount_written_off_minor
      - sum(d.withdrawn_minor) over (order by d.opened_at, d.id) + d.withdrawn_minor))::bigint as takes
    from intent_payments p
    join disputes d on d.provider_payment_id = p.provider_payment_id and d.provider = p.provider and d.currency = p.currency
    where p.provider_payment_id = p_payment_id and p.provider = p_provider and p.booked_as = 'unapplied'
  ),
  changed as (
    update disputes d set from_unapplied_minor = t.takes from taking t where d.id = t.id and t.takes <> t.took
  )
  select coalesce(sum(takes - took), 0)::bigint from taking;
$$;

-- Posts what share_unapplied() moves when money that bought nothing was refunded, or a refund of it has failed.
-- @param p_reference of the posting that did so, beside its kind
create or replace function move_unapplied(p_intent intents, p_payment intent_payments, p_reference text, p_actor text)
returns void
language plpgsql as $$
declare
  v_minor bigint := share_unapplied(p_payment.provider, p_payment.provider_payment_id);
  v_posting bigint;
begin
  if v_minor = 0 then
    return;
  end if;
  v_posting := new_posting_id();
  perform post(
    array[row(v_posting, case when v_minor > 0 then 'dispute_withdrawn' else 'dispute_reinstated' end,
      (select id from disputes where provider_payment_id = p_payment.provider_payment_id
         and provider = p_payment.provider order by opened_at, id limit 1) || ':unapplied:' || p_reference,
      p_intent.user_id, p_intent.id, null, null, null, null, p_actor, null, null)::posting],
    array[line_of(v_posting, 'unapplied', p_payment.currency, -v_minor),
      line_of(v_posting, 'chargebacks', p_payment.currency, v_minor)]);
end $$;

-- What has left our balance of a payment: its refunds, and what is withdrawn for its disputes in its own currency.
-- In minor units.
create or replace function gone_back(p_payment intent_payments)
returns bigint
language sql stable as $$
  select p_payment.amount_refunded_minor + coalesce(sum(withdrawn_minor), 0)::bigint from disputes
  where provider_payment_id = p_payment.provider_payment_id and provider = p_payment.provider
    and currency = p_payment.currency;
$$;
