-- Rules: a document of names becomes lines of numbers, which the judge reads.

-- The number of a signal; null: there is none of that name. In the order of signals.ts: a new one goes to the end,
-- and the place of one that is gone stays empty.
create or replace function signal_number(p_name text)
returns smallint
language sql immutable parallel safe as $$
  select array_position(array[
    'user_purchases_10m', 'user_purchases_1h', 'user_purchases_1d', 'user_credits_1d', 'device_purchases_1h',
    'device_purchases_1d', 'address_purchases_10m', 'address_purchases_1h', 'card_purchases_1d', 'country_purchases_10m',
    'amount_purchases_10m', 'user_declines_1h', 'user_declines_1d', 'user_declines_in_row', 'device_declines_1h',
    'address_declines_1h', 'card_declines_1d', 'user_decline_share_1d', 'address_decline_share_1h', 'user_cards_1d',
    'device_cards_1d', 'address_cards_1d', 'device_users_1d', 'device_users_7d', 'address_users_1h', 'card_users_7d',
    'account_age_hours', 'is_first_purchase', 'is_cheapest_package', 'country_mismatch', 'user_disputes', 'user_warnings',
    'spent_at_once', 'card_prepaid', 'cvc_failed', 'postal_failed', 'provider_risk', 'three_d_secure_passed',
    null, 'blocked_subject', 'allowed_subject', 'attack', null, 'device_troubles', 'card_troubles',
    'device_newcomers_7d', 'card_newcomers_7d', 'address_newcomers_3h', 'disposable_email', 'user_at_stake_7d'],
    p_name)::smallint;
$$;

-- 1 where more than the bound fires, -1 where less does.
create or replace function rule_sign(p_condition jsonb)
returns smallint
language sql immutable parallel safe as $$
  select case when p_condition ? 'at_most' then -1 else 1 end::smallint;
$$;

-- The bound times that sign, so that sign * signal >= bound says whether it holds.
create or replace function rule_bound(p_condition jsonb)
returns double precision
language sql immutable parallel safe as $$
  select rule_sign(p_condition) * coalesce(p_condition ->> 'at_least', p_condition ->> 'at_most')::double precision;
$$;

-- The lines of a document, for a version of it. What a document may say is checked before.
create or replace function compile_rules(p_document jsonb, p_version bigint)
returns setof risk_rule_lines
language sql immutable
as $$
  select row(p_version, n, r ->> 'code', signal_number(r ->> 'signal'), rule_sign(r), rule_bound(r),
    (r ->> 'weight')::smallint, coalesce(array_position(array['challenge', 'review', 'block'], r ->> 'decision'), 0),
    case coalesce(r ->> 'stage', 'both') when 'claim' then 1 when 'settle' then 2 else 3 end,
    w.signals, w.signs, w.bounds)::risk_rule_lines
  from jsonb_array_elements(p_document -> 'rules') with ordinality d(r, n)
  cross join lateral (
    select array_agg(signal_number(c ->> 'signal')) as signals, array_agg(rule_sign(c)) as signs,
      array_agg(rule_bound(c)) as bounds
    from jsonb_array_elements(coalesce(r -> 'when', '[]')) c) w
  order by n;
$$;

-- Of each signal and sign that a rule of a document names the least bound: where none of them is met no rule fires.
create or replace function rules_at_a_glance(p_document jsonb)
returns table (signals smallint[], signs smallint[], bounds double precision[])
language sql immutable
as $$
  select coalesce(array_agg(signal order by signal, sign), '{}'), coalesce(array_agg(sign order by signal, sign), '{}'),
    coalesce(array_agg(bound order by signal, sign), '{}')
  from (select signal, sign, min(bound) as bound from compile_rules(p_document, 0) group by signal, sign) l;
$$;

-- Makes a version of a document. @returns its number
create or replace function add_rules(p_document jsonb, p_state text, p_proposed_by text, p_note text)
returns bigint
language plpgsql
as $$
declare
  v_version bigint;
begin
  insert into risk_rules (state, document, challenge_at, review_at, block_at, proposed_by, note, activated_at, any_signals,
    any_signs, any_bounds)
  select p_state, p_document, (t ->> 'challenge')::smallint, (t ->> 'review')::smallint, (t ->> 'block')::smallint,
    p_proposed_by, p_note, case p_state when 'active' then instant() end, g.signals, g.signs, g.bounds
  from (select p_document -> 'thresholds' as t) d cross join rules_at_a_glance(p_document) g
  returning version into v_version;
  insert into risk_rule_lines select * from compile_rules(p_document, v_version);
  return v_version;
end $$;

-- The rules that come with the product, where there are none yet.
create or replace function install_default_rules(p_document jsonb)
returns void
language plpgsql
as $$
begin
  -- Two processes that start at the same time: one makes them.
  perform pg_advisory_xact_lock(hashtextextended('risk_rules', 0));
  if not exists (select from risk_rules) then
    perform add_rules(p_document, 'active', 'system', null);
  end if;
end $$;
