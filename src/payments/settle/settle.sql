-- The only writer of an intent's status. Called by settle_news alone, the door, whose settings of the planner hold for all that
-- it calls.

-- Takes the locks that a set of facts needs: intents by id, then the wallets of those whose facts bring money, by user, those to
-- which what they bought was moved among them; the same order everywhere. @returns the intents all whose locks are ours
create or replace function lock_news(p_facts settle_fact[], p_wait boolean)
returns text[]
language plpgsql
as $$
declare
  v_locked text[] := lock_intents(array(select intent_id from unnest(p_facts)), p_wait);
  -- Only money touches a wallet.
  v_money text[] := array(select intent_id from unnest(p_facts) where news in ('captured', 'refunded', 'applied'));
  v_users text[] := purchase_wallets(array(select id from intents where id = any(v_locked) and id = any(v_money)));
  v_ours text[];
begin
  if cardinality(v_users) = 0 then
    -- Under the locks: what was written while this set waited for them is not later.
    perform take_instant();
    return v_locked;
  end if;
  v_ours := open_wallets(v_users, p_wait);
  if cardinality(v_ours) = cardinality(v_users) then
    return v_locked;
  end if;
  return array(
    select id from intents i where id = any(v_locked) and (id <> all(v_money) or (user_id = any(v_ours)
      and other_wallets(id, user_id) <@ v_ours)));
end $$;

-- Locks intents by id, in a statement of its own: inside one statement only the locked table is fresh.
-- @returns those that are ours: all that there are when p_wait, else those that nobody else has
create or replace function lock_intents(p_intent_id text[], p_wait boolean)
returns text[]
language plpgsql
as $$
begin
  if p_wait then
    return array(select id from intents where id = any(p_intent_id) order by id for no key update);
  end if;
  return array(select id from intents where id = any(p_intent_id) order by id for no key update skip locked);
end $$;

-- Judges, books and tells of facts about payments, all whose locks are ours. A fact may come again, late, or beside itself: it
-- is applied once. @param p_at which of p_facts; @param p_risk act, observe or off. @returns what each did, with the intent as it was
-- after it, of those that nothing of the same reading follows
create or replace function settle_payments(p_facts settle_fact[], p_at integer[], p_risk text)
returns table (ord integer, outcome text, intent intents, judged text, told text)
language plpgsql
as $$
#variable_conflict use_column
declare
  v_steps settle_step[] := judge_facts(p_facts, p_at);
begin
  if p_risk <> 'off' then
    v_steps := judge_risks_of(v_steps, p_risk);
  end if;
  perform book_receipts(v_steps);
  perform book_intents(v_steps);
  v_steps := give_bonuses_of(v_steps);
  perform tell_steps(v_steps);
  perform review_intent((s.intent).id, s.frozen_by, (s.intent).risk_score, 'rule', 'system')
  from unnest(v_steps) s where s.frozen_by is not null;
  return query
  select ord, case when news = 'stale' then 'stale' when grant_id is not null then 'granted'
    when receipt_kind = 'unapplied' then 'unapplied' when result = 'illegal' then 'illegal'
    when moved then 'moved' when visible then 'changed' else 'same' end,
    -- A review that was opened is told of after the step.
    case when (fact).is_followed then null when frozen_by is null then intent
      else (select i from intents i where i.id = (intent).id) end, risk_decision, risk_told
  from unnest(v_steps);
end $$;
