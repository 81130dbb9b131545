-- Credits that campaigns give. A grant belongs to its campaign and to a key that the product chose for whatever it is for (a
-- referral, an incident, an address): neither an account that is deleted and made again nor a repeat gets it twice.

create type grant_row as (
  id text, campaign text collate "C", user_id text collate "C", credits bigint, expires_at timestamptz, reason text, key text,
  input_hash text, actor text);

-- Gives credits, each grant whole or not at all, as a lot of its own; what the user owes is paid first. Locks wallets, then
-- campaigns. Those of one user follow each other; within a set a campaign's budget is drawn on in that order.
-- @returns granted; replayed, with the grant of this key; conflict: the key was for something else; over_budget, ended, expired,
-- no_campaign, too_many: nothing was given; busy
create or replace function grant_credits(p_grants grant_row[], p_wait boolean)
returns table (ord integer, outcome text, grant_id text)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_users text[] := open_wallets(array(select distinct user_id from unnest(p_grants)), p_wait);
  v_campaigns campaigns[] := lock_campaigns(array(select campaign from unnest(p_grants)));
  v_now timestamptz := instant();
  v_keys text[] := array(select key from unnest(v_campaigns));
  v_at integer;
  v_ask record;
  v_wallet wallets;
  v_known credit_grants;
  v_made credit_grants[] := '{}';
  v_grant credit_grants;
  v_given text[] := '{}';
  v_actor text[] := '{}';
begin
  for v_ask in
    select a.*, w.wallet, g.known
    from (
      select a.*, hashed_key(s.key_secret, a.campaign, a.key) as key_hash
      from gateway s, unnest(p_grants)
        with ordinality a(id, campaign, user_id, credits, expires_at, reason, key, input_hash, actor, nth)) a
    left join lateral (
      select w as wallet from wallets w where user_id = a.user_id and a.user_id = any(v_users) limit 1) w on true
    left join lateral (
      select g as known from credit_grants g where campaign = a.campaign and key_hash = a.key_hash limit 1) g on true
    order by a.user_id, a.nth
  loop
    ord := v_ask.nth;
    if v_wallet.user_id is distinct from v_ask.user_id then
      v_wallet := v_ask.wallet;
    end if;
    v_at := array_position(v_keys, v_ask.campaign);
    v_known := coalesce(v_ask.known, v_made[array_position(v_given, v_ask.campaign || v_ask.key_hash)]);
    outcome := case
      when v_wallet.user_id is null then 'busy'
      when v_known.input_hash <> v_ask.input_hash then 'conflict'
      when v_known.id is not null then 'replayed'
      when v_at is null then 'no_campaign'
      when v_campaigns[v_at].ends_at <= v_now then 'ended'
      when v_ask.expires_at <= v_now then 'expired'
      when v_campaigns[v_at].granted_credits + v_ask.credits > v_campaigns[v_at].budget_credits then 'over_budget'
      -- More than every client of the schema reads exactly.
      when v_wallet.balance + v_ask.credits > 9007199254740991 then 'too_many'
      else 'granted' end;
    grant_id := v_known.id;
    if outcome = 'granted' then
      v_campaigns[v_at].granted_credits := v_campaigns[v_at].granted_credits + v_ask.credits;
      v_wallet.balance := v_wallet.balance + v_ask.credits;
      v_grant.id := v_ask.id;
      v_grant.campaign := v_ask.campaign;
      v_grant.key_hash := v_ask.key_hash;
      v_grant.input_hash := v_ask.input_hash;
      v_grant.user_id := v_ask.user_id;
      v_grant.credits := v_ask.credits;
      v_grant.reason := v_ask.reason;
      v_grant.expires_at := coalesce(v_ask.expires_at,
        v_now + make_interval(days => v_campaigns[v_at].expire_after_days));
      v_grant.journal_id := new_posting_id();
      v_grant.created_by := v_ask.actor;
      v_grant.created_at := v_now;
      v_grant.revoked_credits := 0;
      v_made := v_made || v_grant;
      v_given := v_given || (v_ask.campaign || v_ask.key_hash);
      grant_id := v_ask.id;
    end if;
    return next;
  end loop;
  perform book_grants(v_made);
  update campaigns c set granted_credits = n.granted_credits from unnest(v_campaigns) n
  where c.key = n.key and c.granted_credits <> n.granted_credits;
