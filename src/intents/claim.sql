-- An intent that is to be made, or found by its key. `challenge`: what is added to the request where the payer is to prove who
-- it is; null: the provider cannot ask for that. From `device` on: of the payer, as far as it is known.
create type intent_claim as (
  id text, user_id text, key text, input_hash text, package_id text, provider text, currency text, amount_minor bigint,
  credits bigint, created_by text, fingerprint_id text, return_url text, request jsonb, lease_token text,
  reference text, metadata jsonb, challenge jsonb, is_cheapest boolean, has_passed boolean, device text, address text,
  country text, email_domain text, account_created_at timestamptz, promo_code text, promo_credits bigint);
-- What is known of claims before they are decided, beside them. `outcomes`: why one is not made; null: it may be.
create type looked_claims as (
  outcomes text[], names text[], expire_days integer[], is_first boolean[], bonuses bigint[], bonus_days integer[]);

-- Looks at a set of claims: at the price, which is looked up here, so that no number from outside can become an amount, at
-- what the wallet can hold, and at what the key made. @param p_is_judged false: only keys that were erased are looked for
create or replace function look_at_claims(p_claims intent_claim[], p_is_judged boolean)
returns looked_claims
language plpgsql stable
as $$
declare
  v_users text[];
  v_erased text[];
  v_keys text[];
  v_wishers text[];
  v_looked looked_claims;
begin
  -- Keys that went with their user: see erase_texts.
  select array_agg(a.user_id), array_agg('erased:' || hashed_key(g.key_secret, a.user_id, a.key)),
    array_agg(a.key) filter (where p_is_judged and a.key is not null),
    array_agg(a.user_id) filter (where p_is_judged and a.key is null)
  into v_users, v_erased, v_keys, v_wishers
  from gateway g cross join unnest(p_claims) a;
  select array_agg(l.outcome), array_agg(l.name), array_agg(l.expire_days), array_agg(l.is_first),
    array_agg(l.bonus_credits), array_agg(l.bonus_expire_after_days)
  into v_looked
  from (
    select p.name, p.credits_expire_after_days as expire_days, p.bonus_credits, p.bonus_expire_after_days,
      -- A wallet holds no more than every client reads exactly; settling asks once more when the money is there.
      case when coalesce(w.balance, 0) + a.credits > 9007199254740991 then 'too_many'
        when p.id is null or r.package_id is null then 'unpriced'
        when i.user_id is not null or o.user_id is not null then 'exists' end as outcome,
      case when p_is_judged then w.user_id is null
        or (select id from lots l where l.user_id = a.user_id and l.intent_id is not null limit 1) is null end as is_first
    from unnest(p_claims) with ordinality a
    left join (select user_id, balance from wallets where user_id = any(v_users)) w on w.user_id = a.user_id
    left join packages p on p.id = a.package_id and p.active and p.credits = a.credits
    left join prices r on r.package_id = a.package_id and r.currency = a.currency and r.amount_minor = a.amount_minor
    -- By the key alone: by both, each user would be looked up with each key of the set.
    left join (select user_id, idempotency_key, created_by from intents where idempotency_key = any(v_erased || v_keys)) i
      on i.user_id = a.user_id and i.idempotency_key in (a.key, v_erased[a.ordinality])
        and (i.created_by = i.user_id) = (a.created_by = a.user_id)
    left join (select user_id, package_id, provider, currency, amount_minor from intents where user_id = any(v_wishers)
        and idempotency_key like 'auto:%' and status in ('pending', 'processing')) o
      on a.key is null and o.user_id = a.user_id and o.package_id = a.package_id and o.provider = a.provider
        and o.currency = a.currency and o.amount_minor = a.amount_minor
    order by a.ordinality) l;
  return v_looked;
end $$;

-- What becomes of claims, beside them. `outcomes` null: it is made. The rest is of what risk decided; null: nothing.
create type decided_claims as (
  outcomes text[], scores smallint[], decisions text[], decision_ids bigint[], is_challenged boolean[]);

