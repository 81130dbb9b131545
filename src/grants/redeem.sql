-- A grant that redeeming a code would make (`id`), of whom, and who tries from where (hashed): what guesses are counted by.
create type redeem_row as (id text, code text collate "C", user_id text collate "C", actor text, tries text[]);

-- Redeems codes, each once a user: the redemption, the counter of the code, the campaign's budget and the credits are one call. Locks
-- wallets, then codes, then campaigns. One by one: a person types it.
-- @returns redeemed; replayed, with the grant of before; unknown: no such code, or not now; exhausted, over_budget, ended: nothing is left
-- of it; too_many; guessing: too many tries; busy
create or replace function redeem_codes(p_redeems redeem_row[], p_wait boolean)
returns table (ord integer, outcome text, grant_id text)
language plpgsql as $$
#variable_conflict use_column
declare
  v_users text[] := open_wallets(array(select distinct user_id from unnest(p_redeems)), p_wait);
  v_locked text[] := array(select code from promo_codes where code = any(array(select code from unnest(p_redeems)))
    order by code for no key update);
  v_campaigns campaigns[] := lock_campaigns(array(select campaign from promo_codes where code = any(v_locked)));
  v_ask redeem_row;
  v_code promo_codes;
begin
  for v_nth in 1..cardinality(p_redeems) loop
    ord := v_nth;
    v_ask := p_redeems[v_nth];
    select * into v_code from promo_codes where code = v_ask.code;
    grant_id := (select r.grant_id from promo_redemptions r where r.code = v_ask.code and r.user_id = v_ask.user_id);
    outcome := case when v_ask.user_id <> all(v_users) then 'busy' when grant_id is not null then 'replayed'
      else redeem_verdict(v_ask, v_code, false) end;
    if outcome = 'redeemed' then
      grant_id := give_for_code(v_ask, v_code);
    elsif outcome = 'unknown' then
      perform count_guess(v_ask.tries);
    end if;
    return next;
  end loop;
end $$;

-- A code that is none costs whoever tried it, in the hour. Who tried in an hour that is over is forgotten, a hundred at a time,
-- so that the table stays as small as one hour's guesses.
create or replace function count_guess(p_tries text[])
returns void
language sql as $$
  delete from promo_tries where (who, hour) in (select who, hour from promo_tries
    where hour < date_trunc('hour', instant()) limit 100 for update skip locked);
  insert into promo_tries as t (who, hour, tries)
  select who, date_trunc('hour', instant()), 1 from unnest(p_tries) who order by who
  on conflict (who, hour) do update set tries = t.tries + 1;
$$;

-- A code that is over is told from one that never was only by who could have redeemed it: who guesses hears the same of both.
-- @param p_buys a purchase is made with it: what is for some purchases alone is redeemed by no other call
create or replace function redeem_verdict(p_ask redeem_row, p_code promo_codes, p_buys boolean)
returns text
language plpgsql as $$
declare
  v_now timestamptz := instant();
  v_campaign campaigns;
  v_balance bigint := (select balance from wallets where user_id = p_ask.user_id);
begin
  select * into v_campaign from campaigns where key = p_code.campaign;
  return case
    -- Ten an hour: a code of ten characters is not found so.
    when exists (select from promo_tries where who = any(p_ask.tries) and hour = date_trunc('hour', v_now) and tries >= 10)
      then 'guessing'
    when p_code.code is null or p_code.starts_at > v_now then 'unknown'
    when p_code.ends_at <= v_now or v_campaign.ends_at <= v_now then 'ended'
    when not p_buys and (p_code.first_purchase_only or p_code.package_ids is not null) then 'with_purchase'
    when p_code.redeemed >= p_code.total_limit then 'exhausted'
    when v_campaign.granted_credits + p_code.credits > v_campaign.budget_credits then 'over_budget'
    -- More than every client of the schema reads exactly.
    when v_balance + p_code.credits > 9007199254740991 then 'too_many'
    else 'redeemed' end;
end $$;

create or replace function give_for_code(p_ask redeem_row, p_code promo_codes)
returns text
language plpgsql as $$
declare
  v_grant credit_grants;
  v_key text := 'code:' || p_code.code || E'\n' || p_ask.user_id;
begin
  v_grant.id := p_ask.id;
  v_grant.campaign := p_code.campaign;
  v_grant.key_hash := hashed_key(p_code.campaign, v_key);
  v_grant.input_hash := v_grant.key_hash;
  v_grant.user_id := p_ask.user_id;
  v_grant.credits := p_code.credits;
  v_grant.reason := 'Code ' || p_code.code;
  v_grant.expires_at := (select instant() + make_interval(days => expire_after_days) from campaigns where key = p_code.campaign);
  v_grant.journal_id := new_posting_id();
  v_grant.created_by := p_ask.actor;
  v_grant.created_at := instant();
  v_grant.revoked_credits := 0;
  perform book_grants(array[v_grant]);
  perform count_redemption(p_code.code, p_ask.user_id, v_grant);
  return p_ask.id;
end $$;

-- What a code would bring a purchase of a package, before it is made; a guess costs as much as at redeem_codes. Locks nothing: who is
-- among so many, and who is first, is decided when the money is there. @param p_tries who tries from where, hashed
-- @returns usable, with the credits; unknown, guessing, ended, exhausted; used: the user has it; not_first; other_package
create or replace function look_at_code(p_code text, p_user_id text, p_package_id text, p_tries text[])
returns table (outcome text, credits bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  v_code promo_codes;
begin
  select * into v_code from promo_codes where code = p_code;
  outcome := redeem_verdict(row('', p_code, p_user_id, '', p_tries)::redeem_row, v_code, true);
  outcome := case
    when outcome <> 'redeemed' then outcome
    when exists (select from promo_redemptions where code = p_code and user_id = p_user_id) then 'used'
    when p_package_id <> all (v_code.package_ids) then 'other_package'
    when v_code.first_purchase_only and exists (select from lots where user_id = p_user_id and intent_id is not null)
      then 'not_first'
    else 'usable' end;
  credits := v_code.credits;
  if outcome = 'unknown' then
    perform count_guess(p_tries);
  end if;
  return next;
end $$;
