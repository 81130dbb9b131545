-- An intent that is to be made, or found by its key.
create type intent_claim as (
  id text, user_id text, key text, input_hash text, package_id text, provider text, currency text, amount_minor bigint,
  credits bigint, created_by text, fingerprint_id text, return_url text, request jsonb, lease_token text,
  reference text, metadata jsonb);

-- Saves a set of new intents, each with the provider request frozen in it, or finds what its key made before.
-- The row is its own idempotency key: unique (user, whether that user made it, key), so that a user's key never meets a
-- back end's; without a key, unique over the open intents of one wish.
-- The price is looked up here, so that no number from outside can become an amount.
create or replace function claim_intents(
  p_claims intent_claim[], p_mode text, p_ttl_seconds integer, p_lease_seconds integer)
returns table (ord integer, outcome text, intent intents)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_now timestamptz := instant();
  v_epoch integer := (select epoch from gateway);
  v_secret bytea := (select key_secret from gateway);
  v_users text[] := array(select user_id from unnest(p_claims));
  v_erased text[] := array(
    select 'erased:' || hashed_key(v_secret, user_id, key) from unnest(p_claims) with ordinality order by ordinality);
begin
  return query
  with asked as (
    select a.*, v_erased[ordinality] as erased_key, ordinality as ord from unnest(p_claims) with ordinality a
  ),
  -- A wallet holds no more than every client reads exactly; settling asks once more when the money is there.
  fitting as (
    select a.* from asked a left join (select user_id, balance from wallets where user_id = any(v_users)) w
      on w.user_id = a.user_id
    where coalesce(w.balance, 0) + a.credits <= 9007199254740991
  ),
  priced as (
    select a.*, p.name, p.credits_expire_after_days
    from fitting a
    join packages p on p.id = a.package_id and p.active and p.credits = a.credits
    join prices r on r.package_id = a.package_id and r.currency = a.currency and r.amount_minor = a.amount_minor
  ),
  -- Keys that went with their user: see erase_texts.
  erased as (
    select a.ord from asked a
    -- By the key alone: by both, each user would be looked up with each key of the set.
    join (select user_id, idempotency_key, created_by from intents where idempotency_key = any(v_erased)) i
      on i.user_id = a.user_id and i.idempotency_key = a.erased_key
        and (i.created_by = i.user_id) = (a.created_by = a.user_id)
  ),
  -- Two sets that bring the same keys in another order must meet them in one order, or they deadlock.
  made as (
    insert into intents as i (id, user_id, idempotency_key, input_hash, package_id, package_name, credits,
      credits_expire_after_days, amount_minor, currency, provider, mode, created_by, fingerprint_id, return_url,
      request, read_number, lease_until, lease_token, reference, metadata, expires_at, created_at, updated_at)
    select id, user_id, coalesce(key, 'auto:' || id), input_hash, package_id, name, credits,
      credits_expire_after_days, amount_minor, currency, provider, p_mode, created_by, fingerprint_id, return_url,
      request, 1, v_now + make_interval(secs => p_lease_seconds), lease_token, reference,
      metadata, v_now + make_interval(secs => p_ttl_seconds), v_now, v_now
    from priced where ord <> all(array(select ord from erased))
    order by key is null, user_id, key, package_id, provider, currency, amount_minor
    on conflict do nothing
    returning i.id, i as saved
  ),
  told as (
    insert into events (subject, sequence, version, kind, actor, to_status, data, at, epoch)
    select p.id, 1, 1, 'created', p.created_by, 'pending', jsonb_build_object('packageId', p.package_id,
      'amountMinor', p.amount_minor, 'currency', p.currency), v_now, v_epoch
    from priced p join made m on m.id = p.id
  )
  select a.ord::integer, case when f.id is null then 'too_many' when p.id is null then 'unpriced'
    when m.id is null then 'exists' else 'created' end, m.saved
  from asked a
  left join fitting f on f.ord = a.ord
  left join priced p on p.ord = a.ord
  left join made m on m.id = a.id;
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