-- Has risk decide which claims are made. Of those with the same key or wish the first alone is judged, and the others hear
-- the same. @param p_risk act or observe
create or replace function decide_claims(p_claims intent_claim[], p_looked looked_claims, p_risk text, p_has_captcha boolean)
returns decided_claims
language plpgsql
as $$
declare
  v_claim intent_claim;
  v_wish text;
  -- Of those that are judged, in their order.
  v_wishes text[] := '{}';
  v_asks risk_ask[] := '{}';
  -- Which of them each claim is.
  v_nths integer[] := array_fill(null::integer, array[cardinality(p_claims)]);
  v_nth integer;
  v_answers risk_answer[];
  v_answer risk_answer;
  v_decided decided_claims;
begin
  v_decided := row(p_looked.outcomes, v_nths, v_nths, v_nths, v_nths);
  for v_at in 1..cardinality(p_claims) loop
    continue when p_looked.outcomes[v_at] is not null;
    v_claim := p_claims[v_at];
    if cardinality(p_claims) > 1 then
      v_wish := array[v_claim.user_id, v_claim.key, (v_claim.created_by = v_claim.user_id)::text, case when v_claim.key is null
        then array[v_claim.package_id, v_claim.provider, v_claim.currency, v_claim.amount_minor::text]::text end]::text;
      v_nth := array_position(v_wishes, v_wish);
      v_nths[v_at] := v_nth;
      continue when v_nth is not null;
      v_wishes := v_wishes || v_wish;
    end if;
    v_asks := v_asks || row(v_claim.id, v_claim.user_id, v_claim.device, v_claim.address::inet, v_claim.email_domain,
      v_claim.country, v_claim.credits, v_claim.amount_minor, v_claim.currency, v_claim.account_created_at,
      p_looked.is_first[v_at], v_claim.is_cheapest, null, v_claim.challenge is not null, v_claim.has_passed)::risk_ask;
    v_nths[v_at] := -cardinality(v_asks);
  end loop;
  v_answers := decide_risks(v_asks, p_risk, p_has_captcha);
  for v_at in 1..cardinality(p_claims) loop
    v_nth := v_nths[v_at];
    continue when v_nth is null;
    v_answer := v_answers[abs(v_nth)];
    v_decided.scores[v_at] := v_answer.score;
    v_decided.decisions[v_at] := v_answer.decision;
    v_decided.decision_ids[v_at] := v_answer.decision_id;
    v_decided.is_challenged[v_at] := v_answer.told = 'challenge';
    if not v_answer.passes then
      v_decided.outcomes[v_at] := case v_answer.told when 'captcha' then 'challenge' else 'blocked' end;
    elsif v_nth > 0 then
      v_decided.outcomes[v_at] := 'exists';
    end if;
  end loop;
  return v_decided;
end $$;

-- For a claim that was made by somebody else while its set was decided. @throws so that all of the set is undone
create or replace function made_beside()
returns text
language plpgsql
as $$
begin
  raise exception 'a claim of this set was made beside it' using errcode = 'serialization_failure';
end $$;

-- Saves a set of new intents, each with the provider request frozen in it, or finds what its key made before.
-- The row is its own idempotency key: unique (user, whether that user made it, key), so that a user's key never meets a
-- back end's; without a key, unique over the open intents of one wish. What a key made is neither judged nor counted again.
-- @param p_risk act, observe or off. @returns `decision_id` of what is blocked, or to be challenged first
create or replace function claim_intents(
  p_claims intent_claim[], p_mode text, p_ttl_seconds integer, p_lease_seconds integer, p_risk text, p_has_captcha boolean)
returns table (ord integer, outcome text, intent intents, decision_id bigint)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_is_judged constant boolean := p_risk <> 'off';
  v_looked looked_claims := look_at_claims(p_claims, v_is_judged);
  v_decided decided_claims;
  v_now timestamptz;
  v_epoch integer;
