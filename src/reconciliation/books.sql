-- The provider's books as we read them, what a run finds in them, and the postings that make our ledger say the same.

-- Keeps lines of the provider's books. A line that is known stays one line; what a later reading knows more is added. The
-- money of a payout that failed came back by a line of its own, which is a part of the payout that takes it along.
create or replace function stage_entries(p_run_id text, p_provider text, p_in_window boolean, p_entries jsonb)
returns void
language plpgsql as $$
begin
  insert into settlement_entries as s (entry_id, provider, kind, key, provider_intent_id, payout_id, part_of,
    amount_minor, fee_minor, net_minor, currency, created_at, run_id, in_window)
  select distinct on (e.id) e.id, p_provider, e.kind, coalesce(e.object, e.id), e.intent,
    case e.kind when 'payout' then coalesce(e.object, e.id) else e.payout end,
    case when e.kind = 'payout' and e.payout <> coalesce(e.object, e.id) then e.payout end, e.amount, e.fee, e.net, e.currency,
    to_timestamp(e.at), p_run_id, p_in_window
  from jsonb_to_recordset(p_entries) as e (id text, kind text, object text, intent text, payout text, amount bigint,
    fee bigint, net bigint, currency text, at bigint)
  order by e.id
  on conflict (entry_id, provider) do update set
    payout_id = coalesce(excluded.payout_id, s.payout_id),
    part_of = coalesce(excluded.part_of, s.part_of),
    provider_intent_id = coalesce(excluded.provider_intent_id, s.provider_intent_id),
    amount_minor = excluded.amount_minor, fee_minor = excluded.fee_minor, net_minor = excluded.net_minor,
    currency = excluded.currency, run_id = excluded.run_id,
    in_window = excluded.in_window or (s.run_id = excluded.run_id and s.in_window);
end $$;

-- The fees of these keys that are not booked yet, one posting for each day of the provider's and currency, so that our
-- clearing account can be held against the provider's balance day by day: clearing -> fees.
create or replace function book_fees(p_provider text, p_keys text[])
returns void
language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_epoch integer := (select epoch from gateway);
  v_due text[];
  v_fee record;
  v_journal bigint;
begin
  select coalesce(array_agg(entry_id), '{}') into v_due from (
    select entry_id from settlement_entries
    where key = any(p_keys) and provider = p_provider and journal_id is null and fee_minor <> 0
      -- What is all fee is booked whole, when its break is.
      and kind not in ('payout', 'fee', 'other')
    order by entry_id for no key update) x;
  for v_fee in
    select currency, (created_at at time zone 'utc')::date as day, min(entry_id) as first, sum(fee_minor)::bigint as total
    from settlement_entries where entry_id = any(v_due) and provider = p_provider
    group by 1, 2 having sum(fee_minor) <> 0 order by 1, 2
  loop
    insert into journal (kind, reference, user_id, actor, posted_at, epoch)
    values ('fee', p_provider || ':fees:' || v_fee.first, 'system', 'reconciliation', instant(), v_epoch)
    returning id into v_journal;
    insert into entries (journal_id, line, account, unit, amount)
    select v_journal, row_number() over (), l.account, v_fee.currency, l.amount
    from (values ('clearing_' || p_provider, v_fee.total), ('fees', -v_fee.total)) l(account, amount);
    update settlement_entries set journal_id = v_journal, booked_minor = fee_minor
    where entry_id = any(v_due) and provider = p_provider and currency = v_fee.currency
      and (created_at at time zone 'utc')::date = v_fee.day;
  end loop;
end $$;

-- Payouts whose parts add up: clearing -> bank, each once.
create or replace function book_payouts(p_provider text, p_payout_ids text[])
returns void
language plpgsql as $$
begin
  with due as (
    select payout_id, currency, -sum(net_minor)::bigint as paid from settlement_entries
    where payout_id = any(p_payout_ids) and provider = p_provider and kind = 'payout'
    group by payout_id, currency having sum(net_minor) <> 0
  ), posted as (
    insert into journal (kind, reference, user_id, actor, posted_at, epoch)
    select 'payout', p_provider || ':' || payout_id, 'system', 'reconciliation', instant(),
      (select epoch from gateway)
    from due order by payout_id
    on conflict do nothing
    returning id, reference
  ), written as (
    insert into entries (journal_id, line, account, unit, amount)
    select p.id, l.line, l.account, d.currency, l.sign * d.paid
    from due d join posted p on p.reference = p_provider || ':' || d.payout_id
    cross join (values (1, 'clearing_' || p_provider, 1), (2, 'bank', -1)) l(line, account, sign)
  )
  update settlement_entries s set journal_id = p.id, booked_minor = -s.net_minor from posted p
  where p.reference = p_provider || ':' || s.payout_id and s.kind = 'payout' and s.provider = p_provider
    and s.payout_id = any(p_payout_ids);
