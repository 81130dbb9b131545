-- Gives spends back: what a job took that failed. Credits return to the lots that the spend took, with the price that they had
-- earned there.

-- `credits`: null, all that is left of the spend. `person` and `limits`: of a person who does it, what one may give alone.
create type reversal_row as (
  spend_id bigint, credits bigint, reason text, key text, input_hash text, actor text, kind text collate "C", person text,
  limits jsonb);

-- One by one: it is seldom, and one reversal changes the lots of the next.
-- @returns reversed; replayed, conflict or refused by the key; too_much: so much is not left of the spend; too_late, unrecorded: it
-- cannot be given back any more; too_many: the balance could not be told; needs_approval; not_found; busy
create or replace function reverse_spends(p_reversals reversal_row[], p_wait boolean)
returns table (ord integer, outcome text, journal_id bigint)
language plpgsql as $$
#variable_conflict use_column
declare
  v_ids bigint[] := array(select spend_id from unnest(p_reversals));
  v_users text[] := open_wallets(array(
    select user_id from journal where id = any(v_ids) and kind = 'spend'
    union select user_id from usages where id = any(v_ids) and reversal_of is null), p_wait);
  v_ask reversal_row;
  v_spend journal;
  v_known kept_key;
  v_hash text;
  v_left bigint;
  -- Of a spend by usage: what is left of it, and what of it is given back.
  v_usage usage_price;
  v_charge usage_charge;
begin
  perform lock_hands(array(select person from unnest(p_reversals)));
  for v_nth in 1..cardinality(p_reversals) loop
    ord := v_nth;
    v_ask := p_reversals[v_nth];
    v_spend := spend_named(v_ask.spend_id);
    v_hash := hashed_key(v_spend.user_id, v_ask.key);
    select * into v_known from known_key(v_spend.user_id, 'reverse_spend', v_hash, v_ask.kind);
    v_usage := usage_left(v_ask.spend_id);
    v_left := left_of_spend(v_ask.spend_id);
    if v_usage.micro is not null then
      v_charge := usage_returned(v_spend.user_id, v_ask.credits, v_usage.micro);
      v_left := case when v_charge.micro = 0 or -v_charge.micro > v_usage.micro then -1 else -v_charge.credits end;
      v_ask.credits := -v_charge.credits;
    end if;
    v_ask.credits := coalesce(v_ask.credits, v_left);
    outcome := case when v_spend.id is null then 'not_found' when v_spend.user_id <> all(v_users) then 'busy'
      else reversal_verdict(v_ask, v_spend, v_known, v_left, v_usage.micro is not null) end;
    journal_id := v_known.journal_id;
    if outcome = 'reversed' then
      journal_id := case when v_ask.credits > 0 then give_spend_back(v_ask, v_spend) else new_posting_id() end;
      if v_usage.micro is not null then
        perform write_usage_back(journal_id, v_ask.spend_id, v_usage, v_charge);
      end if;
    end if;
    if v_known.key is null and outcome in ('reversed', 'too_much') then
      perform keep_keys(array[row(v_spend.user_id, 'reverse_spend', v_hash, v_ask.kind, v_ask.input_hash,
        case outcome when 'reversed' then 'done' else 'refused' end, journal_id, null)::kept_key]);
    end if;
    return next;
  end loop;
end $$;

-- A spend, or what stands for one that took no whole credit and so has no posting.
create or replace function spend_named(p_id bigint)
returns journal
language plpgsql stable as $$
declare
  v_spend journal;
begin
  select * into v_spend from journal where id = p_id and kind = 'spend';
  if v_spend.id is null then
    select id, user_id, at into v_spend.id, v_spend.user_id, v_spend.posted_at from usages
    where id = p_id and reversal_of is null;
  end if;
  return v_spend;
end $$;

-- What comes back of usage that cost p_left, or of it so many credits' worth (null: all): the remainder of the wallet becomes less
-- by it, and where it would fall below zero credits come back.
create or replace function usage_returned(p_user_id text, p_credits bigint, p_left bigint)
returns usage_charge
language sql stable as $$
  -- Of more credits than a usage can cost as many as are too many.
  select row(-b.micro, c.credits, c.credits, r.micro - b.micro - c.credits * 1000000)::usage_charge
  from remainder_of(p_user_id) r
  cross join lateral (select case when p_credits is null then p_left else least(p_credits, 9007199254) * 1000000 end as micro) b
  cross join lateral (select least(0, floor((r.micro - b.micro) / 1000000.0))::bigint as credits) c;
$$;

-- What of a spend was not given back yet.
create or replace function left_of_spend(p_spend_id bigint)
returns bigint
language sql stable as $$
  select -e.amount - (select coalesce(sum(credits), 0) from spend_reversals where spend_id = p_spend_id)::bigint
  from entries e where e.journal_id = p_spend_id and e.account = 'wallet';
$$;

