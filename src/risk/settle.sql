-- What is decided once there is money, when the card is known. A purchase that should have been challenged, or not taken, is one
-- for a person to look at: its credits wait.

-- What a provider says of a card, as signals 34 to 38. @param p_card null: it says nothing
create or replace function card_signals(p_card jsonb)
returns double precision[]
language sql immutable parallel safe as $$
  select array[
    case p_card ->> 'funding' when 'prepaid' then 1 when 'credit' then 0 when 'debit' then 0 end,
    case p_card ->> 'cvcCheck' when 'fail' then 1 when 'pass' then 0 end,
    case p_card ->> 'postalCheck' when 'fail' then 1 when 'pass' then 0 end,
    case p_card ->> 'riskLevel' when 'normal' then 0 when 'elevated' then 1 when 'highest' then 2 end,
    (p_card ->> 'isThreeDSecurePassed')::boolean::integer]::double precision[];
$$;

-- Whether a card is of another country than the payer's address; null: nobody can tell.
create or replace function country_mismatch(p_card jsonb, p_country text)
returns double precision
language sql immutable parallel safe as $$
  select case when p_card ->> 'country' is not null then (p_card ->> 'country' <> p_country)::integer
    when p_card ->> 'foreignTo' = p_country then 1 end;
$$;

-- New accounts of the device and of the card within a week, and in the network within three hours, as signals 46 to 48.
-- Of each payment, as counted_signals() has it.
create or replace function newcomer_signals(p_marks risk_mark[], p_now timestamptz)
returns table (ord integer, signals double precision[])
language sql stable as $$
  select m.ord, array[
    max(seen_since((m.counter).newcomers_at, p_now - interval '7 days')) filter (where m.kind = 'device'),
    max(seen_since((m.counter).newcomers_at, p_now - interval '7 days')) filter (where m.kind = 'card'),
    max(seen_since((m.counter).newcomers_at, p_now - interval '3 hours')) filter (where m.kind = 'address')]::double precision[]
  from unnest(p_marks) m group by m.ord;
$$;

-- All signals of payments that bought something. @param p_counters after they were counted
create or replace function settle_facts(
  p_outcomes risk_outcome[], p_payers risk_decisions[], p_subjects risk_subject[], p_counters risk_counters[],
  p_now timestamptz)
returns risk_facts[]
language plpgsql stable
as $$
declare
  v_marks risk_mark[] := array(
    select row(s.ord, s.kind, 0, 0, 0, 0, c)::risk_mark
    from unnest(p_subjects) s join unnest(p_counters) c on c.subject = s.subject where p_outcomes[s.ord].is_bought);
begin
  return array(
    select row(c.ord, 2, c.signals[:26] || p_payers[c.ord].signals[27:29]
      || array_fill(null::double precision, array[3 - coalesce(cardinality(p_payers[c.ord].signals[27:29]), 0)])
      || country_mismatch(o.card, p_payers[c.ord].country) || c.signals[27:28] || o.spent_share
      || card_signals(o.card) || array[null, (l.blocked_by is not null)::integer, (l.allowed_by is not null)::integer, s.attack,
        null, c.signals[29], c.signals[30]]::double precision[] || n.signals
      || array[is_disposable(p_payers[c.ord].email_domain)::integer, o.at_stake]::double precision[])::risk_facts
    from counted_signals(v_marks, p_now) c
    join newcomer_signals(v_marks, p_now) n on n.ord = c.ord
    join unnest(p_outcomes) with ordinality o on o.ordinality = c.ord
    left join listed_payers(p_outcomes, p_payers) l on l.ord = c.ord
    cross join (select attack_now()::integer as attack) s
    order by c.ord);
end $$;

-- What comes of a verdict when the money is there. @param p_payer what was decided before
create or replace function told_at_settle(p_payer risk_decisions, p_level smallint, p_three_d_secure double precision, p_mode text)
returns text
language sql immutable parallel safe as $$
  select case
    when p_mode = 'observe' then case when p_level > 0 then 'observed' else 'none' end
    when p_payer.told = 'frozen' or p_level >= 2 then 'frozen'
    -- Whoever was challenged and paid has passed, unless the bank says that it did not ask.
    when p_level = 1 and not (coalesce(p_payer.told, '') in ('challenge', 'captcha') and p_three_d_secure is distinct from 0)
      then 'frozen'
    else 'none'
  end;
$$;

-- Counts what payments came to, and judges those that bought something. Call it under the locks on their intents and wallets, and
-- before any of them is written. @param p_mode act or observe. @returns an answer for each that bought something
create or replace function decide_outcomes(p_outcomes risk_outcome[], p_mode text)
returns risk_answer[]
language plpgsql
as $$
declare
  v_known bigint[] := array(select decision_id from unnest(p_outcomes));
  v_payers risk_decisions[] := array(
    select d from unnest(p_outcomes) with ordinality o
    left join (select * from risk_decisions where id = any(v_known)) d on d.id = o.decision_id order by o.ordinality);
  v_subjects risk_subject[] := outcome_subjects(p_outcomes, v_payers);
  v_counters risk_counters[] := lock_counters(array(select distinct subject from unnest(v_subjects)));
  v_facts risk_facts[];
  v_version bigint;
begin
  perform tally_risks(count(*), count(*) filter (where o.is_declined), count(*) filter (where o.is_declined
    and 'card:' || (o.card ->> 'fingerprint') <> all(array(select subject from unnest(v_counters)))), 0)
  from unnest(p_outcomes) o;
  v_counters := count_outcomes(p_outcomes, v_payers, v_subjects, v_counters);
  v_facts := settle_facts(p_outcomes, v_payers, v_subjects, v_counters, instant());
  if cardinality(v_facts) = 0 then
    return '{}';
  end if;
  select version into v_version from risk_rules where state = 'active';
  return keep_settled(p_outcomes, v_payers, v_facts, v_version, p_mode);
end $$;

-- Judges facts about payments and writes the decisions down.
create or replace function keep_settled(
  p_outcomes risk_outcome[], p_payers risk_decisions[], p_facts risk_facts[], p_version bigint, p_mode text)
returns risk_answer[]
language plpgsql
as $$
declare
  v_shadow bigint := (select version from risk_rules where state = 'shadow');
  v_answers risk_answer[];
begin
  with kept as (
    select nextval('risk_decisions_id_seq') as id, v.ord, v.score, v.level, v.fired, f.signals, o.*, p_payers[v.ord] as payer,
      told_at_settle(p_payers[v.ord], v.level, f.signals[38], p_mode) as told, s.score as shadow_score, s.level as shadow_level
    from judge_risks(p_facts, p_version) v
    join unnest(p_facts) f on f.ord = v.ord
    join unnest(p_outcomes) with ordinality o on o.ordinality = v.ord
    left join judge_risks(case when v_shadow is not null then p_facts end, v_shadow) s on s.ord = v.ord
  ),
  added as (
    insert into risk_decisions (id, intent_id, user_id, stage, at, rule_version, score, decision, told, signals, fired, device,
      address, email_domain, country, card, credits, amount_minor, currency, shadow_version, shadow_score, shadow_decision)
    select id, intent_id, user_id, 'settle', instant(), p_version, score, decision_of(level), told, signals, fired,
      (payer).device, (payer).address, (payer).email_domain, (payer).country, card ->> 'fingerprint', credits, amount_minor,
      currency, v_shadow, shadow_score, decision_of(shadow_level)
    from kept order by ord
  )
  select array_agg(row(ord, id, score, decision_of(level), told, told <> 'frozen')::risk_answer order by ord)
  into v_answers from kept;
  return v_answers;
end $$;
