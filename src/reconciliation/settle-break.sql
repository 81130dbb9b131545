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
