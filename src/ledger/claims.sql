-- What waits for a user's free credits, by rank: what the user owes (in the wallet itself), then claims, the oldest first.
-- Whatever makes credits free ends with serve_claims, under the caller's lock on the wallet.

-- What a cause wants to have set aside of the lot that an intent bought, from now on.
create or replace function claim_credits(
  p_cause_id text, p_user_id text, p_intent_id text, p_credits bigint, p_since timestamptz)
returns void
language sql as $$
  insert into claims (cause_id, user_id, intent_id, credits, since)
  values (p_cause_id, p_user_id, p_intent_id, p_credits, p_since)
  on conflict (cause_id) do update set credits = excluded.credits where claims.credits <> excluded.credits;
$$;

-- The cause wants nothing more. What it froze stays frozen until it is thawed or taken.
create or replace function drop_claim(p_cause_id text)
returns void
language sql as $$
  delete from claims where cause_id = p_cause_id;
$$;

-- Gives a user's free credits to what waits for them, and those of others to whom what p_intent_id bought was moved: where it is
-- named their wallets are locked as well. @param p_reference of the posting that pays what is owed, beside its kind: the fact that
-- made credits free
create or replace function serve_claims(p_user_id text, p_reference text, p_actor text, p_intent_id text)
returns void
language plpgsql as $$
declare
  v_others text[] := '{}';
begin
  perform pay_debt(p_user_id, p_reference, p_actor, p_intent_id);
  if p_intent_id is not null then
    v_others := other_wallets(p_intent_id, p_user_id);
    perform pay_debt(u, p_reference || ':' || u, p_actor, null) from unnest(v_others) u;
  end if;
  perform serve_waiting(array[p_user_id] || v_others, p_actor);
end $$;

-- Those of whose free credits a claim wants some: of what they bought, or of what was moved to them of what others bought.
create or replace function waiting_users(p_user_ids text[])
returns text[]
language plpgsql stable
as $$
declare
  v_moved constant text[] := array(
    select root_intent_id from lots where user_id = any(p_user_ids) and root_intent_id is not null and not used_up);
begin
  return array(
    select user_id from claims where user_id = any(p_user_ids) and credits > frozen
    union
    select user_id from lots where user_id = any(p_user_ids) and not used_up and root_intent_id is not null
      and root_intent_id = any(array(
        select intent_id from claims where intent_id = any(v_moved) and credits > frozen)));
end $$;

-- The second rank alone, for users who owe nothing. A claim over what was moved is served in each wallet under the lock on that one,
-- so that the claim itself is locked as well, after wallets: what it has is counted once.
create or replace function serve_waiting(p_user_ids text[], p_actor text)
returns void
language plpgsql as $$
declare
  v_moved constant text[] := array(
    select root_intent_id from lots where user_id = any(p_user_ids) and root_intent_id is not null and not used_up);
  v_causes constant text[] := array(
    select cause_id from claims where user_id = any(p_user_ids) and credits > frozen
    union select cause_id from claims where intent_id = any(v_moved) and credits > frozen);
  v_claim claims;
  v_left bigint;
  v_user text;
begin
  if cardinality(v_causes) = 0 then
    return;
  end if;
  for v_claim in
    select * from claims where cause_id = any(v_causes) and credits > frozen order by since, cause_id for no key update
  loop
    v_left := v_claim.credits - v_claim.frozen;
    for v_user in
      select u from unnest(p_user_ids) u
      where u = v_claim.user_id or u = any(other_wallets(v_claim.intent_id, v_claim.user_id)) order by u <> v_claim.user_id, u
    loop
      v_left := v_left - freeze_credits(v_user, v_claim.cause_id, v_claim.intent_id, v_left, true, p_actor);
    end loop;
  end loop;
end $$;

-- Pays what a user owes, as far as the free credits go. They were spent before, so that their lot's price is earned now.
create or replace function pay_debt(p_user_id text, p_reference text, p_actor text, p_intent_id text)
returns void
language plpgsql as $$
declare
  v_wallet wallets;
  v_pays bigint;
  v_posting bigint;
  v_earned lot_taking[];
begin
  select * into v_wallet from wallets where user_id = p_user_id;
  v_pays := least(v_wallet.owed, v_wallet.balance - v_wallet.held - v_wallet.frozen);
  if v_pays is null or v_pays <= 0 then
    return;
  end if;
  v_posting := new_posting_id();
  v_earned := take_lots(array[row(v_posting, p_user_id, v_pays, null, false)::lot_want], 'spent', false);
  v_wallet := move_wallet(p_user_id, -v_pays, 0, 0, -v_pays, 1, p_actor, v_posting, null);
  perform post(
    array[row(v_posting, 'debt_payment', p_reference, p_user_id, p_intent_id, null, null, null, null, p_actor, null,
      null)::posting],
    taken_lines(array[wallet_line(v_posting, v_wallet, -v_pays), debt_line(v_posting, p_user_id, v_pays)], v_earned,
      'revenue'));
end $$;
