-- Spends what was used of holds, less or more than they held: first from the lots that a hold set aside, in the order in
-- which they are spent, then from what else is free. The rest of the hold is free again, or frozen where it is disputed.
-- Keys and refusals are those of spend_credits().

-- Exactly one of `credits` and `usage`, which is priced by the rates of when the hold was made.
create type settle_row as (
  hold_id text, credits bigint, key text collate "C", input_hash text, actor text, role text collate "C", usage jsonb);
-- A hold that is settled: what it held, what was used, and where that is posted (null: nothing was used).
create type settled_hold as (hold_id text, user_id text, held bigint, used bigint, posting_id bigint);

-- Decides row by row over plain variables, those of one user in their order, then writes everything in sets. What a hold
-- lets go of is a matter of lots and of what waits for them: where it counts for a later hold of the same user, what was
-- decided so far is written first.
create or replace function settle_holds(p_settles settle_row[], p_wait boolean)
returns table (ord integer, outcome text, journal_id bigint, credits bigint, ended_at timestamptz)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_holds text[] := array(select hold_id from unnest(p_settles));
  -- A hold's user never changes.
  v_users text[] := open_wallets(array(select distinct user_id from holds where id = any(v_holds)), p_wait);
  v_now timestamptz := instant();
  v_ask record;
  v_hold holds;
  v_wallet wallets;
  v_known kept_key;
  v_keys kept_key[] := '{}';
  -- Of the wallet's user alone, who may send a key twice: which kinds of caller and keys are the last of v_keys.
  v_sent text[];
  v_sent_at integer;
  -- Of the wallet's user: holds that this set settles, and credits that it lets go of and that are not written yet.
  v_ended text[];
  v_freed bigint;
  v_settled settled_hold[] := '{}';
  v_postings posting[] := '{}';
  v_lines posting_line[] := '{}';
  v_changes wallet_change[] := '{}';
  v_told told_event[] := '{}';
  v_spenders spenders[] := '{}';
  -- Users who owe, or of whom a claim or a bonus is waited for, for what is let go of.
  v_waiting text[] := '{}';
  v_written integer;
  -- Of usage alone: its price, what is left over of the wallet, and what it pays.
  v_price usage_price;
  v_remainder usage_remainders;
  v_charge usage_charge;
  v_used usage_row[] := '{}';
