-- Credits that a purchase brings beside those that are paid for: of its package, and of a code that was typed for it. Both are grants
-- that name their purchase, so that what goes back of its money takes their share back.

-- Gives the bonuses of purchases whose credits are granted by now, under the lock on their wallets. Locks codes and then campaigns,
-- which whoever gives does behind wallets. What does not fit into a wallet is not given: the money is booked all the same.
-- @param p_intents by user, as they are after their grant. @returns them with what came of their codes
create or replace function give_bonuses(p_intents intents[], p_actors text[])
returns intents[]
language plpgsql
as $$
declare
  v_codes text[] := array(select code from promo_codes
    where code = any(array(select promo_code from unnest(p_intents) where promo_code is not null)) order by code
    for no key update);
  v_campaigns campaigns[] := lock_campaigns(array(select campaign from promo_codes where code = any(v_codes)));
  v_intent intents;
  v_code promo_codes;
  v_grants credit_grants[] := '{}';
  v_balance bigint;
  v_user text;
begin
  for v_at in 1..cardinality(p_intents) loop
    v_intent := p_intents[v_at];
    if v_user is distinct from v_intent.user_id then
      v_user := v_intent.user_id;
      v_balance := (select balance from wallets where user_id = v_user);
    end if;
    if v_balance + v_intent.bonus_credits <= 9007199254740991 then
      v_balance := v_balance + v_intent.bonus_credits;
      v_grants := v_grants || bonus_of(v_intent, null, v_intent.bonus_credits, v_intent.bonus_expire_after_days,
        'Bonus of ' || v_intent.package_name, p_actors[v_at]);
    end if;
    continue when v_intent.promo_code is null;
    select * into v_code from promo_codes where code = v_intent.promo_code;
    p_intents[v_at].promo_outcome := code_verdict(v_code, v_intent, v_balance);
    continue when p_intents[v_at].promo_outcome <> 'redeemed';
    v_balance := v_balance + v_intent.promo_credits;
    v_grants := v_grants || bonus_of(v_intent, v_code.campaign, v_intent.promo_credits,
      (select expire_after_days from campaigns where key = v_code.campaign), 'Code ' || v_code.code, p_actors[v_at]);
    perform count_redemption(v_code.code, v_user, v_grants[cardinality(v_grants)]);
  end loop;
  perform book_grants(v_grants);
  return p_intents;
end $$;

-- What comes of a code when the purchase is paid that it was typed for, under the lock on it and on its campaign. It was found and in its time when it was
-- typed, and that counts; who is first, and who is among so many, is known only now.
create or replace function code_verdict(p_code promo_codes, p_intent intents, p_balance bigint)
returns text
language plpgsql
as $$
declare
  v_campaign campaigns;
begin
  select * into v_campaign from campaigns where key = p_code.campaign;
  return case
    when exists (select from promo_redemptions where code = p_code.code and user_id = p_intent.user_id) then 'used'
    -- Postings of one user are numbered in the order in which they were made.
    when p_code.first_purchase_only and exists (select from lots
      where user_id = p_intent.user_id and intent_id is not null and journal_id < p_intent.grant_journal_id) then 'not_first'
    when v_campaign.revoking_since is not null then 'ended'
    when p_code.redeemed >= p_code.total_limit
      or v_campaign.granted_credits + p_intent.promo_credits > v_campaign.budget_credits then 'exhausted'
    when p_balance + p_intent.promo_credits > 9007199254740991 then 'too_many'
    else 'redeemed' end;
end $$;

-- A grant that names its purchase; p_campaign null: its package gives it.
create or replace function bonus_of(
  p_intent intents, p_campaign text, p_credits bigint, p_days integer, p_reason text, p_actor text)
returns credit_grants
language plpgsql
as $$
declare
  v_grant credit_grants;
begin
  v_grant.id := 'grt_' || replace(gen_random_uuid()::text, '-', '');
  v_grant.campaign := p_campaign;
  v_grant.intent_id := p_intent.id;
  v_grant.key_hash := hashed_key(coalesce(p_campaign, 'bonus'), 'intent:' || p_intent.id);
  v_grant.input_hash := v_grant.key_hash;
  v_grant.user_id := p_intent.user_id;
  v_grant.credits := p_credits;
  v_grant.reason := left(p_reason, 500);
  v_grant.expires_at := instant() + make_interval(days => p_days);
  v_grant.journal_id := new_posting_id();
  v_grant.created_by := p_actor;
  v_grant.created_at := instant();
  v_grant.revoked_credits := 0;
  return v_grant;
end $$;

-- Counts a redemption where it is bounded, by user, by the code and by the budget of its campaign, and tells of it: the number of the
-- event is how often the code was redeemed by then.
create or replace function count_redemption(p_code text, p_user_id text, p_grant credit_grants)
returns void
language plpgsql
as $$
begin
  insert into promo_redemptions (code, user_id, grant_id) values (p_code, p_user_id, p_grant.id);
  update promo_codes set redeemed = redeemed + 1 where code = p_code;
  update campaigns set granted_credits = granted_credits + p_grant.credits where key = p_grant.campaign;
  insert into events (subject, sequence, version, kind, actor, data, at, epoch)
  select 'code:' || p_code, redeemed, redeemed, 'promo_redeemed', p_grant.created_by,
    jsonb_build_object('userId', p_user_id, 'code', p_code, 'campaign', p_grant.campaign, 'credits', p_grant.credits,
      'intentId', p_grant.intent_id), instant(), (select epoch from gateway)
  from promo_codes where code = p_code;
end $$;

-- Has a bonus follow the money of its purchase: of so much of it as belongs to money that went back, what is free is taken, and what
-- was taken returns when the money does. What was spent of it stays spent, and is taken if it comes back. Under the lock on the
-- wallet.
-- @param p_gone_minor of what was paid, in minor units
create or replace function follow_bonus(p_grant credit_grants, p_gone_minor bigint, p_paid_minor bigint, p_actor text)
returns void
language plpgsql
as $$
declare
  v_due constant bigint := share_of(p_grant.credits, least(p_gone_minor, p_paid_minor), p_paid_minor);
  v_was constant bigint := coalesce(p_grant.returned_credits, 0);
  v_lot lots;
  v_balance constant bigint := (select balance from wallets where user_id = p_grant.user_id);
begin
  select * into v_lot from lots where journal_id = p_grant.journal_id;
  -- What was revoked by hand has left for good.
  if p_grant.revoked_at is null then
    perform move_bonus(p_grant, case
      when v_due > v_was then least(v_due - v_was, v_lot.remaining - v_lot.held - v_lot.frozen)
      else greatest(v_due - v_was, v_balance - 9007199254740991) end, v_due, p_actor);
  end if;
end $$;
