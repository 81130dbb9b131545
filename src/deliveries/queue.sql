-- Passes over what was committed while there is no endpoint that could want it: nothing of it is read. Who makes an endpoint
-- holds this lock from before its time until it commits, so that what it gets begins where it was made.
-- @returns whether the position has moved
create or replace function pass_over_events()
returns boolean
language plpgsql as $$
begin
  perform 1 from positions where name = 'deliveries' for no key update skip locked;
  if not found then
    return false;
  end if;
  -- A statement of its own: it sees whatever was committed before the lock was had.
  update positions p set epoch = g.epoch, xid = (select horizon()), id = 0 from gateway g
  where p.name = 'deliveries' and (p.epoch, p.xid) < (g.epoch, (select horizon()))
    and not exists (select from webhook_endpoints where deleted_at is null);
  return found;
end $$;

-- Takes deliveries that are due, for at most p_room sends, and leases them to the caller. Each endpoint gets at most what
-- is left of its own share, and shares go round in turns, so that a slow endpoint or one with a long queue delays no
-- other. p_endpoint_id and p_in_flight say what the caller is sending already. The clock is read once, or the index would be
-- walked to its end.
create or replace function take_deliveries(
  p_endpoint_id text[], p_in_flight integer[], p_room integer, p_share integer, p_failing_share integer,
  p_lease_seconds integer)
returns setof deliveries
language sql as $$
  with open as (
    select e.id, case when e.failing_since is null then p_share else p_failing_share end - coalesce(f.in_flight, 0) as room
    from webhook_endpoints e
    left join unnest(p_endpoint_id, p_in_flight) f(endpoint_id, in_flight) on f.endpoint_id = e.id
    where e.enabled and e.deleted_at is null
  ),
  due as (
    select d.id, d.due_at, row_number() over (partition by o.id order by d.due_at, d.id) as turn
    from open o
    cross join lateral (
      select d.id, d.due_at from deliveries d
      where d.endpoint_id = o.id and d.due_at <= (select instant())
        -- One object's first attempts go one after another.
        and not (d.attempt_count = 0 and d.status = 'pending' and d.order_key is not null and exists (
          select 1 from deliveries b
          where b.endpoint_id = d.endpoint_id and b.order_key = d.order_key and b.sequence < d.sequence
            and b.status = 'pending' and b.attempt_count = 0))
      order by d.due_at, d.id limit greatest(o.room, 0) for no key update skip locked
    ) d
  ),
  taken as (
    select id from due order by turn, due_at limit p_room
  )
  update deliveries d set
    due_at = instant() + make_interval(secs => p_lease_seconds),
    claim_number = least(d.claim_number, 2147483646) + 1
  from taken where d.id = taken.id
  returning d.*;
$$;

-- How an attempt of a delivery ended, by the claim under which it was made: `error` is null when it reached its receiver,
-- `again_seconds` is when it is due again after a failure (null: that was the last attempt), `gone` that its endpoint says that
-- it is not there any more.
create type delivery_end as (
  id text, claim_number integer, duration_ms integer, error text, again_seconds double precision, gone boolean);

-- Locks deliveries, and the endpoints about which their ends say something new, in the order in which everybody does.
create or replace function lock_ended(p_ends delivery_end[])
returns void
language plpgsql as $$
declare
  v_ids text[] := array(select id from unnest(p_ends));
begin
  perform 1 from deliveries where id = any(v_ids) order by id for no key update;
  -- A success at an endpoint that was well changes nothing about it.
  perform 1 from webhook_endpoints
    where id in (select endpoint_id from deliveries d where d.id = any(v_ids))
      and (failing_since is not null or exists (select from unnest(p_ends) where error is not null))
    order by id for no key update;
end $$;

-- Writes down how a set of attempts ended. Who was too slow and lost its lease adds its attempt, and changes the plan only by
-- a success. The same end may be reported again after an answer was lost.
--
-- An endpoint that has only failed for p_give_up_seconds, and p_give_up_count times, is switched off, and one that says
-- that it is gone is at once.
create or replace function finish_deliveries(p_ends delivery_end[], p_give_up_seconds integer, p_give_up_count integer)
returns table (ord integer, number integer, status text, switched_off boolean)
language plpgsql as $$
#variable_conflict use_column
declare
  v_now timestamptz := instant();
begin
  perform lock_ended(p_ends);
  return query
  with ended as (
    select a.*, d.endpoint_id, d.claim_number = a.claimed and d.due_at is not null as has_it,
      (d.attempt_count + row_number() over (partition by d.id order by a.ord))::integer as attempt_number
    from unnest(p_ends) with ordinality a(id, claimed, duration_ms, error, again_seconds, gone, ord)
    join deliveries d on d.id = a.id
    where not exists (select 1 from delivery_attempts t where t.delivery_id = a.id and t.claim_number = a.claimed)
  ),
  attempted as (
    insert into delivery_attempts (delivery_id, number, claim_number, at, duration_ms, succeeded, error)
    select id, attempt_number, claimed, v_now - duration_ms * interval '1 millisecond', duration_ms, error is null, error
    from ended
  ),
  one as (
    select id, max(attempt_number) as attempt_number, bool_or(error is null) as delivered, bool_or(has_it) as has_it,
      max(again_seconds) filter (where has_it) as again_seconds
    from ended group by id
  ),
  noted as (
    update deliveries d set
      attempt_count = o.attempt_number,
      step = d.step + o.has_it::integer,
      status = case when o.delivered then 'delivered' when not o.has_it then d.status
        when o.again_seconds is null then 'dead' else 'failed' end,
      due_at = case when o.delivered then null when not o.has_it then d.due_at
        else v_now + make_interval(secs => o.again_seconds) end
    from one o where d.id = o.id
    returning d.id, d.status
  ),
  judged as (
    select endpoint_id, bool_or(error is null) as reached, bool_or(gone) as gone, count(*) as times, min(ord) as ord
    from ended group by endpoint_id
  ),
  watched as (
    update webhook_endpoints e set
      failing_since = case when not j.reached then coalesce(e.failing_since, v_now) end,
      failed_count = case when j.reached then 0 else e.failed_count + j.times end,
      enabled = e.enabled and not j.gone and not (not j.reached and e.failed_count + j.times >= p_give_up_count
        and coalesce(e.failing_since, v_now) <= v_now - make_interval(secs => p_give_up_seconds))
    from judged j
    where e.id = j.endpoint_id and (not j.reached or j.gone or e.failing_since is not null)
    returning e.id, e.enabled
  ),
  switched_off as (
    select j.ord from watched w
    join judged j on j.endpoint_id = w.id
    join (select id, enabled from webhook_endpoints) was on was.id = w.id
    where was.enabled and not w.enabled
  )
  select a.ord::integer, coalesce(n.attempt_number, t.number), coalesce(s.status, d.status),
    n.ord is not null and n.ord in (select ord from switched_off)
  from unnest(p_ends) with ordinality a(id, claimed, duration_ms, error, again_seconds, gone, ord)
  join deliveries d on d.id = a.id
  left join ended n on n.ord = a.ord
  left join noted s on s.id = n.id
  left join delivery_attempts t on t.delivery_id = a.id and t.claim_number = a.claimed;
end $$;
