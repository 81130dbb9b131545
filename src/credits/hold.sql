-- Sets credits aside, each hold whole or not at all, out of the lots that a spend would take next. Locks, keys and rounds
-- are those of spend_credits().
create or replace function hold_credits(
  p_id text[], p_user_id text[], p_credits bigint[], p_reason text[], p_ttl_seconds integer[], p_key text[],
  p_input_hash text[], p_actor text[], p_role text[], p_reference text[], p_metadata jsonb[],
  p_wait boolean)
returns table (ord integer, outcome text, hold_id text)
language plpgsql security definer
set search_path from current
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_secret bytea := (select key_secret from gateway);
  v_hashes text[] := array(
    select hashed_key(v_secret, user_id, key) from unnest(p_user_id, p_key) with ordinality a(user_id, key, ord) order by ord);
  v_now timestamptz;
  v_epoch integer := (select epoch from gateway);
  v_users text[];
  v_rounds integer;
begin
  v_users := open_wallets(p_user_id, p_wait);
  v_now := instant();
  return query
  select a.ord::integer, 'busy', null::text
  from unnest(p_user_id) with ordinality a(user_id, ord) where a.user_id <> all(v_users);

  select coalesce(max(n), 0) into v_rounds
  from (select count(*) n from unnest(p_user_id) u where u = any(v_users) group by u) x;
  for v_round in 1..v_rounds loop
    return query
    with turned as (
      select a.*, row_number() over (partition by a.user_id order by a.ord) as turn
      from unnest(p_id, p_user_id, p_credits, p_reason, p_ttl_seconds, v_hashes, p_input_hash, p_actor, p_role,
          p_reference, p_metadata)
        with ordinality a(id, user_id, credits, reason, ttl_seconds, key, input_hash, actor, role, reference, metadata, ord)
      where a.user_id = any(v_users)
    ),
    asked as (
      select t.*, w.balance, w.held, w.frozen, w.owed, w.version, k.outcome as known, k.result_id as known_id,
        case
          when k.key is not null and k.input_hash <> t.input_hash then 'conflict'
          when k.outcome = 'done' then 'replayed'
          when k.outcome = 'refused' or w.balance - w.held - w.frozen < t.credits then 'refused'
          else 'held'
        end as verdict
      from turned t
      join wallets w on w.user_id = t.user_id and w.user_id = any(v_users)
      left join (select * from idempotency_keys
                 where user_id = any(p_user_id) and operation = 'hold' and key = any(v_hashes)) k
        on k.user_id = t.user_id and k.key = t.key and k.caller_kind in (t.role, 'any')
      where t.turn = v_round
    ),
    kept as (
      insert into idempotency_keys (user_id, operation, key, caller_kind, input_hash, outcome, result_id, created_at)
      select user_id, 'hold', key, role, input_hash, case verdict when 'held' then 'done' else 'refused' end,
        case verdict when 'held' then id end, v_now
      from asked where known is null and verdict in ('held', 'refused')
    ),
    made as (
      insert into holds (id, user_id, credits, held, reason, reference, metadata, created_by, created_by_role, expires_at, created_at)
      select id, user_id, credits, credits, reason, reference, metadata, actor, role,
        v_now + make_interval(secs => ttl_seconds), v_now
      from asked where verdict = 'held'
    ),
    queued as (
      select l.*, a.id as hold_id, a.credits as wanted,
        coalesce(sum(l.remaining - l.held - l.frozen) over (partition by l.user_id order by l.expires_at, l.id
          rows between unbounded preceding and 1 preceding), 0) as before
      from (select * from lots where user_id = any(v_users) and remaining > held + frozen) l
      join asked a on a.user_id = l.user_id and a.verdict = 'held'
    ),
    taken as (
      select q.*, least(remaining - held - frozen, wanted - before)::bigint as takes from queued q where before < wanted
    ),
    allocated as (
      insert into hold_lots (hold_id, lot_id, credits) select hold_id, id, takes from taken
    ),
    set_aside as (
      update lots l set held = l.held + t.takes from taken t where l.id = t.id and l.user_id = any(v_users)
    ),
    told as (
      insert into events (subject, sequence, version, kind, actor, to_status, data, at, epoch)
      select 'wallet:' || user_id, version + 1, version + 1, 'balance_changed', actor, null,
        jsonb_build_object('delta', 0, 'journalId', null, 'balance', balance, 'held', held + credits, 'frozen', frozen,
          'owed', owed), v_now, v_epoch
      from asked where verdict = 'held'
      union all
      select id, 1, 1, 'hold_changed', actor, 'open',
        jsonb_build_object('userId', user_id, 'credits', credits, 'settledCredits', null, 'reason', reason,
          'expiresAt', v_now + make_interval(secs => ttl_seconds), 'journalId', null, 'balance', balance,
          'held', held + credits, 'frozen', frozen, 'owed', owed), v_now, v_epoch
      from asked where verdict = 'held'
    ),
    raised as (
      update wallets w set held = w.held + a.credits, version = w.version + 1, updated_at = v_now
      from asked a where a.verdict = 'held' and w.user_id = a.user_id and w.user_id = any(v_users)
    )
    select ord::integer, verdict, case verdict when 'held' then id else known_id end from asked;
  end loop;
end $$;

-- Lets go of what holds set aside. A hold that was released before answers as it did then.
create or replace function release_holds(p_hold_id text[], p_actor text[], p_role text[], p_wait boolean)
returns table (ord integer, outcome text)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  -- A hold's user never changes.
  v_owners text[] := array(select user_id from holds where id = any(p_hold_id));
  v_users text[];
  v_ended text[];
  v_actors text[];
begin
  v_users := open_wallets(v_owners, p_wait);

  return query
  select a.ord::integer,
    case
      when h.id is null or (a.role = 'user' and h.created_by_role <> 'user') then 'not_found'
      when h.user_id <> all(v_users) then 'busy'
      when h.status = 'released' then 'replayed'
      when h.status <> 'open' then 'ended'
      else 'released'
    end
  from unnest(p_hold_id, p_role) with ordinality a(hold_id, role, ord)
  left join (select * from holds where id = any(p_hold_id)) h on h.id = a.hold_id;

  select coalesce(array_agg(x.id), '{}'), coalesce(array_agg(x.actor), '{}') into v_ended, v_actors
  from (
    select h.id, min(a.actor) as actor from unnest(p_hold_id, p_actor, p_role) a(hold_id, actor, role)
    join (select * from holds where id = any(p_hold_id)) h on h.id = a.hold_id
    where h.status = 'open' and h.user_id = any(v_users) and not (a.role = 'user' and h.created_by_role <> 'user')
    group by h.id) x;
  if cardinality(v_ended) > 0 then
    perform end_holds(v_ended, 'released', v_actors);
  end if;
end $$;
