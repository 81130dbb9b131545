-- Spends what was used of holds, less or more than they held: first from the lots that a hold set aside, in the order in
-- which they are spent, then from what else is free. The rest of the hold is free again, or frozen where it is disputed.
-- One hold of a user a round.
create or replace function settle_holds(
  p_hold_id text[], p_credits bigint[], p_key text[], p_input_hash text[], p_actor text[], p_role text[],
  p_wait boolean)
returns table (ord integer, outcome text, journal_id bigint)
language plpgsql security definer
set search_path from current
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_now timestamptz;
  v_epoch integer := (select epoch from gateway);
  -- A hold's user never changes.
  v_owners text[] := array(select user_id from holds where id = any(p_hold_id));
  v_users text[];
  v_rounds integer;
  v_secret bytea := (select key_secret from gateway);
  v_hashes text[] := array(
    select hashed_key(v_secret, h.user_id, a.key) from unnest(p_hold_id, p_key) with ordinality a(hold_id, key, ord)
    left join (select id, user_id from holds where id = any(p_hold_id)) h on h.id = a.hold_id order by a.ord);
begin
  v_users := open_wallets(v_owners, p_wait);
  v_now := instant();
  return query
  select a.ord::integer, case when h.id is null then 'not_found' else 'busy' end, null::bigint
  from unnest(p_hold_id) with ordinality a(hold_id, ord)
  left join (select id, user_id from holds where id = any(p_hold_id)) h on h.id = a.hold_id
  where h.id is null or h.user_id <> all(v_users);

  select coalesce(max(n), 0) into v_rounds
  from (select count(*) n from unnest(p_hold_id) a(hold_id)
        join (select id, user_id from holds where id = any(p_hold_id)) h on h.id = a.hold_id
        where h.user_id = any(v_users) group by h.user_id) x;
  for v_round in 1..v_rounds loop
    return query
    with turned as (
      select a.*, h as hold, h.user_id, row_number() over (partition by h.user_id order by a.ord) as turn
      from unnest(p_hold_id, p_credits, p_key, v_hashes, p_input_hash, p_actor, p_role)
        with ordinality a(hold_id, credits, key, key_hash, input_hash, actor, role, ord)
      join (select * from holds where id = any(p_hold_id)) h on h.id = a.hold_id
      where h.user_id = any(v_users)
    ),
    asked as (
      select t.*, w.balance, w.held, w.frozen, w.owed, w.version, w.line_sequence, k.outcome as known,
        k.journal_id as known_journal_id,
        case
          when t.role = 'user' and (t.hold).created_by_role <> 'user' then 'not_found'
          when k.key is not null and k.input_hash <> t.input_hash then 'conflict'
          when k.outcome = 'done' then 'replayed'
          when k.outcome = 'refused' then 'refused'
          when (t.hold).status <> 'open' then 'ended'
          when (t.hold).held + w.balance - w.held - w.frozen < t.credits then 'refused'
          else 'settled'
        end as verdict
      from turned t
      join wallets w on w.user_id = t.user_id and w.user_id = any(v_users)
      left join (select * from idempotency_keys
                 where user_id = any(v_users) and operation = 'settle_hold' and key = any(v_hashes)) k
        on k.user_id = t.user_id and k.key = t.key_hash and k.caller_kind in (t.role, 'any')
      where t.turn = v_round
    ),
    settling as (
      select *, balance - credits as balance_after, held - (hold).held as held_after from asked
      where verdict = 'settled'
    ),
    posted as (
      -- A hold of which nothing was used posts nothing.
      insert into journal (kind, reference, user_id, reason, caller_reference, metadata, actor, posted_at, epoch)
      select 'spend', user_id || ':settle_hold.' || role || ':' || key, user_id, (hold).reason, (hold).reference,
        (hold).metadata, actor, v_now, v_epoch
      from settling where credits > 0 order by user_id
      returning id, user_id
    ),
    kept as (
      insert into idempotency_keys (user_id, operation, key, caller_kind, input_hash, outcome, journal_id, result_id,
        created_at)
      select a.user_id, 'settle_hold', a.key_hash, a.role, a.input_hash,
        case verdict when 'settled' then 'done' else 'refused' end, p.id, a.hold_id, v_now
      from asked a left join posted p on p.user_id = a.user_id
      where a.known is null and a.verdict in ('settled', 'refused')
    ),
    freed as (
      delete from hold_lots where hold_id = any(array(select hold_id from settling)) returning lot_id, credits
    ),
    offered as (
      select l.*, s.credits as wanted, f.credits as given, f.credits as offers, 1 as rank
      from freed f
      join (select lots.*, lots as lot from lots where user_id = any(v_users) and remaining > 0) l on l.id = f.lot_id
      join settling s on s.user_id = l.user_id
      union all
      select l.*, s.credits, 0, l.remaining - l.held - l.frozen, 2
      from (select lots.*, lots as lot from lots where user_id = any(v_users) and remaining > held + frozen) l
      join settling s on s.user_id = l.user_id
    ),
    queued as (
      select o.*, coalesce(sum(offers) over (partition by user_id order by rank, expires_at, id
          rows between unbounded preceding and 1 preceding), 0) as before
      from offered o
    ),
    taken as (
      select id, user_id, currency, lot, sum(given)::bigint as given,
        sum(greatest(0, least(offers, wanted - before)))::bigint as takes
      from queued group by id, user_id, currency, lot
    ),
    emptied as (
      select t.id, t.user_id, t.currency, t.given, t.takes, lot_worth(t.lot, t.takes, true) as worth
      from taken t where takes > 0 or given > 0
    ),
    lowered as (
      update lots l set remaining = l.remaining - e.takes, held = l.held - e.given,
        deferred_minor = l.deferred_minor - e.worth, spent = l.spent + e.takes, earned_minor = l.earned_minor + e.worth
      from emptied e where l.id = e.id and l.user_id = any(v_users)
    ),
    earned as (
      select p.id as journal_id, e.currency, sum(e.worth) as minor,
        row_number() over (partition by p.id order by e.currency) as nth
      from emptied e join posted p on p.user_id = e.user_id
      group by p.id, e.currency having sum(e.worth) > 0
    ),
    written as (
      insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
      select p.id, 1, 'wallet', s.user_id, 'CREDIT', -s.credits, s.line_sequence + 1, s.balance_after
        from settling s join posted p on p.user_id = s.user_id
      union all
      select p.id, 2, 'credits_spent', null, 'CREDIT', s.credits, null, null
        from settling s join posted p on p.user_id = s.user_id
      union all
      select journal_id, 1 + 2 * nth, 'deferred_revenue', null, currency, -minor, null, null from earned
      union all
      select journal_id, 2 + 2 * nth, 'revenue', null, currency, minor, null, null from earned
    ),
    ended as (
      update holds h set status = 'settled', held = 0, settled_credits = s.credits, version = h.version + 1,
        ended_at = v_now
      from settling s where h.id = s.hold_id and h.id = any(p_hold_id)
    ),
    told as (
      insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
      select 'wallet:' || s.user_id, s.version + 1, s.version + 1, 'balance_changed', s.actor, null, null,
        jsonb_build_object('delta', -s.credits, 'journalId', p.id, 'balance', s.balance_after, 'held', s.held_after,
          'frozen', s.frozen, 'owed', s.owed), v_now, v_epoch
      from settling s left join posted p on p.user_id = s.user_id
      union all
      select s.hold_id, (s.hold).version + 1, (s.hold).version + 1, 'hold_changed', s.actor, 'open', 'settled',
        jsonb_build_object('userId', s.user_id, 'credits', (s.hold).credits, 'settledCredits', s.credits,
          'reason', (s.hold).reason, 'expiresAt', (s.hold).expires_at, 'journalId', p.id,
          'balance', s.balance_after, 'held', s.held_after, 'frozen', s.frozen, 'owed', s.owed), v_now, v_epoch
      from settling s left join posted p on p.user_id = s.user_id
    ),
    lowered_wallets as (
      update wallets w set balance = s.balance_after, held = s.held_after, version = w.version + 1,
        line_sequence = w.line_sequence + (s.credits > 0)::integer, updated_at = v_now
      from settling s where w.user_id = s.user_id and w.user_id = any(v_users)
    )
    select a.ord::integer, a.verdict, coalesce(p.id, a.known_journal_id)
    from asked a left join posted p on p.user_id = a.user_id and a.verdict = 'settled';
    -- Before the next one of the same user: what is disputed is not there for it.
    perform serve_waiting(v_users, 'system');
  end loop;
end $$;
