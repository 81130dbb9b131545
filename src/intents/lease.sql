-- Numbers a read of the provider before it is made. The increment commits, so that of two reads in flight the one that
-- began later is known, and an earlier answer is never applied over it.
create or replace function begin_reads(p_intent_id text[])
returns table (ord integer, read_number integer)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_first jsonb;
begin
  perform 1 from intents where id = any(p_intent_id) order by id for no key update;
  with counted as (select id, count(*)::integer as n from unnest(p_intent_id) as id group by id),
  numbered as (
    update intents i set read_number = i.read_number + c.n from counted c
    where i.id = c.id and i.id = any(p_intent_id)
    returning i.id, i.read_number - c.n as before
  )
  select coalesce(jsonb_object_agg(id, before), '{}') into v_first from numbered;
  return query
  select a.ord::integer,
    ((v_first ->> a.id)::integer + row_number() over (partition by a.id order by a.ord))::integer
  from unnest(p_intent_id) with ordinality as a(id, ord);
end $$;

-- Asks for an end, by the user (`cancel`) or by time (`expire`), and takes the lease to carry it out. A lease that
-- somebody else holds is left alone: its owner sees the request when it comes back from the provider.
create or replace function request_end(p_intent_id text, p_kind text, p_lease_token text, p_lease_seconds integer)
returns table (outcome text, intent intents)
language plpgsql as $$
#variable_conflict use_column
declare
  v_now timestamptz := instant();
  v_was intents;
begin
  select * into v_was from intents where id = p_intent_id for no key update;
  if not found then
    return query select 'not_found', null::intents;
  elsif v_was.status not in ('pending', 'processing') or (p_kind = 'expire' and v_was.status <> 'pending') then
    return query select 'closed', v_was;
  else
    return query
    update intents i set
      cancel_requested_at = case when p_kind = 'cancel' then coalesce(i.cancel_requested_at, v_now)
        else i.cancel_requested_at end,
      expire_requested_at = case when p_kind = 'expire' and i.cancel_requested_at is null
        then coalesce(i.expire_requested_at, v_now) else i.expire_requested_at end,
      -- Without a token the time is only when to look again.
      lease_until = case when i.lease_token is not null and i.lease_until > v_now then i.lease_until
        else v_now + make_interval(secs => p_lease_seconds) end,
      lease_token = case when i.lease_token is not null and i.lease_until > v_now then i.lease_token
        else p_lease_token end
    where i.id = p_intent_id
    returning case when i.lease_token = p_lease_token then 'leased' else 'in_progress' end, i;
  end if;
end $$;

-- Takes intents whose owner let its lease run out, for this process to carry on. Never twice at the same time. The instant is
-- read once: compared with the clock itself, every lease would be looked at to find those that ran out.
create or replace function take_leases(p_lease_token text, p_lease_seconds integer, p_limit integer)
returns setof intents
language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := instant();
  v_due text[];
begin
  v_due := array(
    select id from intents where lease_until < v_now
    order by lease_until limit p_limit for no key update skip locked);
  return query
  update intents i set lease_until = v_now + make_interval(secs => p_lease_seconds),
    lease_token = p_lease_token, lease_count = least(i.lease_count, 2147483646) + 1
  where i.id = any(v_due)
  returning i.*;
end $$;

-- Takes the lease again for work that a read has shown to be there: settling the read gave it back. Nobody else may be at
-- the intent, and it must be open still. Who dies in that work leaves a lease that runs out, not one that waits to look.
create or replace function retake_lease(p_intent_id text, p_lease_token text, p_lease_seconds integer)
returns boolean
language plpgsql as $$
declare
  v_now timestamptz := instant();
begin
  update intents set lease_until = v_now + make_interval(secs => p_lease_seconds), lease_token = p_lease_token
  where id = p_intent_id and status in ('pending', 'processing')
    and cancel_requested_at is null and expire_requested_at is null
    and (lease_token is null or lease_token = p_lease_token or lease_until < v_now);
  return found;
end $$;

-- Puts an intent back for later, when the provider could not be asked now. Only the lease's owner may. Without a token
-- nobody is at it at the moment.
create or replace function defer_lease(p_intent_id text, p_lease_token text, p_seconds integer)
returns void
language sql as $$
  update intents set lease_until = instant() + make_interval(secs => p_seconds), lease_token = null
  where id = p_intent_id and lease_token = p_lease_token and lease_until is not null;
$$;

-- Intents that still wait for the payer, whose time has run out and that nobody has begun to close. What is processing
-- is at the provider, which will tell its end.
create or replace function find_expired(p_limit integer)
returns setof text
language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_now timestamptz := instant();
begin
  return query
  select id from intents
  where status = 'pending' and expires_at < v_now
    and expire_requested_at is null and cancel_requested_at is null
  order by expires_at limit p_limit;
end $$;
