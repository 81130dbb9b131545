-- Stores verified webhook events before they are answered. A body that was seen before is counted, not stored again.
-- What is new is leased to the caller, who works it at once; if it dies, anyone may after p_lease_seconds.
create or replace function store_webhook_events(
  p_id text[], p_provider text[], p_provider_event_id text[], p_type text[], p_subject text[], p_livemode boolean[],
  p_provider_intent_id text[], p_intent_id text[], p_body bytea[], p_body_sha256 text[], p_lease_seconds integer)
returns table (ord integer, id text, is_new boolean)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
begin
  return query
  with asked as (
    select * from unnest(p_id, p_provider, p_provider_event_id, p_type, p_subject, p_livemode, p_provider_intent_id,
        p_intent_id, p_body, p_body_sha256)
      with ordinality a(id, provider, provider_event_id, type, subject, livemode, provider_intent_id, intent_id, body,
        body_sha256, ord)
  ),
  counted as (
    select distinct on (body_sha256, provider) a.*,
      count(*) over (partition by body_sha256, provider) as copies
    from asked a order by body_sha256, provider, ord
  ),
  stored as (
    insert into webhook_events as e (id, provider, provider_event_id, type, subject, livemode, provider_intent_id,
      intent_id, body, body_sha256, duplicate_count, lease_until)
    select id, provider, provider_event_id, type, subject, livemode, provider_intent_id, intent_id, body, body_sha256,
      copies - 1, instant() + make_interval(secs => p_lease_seconds)
    from counted order by body_sha256, provider
    on conflict (body_sha256, provider) do update set duplicate_count = e.duplicate_count + excluded.duplicate_count + 1
    returning e.id, e.body_sha256, e.provider
  )
  select a.ord::integer, s.id, s.id = a.id
  from asked a join stored s on s.body_sha256 = a.body_sha256 and s.provider = a.provider;
end $$;

-- Takes webhook events that are due: those whose time has come, and what a process that died left behind. The clock is read
-- once, as an index condition needs it: read for each row, it is a filter that looks at every event that has a lease.
create or replace function take_webhook_events(p_lease_seconds integer, p_limit integer)
returns setof webhook_events
language sql as $$
  with due as (
    select id from webhook_events where lease_until < (select instant())
    order by lease_until limit p_limit for no key update skip locked
  )
  update webhook_events e set status = 'processing',
    lease_until = instant() + make_interval(secs => p_lease_seconds)
  from due where e.id = due.id
  returning e.*;
$$;

-- Says how the work on a set of webhook events ended, and keeps each attempt. With p_again_seconds the event comes back
-- then. An attempt has its number from when it began: of two that worked the same event, because a lease ran out, the
-- first to end is believed and the other changes nothing.
create or replace function finish_webhook_events(
  p_id text[], p_number integer[], p_status text[], p_intent_id text[], p_error text[], p_again_seconds integer[],
  p_duration_ms integer[])
returns table (ord integer)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_now timestamptz := instant();
begin
  perform 1 from webhook_events where id = any(p_id) order by id for no key update;
  with ended as (
    select distinct on (id, number) *
    from unnest(p_id, p_number, p_status, p_intent_id, p_error, p_again_seconds, p_duration_ms) with ordinality
      a(id, number, status, intent_id, error, again_seconds, duration_ms, ord)
    order by id, number, ord
  ),
  finished as (
    update webhook_events e set
      status = a.status, intent_id = coalesce(a.intent_id, e.intent_id), last_error = a.error,
      attempt_count = a.number,
      lease_until = v_now + make_interval(secs => a.again_seconds),
      processed_at = case when a.status in ('processed', 'ignored') then v_now end
    from ended a
    where e.id = a.id and e.id = any(p_id) and e.attempt_count = a.number - 1
    returning e.id, a.number, a.status, a.error, a.duration_ms
  )
  insert into webhook_attempts (event_id, number, at, duration_ms, succeeded, error)
  select id, number, v_now - make_interval(secs => duration_ms / 1000.0), duration_ms,
    status in ('processed', 'ignored'), error
  from finished order by id, number;
  return query select generate_series(1, cardinality(p_id));
end $$;

-- Makes webhook events due at once, so that they are worked again. One that somebody works right now is left to them.
create or replace function replay_webhook_events(p_id text[])
returns setof text
language sql as $$
  with asked as (
    select id from webhook_events where id = any(p_id) order by id for no key update
  )
  update webhook_events e set status = 'received', lease_until = instant()
  from asked a
  where e.id = a.id and not (e.status in ('received', 'processing') and coalesce(e.lease_until > (select instant()), false))
  returning e.id;
$$;
