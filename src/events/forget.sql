-- Events that explain no money, and may go once they are old: of timelines, what only operators see of how news came; of jobs, their
-- progress. What a client was told, and each change of a balance, stays: see docs/decisions/0120.

-- Looks at events in the order of their numbers, from one on. @param p_what `timeline` or `jobs`
-- @returns up to p_max, with whether each is old and may go; the first that is not old is the last one
create or replace function look_at_old_events(p_what text, p_after bigint, p_max integer, p_before timestamptz)
returns table (id bigint, is_old boolean, may_go boolean)
language sql stable
as $$
  with page as materialized (
    select e.id, e.subject, e.kind, e.version, e.at from events e where e.id > p_after order by e.id limit p_max
  )
  select p.id, p.at < p_before, p.at < p_before and case p_what
    when 'timeline' then p.version is null and p.kind in ('provider_called', 'webhook_received')
      and exists (select from intents i where i.id = p.subject and i.completed_at < p_before)
    else p.kind = 'job_changed'
      and not exists (select from jobs j where j.id = p.subject and (j.finished_at >= p_before) is not false)
    end
  from page p order by p.id
$$;

-- Drops those of the events that may go, with the rights of the owner, because events are append-only for the application: nothing of
-- the last month, whatever it is told. @returns how many
create or replace function drop_events(p_what text, p_ids bigint[], p_before timestamptz)
returns integer
language plpgsql security definer
set search_path from current
as $$
declare
  v_before timestamptz := least(p_before, instant() - interval '30 days');
  v_dropped integer;
begin
  with mine as materialized (
    select e.id from unnest(p_ids) a(id) cross join lateral look_at_old_events(p_what, a.id - 1, 1, v_before) e
    where e.id = a.id and e.may_go
  ), gone as (
    delete from events where id in (select m.id from mine m) returning subject, sequence, kind
  ), cut as (
    insert into timeline_cuts as c (intent_id, entries, last)
    select subject, count(*), max(sequence) from gone where kind <> 'job_changed' group by subject order by subject
    on conflict (intent_id) do update set entries = c.entries + excluded.entries, last = greatest(c.last, excluded.last)
  )
  select count(*) into v_dropped from gone;
  return v_dropped;
end $$;

-- One round over what is old; another process that is at it is left alone. @returns how many were looked at
create or replace function forget_events(p_what text, p_before timestamptz, p_max integer)
returns integer
language plpgsql
as $$
declare
  v_after bigint := (select event_id from forget_places where name = p_what for no key update skip locked);
  v_last bigint;
  v_looked integer;
  v_ids bigint[];
begin
  if v_after is null then
    return 0;
  end if;
  select max(l.id), count(*), coalesce(array_agg(l.id) filter (where l.may_go), '{}') into v_last, v_looked, v_ids
  from look_at_old_events(p_what, v_after, p_max, p_before) l where l.is_old;
  if v_looked = 0 then
    return 0;
  end if;
  perform drop_events(p_what, v_ids, p_before);
  update forget_places set event_id = v_last where name = p_what;
  return v_looked;
end $$;
