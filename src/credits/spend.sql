-- Takes credits out of wallets, each spend whole or not at all, in the order in which credits are spent. What it earns is
-- what lot_worth() says.
--
-- The wallet's lock also serialises the keys, because a key belongs to the owner of the money and to one kind of caller: a
-- user's never meets a back end's. A refusal is kept under its key like a success, so that a late repeat of it cannot
-- suddenly spend. A spend has whole credits, or usage, whose price usage.sql knows.

-- Decides row by row over plain variables, those of one user in their order: a refused one takes nothing from those behind
-- it. Then writes everything in sets.
create or replace function spend_credits(p_spends spend_row[], p_wait boolean)
returns table (ord integer, outcome text, journal_id bigint, credits bigint, wallet wallets, limit_met jsonb)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_users text[] := open_wallets(array(select distinct user_id from unnest(p_spends)), p_wait);
  v_now timestamptz := instant();
  v_ask record;
  v_wallet wallets;
  v_known kept_key;
  v_keys kept_key[] := '{}';
  -- Of the wallet's user alone, who may send a key twice: which kinds of caller and keys are the last of v_keys.
  v_sent text[];
  v_sent_at integer;
  v_postings posting[] := '{}';
  v_lines posting_line[] := '{}';
  v_wants lot_want[] := '{}';
  v_changes wallet_change[] := '{}';
  v_spenders spenders[] := '{}';
  -- What limits bind: users who are within them all, found once, and what of theirs is counted together.
  v_count limit_count;
  v_within text[];
  v_counts limit_count[] := '{}';
  v_posted bigint[];
  v_written integer;
  -- Of usage alone: the prices of the whole set, once one of it is met; what is left over of the wallet, and what it pays.
  v_prices usage_price[];
  v_remainder usage_remainders;
  v_charge usage_charge;
  v_used usage_row[] := '{}';
begin
  for v_ask in
    select a.*, w.wallet, k as known
    from (
      select a.*, hashed_key(g.key_secret, a.user_id, a.key) as key_hash
      from gateway g, unnest(p_spends)
        with ordinality a(user_id, credits, reason, key, input_hash, actor, kind, reference, metadata, member_id, api_key_id,
          usage, occurred_at, nth)
      order by a.user_id, a.nth) a
    left join lateral (
      select w as wallet from wallets w where user_id = a.user_id and a.user_id = any(v_users) limit 1) w on true
    left join lateral known_key(a.user_id, 'spend', a.key_hash, a.kind) k on true
    order by a.user_id, a.nth
  loop
    ord := v_ask.nth;
    if v_wallet.user_id is distinct from v_ask.user_id then
      v_wallet := v_ask.wallet;
      v_known := v_ask.known;
      v_sent := '{}';
    else
      v_sent_at := array_position(v_sent, v_ask.kind || v_ask.key_hash);
      v_known := case when v_sent_at is null then v_ask.known
        else v_keys[cardinality(v_keys) - cardinality(v_sent) + v_sent_at] end;
    end if;
    credits := v_ask.credits;
    v_charge := null;
    if v_ask.usage is not null then
      v_prices := coalesce(v_prices, price_spends(p_spends, v_now));
      if v_remainder.user_id is distinct from v_ask.user_id then
        v_remainder := remainder_of(v_ask.user_id);
      end if;
      v_charge := charge_of(v_remainder.micro, v_prices[v_ask.nth].micro);
      credits := v_charge.needs;
    end if;
    outcome := case
      when v_wallet.user_id is null then 'busy'
      when v_known.input_hash <> v_ask.input_hash then 'conflict'
      when v_known.outcome = 'done' then 'replayed'
      when v_known.result_id is not null then 'limited'
      when v_known.outcome = 'refused' then 'refused'
      when v_wallet.is_shared and not may_spend_of(v_ask.user_id, v_ask.member_id, v_ask.kind) then 'no_member'
      when credits is null then 'unpriced'
      when v_wallet.balance - v_wallet.held - v_wallet.frozen < credits then 'refused'
      else 'spent'
    end;
    limit_met := case when outcome = 'limited' then limit_kept(v_ask.user_id, v_known.result_id, v_now) end;
    if outcome = 'spent' and v_wallet.spend_limited then
      v_count := row(v_ask.user_id, v_ask.member_id, v_ask.api_key_id, coalesce(v_charge.credits, v_ask.credits), 0)::limit_count;
      -- What usage takes is not known before those in front of it: who has any is counted one by one. Of one alone it would be a
      -- look for nothing.
      if v_within is null and cardinality(p_spends) > 1 then
        v_within := users_within_limits(
          array(select row(user_id, member_id, api_key_id, credits, 0)::limit_count from unnest(p_spends)
            where user_id not in (select user_id from unnest(p_spends) where usage is not null)), v_now);
      end if;
      if v_ask.user_id = any(v_within) then
        v_counts := v_counts || v_count;
      else
        limit_met := count_against_limits(v_count, v_now);
      end if;
    end if;
    if limit_met is not null then
      outcome := 'limited';
    end if;
    if outcome = 'spent' and v_ask.usage is not null then
      journal_id := new_posting_id();
      credits := v_charge.credits;
      v_remainder.micro := v_charge.remainder;
      v_used := v_used || row(journal_id, v_ask.user_id, v_ask.member_id, v_ask.api_key_id, null, null, v_charge, 0,
        v_prices[v_ask.nth].parts, priced_at(v_ask.occurred_at, v_now))::usage_row;
    elsif outcome = 'spent' then
      journal_id := new_posting_id();
    else
      journal_id := v_known.journal_id;
    end if;
    -- Usage that makes no whole credit yet posts nothing.
    if outcome = 'spent' and credits > 0 then
      v_wallet := wallet_after(v_wallet, -credits, 0, 0, 0, 1, v_now);
      v_postings := v_postings || row(journal_id, 'spend', v_ask.user_id || ':spend.' || v_ask.kind || ':' || v_ask.key,
        v_ask.user_id, null, v_ask.reason, null, v_ask.reference, v_ask.metadata, v_ask.actor, null, null)::posting;
      v_lines := v_lines || wallet_line(journal_id, v_wallet, -credits);
      v_lines := v_lines || line_of(journal_id, 'credits_spent', 'CREDIT', credits);
      v_wants := v_wants || row(journal_id, v_ask.user_id, credits, null, false)::lot_want;
      v_changes := v_changes || row(v_wallet, v_ask.actor, -credits, journal_id, null)::wallet_change;
      if v_ask.member_id is not null or v_ask.api_key_id is not null then
        v_spenders := v_spenders || row(journal_id, v_ask.user_id, v_ask.member_id, v_ask.api_key_id, null)::spenders;
      end if;
    end if;
    if v_known.outcome is null and outcome in ('spent', 'refused', 'limited') then
      v_keys := v_keys || row(v_ask.user_id, 'spend', v_ask.key_hash, v_ask.kind, v_ask.input_hash,
        case outcome when 'spent' then 'done' else 'refused' end, journal_id, limit_met ->> 'id')::kept_key;
      v_sent := v_sent || (v_ask.kind || v_ask.key_hash);
    end if;
    wallet := v_wallet;
    return next;
  end loop;
  v_posted := post(v_postings, taken_lines(v_lines, take_lots(v_wants, 'spent', true), 'revenue'));
  v_written := move_wallets(v_changes);
  v_written := note_spenders(v_spenders);
  v_written := count_together(v_counts, v_now);
  if cardinality(v_used) > 0 then
    v_written := write_usages(v_used);
  end if;
  v_written := keep_keys(v_keys);
end $$;
