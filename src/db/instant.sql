-- What we write is what we show: an instant of ours has milliseconds, which is what JSON and JavaScript say, and is cut
-- off, never rounded, so that it does not lie ahead of the clock. No verb and no default asks the clock itself.
--
-- All that one transaction writes after it has taken its instant has the same one: a posting, its event and the history of
-- its lots. It is taken under the locks on the wallets (see work_due), so that instants of a wallet never go back.
create or replace function instant()
returns timestamptz
language sql volatile
as $$
  select coalesce(nullif(current_setting('credits_gateway.instant', true), '')::timestamptz,
    date_trunc('milliseconds', clock_timestamp()))
$$;

create or replace function take_instant()
returns timestamptz
language sql volatile
as $$
  select set_config('credits_gateway.instant', date_trunc('milliseconds', clock_timestamp())::text, true)::timestamptz
$$;

-- Defaults of every table, also of those that come later.
do $$
declare
  v_column record;
begin
  for v_column in
    select d.adrelid::regclass as in_table, a.attname
    from pg_attrdef d
    join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    join pg_class c on c.oid = d.adrelid and c.relnamespace = 'public'::regnamespace
    where pg_get_expr(d.adbin, d.adrelid) in ('clock_timestamp()', 'now()', 'statement_timestamp()', 'CURRENT_TIMESTAMP')
  loop
    execute format('alter table %s alter column %I set default instant()', v_column.in_table, v_column.attname);
  end loop;
end $$;
