-- What our clearing account has of one thing that moved at the provider: a payment, a refund, a dispute, a payout, or the fee
-- of one line of its books. Signed as its books are: what comes to us is positive. @param p_before only older postings; null:
-- all of them
create or replace function booked_of(p_provider text, p_subject text, p_key text, p_before bigint default null)
returns table (currency text, amount bigint)
language sql stable as $$
  with posted as (
    select id from journal
    where reference = p_provider || ':' || p_key
      and kind = any (case p_subject when 'fee' then array['fee'] when 'payout' then array['payout']
        else array['receipt', 'unapplied', 'refund', 'refund_reversal'] end)
    union
    select j.id from disputes d
    join journal j on j.reference >= d.id || ':' and j.reference < d.id || ';'
      and j.kind in ('dispute_withdrawn', 'dispute_reinstated')
    where p_subject = 'dispute' and d.provider_dispute_id = p_key and d.provider = p_provider
    union
    select journal_id from corrections where key = p_key and provider = p_provider and subject = p_subject
  )
  select x.currency, sum(x.amount)::bigint from (
    select e.unit, -e.amount from posted p
    join entries e on e.journal_id = p.id and e.account = 'clearing_' || p_provider
    where p_before is null or p.id < p_before
    union all
    -- Fees are booked by the day.
    select s.currency, -s.booked_minor from settlement_entries s
    where p_subject = 'fee' and s.entry_id = p_key and s.provider = p_provider
      and s.kind not in ('payout', 'fee', 'other') and (p_before is null or s.journal_id < p_before)
  ) x(currency, amount) group by x.currency having sum(x.amount) <> 0
$$;
