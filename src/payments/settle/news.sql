-- The only door for news about payments and their refunds. Takes a set of facts that were read from providers, and answers
-- each with what it did and the intent as it is then. They are applied as if one after another, in the order of the set.
-- What cannot be locked at once is `busy`, unless p_wait. @param p_risk what decisions do: act, observe or off
create or replace function settle_news(p_facts settle_fact[], p_wait boolean, p_risk text)
returns table (ord integer, outcome text, intent intents, judged text, told text)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
declare
  v_ready text[] := lock_news(p_facts, p_wait);
  v_fact settle_fact;
  v_is_refund boolean;
  -- Of the facts since the last refund, or since the last one that is none: those that are ready.
  v_run integer[] := '{}';
begin
  for v_at in 1..cardinality(p_facts) loop
    v_fact := p_facts[v_at];
    v_is_refund := v_fact.news = 'refunded';
    if v_fact.intent_id = any(v_ready) then
      v_run := v_run || v_at;
    else
      ord := v_at;
      outcome := case when exists (select from intents i where i.id = v_fact.intent_id) then 'busy' else 'not_found' end;
      return next;
    end if;
    if (p_facts[v_at + 1]).news is null or ((p_facts[v_at + 1]).news = 'refunded') <> v_is_refund then
      if cardinality(v_run) > 0 and v_is_refund then
        return query select r.ord, r.outcome, r.intent, null::text, null::text from settle_refunds(p_facts, v_run) r;
      elsif cardinality(v_run) > 0 then
        return query select p.* from settle_payments(p_facts, v_run, p_risk) p;
      end if;
      v_run := '{}';
    end if;
  end loop;
end $$;

-- Books refunds that the provider reports, one by one: they are rare, and each may take from several lots.
-- @param p_at which of p_facts; their locks are ours
create or replace function settle_refunds(p_facts settle_fact[], p_at integer[])
returns table (ord integer, outcome text, intent intents)
language plpgsql as $$
declare
  v_at integer;
  v_fact settle_fact;
begin
  foreach v_at in array p_at loop
    v_fact := p_facts[v_at];
    ord := v_at;
    outcome := book_refund(v_fact.intent_id, v_fact.refund_id, v_fact.our_refund_id, v_fact.payment_id,
      v_fact.amount_minor, v_fact.currency, v_fact.refund_status);
    select i.* into intent from intents i where i.id = v_fact.intent_id;
    return next;
  end loop;
end $$;
