-- What we write is what we show: an instant of ours has milliseconds, which is what JSON and JavaScript say, and is cut
-- off, never rounded, so that it does not lie ahead of the clock. No verb and no default asks the clock itself: all ask
-- instant(), which belongs to the migrations and knows by how much mock mode has moved the gateway's clock.
--
-- All that one transaction writes after it has taken its instant has the same one: a posting, its event and the history of
-- its lots. It is taken under the locks on the wallets (see work_due), so that instants of a wallet never go back: the
-- offset, which only grows, is read anew here, in a statement of its own that sees what was committed while this waited.
create or replace function take_instant()
returns timestamptz
language plpgsql volatile
as $$
begin
  return take_instant((select clock_offset_ms from gateway));
end $$;

-- The same, for a statement that has read the offset: an expression alone, which becomes part of it.
create or replace function take_instant(p_offset_ms bigint)
returns timestamptz
language sql volatile
as $$
  select set_config('credits_gateway.instant',
    date_trunc('milliseconds', clock_timestamp() + p_offset_ms * interval '1 millisecond')::text, true)::timestamptz
$$;
