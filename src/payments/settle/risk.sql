-- What risk is told of payments, and what it says of what they buy.

-- Counts the payments of steps that are seen for the first time with how they end, and judges those that bring credits. Writes
-- nothing of payments or intents. @param p_risk act or observe
-- @returns the steps, with what was decided in the intents, and with `frozen_by` where a person is to look at what was bought
create or replace function judge_risks_of(p_steps settle_step[], p_risk text)
returns settle_step[]
language plpgsql
as $$
declare
  -- Each payment once as declined and once as captured.
  v_at integer[] := array(
    select s.ordinality from unnest(p_steps) with ordinality s
    where s.declines or (s.receipt_kind is not null and (s.fact).news = 'captured') order by s.ordinality);
  v_answer risk_answer;
  v_place integer;
begin
  if cardinality(v_at) = 0 then
    return p_steps;
  end if;
  foreach v_answer in array decide_outcomes(array(
    select row((s.intent).id, (s.intent).user_id, (s.intent).risk_decision_id, s.declines, s.grant_id is not null, (s.fact).card,
      (s.intent).credits, (s.intent).amount_minor, (s.intent).currency, k.spent_share,
      case when k.spent_minor > 0 then times_cheapest((s.intent).amount_minor + k.spent_minor, (s.intent).currency)
      end)::risk_outcome
    from unnest(v_at) with ordinality a(at, ord) join unnest(p_steps) with ordinality s on s.ordinality = a.at
    left join lateral spent_of((s.intent).user_id, (s.intent).currency) k on s.grant_id is not null
    order by a.ord), p_risk)
  loop
    v_place := v_at[v_answer.ord];
    p_steps[v_place].risk_decision := v_answer.decision;
    p_steps[v_place].risk_told := v_answer.told;
    if v_answer.told = 'frozen' then
      p_steps[v_place].frozen_by := v_answer.decision_id;
    end if;
    if decision_level(v_answer.decision) >= coalesce(decision_level((p_steps[v_place].intent).risk_decision), 0) then
      p_steps := with_decision(p_steps, v_place, v_answer);
    end if;
  end loop;
  return p_steps;
end $$;

-- What a user has bought within a week, of the last eight purchases: per cent that is spent, and the minor units that it was paid
-- with. Null: nothing. Credits that were given hide no purchase; a look ends after 64 lots, so that a wallet of many costs no more.
create or replace function spent_of(p_user_id text, p_currency text)
returns table (spent_share double precision, spent_minor bigint)
language plpgsql stable as $$
begin
  return query
  select 100.0::double precision * sum(l.spent + l.transferred)::double precision / nullif(sum(l.spent + l.transferred + l.remaining), 0)::double precision,
    sum(l.earned_minor) filter (where l.currency = p_currency)::bigint
  from (
    select * from (select * from lots where user_id = p_user_id order by id desc limit 64) n
    where intent_id is not null order by id desc limit 8) l
  where l.created_at > instant() - interval '7 days';
end $$;

-- How many times the cheapest price an amount is. Null: nothing is sold in the currency any more.
create or replace function times_cheapest(p_minor bigint, p_currency text)
returns double precision
language plpgsql stable as $$
begin
  return (
    select p_minor::double precision / min(r.amount_minor)
    from packages p join prices r on r.package_id = p.id where p.active and r.currency = p_currency);
end $$;

-- The steps with a decision in the intent of one of them, and of those of the same intent that follow.
create or replace function with_decision(p_steps settle_step[], p_place integer, p_answer risk_answer)
returns settle_step[]
language plpgsql immutable
as $$
declare
  v_id constant text := (p_steps[p_place].intent).id;
begin
  for v_at in p_place..cardinality(p_steps) loop
    if (p_steps[v_at].intent).id = v_id then
      p_steps[v_at].intent.risk_score := p_answer.score;
      p_steps[v_at].intent.risk_decision := p_answer.decision;
      p_steps[v_at].intent.risk_decision_id := p_answer.decision_id;
    end if;
  end loop;
  return p_steps;
end $$;
