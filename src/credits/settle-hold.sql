-- Spends what was used of holds, less or more than they held: first from the lots that a hold set aside, in the order in
-- which they are spent, then from what else is free. The rest of the hold is free again, or frozen where it is disputed.
-- Keys and refusals are those of spend_credits().

create type settle_row as (
  hold_id text, credits bigint, key text collate "C", input_hash text, actor text, role text collate "C");
-- A hold that is settled: what it held, what was used, and where that is posted (null: nothing was used).
create type settled_hold as (hold_id text, user_id text, held bigint, used bigint, posting_id bigint);

-- Decides row by row over plain variables, those of one user in their order, then writes everything in sets. What a hold
-- lets go of is a matter of lots and of what waits for them: where it counts for a later hold of the same user, what was
-- decided so far is written first.
create or replace function settle_holds(p_settles settle_row[], p_wait boolean)
returns table (ord integer, outcome text, journal_id bigint)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_holds text[] := array(select hold_id from unnest(p_settles));
  -- A hold's user never changes.
  v_users text[] := open_wallets(array(select distinct user_id from holds where id = any(v_holds)), p_wait);
  v_secret bytea := (select key_secret from gateway);
  v_ask record;
  v_hold holds;
  v_wallet wallets;
  v_known kept_key;
  -- Keys of this set that come again in it, by the place of the first row that has them.
  v_kept kept_key[];
  v_keys kept_key[] := '{}';
  -- Of the wallet's user: holds that this set settles, and credits that it lets go of and that are not written yet.
  v_ended text[];
  v_freed bigint;
  v_settled settled_hold[] := '{}';
  v_postings posting[] := '{}';
  v_lines posting_line[] := '{}';
  v_changes wallet_change[] := '{}';
begin
  for v_ask in
    with asked as (
      select a.*, h as hold, h.user_id, hashed_key(v_secret, h.user_id, a.key) as key_hash,
        min(a.nth) over same_key as first, count(*) over same_key > 1 as comes_again
      from unnest(p_settles) with ordinality a(hold_id, credits, key, input_hash, actor, role, nth)
      left join (select * from holds where id = any(v_holds)) h on h.id = a.hold_id
      window same_key as (partition by h.user_id, a.role, a.key)
    )
    select a.*, w as wallet, w.user_id is null as is_busy, k as known, a.user_id = any(array(
        select c.user_id from claims c where c.user_id = any(v_users) and c.credits > c.frozen)) as is_claimed
    from asked a
    left join (select * from wallets where user_id = any(v_users)) w on w.user_id = a.user_id
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
    if v_wallet.user_id is distinct from v_ask.user_id then
      v_wallet := v_ask.wallet;
      v_ended := '{}';
      v_freed := 0;
    elsif v_freed > 0 and (v_ask.is_claimed or v_ask.credits > v_hold.held) then
      perform write_settled(v_settled, v_postings, v_lines, v_changes);
      select * into v_wallet from wallets where user_id = v_ask.user_id;
      v_freed := 0;
      v_settled := '{}';
      v_postings := '{}';
      v_lines := '{}';
      v_changes := '{}';
    end if;
    v_known := coalesce(v_kept[v_ask.first], v_ask.known);
    outcome := case
      when v_ask.role = 'user' and v_hold.created_by_role <> 'user' then 'not_found'
      when v_known.input_hash <> v_ask.input_hash then 'conflict'
      when v_known.outcome = 'done' then 'replayed'
      when v_known.outcome = 'refused' then 'refused'
      when v_hold.status <> 'open' or v_hold.id = any(v_ended) then 'ended'
      when v_hold.held + v_wallet.balance - v_wallet.held - v_wallet.frozen < v_ask.credits then 'refused'
      else 'settled'
    end;
    journal_id := v_known.journal_id;
    if outcome = 'settled' then
      v_wallet := wallet_after(v_wallet, -v_ask.credits, -v_hold.held, 0, 0, (v_ask.credits > 0)::integer);
      -- A hold of which nothing was used posts nothing.
      if v_ask.credits > 0 then
        journal_id := new_posting_id();
        v_postings := v_postings || row(journal_id, 'spend',
          v_hold.user_id || ':settle_hold.' || v_ask.role || ':' || v_ask.key, v_hold.user_id, null, v_hold.reason, null,
          v_hold.reference, v_hold.metadata, v_ask.actor, null, null)::posting;
        v_lines := v_lines || wallet_line(journal_id, v_wallet, -v_ask.credits);
        v_lines := v_lines || line_of(journal_id, 'credits_spent', 'CREDIT', v_ask.credits);
      end if;
      v_settled := v_settled || row(v_hold.id, v_hold.user_id, v_hold.held, v_ask.credits, journal_id)::settled_hold;
      v_changes := v_changes || row(v_wallet, v_ask.actor, -v_ask.credits, journal_id, null)::wallet_change;
      v_ended := v_ended || v_hold.id;
      v_freed := v_freed + greatest(0, v_hold.held - v_ask.credits);
    end if;
    if v_known.outcome is null and outcome in ('settled', 'refused') then
      v_known := row(v_hold.user_id, 'settle_hold', v_ask.key_hash, v_ask.role, v_ask.input_hash,
        case outcome when 'settled' then 'done' else 'refused' end, journal_id, v_hold.id);
      v_keys := v_keys || v_known;
      if v_ask.comes_again then
        v_kept[v_ask.first] := v_known;
      end if;
    end if;
    return next;
  end loop;
  perform write_settled(v_settled, v_postings, v_lines, v_changes);
  perform keep_keys(v_keys);
