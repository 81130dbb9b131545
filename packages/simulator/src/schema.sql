-- Everything the stand-in for the providers remembers. It is the providers' truth, not ours: nothing outside
-- this package reads or writes this schema. Running this file again changes nothing.
create schema if not exists simulator;

-- The providers' clock is the database's plus this many milliseconds.
create table if not exists simulator.clock (
  only_row boolean primary key default true check (only_row),
  offset_ms bigint not null default 0
);
insert into simulator.clock default values on conflict do nothing;

-- Intents, charges, orders, payments, refunds, disputes. A root (intent, order) and all that belongs to it share root_id and
-- change together: the root's version rises with each change, and a writer names the version it decided on.
create table if not exists simulator.objects (
  id text primary key,
  root_id text not null,
  provider text not null,
  kind text not null,
  version int not null default 1,
  created bigint not null, -- Seconds since 1970 by the providers' clock, as in the body.
  receipt text,
  serial bigint generated always as identity,
  body json not null -- json, not jsonb: it goes out on the wire with its keys in the order they were written.
);
create index if not exists objects_root on simulator.objects (root_id, serial);
create index if not exists objects_newest on simulator.objects (provider, kind, created desc, serial desc);
create index if not exists objects_receipt on simulator.objects (receipt) where receipt is not null;

-- Answers kept under an idempotency key.
create table if not exists simulator.requests (
  key text primary key,
  fingerprint text not null,
  status int not null,
  body text not null,
  created_at timestamptz not null default clock_timestamp()
);

-- What the bank will do later. due_ms is milliseconds since 1970 by the providers' clock.
create table if not exists simulator.steps (
  id text primary key,
  root_id text not null,
  due_ms bigint not null,
  stage json not null
);
create index if not exists steps_due on simulator.steps (due_ms);

-- Webhook events. The body is stored once and sent byte for byte each time; due_at is the database's own clock,
-- because a receiver's patience does not move with the providers' clock.
create table if not exists simulator.events (
  id text primary key,
  root_id text not null,
  provider text not null,
  body text not null,
  copies_left int not null default 1,
  forged_first boolean not null default false,
  retry_ms int,
  state text not null default 'due' check (state in ('due', 'delivered', 'abandoned')),
  attempts int not null default 0,
  last_status int,
  due_at timestamptz not null default clock_timestamp(),
  created_at timestamptz not null default clock_timestamp()
);
create index if not exists events_due on simulator.events (due_at) where state = 'due';

-- The functions plan for big tables from their first call on: a plan made while a table was empty would read all of
-- it for as long as the connection lives.

-- In plpgsql: a function in SQL that reads a table is planned anew by each statement that calls it.
create or replace function simulator.now_ms() returns bigint language plpgsql as $$
begin
  return (select (extract(epoch from clock_timestamp()) * 1000)::bigint + offset_ms from simulator.clock);
end $$;

-- The whole families of any of the objects named, oldest first, and the answers kept under the keys.
create or replace function simulator.read_families(p_ids text[], p_keys text[])
returns table (now_ms bigint, objects json, requests json) language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
#variable_conflict use_column
declare
  roots text[] := array(select distinct o.root_id from simulator.objects o where o.id = any (p_ids));
begin
  return query select simulator.now_ms(),
    (select json_agg(json_build_object('id', o.id, 'rootId', o.root_id, 'provider', o.provider, 'kind', o.kind,
       'version', o.version, 'created', o.created, 'receipt', o.receipt, 'body', o.body) order by o.serial)
     from simulator.objects o where o.root_id = any (roots)),
    (select json_agg(json_build_object('key', r.key, 'fingerprint', r.fingerprint, 'status', r.status, 'body', r.body))
     from simulator.requests r where r.key = any (p_keys));
end $$;

-- Writes a set of decisions, each whole or not at all. A decision is refused when its root has moved on since it was
-- read, its key or its new root was written by somebody else, its step is done already, or it was decided without a look and by
-- a clock that is a second off (`decided_ms`). Answers with the accepted ones. Locks in one order everywhere: roots by id, keys, new roots by id, so that no two sets wait for each other.
-- Rows name their bodies by their place in p_bodies: json_to_recordset takes 35 us for a row with its body inside.
create or replace function simulator.commit_decisions(p_items json, p_answers json, p_roots json, p_objects json,
  p_events json, p_steps json, p_bodies text[]) returns int[] language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
declare
  roots text[] := array(select i.root_id from json_to_recordset(p_items) as i (root_id text));
  todo text[] := array(select i.step_id from json_to_recordset(p_items) as i (step_id text) where i.step_id is not null);
  accepted int[];