end $$;

-- The campaigns that are there, locked in one order: behind wallets and codes, as the last of all.
create or replace function lock_campaigns(p_keys text[])
returns campaigns[]
language plpgsql
as $$
begin
  return array(select c from campaigns c where key = any(p_keys) order by key for no key update);
end $$;

-- Posts grants, by user, and writes them down. Nobody paid for them, so that what they pay of a debt earns nothing.
create or replace function book_grants(p_grants credit_grants[])
returns void
language plpgsql
as $$
declare
  v_now timestamptz := instant();
  v_grant credit_grants;
  v_wallet wallets;
  v_filled wallets;
  v_pays bigint;
  v_debt bigint;
  v_postings posting[] := '{}';
  v_lines posting_line[] := '{}';
  v_lots new_lot[] := '{}';
  v_added lot_part[];
  -- What is paid of debts, each by the nth lot.
  v_debts lot_part[] := '{}';
  v_changes wallet_change[] := '{}';
begin
  if cardinality(p_grants) = 0 then
    return;
  end if;
  foreach v_grant in array p_grants loop
    if v_wallet.user_id is distinct from v_grant.user_id then
      select * into v_wallet from wallets where user_id = v_grant.user_id;
    end if;
    v_filled := wallet_after(v_wallet, v_grant.credits, 0, 0, 0, 1, v_now);
    v_pays := least(v_grant.credits, v_wallet.owed);
    v_postings := v_postings || row(v_grant.journal_id, 'promo_grant', v_grant.id, v_grant.user_id, v_grant.intent_id, null,
      v_grant.reason, null, null, v_grant.created_by, null, null)::posting;
    v_lines := v_lines || line_of(v_grant.journal_id, 'credits_promo', 'CREDIT', -v_grant.credits);
    v_lines := v_lines || wallet_line(v_grant.journal_id, v_filled, v_grant.credits);
    v_lots := v_lots || row(v_grant.user_id, null, v_grant.journal_id, v_grant.credits, 0, 'NIL', v_grant.expires_at,
      true)::new_lot;
    v_wallet := case v_pays when 0 then v_filled
      else wallet_after(v_wallet, v_grant.credits - v_pays, 0, 0, -v_pays, 2, v_now) end;
    v_changes := v_changes || row(v_wallet, v_grant.created_by, v_grant.credits - v_pays, v_grant.journal_id,
      jsonb_build_object('granted', v_grant.credits))::wallet_change;
    continue when v_pays = 0;
    v_debt := new_posting_id();
    v_postings := v_postings || row(v_debt, 'debt_payment', v_grant.id, v_grant.user_id, null, null, null, null, null,
      v_grant.created_by, null, null)::posting;
    v_lines := v_lines || wallet_line(v_debt, v_wallet, -v_pays);
    v_lines := v_lines || debt_line(v_debt, v_grant.user_id, v_pays);
    v_debts := v_debts || row(null, v_debt, v_pays, cardinality(v_lots))::lot_part;
  end loop;
  v_added := add_lots(v_lots);
  if cardinality(v_debts) > 0 then
    v_lines := taken_lines(v_lines, move_lots(array(
      select row(l.lot_id, d.posting_id, d.credits, true, 0, 0)::lot_move
      from unnest(v_debts) d join unnest(v_added) l on l.nth = d.nth order by d.nth)), 'revenue');
  end if;
  perform post(v_postings, v_lines);
  perform move_wallets(v_changes);
  insert into credit_grants select * from unnest(p_grants);
end $$;
