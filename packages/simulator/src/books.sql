-- The providers' own books: one line for each movement of our balance with them, written as the objects change, and what
-- they paid out of it. Running this file again changes nothing.
create table if not exists simulator.balance_entries (
  id text primary key,
  provider text not null,
  -- Stripe's reporting category, Razorpay's type.
  category text not null,
  -- What moved; null for a fee that belongs to nothing.
  source text,
  root_id text,
  amount bigint not null, -- Minor units, signed: what comes to us is positive.
  fee bigint not null default 0,
  currency text not null, -- As the provider writes it: Stripe in lower case.
  created bigint not null, -- Seconds since 1970 by the providers' clock.
  payout_id text,
  settled bigint, -- When it was paid out, in seconds since 1970.
  serial bigint generated always as identity
);
create index if not exists balance_entries_newest on simulator.balance_entries (provider, created desc, serial desc);
create index if not exists balance_entries_settled on simulator.balance_entries (provider, settled, serial);
create index if not exists balance_entries_payout on simulator.balance_entries (payout_id, serial desc)
  where payout_id is not null;
create index if not exists balance_entries_disputes on simulator.balance_entries (source) where category = 'adjustment';
create index if not exists balance_entries_unpaid on simulator.balance_entries (provider, serial)
  where payout_id is null;

-- Whatever money an object moved is booked in the statement that writes the object, once for each movement.
create or replace function simulator.book_movements() returns trigger language plpgsql as $$
declare
  v_now bigint := simulator.now_ms() / 1000;
begin
  if not exists (select 1 from fresh where kind in ('charge', 'payment', 'refund', 'dispute', 'payout')) then
    return null;
  end if;
  insert into simulator.balance_entries (id, provider, category, source, root_id, amount, fee, currency, created)
  select b.balance_transaction, 'stripe', 'charge', f.id, f.root_id, b.amount_captured,
    -- 2.9 %, rounded down: Stripe's price list without its fixed part, close enough to reconcile against.
    b.amount_captured * 29 / 1000, b.currency, v_now
  from fresh f cross join lateral json_to_record(f.body) as b (captured boolean, amount_captured bigint,
    currency text, balance_transaction text)
  where f.kind = 'charge' and b.captured and b.balance_transaction is not null
  union all
  select f.id, 'razorpay', 'payment', f.id, f.root_id, b.amount, coalesce(b.fee, 0), b.currency, f.created
  from fresh f cross join lateral json_to_record(f.body) as b (captured boolean, amount bigint, fee bigint, currency text)
  where f.kind = 'payment' and b.captured
  union all
  select coalesce(b.balance_transaction, f.id), f.provider, 'refund', f.id, f.root_id, -b.amount, 0, b.currency, v_now
  from fresh f cross join lateral json_to_record(f.body) as b (status text, amount bigint, currency text,
    balance_transaction text)
  where f.kind = 'refund' and b.status in ('succeeded', 'processed', 'pending')
  union all
  select coalesce(b.failure_balance_transaction, 'txn_mock_failed_' || f.id), 'stripe', 'refund_failure', f.id, f.root_id,
    b.amount, 0, b.currency, v_now
  from fresh f cross join lateral json_to_record(f.body) as b (status text, amount bigint, currency text,
    failure_balance_transaction text)
  where f.kind = 'refund' and f.provider = 'stripe' and b.status = 'failed'
  union all
  -- A payout that failed: its own movement stays, and the money comes back by another one.
  select b.failure_balance_transaction, 'stripe', 'payout_reversal', f.id, f.root_id, b.amount, 0, b.currency, v_now
  from fresh f cross join lateral json_to_record(f.body) as b (status text, amount bigint, currency text,
    failure_balance_transaction text)
  where f.kind = 'payout' and b.status = 'failed'
  union all
  select b.id, 'stripe', b.reporting_category, f.id, f.root_id, b.amount, b.fee, b.currency, v_now
  from fresh f cross join lateral json_to_recordset(f.body -> 'balance_transactions') as b (id text,
    reporting_category text, amount bigint, fee bigint, currency text)
  where f.kind = 'dispute' and f.provider = 'stripe'
  union all
  -- What is deducted for a dispute, less what was before: it may be taken more than once, and come back.
  select 'adj_' || f.id || case when d.times > 0 then '_' || d.times + 1 else '' end, 'razorpay', 'adjustment', f.id,
    f.root_id, -d.before - b.amount_deducted, 0, b.currency, v_now
  from fresh f cross join lateral json_to_record(f.body) as b (amount_deducted bigint, currency text)
  cross join lateral (select count(*) as times, coalesce(sum(e.amount), 0)::bigint as before
    from simulator.balance_entries e where e.source = f.id and e.category = 'adjustment') d
  where f.kind = 'dispute' and f.provider = 'razorpay' and b.amount_deducted <> -d.before
  on conflict (id) do nothing;
  -- A refund at Razorpay that failed before it was settled is never reported.
  delete from simulator.balance_entries e using fresh f
  where f.kind = 'refund' and f.provider = 'razorpay' and f.body ->> 'status' = 'failed' and e.id = f.id
    and e.payout_id is null;
  return null;