end $$;

-- Writes down what one step of a run found, and books the fees of what agrees. A break that was settled before and looks
-- the same on both sides is explained and stays as it is; one that looks different now is open again. What was seen as it
-- happened and is not about a payment is the same difference: the run takes it over.
create or replace function record_findings(p_run_id text, p_provider text, p_breaks jsonb, p_matched text[])
returns table (key text, is_explained boolean)
language plpgsql
set jit = off
as $$
#variable_conflict use_column
declare
  v_explained text[];
begin
  update breaks b set run_id = p_run_id, kind = f.kind
  from jsonb_to_recordset(p_breaks) as f (key text, subject text, kind text)
  where b.provider_entry_id = f.key and b.provider = p_provider and b.subject = f.subject and b.run_id is null
    and f.subject <> 'payment'
    and b.id = (select min(o.id) from breaks o where o.provider_entry_id = f.key and o.provider = p_provider
      and o.subject = f.subject and o.run_id is null)
    and not exists (select 1 from breaks o where o.provider_entry_id = f.key and o.provider = p_provider
      and o.kind = f.kind and o.run_id is not null);
  return query
  with found as (
    select * from jsonb_to_recordset(p_breaks) as f (key text, subject text, kind text, intent text,
      provider_intent text, ours bigint, ours_currency text, theirs bigint, theirs_currency text)
  ), written as (
    insert into breaks as b (run_id, subject, kind, provider, provider_entry_id, intent_id, provider_intent_id,
      ours_minor, ours_currency, theirs_minor, theirs_currency)
    select p_run_id, f.subject, f.kind, p_provider, f.key, f.intent, f.provider_intent, f.ours, f.ours_currency, f.theirs,
      f.theirs_currency
    from found f order by f.key, f.kind
    on conflict (provider_entry_id, provider, kind, (run_id is null)) do update set
      provider_intent_id = coalesce(b.provider_intent_id, excluded.provider_intent_id),
      ours_minor = excluded.ours_minor, ours_currency = excluded.ours_currency,
      theirs_minor = excluded.theirs_minor, theirs_currency = excluded.theirs_currency,
      status = 'open', resolved_at = null, resolved_by = null, fix = null
    where b.status = 'open'
      or (b.ours_minor, b.ours_currency, b.theirs_minor, b.theirs_currency)
        is distinct from (excluded.ours_minor, excluded.ours_currency, excluded.theirs_minor, excluded.theirs_currency)
    returning b.id, b.provider_entry_id, b.kind
  ), told as (
    insert into run_breaks (run_id, break_id) select p_run_id, id from written on conflict do nothing
  )
  select f.key, w.id is null from found f
  left join written w on w.provider_entry_id = f.key and w.kind = f.kind;

  select coalesce(array_agg(f.key), '{}') into v_explained
  from jsonb_to_recordset(p_breaks) as f (key text, kind text)
  join breaks b on b.provider_entry_id = f.key and b.provider = p_provider and b.kind = f.kind and b.status <> 'open'
    and b.run_id is not null;
  perform book_fees(p_provider, p_matched || v_explained);
end $$;

-- Open breaks of earlier runs whose subject this run saw and found in order. @returns how many
create or replace function close_gone(p_run_id text, p_provider text)
returns bigint
language sql as $$
  with gone as (
    update breaks b set status = 'resolved', resolved_at = instant(), resolved_by = 'reconciliation',
      note = 'Run ' || p_run_id || ' no longer found it.'
    where b.status = 'open' and b.provider = p_provider and b.run_id is not null and b.run_id <> p_run_id
      and not exists (select 1 from run_breaks r where r.run_id = p_run_id and r.break_id = b.id)
      and (b.subject = 'dispute' and exists (select 1 from listed_disputes l
          where l.run_id = p_run_id and l.provider = p_provider and l.dispute_id = b.provider_entry_id)
        or exists (select 1 from settlement_entries s
          where s.run_id = p_run_id and s.in_window
            and (s.key = b.provider_entry_id or s.entry_id = b.provider_entry_id
              or (b.subject = 'payout' and s.payout_id = b.provider_entry_id))))
    returning 1)
  select count(*) from gone
$$;

-- Settles a break by a posting that makes our books say what the provider's say. One that moves more than one person may
-- waits: an approval is made, one for a break at a time, and nothing else happens. p_approval brings it, the person and his
-- `limits`, and both sides as they were confirmed (`seen`); `stale` when they are others by now.
-- A second person agrees to amounts: when the break has others by now, the approval takes those and is to be decided again. @returns done; needs_approval; changed; decided, when the break was not open
create or replace function settle_break(p_break_id bigint, p_fix text, p_by text, p_note text, p_approval jsonb)
returns table (outcome text, approval_id text)
language plpgsql as $$
declare
  v_break breaks;
  v_against text;
  v_kind text;
  v_reference text;
  v_journal bigint;
  v_about text;
  v_lines jsonb;
  v_large record;
