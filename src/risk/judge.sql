-- The judge: what the rules of a version say of facts. The only place that scores, for what is decided now and for what is
-- replayed. The same facts and version give the same verdict.

-- A score is the sum of the weights of the rules that fire, at most 100. What is decided is the strictest of what the score
-- reaches and of what a rule that fires asks for at least. Who is on the allowlist is let through, who is on the blocklist is
-- blocked, whatever the rules say: a person put them there.
-- @param p_thresholds from which score on a purchase is challenged, reviewed, blocked; null: by score never
create or replace function judge_lines(p_facts risk_facts[], p_lines risk_rule_lines[], p_thresholds smallint[])
returns setof risk_verdict
language sql immutable
as $$
  select f.ord, f.score::smallint,
    case when f.is_allowed then 0 when f.is_blocked then 3 else greatest(f.floor, case when f.score >= p_thresholds[3] then 3
      when f.score >= p_thresholds[2] then 2 when f.score >= p_thresholds[1] then 1 else 0 end) end::smallint,
    f.fired
  from (
    select f.ord, coalesce(f.signals[41] >= 1, false) as is_allowed,
      coalesce(f.signals[40] >= 1, false) as is_blocked, least(100, coalesce(sum(l.weight), 0)) as score,
      coalesce(max(l.floor), 0) as floor,
      coalesce(array_agg(l.ord order by l.ord) filter (where l.ord is not null), '{}') as fired
    from unnest(p_facts) f
    left join unnest(p_lines) l
      on f.signals[l.signal] * l.sign >= l.bound and l.stages & f.stage <> 0
        -- A signal that is unknown holds no condition.
        and (l.when_signals is null or not exists (
          select from unnest(l.when_signals, l.when_signs, l.when_bounds) c(n, s, b)
          where (f.signals[n] * s >= b) is not true))
    group by f.ord, f.signals[40], f.signals[41]
  ) f;
$$;

-- The same by the rules of a version. @param p_version null: there are none
create or replace function judge_risks(p_facts risk_facts[], p_version bigint)
returns setof risk_verdict
language plpgsql stable
as $$
declare
  v_lines risk_rule_lines[];
  v_thresholds smallint[];
begin
  -- Nothing is asked: of rules that judge beside the others there are mostly none.
  if p_facts is null then
    return;
  end if;
  v_lines := array(select l from risk_rule_lines l where l.version = p_version);
  v_thresholds := (select array[r.challenge_at, r.review_at, r.block_at] from risk_rules r where r.version = p_version);
  return query select j.* from judge_lines(p_facts, v_lines, v_thresholds) j;
end $$;

-- What is read of a version of the rules before its lines are: see rules_at_a_glance. `signals` null: an earlier release made it.
create type risk_glance as (
  version bigint, thresholds smallint[], signals smallint[], signs smallint[], bounds double precision[]);
-- By what is judged now. `active`, `shadow`: null where there are none.
create type risk_judging as (active risk_glance, shadow risk_glance, has_lists boolean, is_attack boolean);

create or replace function judging_now()
returns risk_judging
language plpgsql stable
as $$
declare
  v_judging risk_judging;
begin
  select (select row(version, array[challenge_at, review_at, block_at], any_signals, any_signs, any_bounds)::risk_glance
      from risk_rules where state = 'active') as active,
    (select row(version, array[challenge_at, review_at, block_at], any_signals, any_signs, any_bounds)::risk_glance
      from risk_rules where state = 'shadow') as shadow,
    exists (select from risk_lists where removed_at is null) as has_lists,
    exists (select from risk_attacks where ended_at is null) as is_attack
  into v_judging;
  return v_judging;
end $$;

-- What rules say of one purchase. Of most no rule holds: seen at a glance, without their lines. @param p_stage 1 claim, 2 settle
create or replace function judge_signals(p_signals double precision[], p_stage smallint, p_rules risk_glance)
returns risk_verdict
language plpgsql stable
as $$
declare
  v_signals smallint[] := p_rules.signals;
  v_signs smallint[] := p_rules.signs;
  v_bounds double precision[] := p_rules.bounds;
  v_verdict risk_verdict := row(1, 0, 0, '{}');
  v_fires boolean := v_signals is null or p_signals[40] >= 1 or p_signals[41] >= 1;
  v_facts risk_facts[];
  v_lines risk_rule_lines[];
begin
  if v_fires is not true then
    for n in 1..cardinality(v_signals) loop
      v_fires := p_signals[v_signals[n]] * v_signs[n] >= v_bounds[n];
      exit when v_fires;
    end loop;
  end if;
  if v_fires then
    v_facts := array[row(1, p_stage, p_signals)::risk_facts];
    -- In variables first: handed a subquery, a function in SQL does not become part of the statement, and is planned in each call.
    v_lines := array(select l from risk_rule_lines l where l.version = p_rules.version);
    select j.* into v_verdict from judge_lines(v_facts, v_lines, p_rules.thresholds) j;
  end if;
  return v_verdict;
end $$;