-- @param p_by_usage usage may give back less than a whole credit; its lots are those of the wallet's other spends, where it has none
create or replace function reversal_verdict(
  p_ask reversal_row, p_spend journal, p_known kept_key, p_left bigint, p_by_usage boolean)
returns text
language plpgsql as $$
declare
  v_wallet wallets;
begin
  select * into v_wallet from wallets where user_id = p_spend.user_id;
  return case
    when p_known.input_hash <> p_ask.input_hash then 'conflict'
    when p_known.outcome = 'done' then 'replayed'
    when p_known.outcome = 'refused' or p_ask.credits > p_left or (p_ask.credits = 0 and not p_by_usage)
      then 'too_much'
    when p_spend.posted_at < instant() - interval '90 days' then 'too_late'
    -- Of spends from before lots were recorded nobody knows where the credits belong.
    when not p_by_usage and not exists (select from spend_lots where journal_id = p_spend.id) then 'unrecorded'
    -- More than every client of the schema reads exactly.
    when v_wallet.balance + p_ask.credits > 9007199254740991 then 'too_many'
    when p_ask.person is not null and not move_by_hand(p_ask.person, p_spend.user_id, 'CREDIT', p_ask.credits,
      p_spend.user_id || ':reverse_spend:' || p_ask.key, p_ask.limits) then 'needs_approval'
    else 'reversed' end;
end $$;

-- Posts a reversal. Then what waits for free credits is served: debts first, then disputes over the lots. @returns the posting
create or replace function give_spend_back(p_ask reversal_row, p_spend journal)
returns bigint
language plpgsql as $$
declare
  v_user text := p_spend.user_id;
  v_id bigint := new_posting_id();
  v_reference text := v_user || ':reverse_spend.' || p_ask.kind || ':' || p_ask.key;
  v_returned lot_taking[] := move_lots(parts_of_spend(p_spend, p_ask.credits, v_id));
  v_wallet wallets := move_wallet(v_user, p_ask.credits, 0, 0, 0, 1, p_ask.actor, v_id,
    jsonb_build_object('spendId', p_spend.id, 'returned', p_ask.credits));
  v_spender spenders;
begin
  -- What took no whole credit counts nowhere, and no reversal frees more of a limit than its spend counts there: of usage more may come
  -- back than that took, which others' spends count.
  if v_wallet.spend_limited and p_spend.kind is not null then
    select * into v_spender from spenders where journal_id = p_spend.id;
    perform recount_limits(v_user, v_spender.member_id, v_spender.api_key_id,
      coalesce(v_spender.counted_at, p_spend.posted_at),
      -least(p_ask.credits, greatest(0, left_of_spend(p_spend.id))), 0);
  end if;
  perform post(
    array[row(v_id, 'spend_reversal', v_reference, v_user, null, p_ask.reason, null, p_spend.caller_reference, null,
      p_ask.actor, null, p_spend.id)::posting],
    taken_lines(array[wallet_line(v_id, v_wallet, p_ask.credits),
      line_of(v_id, 'credits_spent', 'CREDIT', -p_ask.credits)], v_returned, 'revenue'));
  insert into spend_reversals (journal_id, spend_id, user_id, credits) values (v_id, p_spend.id, v_user, p_ask.credits);
  -- A week, so that somebody whose job failed in the night can still use them.
  perform revive_lots(array(select lot_id from unnest(v_returned)), instant() + interval '7 days');
  perform recall_bonuses(array[v_user], p_ask.actor);
  perform serve_claims(v_user, v_reference, p_ask.actor, null);
  -- What came back to a grant that was revoked meanwhile is not left to be spent.
  perform expire_lots(array[v_user]);
  return v_id;
end $$;

-- The lots to which so many credits of a spend return: those that it took, the last one first, as far as their credits count as
-- spent. What a refund gave back of them, once the debt was paid by other credits, is found among those others.
create or replace function parts_of_spend(p_spend journal, p_credits bigint, p_posting_id bigint)
returns lot_move[]
language sql stable as $$
  with own as (
    select lot_id, sum(credits)::bigint as credits from spend_lots
    where journal_id = p_spend.id
      or journal_id = any(array(select journal_id from spend_reversals where spend_id = p_spend.id))
    group by lot_id
  ),
  rooms as (
    select l.*, least(l.spent, greatest(0, coalesce(o.credits, 0))) as room
    from lots l left join own o on o.lot_id = l.id where l.user_id = p_spend.user_id and l.spent > 0
  ),
  turns as (
    select id, room, row_number() over (order by expires_at desc, is_promotional, id desc) as nth from rooms
    union all
    select id, spent - room, 1000000 + row_number() over (order by is_promotional, expires_at desc, id desc) from rooms
  ),
  given as (
    select id, nth, least(room, p_credits - before) as credits
    from (select *, sum(room) over (order by nth) - room as before from turns) t where before < p_credits
  )
  select array(
    select row(id, p_posting_id, -sum(credits), true, 0, 0)::lot_move
    from given where credits > 0 group by id order by min(nth));
$$;
