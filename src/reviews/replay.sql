-- What is known to be a fraud: the bank took the money back or warned of it, or a person refused it. A review that nobody
-- decided in time is none: it would make rules right about whatever they hold up.
create or replace function known_frauds()
returns setof text
language sql stable parallel safe as $$
  select intent_id from disputes where status in ('open', 'lost')
  union
  select intent_id from risk_warnings where kind in ('early_fraud_warning', 'fraud_dispute')
  union
  select intent_id from risk_reviews where status = 'rejected';
$$;

-- Judges stored decisions anew, by the lines and thresholds that are given. Nothing is written. The judge is asked of those alone
-- of which some line holds, which the statement says in full: of most purchases none does, and to find that out line by line takes
-- many times as long. Payments are looked up one by one, because a chunk is small beside all of them.
-- @param p_after, p_upto the numbers of the decisions, p_from, p_before when they were made
-- @returns a row for each of which something was decided, or would be, or that is known to be bad; all others as sums, which
--   have no purchase and count those that were judged before they were made, each once
create or replace function replay_decisions(
  p_after bigint, p_upto bigint, p_from timestamptz, p_before timestamptz, p_lines risk_rule_lines[], p_thresholds smallint[])
returns table (
  purchase text, decisions bigint, purchases bigint, was smallint, level smallint, score smallint, fired smallint[],
  is_paid boolean, is_bad boolean, amount_minor bigint, currency text)
language plpgsql stable
as $$
declare
  v_met text := (
    select string_agg(format('(d.signals[%s] * %s >= %L::double precision%s)', l.signal, l.sign, l.bound, c.besides), ' or ')
    from unnest(p_lines) l
    cross join lateral (
      select coalesce(string_agg(format(' and d.signals[%s] * %s >= %L::double precision', n, s, b), ''), '') as besides
      from unnest(l.when_signals, l.when_signs, l.when_bounds) w(n, s, b)) c);
begin
  return query execute replace($replay$
    with frauds as materialized (select f as intent_id from known_frauds() f),
    stored as materialized (
      select d.id, case d.stage when 'claim' then 1 else 2 end::smallint as stage, case when :met then d.signals end as signals,
        d.decision, d.intent_id, d.amount_minor, d.currency,
        coalesce((select i.status = 'succeeded' from intents i where i.id = d.intent_id), false) as is_paid,
        coalesce(d.intent_id in (select intent_id from frauds), false) as is_bad
      from risk_decisions d
      where d.id > $1 and d.id <= $2 and d.at >= $3 and d.at < $4 and d.stage in ('claim', 'settle')
        -- Where the claim lies before, the purchase is not one of this time.
        and (d.stage = 'claim' or (select i.created_at from intents i where i.id = d.intent_id) >= $3)
    ),
    judged as materialized (
      select s.*, array_position(array['challenge', 'review', 'block'], s.decision) as was, v.level, v.score,
        nullif(v.fired, '{}') as fired
      from stored s
      left join judge_lines(
        array(select row(id - $1, stage, signals)::risk_facts from stored where signals is not null), $5, $6) v
        on v.ord = s.id - $1
    )
    select coalesce(j.intent_id, 'rsk_' || j.id), 1::bigint, 1::bigint, coalesce(j.was, 0)::smallint,
      coalesce(j.level, 0::smallint), coalesce(j.score, 0::smallint), coalesce(j.fired, '{}'), j.is_paid, j.is_bad,
      j.amount_minor, j.currency
    from judged j where j.was is not null or j.fired is not null or j.is_bad
    union all
    select null, count(*), count(*) filter (where j.stage = 1), 0::smallint, 0::smallint, 0::smallint, '{}', j.is_paid, false,
      coalesce(sum(j.amount_minor) filter (where j.stage = 1), 0)::bigint, j.currency
    from judged j where j.was is null and j.fired is null and not j.is_bad
    group by j.is_paid, j.currency
  $replay$, ':met', coalesce(v_met, 'false'))
  using p_after, p_upto, p_from, p_before, p_lines, p_thresholds;
end $$;
