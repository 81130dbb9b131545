-- The fees of these keys that are not booked yet, one posting for each day of the provider's and currency, so that our
-- clearing account can be held against the provider's balance day by day: clearing -> fees.
create or replace function book_fees(p_provider text, p_keys text[])
returns void
language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_due text[];
  v_fee record;
  v_posting bigint;
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
    v_posting := new_posting_id();
    perform post(array[books_posting(v_posting, 'fee', p_provider || ':fees:' || v_fee.first)],
      array[line_of(v_posting, 'clearing_' || p_provider, v_fee.currency, v_fee.total),
        line_of(v_posting, 'fees', v_fee.currency, -v_fee.total)]);
    update settlement_entries set journal_id = v_posting, booked_minor = fee_minor
    where entry_id = any(v_due) and provider = p_provider and currency = v_fee.currency
      and (created_at at time zone 'utc')::date = v_fee.day;
  end loop;
end $$;

-- Payouts whose parts add up: clearing -> bank, each once. What is of somebody else who uses the same account is theirs in the bank
-- as well.
create or replace function book_payouts(p_provider text, p_payout_ids text[])
returns void
language plpgsql as $$
declare
  v_payout record;
  v_posting bigint;
begin
  for v_payout in
    select p.payout_id, p.currency, min(p.entry_id) as first, -sum(p.net_minor)::bigint - f.minor as paid, f.minor as foreign_minor
    from settlement_entries p
    cross join lateral (
      select coalesce(sum(s.net_minor), 0)::bigint as minor from settlement_entries s
      where s.payout_id = p.payout_id and s.provider = p_provider and s.currency = p.currency and s.is_foreign) f
    where p.payout_id = any(p_payout_ids) and p.provider = p_provider and p.kind = 'payout'
    group by p.payout_id, p.currency, f.minor having sum(p.net_minor) <> -f.minor order by p.payout_id, p.currency
  loop
    v_posting := new_posting_id();
    if cardinality(post(array[books_posting(v_posting, 'payout', p_provider || ':' || v_payout.payout_id)],
        array[line_of(v_posting, 'clearing_' || p_provider, v_payout.currency, v_payout.paid),
          line_of(v_posting, 'bank', v_payout.currency, -v_payout.paid)], true)) > 0 then
      update settlement_entries set journal_id = v_posting,
        booked_minor = -net_minor - case entry_id when v_payout.first then v_payout.foreign_minor else 0 end
      where kind = 'payout' and provider = p_provider and payout_id = v_payout.payout_id;
    end if;
  end loop;
end $$;

-- A posting that a run makes, of nobody's intent.
create or replace function books_posting(p_id bigint, p_kind text, p_reference text)
returns posting
language sql immutable as $$
  select row(p_id, p_kind, p_reference, 'system', null, null, null, null, null, 'reconciliation', null, null)::posting;
$$;
