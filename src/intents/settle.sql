-- The only door for news about a payment, and the only writer of an intent's status. Takes a set of facts that were
-- read from providers, and answers each with what it did and the intent as it is then. A fact may come again, late, or
-- beside itself: it is applied once.
--
-- Locks first, in statements of their own, because inside one statement only the locked table is fresh; intents by id,
-- then wallets by user, the same order everywhere. What cannot be locked at once is `busy`, unless p_wait.
create or replace function settle(
  p_intent_id text[], p_read_number integer[], p_news text[], p_payment_id text[], p_amount_minor bigint[],
  p_currency text[], p_is_final boolean[], p_failure jsonb[], p_method jsonb[], p_refund_id text[],
  p_refund_status text[], p_our_refund_id text[], p_provider_intent_id text[], p_provider_status text[], p_client_secret text[],
  p_requires_action boolean[], p_actor text[], p_note_kind text[], p_note jsonb[], p_wait boolean)
returns table (ord integer, outcome text, intent intents)
language plpgsql
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  -- Both providers keep asking the payer; at the tenth decline we stop (a card tester needs hundreds).
  declines_max constant integer := 10;
  v_now timestamptz := instant();
  v_epoch integer := (select epoch from gateway);
  v_locked text[];
  v_known text[];
  v_users text[];
  v_ready text[];
  v_rounds integer;
  v_round integer;
  v_refund record;
  v_outcome text;
