-- Purchases that a person has to look at before their credits can be spent. An open review claims the credits of the purchase
-- that do not go back otherwise, as a dispute does, and freezes what is free of them. All of it under the lock that the caller
-- holds on the intent and on the wallet.

-- Opens a review of a purchase and freezes what is free of its lot. @param p_credits that it is about
-- @returns it; a row of nulls when one is open already
create or replace function open_review(
  p_intent_id text, p_user_id text, p_credits bigint, p_decision_id bigint, p_score integer, p_reason text)
returns risk_reviews
language plpgsql as $$
declare
  v_review risk_reviews;
begin
  insert into risk_reviews (id, intent_id, user_id, reason, decision_id, score, opened_at)
  values ('rev_' || replace(gen_random_uuid()::text, '-', ''), p_intent_id, p_user_id, p_reason, p_decision_id, p_score,
    instant())
  on conflict (intent_id) where status = 'open' do nothing returning * into v_review;
  if v_review.id is not null then
    perform claim_credits(v_review.id, p_user_id, p_intent_id, p_credits, v_review.opened_at);
    perform freeze_everywhere(p_user_id, v_review.id, p_intent_id, p_credits, true, 'system');
  end if;
  return v_review;
end $$;

-- Has the open review of a purchase, if there is one, claim so many credits from now on. What it froze beyond them is free, for
-- whoever the caller counted: served by what moves the credits next.
create or replace function reclaim_review(p_intent_id text, p_credits bigint)
returns void
language plpgsql as $$
declare
  v_review risk_reviews;
  v_surplus bigint;
  v_thaws bigint;
begin
  select * into v_review from risk_reviews where intent_id = p_intent_id and status = 'open';
  if v_review.id is null then
    return;
  end if;
  perform claim_credits(v_review.id, v_review.user_id, p_intent_id, p_credits, v_review.opened_at);
  select frozen - credits into v_surplus from claims where cause_id = v_review.id;
  if v_surplus > 0 then
    v_thaws := thaw_lots(v_review.user_id, v_review.id, v_surplus, 'system');
    perform move_wallet(v_review.user_id, 0, 0, -v_thaws, 0, 0, 'system', null, null) where v_thaws > 0;
  end if;
end $$;

-- Decides an open review: it claims nothing more, and what it froze stays so until the caller thaws it.
-- @returns it; a row of nulls when it is not open
create or replace function end_review(p_id text, p_status text, p_by text, p_note text)
returns risk_reviews
language plpgsql as $$
declare
  v_review risk_reviews;
begin
  update risk_reviews set status = p_status, decided_at = instant(), decided_by = p_by, note = p_note
  where id = p_id and status = 'open' returning * into v_review;
  perform drop_claim(v_review.id);
  return v_review;
end $$;

-- Opens a review like the last one of a purchase when that ended with a refund that has failed: the money is here, and nobody
-- has said that its credits may be spent. It claims none yet. @returns it; a row of nulls when there is nothing to look at again
create or replace function reopen_review(p_intent_id text)
returns risk_reviews
language plpgsql as $$
declare
  v_last risk_reviews;
begin
  select * into v_last from risk_reviews where intent_id = p_intent_id
  order by status = 'open' desc, decided_at desc, id desc limit 1;
  if v_last.status in ('rejected', 'expired') then
    return open_review(p_intent_id, v_last.user_id, 0, v_last.decision_id, v_last.score, v_last.reason);
  end if;
  return null;
end $$;