end $$;
create or replace trigger objects_made after insert on simulator.objects
  referencing new table as fresh for each statement execute function simulator.book_movements();
create or replace trigger objects_changed after update on simulator.objects
  referencing new table as fresh for each statement execute function simulator.book_movements();

-- Pays out what has not been paid out yet, in payouts of at most p_entries entries each, mixed by their ids so that refunds
-- and fees spread over them. What would be a payout of nothing or less waits. At Stripe a payout is also an object of its
-- own beside the movement in the books; Razorpay's settlement is the movement. Answers with the payouts' ids.
create or replace function simulator.pay_out(p_provider text, p_entries integer default 2147483647)
returns setof text language plpgsql as $$
declare
  v_now bigint := simulator.now_ms() / 1000;
  v_prefix text := case p_provider when 'stripe' then 'po_mock_' else 'setl_mock_' end;
begin
  return query
  with unpaid as (
    select b.id, b.currency, b.amount - b.fee as net,
      (row_number() over (partition by b.currency order by md5(b.id)) - 1) / p_entries as part
    from simulator.balance_entries b
    where b.provider = p_provider and b.payout_id is null and b.category not in ('payout', 'settlement')
  ),
  named as (
    select u.id, v_prefix || substr(md5(min(u.id) over payouts), 1, 24) as payout, sum(u.net) over payouts as total
    from unpaid u window payouts as (partition by u.currency, u.part)
  ),
  paid as (
    update simulator.balance_entries b set payout_id = n.payout, settled = v_now from named n
    where b.id = n.id and n.total > 0 returning n.payout, b.amount - b.fee as net, b.currency
  ),
  made as (
    insert into simulator.objects (id, root_id, provider, kind, created, body)
    select p.payout, p.payout, p_provider, 'payout', v_now, json_build_object(
      'id', p.payout, 'object', 'payout', 'amount', sum(p.net)::bigint, 'application_fee', null,
      'application_fee_amount', null, 'arrival_date', v_now, 'automatic', true,
      'balance_transaction', 'txn_' || p.payout, 'created', v_now, 'currency', p.currency,
      'description', 'STRIPE PAYOUT', 'destination', 'ba_mock_bank', 'failure_balance_transaction', null,
      'failure_code', null, 'failure_message', null, 'livemode', false, 'metadata', json_build_object(),
      'method', 'standard', 'original_payout', null, 'payout_method', null, 'reconciliation_status', 'completed',
      'reversed_by', null, 'source_type', 'card', 'statement_descriptor', null, 'status', 'paid', 'trace_id', null,
      'type', 'bank_account')
    from paid p where p_provider = 'stripe' group by p.payout, p.currency
  )
  insert into simulator.balance_entries (id, provider, category, source, amount, currency, created, payout_id, settled)
  select case p_provider when 'stripe' then 'txn_' || p.payout else p.payout end, p_provider,
    case p_provider when 'stripe' then 'payout' else 'settlement' end, p.payout, -sum(p.net)::bigint, p.currency, v_now,
    p.payout, v_now
  from paid p group by p.payout, p.currency
  returning source;
end $$;