begin
  ended_at := v_now;
  for v_ask in
    select a.*, w.wallet, w.wallet is null as is_busy, k as known, (w.wallet).owed > 0 or a.user_id = any(array(
        select unnest(waiting_users(v_users))
        union all select d.user_id from bonus_dues d where d.user_id = any(v_users))) as is_claimed
    from (
      select a.*, h.hold, h.user_id, hashed_key(g.key_secret, h.user_id, a.key) as key_hash
      from gateway g
      cross join unnest(p_settles) with ordinality a(hold_id, credits, key, input_hash, actor, role, usage, nth)
      left join lateral (select h as hold, h.user_id from holds h where id = a.hold_id limit 1) h on true
      order by h.user_id, a.nth) a
    left join lateral (
      select w as wallet from wallets w where user_id = a.user_id and a.user_id = any(v_users) limit 1) w on true
    left join lateral known_key(a.user_id, 'settle_hold', a.key_hash, a.role) k on true
    order by a.user_id, a.nth
  loop
    ord := v_ask.nth;
    journal_id := null;
    if v_ask.is_busy then
      outcome := case when v_ask.user_id is null then 'not_found' else 'busy' end;
      return next;
      continue;
    end if;
    v_hold := v_ask.hold;
    if v_ask.usage is not null then
      v_remainder := case when v_remainder.user_id = v_ask.user_id then v_remainder else remainder_of(v_ask.user_id) end;
      v_price := (price_usages(array[v_ask.usage], array[v_hold.created_at], false))[1];
      v_ask.credits := (charge_of(v_remainder.micro, v_price.micro)).credits;
    end if;
    if v_wallet.user_id is distinct from v_ask.user_id then
      v_wallet := v_ask.wallet;
      v_sent := '{}';
      v_ended := '{}';
      v_freed := 0;
    elsif v_freed > 0 and (v_ask.is_claimed or v_ask.credits > v_hold.held) then
      perform write_settled(v_settled, v_postings, v_lines, v_changes, v_told, v_waiting);
      select * into v_wallet from wallets where user_id = v_ask.user_id;
      v_freed := 0;
      select '{}', '{}', '{}', '{}', '{}', '{}' into v_settled, v_postings, v_lines, v_changes, v_told, v_waiting;
    end if;
    -- The work is done, and is worth what it is worth: what the user has not is not taken.
    if v_ask.usage is not null then
      v_charge := charge_within(v_remainder.micro, v_price.micro,
        v_hold.held + v_wallet.balance - v_wallet.held - v_wallet.frozen);
      v_ask.credits := v_charge.credits;
    end if;
    credits := v_ask.credits;
    v_sent_at := array_position(v_sent, v_ask.role || v_ask.key_hash);
    v_known := case when v_sent_at is null then v_ask.known
      else v_keys[cardinality(v_keys) - cardinality(v_sent) + v_sent_at] end;
    outcome := case
      when v_ask.role = 'user' and v_hold.created_by_role <> 'user' then 'not_found'
      when v_known.input_hash <> v_ask.input_hash then 'conflict'
      when v_known.outcome = 'done' then 'replayed'
      when v_known.outcome = 'refused' then 'refused'
      when v_hold.status <> 'open' or v_hold.id = any(v_ended) then 'ended'
      when v_ask.credits is null then 'unpriced'
      when v_hold.held + v_wallet.balance - v_wallet.held - v_wallet.frozen < v_ask.credits then 'refused'
      else 'settled'
    end;
    journal_id := v_known.journal_id;
    if outcome = 'settled' and v_ask.usage is not null then
      journal_id := new_posting_id();
      v_remainder.micro := v_charge.remainder;
      v_used := v_used || row(journal_id, v_hold.user_id, v_hold.member_id, v_hold.api_key_id, v_hold.id, null, v_charge,
        v_price.micro - v_charge.micro, v_price.parts, v_hold.created_at)::usage_row;
    end if;
    if outcome = 'settled' then
      v_wallet := wallet_after(v_wallet, -v_ask.credits, -v_hold.held, 0, 0, (v_ask.credits > 0)::integer, v_now);
      -- A hold of which nothing was used posts nothing.
      if v_ask.credits > 0 then
        journal_id := coalesce(journal_id, new_posting_id());
        v_postings := v_postings || row(journal_id, 'spend',
          v_hold.user_id || ':settle_hold.' || v_ask.role || ':' || v_ask.key, v_hold.user_id, null, v_hold.reason, null,
          v_hold.reference, v_hold.metadata, v_ask.actor, null, null)::posting;
        v_lines := v_lines || wallet_line(journal_id, v_wallet, -v_ask.credits);
        v_lines := v_lines || line_of(journal_id, 'credits_spent', 'CREDIT', v_ask.credits);
      end if;
      -- It is the spend of who made the hold, and counts in the window in which that was made.
      if v_wallet.spend_limited then
        perform recount_limits(v_hold.user_id, v_hold.member_id, v_hold.api_key_id, v_hold.created_at, v_ask.credits, -v_hold.held);
      end if;
      if v_ask.credits > 0 and (v_wallet.spend_limited or v_hold.member_id is not null or v_hold.api_key_id is not null) then
        v_spenders := v_spenders || row(journal_id, v_hold.user_id, v_hold.member_id, v_hold.api_key_id,
          v_hold.created_at)::spenders;
      end if;
      v_settled := v_settled || row(v_hold.id, v_hold.user_id, v_hold.held, v_ask.credits, journal_id)::settled_hold;
      v_changes := v_changes || row(v_wallet, v_ask.actor, -v_ask.credits, case when v_ask.credits > 0 then journal_id end,
        null)::wallet_change;
      v_ended := v_ended || v_hold.id;
      v_freed := v_freed + greatest(0, v_hold.held - v_ask.credits);
      v_hold.status := 'settled';
      v_hold.settled_credits := v_ask.credits;
      v_hold.version := v_hold.version + 1;
      v_told := v_told || hold_event(v_hold, 'open', v_wallet, v_ask.actor,
        case when v_ask.credits > 0 then journal_id end);
      if v_ask.is_claimed then
        v_waiting := v_waiting || v_ask.user_id;
      end if;
    end if;
    if v_known.outcome is null and outcome in ('settled', 'refused') then
      v_keys := v_keys || row(v_hold.user_id, 'settle_hold', v_ask.key_hash, v_ask.role, v_ask.input_hash,
        case outcome when 'settled' then 'done' else 'refused' end, journal_id, v_hold.id)::kept_key;
      v_sent := v_sent || (v_ask.role || v_ask.key_hash);
    end if;
    return next;
  end loop;
  v_written := write_settled(v_settled, v_postings, v_lines, v_changes, v_told, v_waiting);
  v_written := note_spenders(v_spenders);
  v_written := write_usages(v_used);
  v_written := keep_keys(v_keys);
