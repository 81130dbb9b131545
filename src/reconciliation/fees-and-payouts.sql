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
