-- What we write is what we show: an instant of ours has milliseconds, which is what JSON and JavaScript say, and is cut
-- off, never rounded, so that it does not lie ahead of the clock. No verb and no default asks the clock itself: defaults and
-- triggers call instant(), which belongs to the migrations.
--
-- All that one transaction writes after it has taken its instant has the same one: a posting, its event and the history of
-- its lots. It is taken under the locks on the wallets (see work_due), so that instants of a wallet never go back.
create or replace function take_instant()
returns timestamptz
language sql volatile
as $$
  select set_config('credits_gateway.instant', date_trunc('milliseconds', clock_timestamp())::text, true)::timestamptz
$$;