end $$;

-- Writes holds that are settled, each with what it posts and what it does to its wallet, and serves what waits for what they
-- let go of. Of one user, none of the set takes more than it held after one that used less.
create or replace function write_settled(
  p_settled settled_hold[], p_postings posting[], p_lines posting_line[], p_changes wallet_change[],
  p_told told_event[], p_waiting text[])
returns integer
language plpgsql
as $$
declare
  v_posted bigint[];
  v_moved integer;
begin
  if cardinality(p_settled) = 0 then
    return 0;
  end if;
  v_posted := post(p_postings, taken_lines(p_lines, move_lots(settled_moves(p_settled)), 'revenue'));
  with freed as (
    delete from hold_lots where hold_id = any(array(select hold_id from unnest(p_settled)))
  )
  update holds h set status = 'settled', held = 0, settled_credits = s.used, version = h.version + 1, ended_at = instant()
  from unnest(p_settled) s where h.id = s.hold_id and h.id = any(array(select hold_id from unnest(p_settled)));
  v_moved := move_wallets(p_changes, p_told);
  if cardinality(p_waiting) > 0 then
    perform recall_bonuses(p_waiting, 'system');
    perform serve_waiting(p_waiting, 'system');
    perform pay_from_holds(array(select user_id from wallets where user_id = any(p_waiting) and owed > 0));
  end if;
  return cardinality(p_settled);
end $$;

-- What settled holds take out of lots: what they had set aside first, then what else is free, as one move of a lot for each
-- posting, in the order of the postings, which decides whose a rounded minor unit is.
create or replace function settled_moves(p_settled settled_hold[])
returns lot_move[]
language plpgsql
as $$
declare
  v_wants lot_want[] := array(
    select row(posting_id, user_id, used - held, null, false)::lot_want from unnest(p_settled) where used > held);
  v_more lot_taking[] := case when cardinality(v_wants) > 0 then take_lots(v_wants, null, true) end;
begin
  return array(
    with set_aside as materialized (
      select * from hold_lots where hold_id = any(array(select hold_id from unnest(p_settled)))
    ),
    given as (
      select h.lot_id, s.posting_id, s.used, h.credits,
        sum(h.credits) over (
          partition by h.hold_id order by l.expires_at, l.is_promotional desc, l.id) - h.credits as before
      from unnest(p_settled) s
      join set_aside h on h.hold_id = s.hold_id
      join (select id, expires_at, is_promotional from lots where id = any(array(select lot_id from set_aside))) l on l.id = h.lot_id
    )
    select row(lot_id, posting_id, sum(takes), true, -sum(gives), 0)::lot_move
    from (
      select lot_id, posting_id, greatest(0, least(credits, used - before)), credits from given
      union all
      select lot_id, posting_id, credits, 0 from unnest(v_more)
    ) t(lot_id, posting_id, takes, gives)
    group by posting_id, lot_id order by posting_id);
end $$;
