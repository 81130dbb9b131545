-- Tells users that credits of theirs are about to expire, as a change of their wallets by nothing: so it reaches live streams and
-- deliveries in the order of all else. Each lot is told of once for each time before; what is used up or over by then is not.
-- One that did not last so long from its beginning is told of later or not at all, wherever the others have come to.
-- @param p_days before the expiry. @param p_most lots at once. @returns whose, each once; null: lots that nobody is told of
create or replace function tell_expiring(p_days integer, p_most integer)
returns setof text
language plpgsql
as $$
declare
  v_from expiry_warnings;
  v_now timestamptz;
  v_lots lots[];
  v_last lots;
  v_users text[];
  v_lot lots;
  v_wallet wallets;
  v_changes wallet_change[] := '{}';
begin
  -- Who else tells passes over.
  select * into v_from from expiry_warnings where days = p_days for no key update skip locked;
  v_now := instant();
  v_lots := array(select l from lots l
    where not used_up and expires_at >= v_from.expires_at and (expires_at, id) > (v_from.expires_at, v_from.lot_id)
      and expires_at <= v_now + make_interval(days => p_days)
    order by expires_at, id limit p_most);
  if cardinality(v_lots) = 0 then
    return;
  end if;
  v_last := v_lots[cardinality(v_lots)];
  v_users := open_wallets(array(select distinct user_id from unnest(v_lots)), true);
  for v_lot in
    -- As they are under the lock.
    select l.* from lots l where id = any(array(select id from unnest(v_lots))) and not used_up and expires_at > v_now
      and created_at <= expires_at - make_interval(days => p_days)
    order by user_id, expires_at, id
  loop
    if v_wallet.user_id is distinct from v_lot.user_id then
      select * into v_wallet from wallets where user_id = v_lot.user_id;
      return next v_lot.user_id;
    end if;
    v_wallet := wallet_after(v_wallet, 0, 0, 0, 0, 0, v_now);
    v_changes := v_changes || row(v_wallet, 'system', 0, null, jsonb_build_object('userId', v_lot.user_id, 'expiring',
      jsonb_build_object('lotId', v_lot.id, 'credits', v_lot.remaining, 'expiresAt', v_lot.expires_at, 'noticeDays', p_days,
        'intentId', v_lot.intent_id, 'source', case when v_lot.intent_id is not null then 'purchase'
          when v_lot.is_promotional then 'promo' else 'adjustment' end)))::wallet_change;
  end loop;
  perform move_wallets(v_changes);
  update expiry_warnings set expires_at = v_last.expires_at, lot_id = v_last.id where days = p_days;
  if cardinality(v_changes) = 0 then
    return next null;
  end if;
end $$;
