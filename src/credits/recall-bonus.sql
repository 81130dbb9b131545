-- Takes back what belongs to money that went back of a purchase, out of the bonus that came beside it. What is on hold, or was spent,
-- is not free to be taken: it is waited for in bonus_dues, for the hold to end or the spend to be given back. All of it under the
-- caller's lock on the wallet.

-- Moves credits out of a bonus, or back into it (p_takes below zero), and posts it.
-- @param p_due what belongs to money that has gone back by now
create or replace function move_bonus(p_grant credit_grants, p_takes bigint, p_due bigint, p_actor text)
returns void
language plpgsql
as $$
declare
  v_was constant bigint := coalesce(p_grant.returned_credits, 0);
  v_nth constant integer := coalesce(p_grant.return_count, 0) + (p_takes <> 0)::integer;
  v_reference constant text := p_grant.id || ':' || v_nth;
  v_lot_id constant bigint := (select id from lots where journal_id = p_grant.journal_id);
  v_wallet wallets;
  v_posting bigint;
begin
  perform await_bonus(p_grant, p_due - v_was - p_takes, v_nth);
  if p_takes = 0 then
    return;
  end if;
  v_posting := new_posting_id();
  update credit_grants set returned_credits = v_was + p_takes, return_count = v_nth where id = p_grant.id;
  -- What may return keeps its room in the lot.
  delete from revoked_lots where cause_id = p_grant.id;
  insert into revoked_lots (cause_id, lot_id, credits)
  select p_grant.id, v_lot_id, v_was + p_takes where v_was + p_takes > 0;
  perform move_lots(array[row(v_lot_id, v_posting, p_takes, false, 0, 0)::lot_move]);
  v_wallet := move_wallet(p_grant.user_id, -p_takes, 0, 0, 0, 1, p_actor, v_posting,
    case when p_takes < 0 then jsonb_build_object('granted', -p_takes) end);
  perform post(
    array[row(v_posting, case when p_takes > 0 then 'promo_revoke' else 'promo_grant' end, v_reference, p_grant.user_id,
      p_grant.intent_id, p_grant.reason, p_grant.reason, null, null, p_actor, null, null)::posting],
    array[wallet_line(v_posting, v_wallet, -p_takes), line_of(v_posting, 'credits_promo', 'CREDIT', p_takes)]);
  if p_takes < 0 then
    perform serve_claims(p_grant.user_id, v_reference, p_actor, p_grant.intent_id);
  end if;
end $$;

-- Says how much of a bonus is waited for (0 or less: nothing).
create or replace function await_bonus(p_grant credit_grants, p_credits bigint, p_return_count integer)
returns void
language sql as $$
  delete from bonus_dues where user_id = p_grant.user_id and grant_id = p_grant.id and p_credits <= 0;
  insert into bonus_dues (user_id, grant_id, credits, return_count)
  select p_grant.user_id, p_grant.id, p_credits, p_return_count where p_credits > 0
  on conflict (user_id, grant_id) do update set credits = excluded.credits, return_count = excluded.return_count;
$$;

-- Takes of what users' bonuses are waited for whatever is free by now. Called where credits become free, before these pay anything.
create or replace function recall_bonuses(p_user_ids text[], p_actor text)
returns void
language plpgsql
as $$
declare
  v_due record;
begin
  for v_due in
    select g as given, d.credits, least(d.credits, l.remaining - l.held - l.frozen) as takes
    from bonus_dues d
    join credit_grants g on g.id = d.grant_id and g.revoked_at is null and coalesce(g.return_count, 0) = d.return_count
    join lots l on l.journal_id = g.journal_id and l.remaining > l.held + l.frozen
    where d.user_id = any(p_user_ids) order by d.user_id, d.grant_id
  loop
    perform move_bonus(v_due.given, v_due.takes, coalesce((v_due.given).returned_credits, 0) + v_due.credits, p_actor);
  end loop;
end $$;
