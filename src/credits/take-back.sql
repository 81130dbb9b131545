-- Takes credits back for a refund or a lost dispute, and posts it: what is free of the lot that the payment bought, in other wallets
-- too, then the user's other free lots in the order in which they would be spent, then held ones, whose holds shrink, at last those
-- that hold what was moved, then debt.
-- Promotional lots are left alone: they pay the debt, as whatever is free does.
-- What p_cause_id has frozen is free for it. Money: p_amount_minor leaves clearing (a lost dispute's went before: 0), what
-- the lots still held as deferred revenue pays for it, and p_contra takes the rest, which was earned already.
-- Runs under the caller's lock on the wallets of the purchase and their open holds. @returns the posting; null when there was nothing
create or replace function take_credits(
  p_intent intents, p_kind text, p_reference text, p_cause_id text, p_amount_minor bigint, p_currency text,
  p_contra text, p_credits bigint, p_actor text)
returns bigint
language plpgsql as $$
declare
  v_user text := p_intent.user_id;
  v_unfrozen bigint := thaw_lots(v_user, p_cause_id, null, p_actor);
  v_came boolean := bring_home(p_intent, p_credits, p_kind || ':' || p_reference, p_actor);
  v_posting bigint := case when p_credits > 0 or p_amount_minor > 0 then new_posting_id() end;
  v_free lot_taking[] := take_lots(
    array[row(v_posting, v_user, p_credits, p_intent.id, false)::lot_want], 'gone', false);
  v_held hold_part[] := shrink_holds(
    v_user, p_intent.id, false, p_credits - taken_sum(v_free), p_actor);
  v_from_holds bigint := (select coalesce(sum(credits), 0) from unnest(v_held));
  v_takes bigint := taken_sum(v_free) + v_from_holds;
  v_deferred lot_taking[];
  v_wallet wallets;
begin
  insert into revoked_lots as r (cause_id, lot_id, credits)
  select p_cause_id, lot_id, sum(credits) from (
    select lot_id, credits from unnest(v_free) union all select lot_id, credits from unnest(v_held)) t
  group by lot_id
  on conflict (cause_id, lot_id) do update set credits = r.credits + excluded.credits;
  v_deferred := v_free || move_lots(array(
    select row(lot_id, v_posting, credits, false, -credits, 0)::lot_move from unnest(v_held)));
  if p_credits > 0 or v_unfrozen > 0 then
    v_wallet := move_wallet(v_user, -v_takes, -v_from_holds, -v_unfrozen, p_credits - v_takes, (v_takes > 0)::integer,
      p_actor, case when v_takes > 0 then v_posting end, shrunk_holds(v_held));
  end if;
  if v_posting is not null then
    perform post(
      array[row(v_posting, p_kind, p_reference, v_user, p_intent.id, null, null, null, null, p_actor, null, null)::posting],
      money_back_lines(v_posting, 'clearing_' || p_intent.provider, p_amount_minor, p_currency, p_contra, v_deferred)
        || array[wallet_line(v_posting, v_wallet, -v_takes), debt_line(v_posting, v_user, v_takes - p_credits),
          line_of(v_posting, 'credits_issued', 'CREDIT', p_credits)]);
  end if;
  -- Less may have been due than was frozen for it.
  perform serve_claims(v_user, p_reference, p_actor, p_intent.id);
  return v_posting;
end $$;

-- Brings what was moved of a purchase back into its buyer's wallet, as far as so many credits that are to be taken from there need
-- it: what is free before the buyer's other lots are touched, what is held after their holds are. @returns whether any was moved
create or replace function bring_home(p_intent intents, p_credits bigint, p_reference text, p_actor text)
returns boolean
language plpgsql as $$
declare
  v_others constant text[] := other_wallets(p_intent.id, p_intent.user_id);
  v_user text;
  v_missing bigint;
  v_parts hold_part[];
begin
  if cardinality(v_others) = 0 then
    return false;
  end if;
  v_missing := p_credits - (select coalesce(sum(remaining - held - frozen), 0) from lots
    where user_id = p_intent.user_id and coalesce(root_intent_id, intent_id) = p_intent.id and not used_up);
  perform bring_free_home(p_intent, v_missing, p_reference, p_actor);
  v_missing := p_credits - (select coalesce(sum(remaining - frozen), 0) from lots
    where user_id = p_intent.user_id and not used_up and not is_promotional);
  foreach v_user in array v_others loop
    v_parts := shrink_holds(v_user, p_intent.id, true, v_missing, p_actor);
    continue when cardinality(v_parts) = 0;
    perform move_lots(array(select row(lot_id, null, 0, false, -credits, 0)::lot_move from unnest(v_parts)));
    perform move_wallet(v_user, 0, -sum(credits)::bigint, 0, 0, 0, p_actor, null, shrunk_holds(v_parts)) from unnest(v_parts);
    perform bring_free_home(p_intent, sum(credits)::bigint, p_reference || ':' || v_user, p_actor) from unnest(v_parts);
    v_missing := v_missing - (select sum(credits) from unnest(v_parts));
  end loop;
  return true;
end $$;

-- The first part: what is free of it elsewhere, the oldest lots first, at most p_credits.
create or replace function bring_free_home(p_intent intents, p_credits bigint, p_reference text, p_actor text)
returns void
language plpgsql as $$
declare
  v_from record;
begin
  for v_from in
    select user_id, array_agg(row(id, null, least(free, p_credits - before), 1)::lot_part order by id) as parts
    from (
      select id, user_id, remaining - held - frozen as free,
        sum(remaining - held - frozen) over (order by id) - (remaining - held - frozen) as before
      from lots where root_intent_id = p_intent.id and root_intent_id is not null and user_id <> p_intent.user_id
        and remaining > held + frozen) l
    where before < p_credits group by user_id order by user_id
  loop
    perform transfer_lots(
      row(new_posting_id(), 'transfer', p_reference || ':' || v_from.user_id, v_from.user_id, null, null, null, null, null,
        p_actor, null, null)::posting, p_intent.user_id, v_from.parts);
  end loop;
end $$;

-- What the event of a wallet says of its holds that shrank; null: none did.
create or replace function shrunk_holds(p_parts hold_part[])
returns jsonb
language sql immutable as $$
  select jsonb_build_object('holdsShrunk', jsonb_agg(jsonb_build_object('id', hold_id, 'credits', credits) order by nth))
  from unnest(p_parts) with ordinality h(hold_id, lot_id, credits, nth) having count(*) > 0;
$$;

-- The lines of money that goes back, and of what its credits were worth: positive when it leaves, negative when it returns.
-- What was earned of it already is p_contra's.
create or replace function money_back_lines(
  p_posting_id bigint, p_clearing text, p_amount_minor bigint, p_currency text, p_contra text, p_deferred lot_taking[])
returns posting_line[]
language sql immutable as $$
  with deferred as (
    select currency, sum(minor)::bigint as minor from unnest(p_deferred) group by currency
  )
  select array(
    select line from (
      select 1 as place, p_currency as currency, line_of(p_posting_id, p_clearing, p_currency, p_amount_minor) as line
      union all
      select 2, currency, line_of(p_posting_id, 'deferred_revenue', currency, -minor) from deferred
      union all
      select 3, c.currency, line_of(p_posting_id, p_contra, c.currency,
        coalesce(d.minor, 0) - case when c.currency = p_currency then p_amount_minor else 0 end)
      from (select p_currency as currency union select currency from deferred) c
      left join deferred d on d.currency = c.currency) l
    order by place, currency);
$$;

-- False when the user would owe more than every client reads exactly, if so many credits were taken back: what is free and what
-- is held goes first, but for promotional ones. Under the caller's lock on the wallet.
create or replace function fits_debt(p_user_id text, p_credits bigint)
returns boolean
language sql stable as $$
  select owed + greatest(0, p_credits - (balance - frozen - (
      select coalesce(sum(remaining), 0)::bigint from lots where user_id = p_user_id and not used_up and is_promotional)))
    <= 9007199254740991
  from wallets where user_id = p_user_id;
$$;
