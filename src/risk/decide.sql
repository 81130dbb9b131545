-- What becomes of purchases that are to be made: judged under the locks on what is counted of them, counted, and written down.

-- What the caller is told. @param p_has_captcha whether a payer can be asked to solve one
create or replace function told_of(p_ask risk_ask, p_level smallint, p_mode text, p_has_captcha boolean)
returns text
language sql immutable parallel safe as $$
  select case
    when p_level = 0 then 'none'
    when p_mode = 'observe' then 'observed'
    when p_level = 3 then 'blocked'
    when p_level = 2 then 'frozen'
    when p_ask.has_passed then 'captcha'
    when p_ask.can_authenticate then 'challenge'
    when p_has_captcha then 'captcha'
    -- Nobody can ask this payer for more: somebody looks once the money is there.
    else 'frozen'
  end;
$$;

-- What an ask brings, after those before it in its set that are made. @param p_places of its subjects, from the address on in the order
-- of subjects_of; p_n to p_new_long by place, see decide_risks
create or replace function after_others(
  p_here risk_here, p_places integer[], p_user bigint, p_n bigint[], p_credits bigint[], p_seen risk_seen[],
  p_new_short integer[], p_new_long integer[])
returns risk_here
language plpgsql immutable
as $$
begin
  p_here.purchases := p_here.purchases + p_n[p_places[5]];
  p_here.credits := p_here.credits + p_credits[p_places[5]];
  p_here.country := p_here.country + p_n[p_places[3]];
  p_here.amount := p_here.amount + p_n[p_places[2]];
  if p_n[p_places[1]] > 0 then
    p_here.address := p_here.address + p_n[p_places[1]];
    -- A user that the set has brought already is not new again.
    p_here.address_1h := p_new_short[p_places[1]]
      + case when p_user = any((p_seen[p_places[1]]).ids) then 0 else p_here.address_1h end;
  end if;
  if p_n[p_places[4]] > 0 then
    p_here.device := p_here.device + p_n[p_places[4]];
    p_here.device_1d := p_new_short[p_places[4]]
      + case when p_user = any((p_seen[p_places[4]]).ids) then 0 else p_here.device_1d end;
    p_here.device_7d := p_new_long[p_places[4]]
      + case when p_user = any((p_seen[p_places[4]]).ids) then 0 else p_here.device_7d end;
  end if;
  return p_here;
end $$;

-- The decide loop: judges asks one after another over plain variables, counts those that pass, and writes all in sets. What is not
-- made is not counted for those after it. Call it before they are made, in the same transaction. The first use of an expression in
-- a transaction costs as much as ten more, so that what a lone ask does not need stands behind an `if`.
-- @param p_mode act or observe. @returns an answer for each
create or replace function decide_risks(p_asks risk_ask[], p_mode text, p_has_captcha boolean)
returns risk_answer[]
language plpgsql
as $$
declare
  v_is_set constant boolean := cardinality(p_asks) > 1;
  -- Five of each ask, null: unknown. What follows stands by the place of its name; the last place is that of the unknown.
  v_subjects text[] := subjects_of(p_asks);
  v_names text[] := names_of(v_subjects, v_is_set);
  v_unknown constant integer := cardinality(v_names) + 1;
  v_counters risk_counters[] := array_fill(null::risk_counters, array[v_unknown]);
  v_known text[] := '{}';
  v_figures risk_figures[] := array_fill(row(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)::risk_figures,
    array[v_unknown - 1]);
  -- Of the asks that are made: how many, their credits, their users, and how many of these are new within the shorter and the longer
  -- window of the subject.
  v_n bigint[] := array_fill(0, array[v_unknown]);
  v_credits bigint[] := v_n;
  v_seen risk_seen[] := array_fill(null::risk_seen, array[v_unknown]);
  v_new_short integer[] := v_n;
  v_new_long integer[] := v_n;
  v_stopped bigint := 0;
  v_now timestamptz;
  v_judging risk_judging;
  v_listed risk_listed;
  v_ask risk_ask;
  v_at integer := 0;
  v_place integer;
  v_places integer[] := '{}';
  v_counter risk_counters;
  v_figure risk_figures;
  v_user risk_figures;
  v_device risk_figures;
  v_address risk_figures;
  v_country risk_figures;
  v_amount risk_figures;
  v_hash bigint;
  v_here risk_here;
  v_verdict risk_verdict;
  v_one risk_judged;
  v_judged risk_judged[] := '{}';
  v_answers risk_answer[] := '{}';