begin
  if p_wait then
    select array_agg(id) into v_locked from
      (select id from intents where id = any(p_intent_id) order by id for no key update) x;
  else
    select array_agg(id) into v_locked from
      (select id from intents where id = any(p_intent_id) order by id for no key update skip locked) x;
  end if;
  select coalesce(array_agg(id), '{}') into v_known from intents where id = any(p_intent_id);

  -- Only money touches a wallet.
  select coalesce(array_agg(distinct i.user_id), '{}') into v_users
  from unnest(p_intent_id, p_news) f(intent_id, news)
  join (select id, user_id from intents where id = any(v_locked)) i on i.id = f.intent_id
  where f.news in ('captured', 'refunded', 'applied');
  if cardinality(v_users) > 0 then
    -- Compared by array: without nested loops, an anti-join would walk the whole index.
    insert into wallets (user_id) select u from unnest(v_users) u
      where u <> all (array(select user_id from wallets where user_id = any(v_users)))
      order by u on conflict do nothing;
    if p_wait then
      perform 1 from wallets where user_id = any(v_users) order by user_id for no key update;
    else
      select coalesce(array_agg(user_id), '{}') into v_users from
        (select user_id from wallets where user_id = any(v_users) order by user_id for no key update skip locked) x;
    end if;
    if 'refunded' = any(p_news) then
      perform 1 from lots where user_id = any(v_users) and remaining > 0 order by id for no key update;
      perform 1 from holds where user_id = any(v_users) and status = 'open' order by id for no key update;
    end if;
    perform work_due(v_users);
  end if;
  -- Under the locks: what was written while this set waited for them is not later.
  v_now := instant();
  -- An intent is ready when every lock that one of its facts needs is ours.
  select coalesce(array_agg(i.id), '{}') into v_ready
  from (select id, user_id from intents where id = any(v_locked)) i
  where i.user_id = any(v_users)
    or not exists (select 1 from unnest(p_intent_id, p_news) f(intent_id, news)
                   where f.intent_id = i.id and f.news in ('captured', 'refunded', 'applied'));

  return query
  select f.ord::integer, case when f.intent_id = any(v_known) then 'busy' else 'not_found' end, null::intents
  from unnest(p_intent_id) with ordinality f(intent_id, ord)
  where f.intent_id is null or f.intent_id <> all(v_ready);

  -- Several facts about one intent are applied one after another, in the order in which they were given.
  select coalesce(max(n), 0) into v_rounds
  from (select count(*) n from unnest(p_intent_id) f(id) where f.id = any(v_ready) group by f.id) x;
  for v_round in 1..v_rounds loop
    return query
    with turned as (
      select f.*, row_number() over (partition by f.intent_id order by f.ord) as turn
      from unnest(p_intent_id, p_read_number, p_news, p_payment_id, p_amount_minor, p_currency, p_is_final, p_failure,
          p_method, p_provider_intent_id, p_provider_status, p_client_secret, p_requires_action, p_actor, p_note_kind,
          p_note)
        with ordinality f(intent_id, read_number, news, payment_id, paid_minor, paid_currency, is_final, failure,
          method, provider_intent_id, provider_status, client_secret, requires_action, actor, note_kind, note, ord)
      where f.intent_id = any(v_ready)
    ),
    -- 1. Each fact beside the intent and the payment that it is about.
    fact as (
      select f.*, i as was, i.user_id, i.status as from_status, i.credits, i.amount_minor, i.currency, i.provider,
        pay.status as seen_status,
        case
          when f.news = 'captured' and pay.booked_as is not null then 'seen'
          -- Only what is here whole can pay.
          when f.news = 'applied' and (select unapplied_left(p) from intent_payments p
            where p.provider_payment_id = f.payment_id and p.provider = i.provider) is distinct from f.paid_minor then 'seen'
          when f.read_number < i.applied_read_number and f.news not in ('captured', 'refunded') then 'stale'
          when f.news = 'captured' and (f.paid_minor, f.paid_currency) is distinct from (i.amount_minor, i.currency)
            then 'mismatched'
          -- No wallet holds more than every client reads exactly.
          when f.news = 'captured' and w.balance + i.credits > 9007199254740991 then 'mismatched'
          when f.news = 'declined' and pay.status in ('declined', 'captured') then 'seen'
          when f.news = 'declined' and (f.is_final or i.declined_count + 1 >= declines_max) then 'failed'
          -- We asked the provider to end it because the time ran out: that is no cancel by anybody.
          when f.news = 'canceled' and i.expire_requested_at is not null then
            case i.status when 'processing' then 'failed' else 'expired' end
          else f.news
        end as news_here
      from turned f
      join intents i on i.id = f.intent_id and i.id = any(v_ready)
      left join (select * from intent_payments where provider_payment_id = any(p_payment_id)) pay
        on pay.provider_payment_id = f.payment_id and pay.provider = i.provider
      left join (select user_id, balance from wallets where user_id = any(v_users)) w on w.user_id = i.user_id
      where f.turn = v_round and f.news <> 'refunded'
    ),
    -- 2. What the table says.
    judged as (
      select f.*, t.result,
        coalesce(t.result in ('pending', 'processing', 'succeeded', 'failed', 'canceled'), false)
          and t.result <> f.from_status as moves,
        f.news_here in ('captured', 'mismatched', 'applied') as books,
        f.news = 'declined' and f.news_here in ('declined', 'failed') as declines,
        f.payment_id is not null and f.seen_status is null and f.news_here <> 'stale' as is_new_payment
      from fact f
      left join transitions t on t.from_status = f.from_status and t.news = f.news_here
    ),
    -- 3. Money in. Whoever wrote the business fact first owns it.
    receipt as (
      insert into journal (kind, reference, user_id, intent_id, actor, posted_at, epoch)
      select case when moves and result = 'succeeded' then 'receipt' else 'unapplied' end,
        provider || ':' || payment_id, user_id, intent_id, actor, v_now, v_epoch
      from judged where books order by provider, payment_id
      on conflict do nothing
      returning id, kind, reference
    ),
    booked as (
      select j.*, r.id as receipt_id, r.kind as receipt_kind
      from judged j join receipt r on r.reference = j.provider || ':' || j.payment_id
    ),
    granted as (
      insert into journal (kind, reference, user_id, intent_id, actor, posted_at, epoch)
      select 'grant', intent_id, user_id, intent_id, actor, v_now, v_epoch
      from booked where receipt_kind = 'receipt' order by intent_id
      on conflict do nothing
      returning id, reference
    ),
    -- 4. The credits, running through each user's wallet in the order of the set; a debt is paid first.
    owing as (
      select b.*, g.id as grant_id, w.balance, w.held, w.frozen, w.owed, w.version as wallet_version,
        w.line_sequence,
        row_number() over by_user as nth,
        coalesce(sum(b.credits) over (by_user rows between unbounded preceding and 1 preceding), 0) as before
      from booked b
      join granted g on g.reference = b.intent_id
      join (select * from wallets where user_id = any(v_users)) w on w.user_id = b.user_id
      window by_user as (partition by b.user_id order by b.ord)
    ),
    paying as (
      select o.*, least(o.credits, greatest(0, o.owed - o.before))::bigint as pays from owing o
    ),
    running as (
      select p.*, p.balance + sum(p.credits - p.pays) over by_user as balance_after,
        sum(p.pays) over by_user as paid_so_far,
        p.line_sequence + p.nth + sum((p.pays > 0)::integer) over by_user as last_line,
        share_of(p.paid_minor, p.pays, p.credits) as earned_minor
      from paying p
      window by_user as (partition by p.user_id order by p.ord)
    ),
    debt_paid as (
      insert into journal (kind, reference, user_id, intent_id, actor, posted_at, epoch)
      select 'debt_payment', intent_id, user_id, intent_id, actor, v_now, v_epoch
      from running where pays > 0 order by intent_id
      on conflict do nothing
      returning id, reference
    ),
    written as (
      insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
      select receipt_id, 1, case news_here when 'applied' then 'unapplied' else 'clearing_' || provider end, null, paid_currency, -paid_minor, null::bigint, null::bigint
        from booked
      union all
      select receipt_id, 2, case receipt_kind when 'receipt' then 'deferred_revenue' else 'unapplied' end, null,
        paid_currency, paid_minor, null, null from booked
      union all
      select grant_id, 1, 'credits_issued', null, 'CREDIT', -credits, null, null from running
      union all
      select grant_id, 2, 'wallet', user_id, 'CREDIT', credits, last_line - (pays > 0)::integer, balance_after + pays
        from running
      union all
      select d.id, 1, 'wallet', r.user_id, 'CREDIT', -r.pays, r.last_line, r.balance_after
        from running r join debt_paid d on d.reference = r.intent_id
      union all
      select d.id, 2, 'debt', r.user_id, 'CREDIT', r.pays, null, null
        from running r join debt_paid d on d.reference = r.intent_id
      union all
      select d.id, 3, 'deferred_revenue', null, r.paid_currency, -r.earned_minor, null, null
        from running r join debt_paid d on d.reference = r.intent_id where r.earned_minor > 0
      union all
      select d.id, 4, 'revenue', null, r.paid_currency, r.earned_minor, null, null
        from running r join debt_paid d on d.reference = r.intent_id where r.earned_minor > 0
    ),
    lotted as (
      insert into lots (user_id, intent_id, journal_id, granted, remaining, spent, paid_minor, deferred_minor,
        earned_minor, currency, expires_at, created_at)
      select user_id, intent_id, grant_id, credits, credits - pays, pays, paid_minor, paid_minor - earned_minor,
        earned_minor, paid_currency, v_now + make_interval(days => (was).credits_expire_after_days), v_now
      from running
    ),
    filled as (
      update wallets w set balance = w.balance + r.gets, owed = w.owed - r.pays, version = w.version + r.times,
        line_sequence = r.last_line, updated_at = v_now
      from (select user_id, sum(credits - pays) as gets, sum(pays) as pays, count(*) as times,
              max(last_line) as last_line from running group by user_id) r
      where w.user_id = r.user_id and w.user_id = any(v_users)
    ),
    wallet_told as (
      insert into events (subject, sequence, version, kind, actor, data, at, epoch)
      select 'wallet:' || user_id, wallet_version + nth, wallet_version + nth, 'balance_changed', actor,
        jsonb_build_object('delta', credits - pays, 'journalId', grant_id, 'balance', balance_after,
          'held', held, 'frozen', frozen, 'owed', owed - paid_so_far), v_now, v_epoch
      from running
    ),
    -- 5. The intent itself. A move to succeeded stands only with its grant.
    decided as (
      select j.*, b.receipt_id, b.receipt_kind, g.id as grant_id,
        j.moves and (j.result <> 'succeeded' or g.id is not null) as moved,
        j.news_here <> 'stale' and (j.was).provider_intent_id is null and j.provider_intent_id is not null as answered,
        j.news_here <> 'stale' and j.from_status in ('pending', 'processing')
          and coalesce(j.requires_action, false) <> (j.was).requires_action and j.requires_action is not null as asks,
        case
          when j.news_here = 'stale' or j.from_status not in ('pending', 'processing') then null
          when j.news_here = 'mismatched' then jsonb_build_object(
            'code', 'amount_mismatch', 'retryable', false,
            'message', case when (j.paid_minor, j.paid_currency) = (j.amount_minor, j.currency)
              then 'The balance cannot hold so many credits. The money will be sent back.'
              else 'The amount that arrived is not the price. It will be sent back.' end)
          when j.moves and (j.news_here = 'expired' or (j.news = 'canceled' and j.result = 'failed')) then jsonb_build_object('code', 'expired', 'retryable', false,
            'message', 'The time to pay ran out.')
          when j.declines and j.news_here = 'failed' and not coalesce(j.is_final, false) then
            j.failure || jsonb_build_object('code', 'attempts', 'retryable', false)
          -- A try that was seen before says nothing new about why the last one failed.
          when j.news_here not in ('seen', 'stale') and j.failure is distinct from (j.was).failure then j.failure
        end as new_failure
      from judged j
      left join booked b on b.ord = j.ord
      left join granted g on g.reference = j.intent_id and j.result = 'succeeded' and b.receipt_kind = 'receipt'
    ),
    seen as (
      select d.*, d.moved or d.is_new_payment or d.declines or d.answered or d.asks or d.new_failure is not null
          as visible,
        d.note_kind is not null as noted,
        d.news_here = 'accepted' and d.payment_id is not null as is_authorized,
        -- Left to do at the provider: to make the object, or to end it.
        (coalesce((d.was).provider_intent_id, d.provider_intent_id) is null and not (d.moved and d.result = 'failed'))
          or (((d.was).cancel_requested_at is not null or (d.was).expire_requested_at is not null)
            and case when d.moved then d.result else d.from_status end in ('pending', 'processing')) as is_left,
        case
          when d.receipt_kind = 'unapplied' and d.from_status = 'succeeded' then 'duplicate'
          when d.news_here = 'mismatched' and d.receipt_id is not null and d.paid_currency <> d.currency
            then 'currency_mismatch'
          when d.news_here = 'mismatched' and d.receipt_id is not null and d.paid_minor <> d.amount_minor
            then 'amount_mismatch'
          when d.receipt_kind = 'unapplied' then 'unapplied'
          when d.result = 'illegal' then 'status_mismatch'
        end as break_kind
      from decided d
    ),
    paid as (
      insert into intent_payments (provider_payment_id, provider, intent_id, status, amount_minor, currency, booked_as,
        seen_at)
      select payment_id, provider, intent_id,
        case when books then 'captured' when declines then 'declined' else 'authorized' end,
        paid_minor, paid_currency,
        case receipt_kind when 'receipt' then 'bought' when 'unapplied' then 'unapplied' end, v_now
      from seen where payment_id is not null and (is_new_payment or books or declines)
        and (not books or receipt_id is not null) and news_here <> 'stale'
      order by payment_id
      on conflict (provider_payment_id, provider) do update
        set status = excluded.status, amount_minor = excluded.amount_minor, currency = excluded.currency,
            booked_as = excluded.booked_as,
            applied_at = case when intent_payments.booked_as = 'unapplied' then excluded.seen_at end,
            seen_at = intent_payments.seen_at
        where intent_payments.intent_id = excluded.intent_id
          and (intent_payments.booked_as is null
            or (intent_payments.booked_as = 'unapplied' and excluded.booked_as = 'bought'))
    ),
    moved as (
      update intents i set
        status = case when s.moved then s.result else i.status end,
        version = i.version + s.visible::integer,
        timeline_sequence = i.timeline_sequence + s.noted::integer + s.visible::integer
          + (s.receipt_id is not null)::integer + (s.break_kind is not distinct from 'status_mismatch')::integer,
        applied_read_number = greatest(i.applied_read_number, s.read_number),
        provider_intent_id = coalesce(i.provider_intent_id, s.provider_intent_id),
        provider_status = case when s.news_here = 'stale' then i.provider_status
          else coalesce(s.provider_status, i.provider_status) end,
        -- Once nothing can be paid nobody needs it.
        client_secret = case when (case when s.moved then s.result else i.status end) in ('pending', 'processing')
          then coalesce(i.client_secret, s.client_secret) end,
        requires_action = case when s.news_here = 'stale' then i.requires_action
          else coalesce(s.requires_action, i.requires_action) end,
        provider_payment_id = case when s.grant_id is not null or i.grant_journal_id is null
          then coalesce(s.payment_id, i.provider_payment_id) else i.provider_payment_id end,
        payment_method = case when s.grant_id is not null or i.grant_journal_id is null
          then coalesce(s.method, i.payment_method) else i.payment_method end,
        failure = case when s.moved and s.result = 'succeeded' then null else coalesce(s.new_failure, i.failure) end,
        attempt_count = i.attempt_count + s.is_new_payment::integer,
        declined_count = i.declined_count + s.declines::integer,
        grant_journal_id = coalesce(s.grant_id, i.grant_journal_id),
        cancel_reason = case when s.moved and s.result = 'succeeded' then null
          when s.moved and s.result = 'canceled'
          then case when i.cancel_requested_at is null then 'provider' else 'requested' end
          else i.cancel_reason end,
        completed_at = case when s.moved and s.result in ('succeeded', 'failed', 'canceled') then v_now
          else i.completed_at end,
        updated_at = case when s.visible then v_now else i.updated_at end,
        -- The lease ends when nothing is left to be done at the provider; then it says when to look again.
        lease_until = case
          when s.is_left then i.lease_until
          else next_look(case when s.moved then s.result else i.status end, coalesce(s.is_authorized, false),
            coalesce(case when s.moved then v_now end, i.completed_at, v_now), v_now)
        end,
        lease_token = case when s.is_left then i.lease_token end
      from seen s
      where i.id = s.intent_id and i.id = any(v_ready)
      returning i.id, i
    ),
    told as (
      insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
      select intent_id, (was).timeline_sequence + 1, null::integer, note_kind, 'provider', null::text, null::text,
        coalesce(note, '{}'), v_now, v_epoch
      from seen where noted
      union all
      select intent_id, (was).timeline_sequence + noted::integer + 1, (was).version + 1,
        case when moved then 'status_changed' when declines then 'attempt_declined'
          when answered then 'provider_answered' else 'payment_changed' end,
        actor, from_status, case when moved then result else from_status end,
        jsonb_strip_nulls(jsonb_build_object('failure', new_failure, 'providerPaymentId', payment_id,
          'attemptCount', (was).attempt_count + is_new_payment::integer)), v_now, v_epoch
      from seen where visible
      union all
      select intent_id, (was).timeline_sequence + noted::integer + visible::integer + 1, null,
        case receipt_kind when 'receipt' then 'credits_granted' else 'money_unapplied' end, 'system', null, null,
        jsonb_strip_nulls(jsonb_build_object('credits', case receipt_kind when 'receipt' then credits end,
          'late', case when receipt_kind = 'receipt' and from_status = 'failed' then true end,
          'journalId', coalesce(grant_id, receipt_id), 'providerPaymentId', payment_id,
          'amountMinor', paid_minor, 'currency', paid_currency, 'break', break_kind)), v_now, v_epoch
      from seen where receipt_id is not null
      union all
      select intent_id, (was).timeline_sequence + noted::integer + visible::integer + 1, null, 'break_opened',
        'system', null, null, jsonb_build_object('break', break_kind), v_now, v_epoch
      from seen where break_kind = 'status_mismatch'
    ),
    broken as (
      insert into breaks (subject, kind, provider, provider_entry_id, intent_id, ours_minor, ours_currency,
        theirs_minor, theirs_currency)
      select 'payment', break_kind, provider, coalesce(payment_id, provider_intent_id, intent_id), intent_id,
        amount_minor, currency, paid_minor, paid_currency
      from seen where break_kind is not null order by payment_id
      on conflict do nothing
    )
    select s.ord::integer,
      case when s.news_here = 'stale' then 'stale' when s.grant_id is not null then 'granted'
        when s.receipt_kind = 'unapplied' then 'unapplied' when s.result = 'illegal' then 'illegal'
        when s.moved then 'moved' when s.visible then 'changed' else 'same' end,
      m.i
    from seen s join moved m on m.id = s.intent_id;

    -- 6. Refunds that the provider reports, one by one: they are rare, and each may take from several lots.
    if 'refunded' = any(p_news) then
      for v_refund in
        select t.* from (
          select f.*, row_number() over (partition by f.intent_id order by f.ord) as turn
          from unnest(p_intent_id, p_news, p_payment_id, p_amount_minor, p_currency, p_refund_id, p_refund_status,
              p_our_refund_id)
            with ordinality f(intent_id, news, payment_id, amount_minor, currency, refund_id, refund_status,
              our_refund_id, ord)
          where f.intent_id = any(v_ready)) t
        where t.turn = v_round and t.news = 'refunded' order by t.ord
      loop
        v_outcome := book_refund(v_refund.intent_id, v_refund.refund_id, v_refund.our_refund_id, v_refund.payment_id,
          v_refund.amount_minor, v_refund.currency, v_refund.refund_status);
        return query
        select v_refund.ord::integer, v_outcome, i from intents i where i.id = v_refund.intent_id;
      end loop;
    end if;
  end loop;
end $$;