begin
  -- In the order of settle(): the intent comes first.
  perform 1 from intents where id = (select intent_id from breaks where id = p_break_id) for no key update;
  select * into v_break from breaks where id = p_break_id
    -- What the provider said, when it was asked for this fix, may have settled it.
    and (status <> 'resolved' or (subject = 'dispute' and resolved_by is null)) for no key update;
  if v_break.id is null then
    return query select 'decided', null::text;
    return;
  end if;
  if jsonb_build_array(v_break.ours_minor::text, v_break.ours_currency, v_break.theirs_minor::text,
      v_break.theirs_currency) <> nullif(p_approval -> 'seen', 'null') then
    return query select 'stale', null::text;
    return;
  end if;
  v_about := coalesce((select user_id from intents where id = v_break.intent_id), 'brk_' || v_break.id);
  select coalesce(jsonb_object_agg(l.currency, l.amount::text), '{}') into v_lines from break_lines(v_break) l;
  select l.currency, abs(l.amount) as amount into v_large from break_lines(v_break) l order by 2 desc, 1 limit 1;
  if p_approval ->> 'approvalId' is not null and v_large.amount is not null and not exists (
    select from approvals where id = p_approval ->> 'approvalId' and action = 'resolve_break' and status = 'approved'
      and decided_by = p_approval ->> 'approvedBy' and input -> 'lines' = v_lines) then
    update approvals set amount_minor = v_large.amount, currency = v_large.currency,
        input = input || jsonb_build_object('lines', v_lines)
      where id = p_approval ->> 'approvalId';
    return query select 'changed', p_approval ->> 'approvalId';
    return;
  elsif p_approval ->> 'approvalId' is null and exists (
    select from break_lines(v_break) l
    where is_too_much_alone(p_approval ->> 'person', v_about, l.currency, abs(l.amount), p_approval -> 'limits')) then
    insert into approvals (id, action, summary, input, amount_minor, currency, requested_by, api_key_id, expires_at)
    values (p_approval ->> 'id', 'resolve_break', p_approval ->> 'summary',
      p_approval -> 'input' || jsonb_build_object('lines', v_lines), v_large.amount, v_large.currency,
      p_approval ->> 'person', p_approval ->> 'apiKeyId',
      instant() + make_interval(secs => (p_approval ->> 'ttl')::integer))
    on conflict ((input ->> 'id')) where action = 'resolve_break' and status in ('open', 'approved')
      do update set amount_minor = excluded.amount_minor, currency = excluded.currency,
        input = approvals.input || jsonb_build_object('lines', v_lines) where approvals.status = 'open';
    return query select 'needs_approval', a.id from approvals a
      where a.action = 'resolve_break' and a.status in ('open', 'approved')
        and a.input ->> 'id' = p_approval #>> '{input,id}';
    return;
  elsif p_approval ->> 'approvalId' is null then
    perform move_by_hand(p_approval ->> 'person', v_about, l.currency, abs(l.amount), 'brk_' || v_break.id,
      p_approval -> 'limits')
    from break_lines(v_break) l;
  end if;
  perform undo_refund(v_break);
  v_against := case when v_break.subject = 'fee' and p_fix = 'book_fee' then 'fees'
    when v_break.subject = 'payout' then 'bank' else 'adjustments' end;
  v_kind := case v_against when 'fees' then 'fee' when 'bank' then 'payout' else 'correction' end;
  v_reference := v_break.provider || ':' || v_break.provider_entry_id;
  -- What was booked before under the same fact is corrected, never booked again.
  if v_kind = 'correction' or exists (select 1 from booked_of(v_break.provider, v_break.subject, v_break.provider_entry_id))
    or exists (select 1 from journal where reference = v_reference and kind = v_kind) then
    v_kind := 'correction';
    v_reference := 'break:' || v_break.id || ':' || (select count(*) from run_breaks where break_id = v_break.id) || ':'
      || (select count(*) from corrections where key = v_break.provider_entry_id and provider = v_break.provider);
  end if;
  if exists (select 1 from break_lines(v_break)) then
    insert into journal (kind, reference, user_id, intent_id, actor, approved_by, reason, posted_at, epoch)
    values (v_kind, v_reference, 'system', v_break.intent_id, p_by, p_approval ->> 'approvedBy', p_note, instant(),
      (select epoch from gateway))
    returning id into v_journal;
    perform post_break(v_journal, v_break, v_against, write_off(v_break));
    update settlement_entries set journal_id = v_journal
    where key = v_break.provider_entry_id and provider = v_break.provider and v_break.subject in ('fee', 'payout')
      and kind in ('fee', 'other', 'payout');
  end if;
  update breaks set status = 'resolved', resolved_at = instant(), resolved_by = p_by, note = p_note, fix = p_fix
  where id = v_break.id;
  return query select 'done', null::text;
