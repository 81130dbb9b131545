-- Gives back what a refund that failed, or a lost dispute that was won after all, had taken: it undoes what is left of the
-- debt, and the rest returns to the lots that it came from. Credits whose debt was paid meanwhile return to the lot that
-- the payment bought, or to whichever has room. Then whatever else is owed is paid. @returns the posting; null: nothing
create or replace function give_credits_back(
  p_intent intents, p_kind text, p_reference text, p_reversal_of bigint, p_cause_id text, p_amount_minor bigint,
  p_currency text, p_contra text, p_credits bigint, p_actor text)
returns bigint
language plpgsql as $$
declare
  v_user text := p_intent.user_id;
  v_posting bigint := case when p_credits > 0 or p_amount_minor > 0 then new_posting_id() end;
  v_returns lot_move[] := array(
    select row(lot_id, v_posting, -credits, false, 0, 0)::lot_move from revoked_lots
    where cause_id = p_cause_id order by lot_id);
  v_left bigint := p_credits + (select coalesce(sum(credits), 0) from unnest(v_returns));
  v_undone bigint := (select least(v_left, owed) from wallets where user_id = v_user);
  v_gives bigint := p_credits - v_undone;
  v_deferred lot_taking[];
  v_wallet wallets;
begin
  if v_posting is null then
    return null;
  end if;
  v_deferred := move_lots(v_returns);
  delete from revoked_lots where cause_id = p_cause_id;
  v_deferred := v_deferred || move_lots(returns_to_room(p_intent, v_posting, v_left - v_undone));
  if p_credits > 0 then
    v_wallet := move_wallet(v_user, v_gives, 0, 0, -v_undone, (v_gives > 0)::integer, p_actor,
      case when v_gives > 0 then v_posting end, null);
  end if;
  perform post(
    array[row(v_posting, p_kind, p_reference, v_user, p_intent.id, null, null, null, null, p_actor, null,
      p_reversal_of)::posting],
    money_back_lines(v_posting, 'clearing_' || p_intent.provider, -p_amount_minor, p_currency, p_contra, v_deferred)
      || promo_lines(array[wallet_line(v_posting, v_wallet, v_gives), debt_line(v_posting, v_user, v_undone),
        line_of(v_posting, 'credits_issued', 'CREDIT', -p_credits)], v_deferred));
  -- What was taken under the same reference may have paid some debt too.
  perform serve_claims(v_user, p_reference || ':back', p_actor, p_intent.id);
  return v_posting;
end $$;

-- False when the wallet cannot hold what a cause would give back: no balance is more than every client reads exactly. Under the
-- caller's lock on the wallet.
create or replace function fits_back(p_user_id text, p_cause_id text, p_credits bigint)
returns boolean
language sql stable as $$
  select w.balance + p_credits - least(w.owed, p_credits - r.credits) <= 9007199254740991
  from wallets w
  cross join lateral (
    select coalesce(sum(credits), 0)::bigint as credits from revoked_lots where cause_id = p_cause_id) r
  where w.user_id = p_user_id;
$$;

-- The lots to which so many credits can return: what the intent bought first, promotional ones last. What was moved away of a lot
-- stands elsewhere and leaves no room. What other refunds and disputes took
-- of a lot keeps its room there: it may come back as well.
create or replace function returns_to_room(p_intent intents, p_posting_id bigint, p_credits bigint)
returns lot_move[]
language sql stable as $$
  with rooms as (
    select l.id, l.spent, l.granted - l.remaining - l.transferred - r.credits as room, row_number() over (
      order by coalesce(l.root_intent_id, l.intent_id) is distinct from p_intent.id, l.is_promotional, l.id) as nth
    from lots l
    cross join lateral (select coalesce(sum(credits), 0)::bigint as credits from revoked_lots where lot_id = l.id) r
    where l.user_id = p_intent.user_id and l.granted - l.remaining - l.transferred > r.credits
  ),
  given as (
    select id, spent, nth, least(room, p_credits - before) as gives
    from (select *, sum(room) over (order by nth) - room as before from rooms) r where before < p_credits
  )
  -- They count as not spent again; what expired, or was taken by hand, comes back last.
  select array(
    select row(id, p_posting_id, -credits, is_spent, 0, 0)::lot_move
    from given cross join lateral (
      values (true, least(gives, spent)), (false, gives - least(gives, spent))) w(is_spent, credits)
    where credits > 0 order by nth, is_spent desc);
$$;
