-- Sets the levels at which a balance is told to be low; none: it is not watched any more. What is at or above what is there now is
-- told at the commit (tell_low_balance, a trigger). A user who has nothing is told of nothing: it begins with the first credits.
create or replace function set_low_balance(p_user_id text, p_levels jsonb, p_quiet_seconds integer)
returns void
language plpgsql
as $$
declare
  v_users text[] := open_wallets(array[p_user_id], true);
  v_resolved bigint[] := resolved_low_levels(p_user_id, p_levels);
  v_available bigint := (select balance - held - frozen from wallets where user_id = p_user_id);
begin
  insert into low_balances as l (user_id, levels, quiet_seconds, resolved)
  values (p_user_id, p_levels, p_quiet_seconds, v_resolved)
  on conflict (user_id) do update set levels = excluded.levels, quiet_seconds = excluded.quiet_seconds,
    resolved = excluded.resolved, level = null, since = null;
  perform watch_wallet(p_user_id, cardinality(v_resolved) > 0,
    case when v_available > 0 then (select max(l) from unnest(v_resolved) l) end);
end $$;