end $$;

-- Writes holds that are settled, each with what it posts and what it does to its wallet, and serves what waits for what they
-- let go of. Of one user, none of the set takes more than it held after one that used less.
create or replace function write_settled(
  p_settled settled_hold[], p_postings posting[], p_lines posting_line[], p_changes wallet_change[])
returns void
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
declare
  v_holds text[] := array(select hold_id from unnest(p_settled));
begin
  if cardinality(v_holds) = 0 then
    return;
  end if;
  perform post(p_postings, p_lines || earned_lines(move_lots(settled_moves(p_settled)), 'revenue'));
  delete from hold_lots where hold_id = any(v_holds);
  update holds h set status = 'settled', held = 0, settled_credits = s.used, version = h.version + 1, ended_at = instant()
  from unnest(p_settled) s where h.id = s.hold_id and h.id = any(v_holds);
  perform move_wallets(p_changes);
  perform tell_holds(v_holds, 'open', p_changes);
  perform serve_waiting(array(select distinct user_id from unnest(p_settled)), 'system');
end $$;

-- What settled holds take out of lots: what they had set aside first, then what else is free, as one move of a lot for each
-- posting, in the order of the postings, which decides whose a rounded minor unit is.
create or replace function settled_moves(p_settled settled_hold[])
returns lot_move[]
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
declare
  v_holds text[] := array(select hold_id from unnest(p_settled));
  v_lots bigint[] := array(select distinct lot_id from hold_lots where hold_id = any(v_holds));
  v_more lot_part[] := found_parts(array(
    select row(posting_id, user_id, used - held, null, false)::lot_want from unnest(p_settled) where used > held));
begin
  return array(
    with given as (
      select h.lot_id, s.posting_id, s.used, h.credits,
        sum(h.credits) over (partition by h.hold_id order by l.expires_at, l.id) - h.credits as before
      from unnest(p_settled) s
      join (select * from hold_lots where hold_id = any(v_holds)) h on h.hold_id = s.hold_id
      join (select id, expires_at from lots where id = any(v_lots)) l on l.id = h.lot_id
    )
    select row(lot_id, posting_id, sum(takes), true, -sum(gives), 0)::lot_move
    from (
      select lot_id, posting_id, greatest(0, least(credits, used - before)), credits from given
      union all
      select lot_id, posting_id, credits, 0 from unnest(v_more)
    ) t(lot_id, posting_id, takes, gives)
    group by posting_id, lot_id order by posting_id);
end $$;