begin
  perform 1 from simulator.objects o where o.id = any (roots) order by o.id for no key update;

  accepted := array(
    select i.item from json_to_recordset(p_items) as i (item int, root_id text, version int, step_id text, decided_ms bigint)
    left join (select o.id, o.version from simulator.objects o where o.id = any (roots)) r on r.id = i.root_id
    left join (select s.id from simulator.steps s where s.id = any (todo)) t on t.id = i.step_id
    where r.version is not distinct from i.version and (i.step_id is null or t.id is not null)
      and (i.decided_ms is null or abs(i.decided_ms - (select simulator.now_ms())) < 1000));

  -- A statement that has nothing to do costs as much to start as one that has: what there is none of is null.
  if p_answers is not null then
    with kept as (
      insert into simulator.requests (key, fingerprint, status, body)
      select a.key, a.fingerprint, a.status, p_bodies[a.body]
      from json_to_recordset(p_answers) as a (item int, key text, fingerprint text, status int, body int)
      where a.item = any (accepted) order by a.key
      on conflict do nothing returning key)
    select array_agg(i.item) into accepted
    from json_to_recordset(p_items) as i (item int, key text)
    where i.item = any (accepted) and (i.key is null or i.key in (select k.key from kept k));
  end if;

  if p_roots is not null then
    with made as (
      insert into simulator.objects (id, root_id, provider, kind, created, receipt, body)
      select x.id, x.root_id, x.provider, x.kind, x.created, x.receipt, p_bodies[x.body]::json
      from json_to_recordset(p_roots) as x (item int, id text, root_id text, provider text, kind text, created bigint,
        receipt text, body int)
      where x.item = any (accepted) order by x.id
      on conflict do nothing returning id)
    select array_agg(i.item) into accepted
    from json_to_recordset(p_items) as i (item int, root_id text, version int)
    where i.item = any (accepted) and (i.root_id is null or i.version is not null or i.root_id in (select m.id from made m));
  end if;

  if p_objects is not null then
    insert into simulator.objects as o (id, root_id, provider, kind, created, receipt, body)
    select x.id, x.root_id, x.provider, x.kind, x.created, x.receipt, p_bodies[x.body]::json
    from json_to_recordset(p_objects) as x (item int, id text, root_id text, provider text, kind text, created bigint,
      receipt text, body int)
    where x.item = any (accepted)
    on conflict (id) do update set body = excluded.body, version = o.version + 1;
  end if;

  -- Whoever writes an event and sends it itself writes it as its first attempt, with the lease as its delay.
  if p_events is not null then
    insert into simulator.events (id, root_id, provider, body, copies_left, forged_first, retry_ms, attempts, due_at)
    select e.id, e.root_id, e.provider, p_bodies[e.body], e.copies, e.forged_first, e.retry_ms, coalesce(e.attempts, 0),
      clock_timestamp() + coalesce(e.delay_ms, 0) * interval '1 millisecond'
    from json_to_recordset(p_events) as e (item int, id text, root_id text, provider text, body int, copies int,
      forged_first boolean, retry_ms int, attempts int, delay_ms int)
    where e.item = any (accepted);
  end if;

  if p_steps is not null then
    insert into simulator.steps (id, root_id, due_ms, stage)
    select s.id, s.root_id, s.due_ms, s.stage
    from json_to_recordset(p_steps) as s (item int, id text, root_id text, due_ms bigint, stage json)
    where s.item = any (accepted);
  end if;

  if cardinality(todo) > 0 then
    delete from simulator.steps s where s.id = any (array(
      select i.step_id from json_to_recordset(p_items) as i (item int, step_id text)
      where i.step_id is not null and i.item = any (accepted)));
  end if;

  return coalesce(accepted, '{}');
end $$;

create or replace function simulator.due_steps(p_limit int)
returns table (id text, root_id text, stage json) language plpgsql stable
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
#variable_conflict use_column
declare
  until_ms bigint := simulator.now_ms();
begin
  return query select s.id, s.root_id, s.stage from simulator.steps s
    where s.due_ms <= until_ms order by s.due_ms limit p_limit;
end $$;

-- Takes due events for one sender. Until the lease runs out nobody else sees them; `attempts` tells owners apart.
create or replace function simulator.claim_events(p_limit int, p_lease_ms int)
returns table (id text, provider text, body text, attempt int, forged boolean) language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
#variable_conflict use_column
declare
  -- Read once: a clock read for each row is no index condition.
  v_now timestamptz := clock_timestamp();
  claimed text[] := array(
    select e.id from simulator.events e where e.state = 'due' and e.due_at <= v_now
    order by e.due_at limit p_limit for no key update skip locked);
begin
  return query update simulator.events e
    set attempts = e.attempts + 1, due_at = v_now + p_lease_ms * interval '1 millisecond'
    where e.id = any (claimed)
    returning e.id, e.provider, e.body, e.attempts, e.forged_first and e.attempts = 1;
end $$;

-- Writes down how deliveries went. A late owner, whose lease ran out and was taken over, changes nothing. Answers with
-- the milliseconds to wait for each event that is to be sent again.
create or replace function simulator.record_deliveries(p_ids text[], p_attempts int[], p_statuses int[],
  p_attempts_max int, p_backoff_ms int, p_backoff_factor int)
returns table (id text, wait_ms int) language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off as $$
#variable_conflict use_column
begin
  perform 1 from simulator.events e where e.id = any (p_ids) order by e.id for no key update;
  return query
  with told as (
    select d.id, d.attempt, d.status, d.status between 200 and 299 ok
    from unnest(p_ids, p_attempts, p_statuses) as d (id, attempt, status)),
  judged as (
    select e.id, t.status, e.copies_left - t.ok::int copies_left,
      case when t.ok and e.copies_left <= 1 then 'delivered'
           when not t.ok and e.attempts >= p_attempts_max then 'abandoned' else 'due' end state,
      case when t.ok then 0
           when e.forged_first and e.attempts = 1 then e.retry_ms
           else (p_backoff_ms * power(p_backoff_factor, e.attempts - 1))::int end wait_ms
    from (select * from simulator.events x where x.id = any (p_ids)) e
    join told t on t.id = e.id and t.attempt = e.attempts and e.state = 'due')
  , written as (
    update simulator.events e
    set state = j.state, copies_left = j.copies_left, last_status = j.status,
      due_at = clock_timestamp() + j.wait_ms * interval '1 millisecond'
    from judged j where e.id = j.id and e.id = any (p_ids) returning e.id, e.state, j.wait_ms)
  select w.id, w.wait_ms from written w where w.state = 'due';
end $$;
