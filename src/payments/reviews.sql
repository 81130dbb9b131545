-- What a review does to a payment's credits, and what is told of it.

-- The credits of a purchase that a review is about: those of the money that does not go back otherwise, by a refund that was
-- made or asked for or by a dispute.
create or replace function reviewed_credits(p_intent_id text)
returns bigint
language sql stable as $$
  select coalesce((select i.credits - credits_for(i, p, going_back(p))
    from intents i join intent_payments p on p.intent_id = i.id and p.booked_as = 'bought' where i.id = p_intent_id), 0);
$$;

-- Has each open dispute and the open review of a payment claim the credits that it is about by now. Called after whatever
-- changes how much of the payment goes back, by whom, or which of its disputes and reviews are open; what waits is served by what
-- moves the credits.
create or replace function claim_undecided(p_provider text, p_payment_id text)
returns void
language plpgsql as $$
begin
  perform claim_credits(d.id, d.user_id, d.intent_id, coalesce(disputed_credits(d), 0), d.opened_at)
  from disputes d
  where d.provider_payment_id = p_payment_id and d.provider = p_provider and d.status = 'open';
  perform reclaim_review(p.intent_id, reviewed_credits(p.intent_id))
  from intent_payments p
  where p.provider_payment_id = p_payment_id and p.provider = p_provider and p.booked_as = 'bought';
end $$;

-- What the timeline and the deliveries say of a review.
create or replace function review_facts(p_review risk_reviews)
returns jsonb
language sql stable as $$
  select jsonb_build_object('reviewId', p_review.id, 'reason', p_review.reason, 'score', p_review.score,
    'status', p_review.status, 'decisionId', p_review.decision_id,
    'creditsFrozen', coalesce((select frozen from claims where cause_id = p_review.id), 0));
$$;

-- An entry in the intent's timeline. Nothing for a row of nulls.
create or replace function tell_review(p_review risk_reviews, p_actor text)
returns void
language plpgsql as $$
begin
  if p_review.id is not null then
    perform tell_intent(p_review.intent_id,
      'review_' || case p_review.status when 'open' then 'opened' else p_review.status end, p_actor, true,
      review_facts(p_review));
  end if;
end $$;

-- Opens a review of a paid intent, under the locks on it and on its user's wallet, and tells of it.
-- @returns its id; null when one is open already, or nothing was bought
create or replace function review_intent(
  p_intent_id text, p_decision_id bigint, p_score integer, p_reason text, p_actor text)
returns text
language plpgsql as $$
declare
  v_intent intents;
  v_review risk_reviews;
begin
  select * into v_intent from intents where id = p_intent_id;
  if v_intent.grant_journal_id is null then
    return null;
  end if;
  v_review := open_review(p_intent_id, v_intent.user_id, reviewed_credits(p_intent_id), p_decision_id, p_score, p_reason);
  perform tell_review(v_review, p_actor);
  return v_review.id;
end $$;

-- Decides an open review, thaws what it still froze for what waits, and tells of it.
-- @returns it; a row of nulls when it is not open
create or replace function decide_review(p_id text, p_status text, p_by text, p_note text)
returns risk_reviews
language plpgsql as $$
declare
  v_review risk_reviews := end_review(p_id, p_status, p_by, p_note);
begin
  if v_review.id is not null then
    perform thaw_credits(v_review.user_id, v_review.id, null, v_review.id || ':' || v_review.status, v_review.intent_id,
      p_by);
    perform tell_review(v_review, p_by);
    perform count_trouble(v_review.user_id, v_review.intent_id, 'rejection') where p_status <> 'approved';
  end if;
  return v_review;
end $$;

-- Opens a review again when a refund of the payment that it is about has failed, unless all of the money went back otherwise.
-- @returns it, to be told of once its credits are frozen; a row of nulls when there is nothing to look at again
create or replace function review_again(p_provider text, p_payment_id text)
returns risk_reviews
language sql as $$
  select r.* from intent_payments p cross join lateral reopen_review(p.intent_id) r
  where p.provider_payment_id = p_payment_id and p.provider = p_provider and p.booked_as = 'bought'
    and p.amount_refunded_minor < p.amount_minor;
$$;

-- Says of an open review that its credits may be spent. Locks as settle_news() does. @param p_seen_frozen what was frozen when it
-- was confirmed; null: nobody looked. @returns approved, decided (it was), stale (another number is frozen) or not_found
create or replace function approve_review(p_id text, p_by text, p_note text, p_seen_frozen bigint)
returns table (outcome text, frozen bigint)
language plpgsql as $$
declare
  v_review risk_reviews;
begin
  select * into v_review from risk_reviews where id = p_id;
  if v_review.id is null then
    return query select 'not_found', null::bigint;
    return;
  end if;
  perform lock_intents(array[v_review.intent_id], true);
  perform open_wallets(purchase_wallets(array[v_review.intent_id]), true);
  select c.frozen into frozen from claims c where c.cause_id = p_id;
  if not exists (select from risk_reviews where id = p_id and status = 'open') then
    outcome := 'decided';
  elsif frozen <> p_seen_frozen then
    outcome := 'stale';
  else
    outcome := 'approved';
    perform decide_review(p_id, 'approved', p_by, p_note);
  end if;
  return next;
end $$;
