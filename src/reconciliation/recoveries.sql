-- Begins to bring a database that was restored up to what a provider has, or goes on with it. The first time, numbers are passed
-- over that were given away since the backup: receivers know events and transactions by them, and must not take new ones for old.
-- Runs with the rights of the owner, because the application may draw numbers and not set them.
-- @returns up to when everything has been read
create or replace function begin_recovery(p_provider text, p_since timestamptz)
returns timestamptz
language plpgsql security definer
set search_path from current
as $$
declare
  -- A day of a hundred postings a second, and some.
  c_passed_over constant bigint := 10000000;
  v_done_to timestamptz;
begin
  -- One at a time: two that begin together pass the numbers over once.
  perform pg_advisory_xact_lock(hashtextextended('begin_recovery', 0));
  if not exists (select from recoveries where since = p_since) then
    perform setval('journal_id_seq', nextval('journal_id_seq') + c_passed_over);
    perform setval(pg_get_serial_sequence('events', 'id'),
      nextval(pg_get_serial_sequence('events', 'id')) + c_passed_over);
  end if;
  insert into recoveries (provider, since, done_to) values (p_provider, p_since, p_since) on conflict do nothing;
  select done_to into v_done_to from recoveries where provider = p_provider and since = p_since;
  return v_done_to;
end $$;
