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

-- Posts what settles a break, and writes beside it what each side had: this is what the check of the ledger holds the lines
-- against. What was booked before under the same fact is corrected, never booked again. @returns the posting
create or replace function post_break(p_break breaks, p_fix text, p_by text, p_note text, p_approved_by text)
returns bigint
language plpgsql as $$
declare
  v_against text := case when p_break.subject = 'fee' and p_fix = 'book_fee' then 'fees'
    when p_break.subject = 'payout' then 'bank' else 'adjustments' end;
  v_kind text := case v_against when 'fees' then 'fee' when 'bank' then 'payout' else 'correction' end;
  v_reference text := p_break.provider || ':' || p_break.provider_entry_id;
  v_posting bigint := new_posting_id();
  v_lines posting_line[];
begin
  if v_kind = 'correction' or exists (select 1 from booked_of(p_break.provider, p_break.subject, p_break.provider_entry_id))
    or exists (select 1 from journal where reference = v_reference and kind = v_kind) then
    v_kind := 'correction';
    v_reference := 'break:' || p_break.id || ':' || (select count(*) from run_breaks where break_id = p_break.id) || ':'
      || (select count(*) from corrections where key = p_break.provider_entry_id and provider = p_break.provider);
  end if;
  insert into corrections (journal_id, currency, provider, subject, key, booked_minor, theirs_minor)
  select v_posting, d.currency, p_break.provider, p_break.subject, p_break.provider_entry_id,
    coalesce(t.amount, 0) - d.amount, coalesce(t.amount, 0)
  from break_lines(p_break) d left join break_theirs(p_break) t on t.currency = d.currency;
  v_lines := correction_lines(v_posting, p_break, v_against, write_off(p_break));
  perform post(array[row(v_posting, v_kind, v_reference, 'system', p_break.intent_id, p_note, null, null, null, p_by,
    p_approved_by, null)::posting], v_lines);
  return v_posting;
end $$;

-- The lines of what was written down as corrected. @param p_written_off what of a payment that bought nothing never came: no
-- liability any more
create or replace function correction_lines(p_posting_id bigint, p_break breaks, p_against text, p_written_off bigint)
returns posting_line[]
language sql stable as $$
  select array(
    select line_of(p_posting_id, l.account, c.currency, l.amount)
    from corrections c
    left join intent_payments p on p_break.subject = 'payment' and p.provider_payment_id = c.key
      and p.provider = c.provider and p.currency = c.currency
    cross join lateral (select case when p.currency is null then 0 else p_written_off end as minor) w
    cross join lateral (values
      -- What comes in is a debit of clearing: negative.
      (1, 'clearing_' || c.provider, c.booked_minor - c.theirs_minor),
      (2, 'unapplied', -w.minor),
      (3, p_against, c.theirs_minor - c.booked_minor + w.minor)) l(line, account, amount)
    where c.journal_id = p_posting_id
    order by c.currency, l.line);
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
  select * into v_intent from intents where id = v_refund.intent_id for no key update;
  perform lock_wallets(purchase_wallets(array[v_intent.id]), true);
  perform note_refund_status(v_intent, v_refund, 'failed');
end $$;