begin
  if cardinality(p_asks) = 0 then
    return '{}';
  end if;
  foreach v_counter in array lock_counters(v_names) loop
    v_known := v_known || v_counter.subject;
    v_counters[width_bucket(v_counter.subject collate "C", v_names)] := v_counter;
  end loop;
  -- Under the locks: what was counted while this set waited for them is not later.
  v_now := take_instant();
  foreach v_counter in array v_counters loop
    continue when v_counter.subject is null;
    v_figures[width_bucket(v_counter.subject collate "C", v_names)] := figures_of(v_counter, v_now);
  end loop;
  v_judging := judging_now();
  if v_judging.has_lists then
    v_listed := listed_asks(p_asks);
  end if;

  for v_ord in 1..cardinality(p_asks) loop
    v_ask := p_asks[v_ord];
    v_hash := hashtextextended(v_ask.user_id, 0);
    v_here := row(1, v_ask.credits, 1, 1, 1, 1, 1, 1, 1);
    for v_kind in 1..5 loop
      v_at := v_at + 1;
      v_place := coalesce(width_bucket(v_subjects[v_at] collate "C", v_names), v_unknown);
      v_places[v_kind] := v_place;
      v_figure := v_figures[v_place];
      case v_kind
        when 1 then v_address := v_figure;
        when 2 then v_amount := v_figure;
        when 3 then v_country := v_figure;
        when 4 then v_device := v_figure;
        else v_user := v_figure;
      end case;
      if v_figure.users_7d > 0 then
        v_counter := v_counters[v_place];
        if v_kind = 1 then
          v_here.address_1h := is_new_user(v_counter.users, v_counter.users_at, v_hash, v_now - interval '1 hour');
        else
          v_here.device_1d := is_new_user(v_counter.users, v_counter.users_at, v_hash, v_now - interval '1 day');
          v_here.device_7d := is_new_user(v_counter.users, v_counter.users_at, v_hash, v_now - interval '7 days');
        end if;
      end if;
    end loop;
    if v_is_set then
      v_here := after_others(v_here, v_places, v_hash, v_n, v_credits, v_seen, v_new_short, v_new_long);
    end if;
    v_one := null;
    v_one.id := nextval('risk_decisions_id_seq');
    v_one.signals := claim_signals(v_ask, v_here, v_user, v_device, v_address, v_country, v_amount, v_listed.blocked[v_ord],
      v_listed.allowed[v_ord], v_judging.is_attack, v_now);
    v_verdict := judge_signals(v_one.signals, 1::smallint, v_judging.active);
    v_one.score := v_verdict.score;
    v_one.level := v_verdict.level;
    v_one.fired := v_verdict.fired;
    v_one.told := told_of(v_ask, v_verdict.level, p_mode, p_has_captcha);
    v_one.passes := v_one.told <> 'blocked' and (v_one.told <> 'captcha' or v_ask.has_passed);
    if (v_judging.shadow).version is not null then
      v_verdict := judge_signals(v_one.signals, 1::smallint, v_judging.shadow);
      v_one.shadow_score := v_verdict.score;
      v_one.shadow_level := v_verdict.level;
    end if;
    v_judged := v_judged || v_one;
    v_answers := v_answers || row(v_ord, v_one.id, v_one.score, decision_of(v_one.level), v_one.told, v_one.passes)::risk_answer;
    if not v_one.passes then
      v_stopped := v_stopped + 1;
      continue;
    end if;
    foreach v_place in array v_places loop
      v_n[v_place] := v_n[v_place] + 1;
      v_credits[v_place] := v_credits[v_place] + v_ask.credits;
    end loop;
    foreach v_place in array array[v_places[1], v_places[4]] loop
      v_seen[v_place] := seen_here(v_seen[v_place], v_hash, v_now);
    end loop;
    if v_is_set then
      v_new_short[v_places[1]] := v_here.address_1h;
      v_new_short[v_places[4]] := v_here.device_1d;
      v_new_long[v_places[4]] := v_here.device_7d;
    end if;
  end loop;
  perform count_attempts(v_names, v_n, v_credits, v_seen, v_counters, v_known, v_now);
  perform tally_risks(0, 0, 0, v_stopped);
  perform keep_decisions(p_asks, v_judged, (v_judging.active).version, (v_judging.shadow).version, v_now);
  return v_answers;
end $$;

-- Writes decisions down. @param p_judged beside the asks; @param p_shadow of rules that are judged by and do not act; null: there are
-- none
create or replace function keep_decisions(p_asks risk_ask[], p_judged risk_judged[], p_version bigint, p_shadow bigint, p_now timestamptz)
returns void
language plpgsql
as $$
begin
  insert into risk_decisions (id, intent_id, user_id, stage, at, rule_version, score, decision, told, signals, fired, device,
    address, email_domain, country, credits, amount_minor, currency, shadow_version, shadow_score, shadow_decision)
  select id, case when passes then intent_id end, user_id, 'claim', p_now, p_version, score, decision_of(level), told,
    signals, fired, device, address_prefix(address), email_domain, country, credits, amount_minor, currency, p_shadow,
    shadow_score, decision_of(shadow_level)
  from unnest(p_asks, p_judged) as d(intent_id, user_id, device, address, email_domain, country, credits, amount_minor, currency,
    account_created_at, is_first, is_cheapest, spent_share, can_authenticate, has_passed, id, score, level, fired, signals, told,
    passes, shadow_score, shadow_level);
end $$;