begin
  if v_is_judged then
    v_decided := decide_claims(p_claims, v_looked, p_risk, p_has_captcha);
  else
    v_decided.outcomes := v_looked.outcomes;
  end if;
  select instant(), epoch into v_now, v_epoch from gateway;
  return query
  with asked as materialized (
    select * from unnest(p_claims, v_looked.names, v_looked.expire_days, v_decided.outcomes, v_decided.scores,
      v_decided.decisions, v_decided.decision_ids, v_decided.is_challenged, v_looked.bonuses, v_looked.bonus_days) with ordinality as a(id, user_id, key, input_hash,
      package_id, provider, currency, amount_minor, credits, created_by, fingerprint_id, return_url, request, lease_token,
      reference, metadata, challenge, is_cheapest, has_passed, device, address, country, email_domain, account_created_at,
      promo_code, promo_credits, name, expire_days, outcome, score, decision, decision_id, is_challenged, bonus, bonus_days, nth)
  ),
  -- Two sets that bring the same keys in another order must meet them in one order, or they deadlock.
  made as (
    insert into intents as i (id, user_id, idempotency_key, input_hash, package_id, package_name, credits,
      credits_expire_after_days, amount_minor, currency, provider, mode, created_by, fingerprint_id, return_url,
      request, read_number, lease_until, lease_token, reference, metadata, risk_score, risk_decision, risk_decision_id,
      expires_at, created_at, updated_at, bonus_credits, bonus_expire_after_days, promo_code, promo_credits)
    select id, user_id, coalesce(key, 'auto:' || id), input_hash, package_id, name, credits,
      expire_days, amount_minor, currency, provider, p_mode, created_by, fingerprint_id, return_url,
      case when is_challenged then request || challenge else request end, 1,
      v_now + make_interval(secs => p_lease_seconds), lease_token, reference, metadata, score, decision, decision_id,
      v_now + make_interval(secs => p_ttl_seconds), v_now, v_now, bonus, bonus_days, promo_code, promo_credits
    from asked where outcome is null
    order by key is null, user_id, key, package_id, provider, currency, amount_minor
    on conflict do nothing
    returning i.id, i as saved
  ),
  told as (
    insert into events (subject, sequence, version, kind, actor, to_status, data, at, epoch)
    select id, 1, 1, 'created', (saved).created_by, 'pending', jsonb_build_object('packageId', (saved).package_id,
      'amountMinor', (saved).amount_minor, 'currency', (saved).currency), v_now, v_epoch
    from made
  )
  select a.nth::integer, case when a.outcome is not null then a.outcome when m.id is not null then 'created'
    -- Judged and counted, and then somebody else's was there: the set comes again, and finds it before.
    when v_is_judged then made_beside() else 'exists' end, m.saved,
    case when a.outcome in ('blocked', 'challenge') then a.decision_id end
  from asked a left join made m on m.id = a.id;
end $$;

-- What a key, or an open intent of the same wish, made before. Asked after claim_intents said `exists`: in a statement
-- of its own it sees what the other transaction committed meanwhile.
create or replace function find_claimed(p_claims intent_claim[])
returns table (ord integer, intent intents)
language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
begin
  return query
  select a.ordinality::integer, x.found
  from unnest(p_claims) with ordinality a
  join lateral (
    select i as found from intents i where i.user_id = a.user_id
      and i.idempotency_key in (a.key, 'erased:' || hashed_key(a.user_id, a.key))
      and (i.created_by = i.user_id) = (a.created_by = a.user_id)
    union all
    select i from intents i where a.key is null and i.user_id = a.user_id and i.package_id = a.package_id
      and i.provider = a.provider and i.currency = a.currency and i.amount_minor = a.amount_minor
      and i.idempotency_key like 'auto:%' and i.status in ('pending', 'processing')
  ) x on true;
end $$;
