-- Makes an intent again of which only the provider's object is left, under the id that the object names. It is as a claim that was
-- just answered: what the provider says of its money comes in by the one door, and whoever dies before that leaves it to recovery.
-- Texts that were erased since the object was made stay away. @returns the intent; nothing when it is here, or its object is, or when
-- the shared wallet that it is of is not: nobody would own its credits
create or replace function restore_intent(p_purchase jsonb, p_mode text, p_seconds integer)
returns setof intents
language plpgsql as $$
declare
  v_now timestamptz := instant();
  v_made_at timestamptz := to_timestamp((p_purchase ->> 'createdAt')::bigint);
  v_is_erased boolean := exists (
    select from audit_log where target_id = p_purchase ->> 'userId' and action = 'eraseUser' and at >= v_made_at);
  v_intent intents;
begin
  insert into intents (id, user_id, idempotency_key, input_hash, package_id, package_name, credits, credits_expire_after_days,
    amount_minor, currency, provider, mode, created_by, request, provider_intent_id, read_number, lease_until, reference,
    metadata, expires_at, created_at, updated_at, bonus_credits, bonus_expire_after_days)
  select p_purchase ->> 'intentId', p_purchase ->> 'userId', 'restored:' || (p_purchase ->> 'intentId'),
    encode(sha256(convert_to(p_purchase ->> 'intentId', 'utf8')), 'hex'), p_purchase ->> 'packageId',
    coalesce((select name from packages where id = p_purchase ->> 'packageId'), p_purchase ->> 'packageId'),
    (p_purchase ->> 'credits')::bigint, (p_purchase ->> 'days')::integer, (p_purchase ->> 'amountMinor')::bigint,
    p_purchase ->> 'currency', p_purchase ->> 'provider', p_mode, 'system', p_purchase -> 'request',
    p_purchase ->> 'providerIntentId', 1, v_now + make_interval(secs => p_seconds),
    case when not v_is_erased then p_purchase ->> 'reference' end,
    case when not v_is_erased then nullif(p_purchase -> 'metadata', 'null') end,
    -- Whoever is in the midst of paying has an hour for it.
    v_now + interval '1 hour', least(v_made_at, v_now), v_now,
    -- As the package promises today: the provider keeps nothing of it.
    p.bonus_credits, p.bonus_expire_after_days
  from (select) one left join packages p on p.id = p_purchase ->> 'packageId' and p.credits = (p_purchase ->> 'credits')::bigint
  where not public.is_shared_wallet_id(p_purchase ->> 'userId')
    or exists (select from shared_wallets where id = p_purchase ->> 'userId')
  on conflict do nothing
  returning * into v_intent;
  if v_intent.id is null then
    return;
  end if;
  insert into events (subject, sequence, version, kind, actor, to_status, data, at, epoch)
  select v_intent.id, 1, 1, 'created', 'system', 'pending', jsonb_build_object('packageId', v_intent.package_id,
    'amountMinor', v_intent.amount_minor, 'currency', v_intent.currency, 'isRestored', true), v_now, g.epoch
  from gateway g;
  return next v_intent;
end $$;