end $$;

-- What their books say, signed. A break shows what is usual as positive: a payment comes in, everything else goes out.
create or replace function break_theirs(p_break breaks)
returns table (currency text, amount bigint)
language sql immutable as $$
  select p_break.theirs_currency, case p_break.subject when 'payment' then 1 else -1 end * p_break.theirs_minor
  where p_break.theirs_currency is not null and p_break.theirs_minor is not null
$$;

-- By how much their books are above what our ledger has by now, in each currency, signed: what comes to us is positive.
create or replace function break_lines(p_break breaks)
returns table (currency text, amount bigint)
language sql stable as $$
  select x.currency, sum(x.amount)::bigint from (
    select * from break_theirs(p_break)
    union all
    select b.currency, -b.amount from booked_of(p_break.provider, p_break.subject, p_break.provider_entry_id) b
  ) x(currency, amount) group by x.currency having sum(x.amount) <> 0
$$;

-- The lines of a posting that settles a break, and beside them what each side had: this is what the check of the ledger holds
-- them against. @param p_written_off what of a payment that bought nothing never came: no liability any more
create or replace function post_break(p_journal bigint, p_break breaks, p_against text, p_written_off bigint)
returns void
language sql as $$
  insert into corrections (journal_id, currency, provider, subject, key, booked_minor, theirs_minor)
  select p_journal, d.currency, p_break.provider, p_break.subject, p_break.provider_entry_id,
    coalesce(t.amount, 0) - d.amount, coalesce(t.amount, 0)
  from break_lines(p_break) d left join break_theirs(p_break) t on t.currency = d.currency;
  insert into entries (journal_id, line, account, unit, amount)
  select p_journal, row_number() over (), l.account, c.currency, l.amount
  from corrections c
  left join intent_payments p on p_break.subject = 'payment' and p.provider_payment_id = c.key and p.provider = c.provider
    and p.currency = c.currency
  cross join lateral (select case when p.currency is null then 0 else p_written_off end as minor) w
  cross join lateral (values
    -- What comes in is a debit of clearing: negative.
    ('clearing_' || c.provider, c.booked_minor - c.theirs_minor),
    ('unapplied', -w.minor),
    (p_against, c.theirs_minor - c.booked_minor + w.minor)) l(account, amount)
  where c.journal_id = p_journal and l.amount <> 0;
$$;

-- What of a payment that bought nothing their books do not have is nobody's any more, until they have it.
-- @returns minor units; negative: it is there after all
create or replace function write_off(p_break breaks)
returns bigint
language plpgsql as $$
declare
  v_payment intent_payments;
  v_minor bigint;
begin
  select * into v_payment from intent_payments where provider_payment_id = p_break.provider_entry_id
    and provider = p_break.provider and booked_as = 'unapplied' for no key update;
  if p_break.subject <> 'payment' or v_payment.provider_payment_id is null then
    return 0;
  end if;
  v_minor := case when coalesce(p_break.theirs_minor, 0) = 0 then unapplied_left(v_payment)
    else -v_payment.amount_written_off_minor end;
  update intent_payments set amount_written_off_minor = amount_written_off_minor + v_minor
    where provider_payment_id = v_payment.provider_payment_id and provider = v_payment.provider;
  update breaks set status = case when v_minor > 0 then 'resolved' else 'open' end,
    resolved_at = case when v_minor > 0 then instant() end
  where provider_entry_id = v_payment.provider_payment_id and provider = v_payment.provider and run_id is null
    and kind <> 'more_back_than_paid' and v_minor <> 0 and status = case when v_minor > 0 then 'open' else 'resolved' end;
  return v_minor;
end $$;

-- A refund of money that bought nothing, of which their books know nothing, never went out: the money is here, and may go
-- back in another try.
create or replace function undo_refund(p_break breaks)
returns void
language plpgsql as $$
declare
  v_intent intents;
  v_refund refunds;
begin
  select r.* into v_refund from refunds r
  join intent_payments p on p.provider_payment_id = r.provider_payment_id and p.provider = r.provider
  where r.provider_refund_id = p_break.provider_entry_id and r.provider = p_break.provider and r.status <> 'failed'
    and p.booked_as = 'unapplied';
  if p_break.subject <> 'refund' or p_break.kind <> 'missing_at_provider' or v_refund.id is null then
    return;
  end if;
  select * into v_intent from intents where id = v_refund.intent_id;
  perform 1 from wallets where user_id = v_intent.user_id for no key update;
  perform note_refund_status(v_intent, v_refund, 'failed');
end $$;
