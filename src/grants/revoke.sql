create type revoke_row as (grant_id text collate "C", reason text, actor text);

-- Takes back what is free of grants; no other lot and no debt. What is held of one goes when its hold ends, because the lot's
-- time is over from now on. @returns revoked; replayed: it was before; not_found; busy
create or replace function revoke_grants(p_revokes revoke_row[], p_wait boolean)
returns table (ord integer, outcome text)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_ids text[] := array(select grant_id from unnest(p_revokes));
  -- A grant's user never changes.
  v_users text[] := open_wallets(array(select distinct user_id from credit_grants where id = any(v_ids)), p_wait);
  v_now timestamptz := instant();
  v_ask record;
  v_lot lots;
  v_free bigint;
  v_wallet wallets;
  v_posting bigint;
  v_revoked credit_grants[] := '{}';
  v_grant credit_grants;
  v_done text[] := '{}';
  v_postings posting[] := '{}';
  v_lines posting_line[] := '{}';
  v_moves lot_move[] := '{}';
  v_changes wallet_change[] := '{}';
  v_lots bigint[] := '{}';
begin
  for v_ask in
    select a.*, g.known, w.wallet
    from unnest(p_revokes) with ordinality a(grant_id, reason, actor, nth)
    left join lateral (select g as known, user_id from credit_grants g where id = a.grant_id limit 1) g on true
    left join lateral (
      select w as wallet from wallets w where user_id = g.user_id and g.user_id = any(v_users) limit 1) w on true
    order by g.user_id, a.nth
  loop
    ord := v_ask.nth;
    v_grant := v_ask.known;
    if v_wallet.user_id is distinct from v_grant.user_id then
      v_wallet := v_ask.wallet;
    end if;
    outcome := case
      when v_grant.id is null then 'not_found'
      when v_wallet.user_id is null then 'busy'
      when v_grant.revoked_at is not null or v_grant.id = any(v_done) then 'replayed'
      else 'revoked' end;
    if outcome = 'revoked' then
      select * into v_lot from lots where journal_id = v_grant.journal_id;
      v_free := v_lot.remaining - v_lot.held - v_lot.frozen;
      v_grant.revoked_at := v_now;
      v_grant.revoked_by := v_ask.actor;
      v_grant.revoke_reason := v_ask.reason;
      v_grant.revoked_credits := v_free;
      v_revoked := v_revoked || v_grant;
      v_done := v_done || v_grant.id;
      v_lots := v_lots || v_lot.id;
    end if;
    if outcome = 'revoked' and v_free > 0 then
      v_posting := new_posting_id();
      v_wallet := wallet_after(v_wallet, -v_free, 0, 0, 0, 1, v_now);
      v_postings := v_postings || row(v_posting, 'promo_revoke', v_grant.id, v_grant.user_id, null, v_ask.reason, null, null,
        null, v_ask.actor, null, null)::posting;
      v_lines := v_lines || wallet_line(v_posting, v_wallet, -v_free);
      v_lines := v_lines || line_of(v_posting, 'credits_promo', 'CREDIT', v_free);
      v_moves := v_moves || row(v_lot.id, v_posting, v_free, false, 0, 0)::lot_move;
      v_changes := v_changes || row(v_wallet, v_ask.actor, -v_free, v_posting, null)::wallet_change;
    end if;
    return next;
  end loop;
  perform move_lots(v_moves);
  perform post(v_postings, v_lines);
  perform move_wallets(v_changes);
  perform end_lots(v_lots);
  update credit_grants g set revoked_at = r.revoked_at, revoked_by = r.revoked_by, revoke_reason = r.revoke_reason,
    revoked_credits = r.revoked_credits
  from unnest(v_revoked) r where g.id = r.id and g.id = any(v_done);
  delete from bonus_dues where user_id = any(v_users) and grant_id = any(v_done);
end $$;
