-- Below this transaction id, whatever this database's transactions wrote is in sight of the statement that asks, and
-- nothing can be added any more. It is the oldest transaction that still runs and is not shown to be another database's.
-- See docs/decisions/0018.
--
-- Ask once in a statement, as (select horizon()): the statement that reads below it must see what it saw, or more.
create or replace function horizon()
returns xid8
-- Stable: it looks at the snapshot of the statement that calls it, never at a newer one.
language plpgsql stable parallel restricted
set jit = off
as $$
declare
  v_now pg_snapshot := pg_current_snapshot();
  v_oldest xid8;
begin
  if exists (select 1 from pg_snapshot_xip(v_now)) then
    -- What the server shows of its sessions is kept for the rest of a transaction; it has to be newer than the snapshot.
    perform pg_stat_clear_snapshot();
    select min(r.xid) into v_oldest
    from pg_snapshot_xip(v_now) r(xid)
    -- The server shows the lower half of an id; no two that run have the same one.
    cross join lateral (select (r.xid::text::bigint & 4294967295)::text::xid as id) short
    where not exists (
        select 1 from pg_stat_activity a where a.backend_xid = short.id and a.datname <> current_database())
      and not exists (
        select 1 from pg_prepared_xacts p where p.transaction = short.id and p.database <> current_database());
  end if;
  -- Its own transaction is not among those that run.
  return least(v_oldest, pg_snapshot_xmax(v_now), pg_current_xact_id_if_assigned());
end $$;
