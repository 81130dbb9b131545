-- Takes credits out of wallets, each spend whole or not at all: the soonest to expire first, then the oldest. What it
-- earns is what lot_worth() says.
--
-- The wallet's lock also serialises the keys, because a key belongs to the owner of the money and to one kind of caller: a
-- user's never meets a back end's. A refusal is kept under its key like a success, so that a late repeat of it cannot
-- suddenly spend.
create or replace function spend_credits(
  p_user_id text[], p_credits bigint[], p_reason text[], p_key text[], p_input_hash text[], p_actor text[],
  p_kind text[], p_reference text[], p_metadata jsonb[], p_wait boolean)
returns table (ord integer, outcome text, journal_id bigint, wallet wallets)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_now timestamptz;
  v_epoch integer := (select epoch from gateway);
  v_users text[];
  v_rounds integer;
  v_secret bytea := (select key_secret from gateway);
  v_hashes text[] := array(
    select hashed_key(v_secret, user_id, key) from unnest(p_user_id, p_key) with ordinality a(user_id, key, ord) order by ord);
begin
  v_users := open_wallets(p_user_id, p_wait);
  v_now := instant();
  return query
  select a.ord::integer, 'busy', null::bigint, null::wallets
  from unnest(p_user_id) with ordinality a(user_id, ord) where a.user_id <> all(v_users);

  -- Several spends of one user are worked one after another: a refused one takes nothing from those behind it.
  select coalesce(max(n), 0) into v_rounds
  from (select count(*) n from unnest(p_user_id) u where u = any(v_users) group by u) x;
  for v_round in 1..v_rounds loop
    return query
    with turned as (
      select a.*, row_number() over (partition by a.user_id order by a.ord) as turn
      from unnest(p_user_id, p_credits, p_reason, p_key, v_hashes, p_input_hash, p_actor, p_kind, p_reference,
          p_metadata)
        with ordinality a(user_id, credits, reason, key, key_hash, input_hash, actor, kind, reference, metadata, ord)
      where a.user_id = any(v_users)
    ),
    asked as (
      select t.*, w.balance, w.held, w.frozen, w.owed, w.version, w.line_sequence, k.outcome as known,
        k.journal_id as known_journal_id,
        case
          when k.key is not null and k.input_hash <> t.input_hash then 'conflict'
          when k.outcome = 'done' then 'replayed'
          when k.outcome = 'refused' or w.balance - w.held - w.frozen < t.credits then 'refused'
          else 'spent'
        end as verdict
      from turned t
      join wallets w on w.user_id = t.user_id and w.user_id = any(v_users)
      left join (select * from idempotency_keys
                 where user_id = any(p_user_id) and operation = 'spend' and key = any(v_hashes)) k
        on k.user_id = t.user_id and k.key = t.key_hash and k.caller_kind in (t.kind, 'any')
      where t.turn = v_round
    ),
    posted as (
      insert into journal (kind, reference, user_id, reason, caller_reference, metadata, actor, posted_at, epoch)
      select 'spend', user_id || ':spend.' || kind || ':' || key, user_id, reason, reference, metadata, actor, v_now, v_epoch
      from asked where verdict = 'spent' order by user_id
      returning id, user_id
    ),
    kept as (
      insert into idempotency_keys (user_id, operation, key, caller_kind, input_hash, outcome, journal_id, created_at)
      select a.user_id, 'spend', a.key_hash, a.kind, a.input_hash, case verdict when 'spent' then 'done' else 'refused' end, p.id,
        v_now
      from asked a left join posted p on p.user_id = a.user_id
      where a.known is null and a.verdict in ('spent', 'refused')
    ),
    queued as (
      select l.*, a.credits as wanted,
        coalesce(sum(l.remaining - l.held - l.frozen) over (partition by l.user_id order by l.expires_at, l.id
          rows between unbounded preceding and 1 preceding), 0) as before
      from (select lots.*, lots as lot from lots where user_id = any(v_users) and remaining > held + frozen) l
      join asked a on a.user_id = l.user_id and a.verdict = 'spent'
    ),
    taken as (
      select q.*, least(remaining - held - frozen, wanted - before)::bigint as takes
      from queued q where before < wanted
    ),
    emptied as (
      select t.id, t.user_id, t.currency, t.takes, lot_worth(t.lot, t.takes, true) as worth from taken t
    ),
    lowered as (
      update lots l set remaining = l.remaining - e.takes, deferred_minor = l.deferred_minor - e.worth,
        spent = l.spent + e.takes, earned_minor = l.earned_minor + e.worth
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
      select p.id, 1, 'wallet', a.user_id, 'CREDIT', -a.credits, a.line_sequence + 1, a.balance - a.credits
        from asked a join posted p on p.user_id = a.user_id where a.verdict = 'spent'
      union all
      select p.id, 2, 'credits_spent', null, 'CREDIT', a.credits, null, null
        from asked a join posted p on p.user_id = a.user_id where a.verdict = 'spent'
      union all
      select journal_id, 1 + 2 * nth, 'deferred_revenue', null, currency, -minor, null, null from earned
      union all
      select journal_id, 2 + 2 * nth, 'revenue', null, currency, minor, null, null from earned
    ),
    told as (
      insert into events (subject, sequence, version, kind, actor, data, at, epoch)
      select 'wallet:' || a.user_id, a.version + 1, a.version + 1, 'balance_changed', a.actor,
        jsonb_build_object('delta', -a.credits, 'journalId', p.id, 'balance', a.balance - a.credits, 'held', a.held,
          'frozen', a.frozen, 'owed', a.owed), v_now, v_epoch
      from asked a join posted p on p.user_id = a.user_id where a.verdict = 'spent'
    ),
    lowered_wallets as (
      update wallets w set balance = w.balance - a.credits, version = w.version + 1,
        line_sequence = w.line_sequence + 1, updated_at = v_now
      from asked a where a.verdict = 'spent' and w.user_id = a.user_id and w.user_id = any(v_users)
      returning w.user_id, w as lowered
    )
    select a.ord::integer, a.verdict, coalesce(p.id, a.known_journal_id), coalesce(l.lowered, w)
    from asked a
    left join posted p on p.user_id = a.user_id
    left join lowered_wallets l on l.user_id = a.user_id
    join wallets w on w.user_id = a.user_id and w.user_id = any(v_users);
  end loop;
end $$;
