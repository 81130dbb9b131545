-- Stripe's books, see ../books.sql. The category is Stripe's reporting category.
create or replace function simulator.book_stripe_object() returns trigger language plpgsql as $$
begin
  -- One statement for what it is: five in one, of which four find nothing, take three times as long to start.
  if new.kind = 'charge' then
    insert into simulator.balance_entries (id, provider, category, source, root_id, amount, fee, currency, created)
    select b.balance_transaction, 'stripe', 'charge', new.id, new.root_id, b.amount_captured,
      -- 2.9 %, rounded down: Stripe's price list without its fixed part, close enough to reconcile against.
      b.amount_captured * 29 / 1000, b.currency, new.created
    from json_to_record(new.body) as b (captured boolean, amount_captured bigint, currency text, balance_transaction text)
    where b.captured and b.balance_transaction is not null
    on conflict (id) do nothing;
  elsif new.kind = 'refund' then
    insert into simulator.balance_entries (id, provider, category, source, root_id, amount, fee, currency, created)
    select coalesce(b.balance_transaction, new.id), 'stripe', 'refund', new.id, new.root_id, -b.amount, 0, b.currency, simulator.now_ms() / 1000
    from json_to_record(new.body) as b (status text, amount bigint, currency text, balance_transaction text)
    where b.status in ('succeeded', 'pending')
    union all
    select coalesce(b.failure_balance_transaction, 'txn_mock_failed_' || new.id), 'stripe', 'refund_failure', new.id,
      new.root_id, b.amount, 0, b.currency, simulator.now_ms() / 1000
    from json_to_record(new.body) as b (status text, amount bigint, currency text, failure_balance_transaction text)
    where b.status = 'failed'
    on conflict (id) do nothing;
  elsif new.kind = 'payout' then
    -- A payout that failed: its own movement stays, and the money comes back by another one.
    insert into simulator.balance_entries (id, provider, category, source, root_id, amount, fee, currency, created)
    select b.failure_balance_transaction, 'stripe', 'payout_reversal', new.id, new.root_id, b.amount, 0, b.currency, simulator.now_ms() / 1000
    from json_to_record(new.body) as b (status text, amount bigint, currency text, failure_balance_transaction text)
    where b.status = 'failed'
    on conflict (id) do nothing;
  else
    insert into simulator.balance_entries (id, provider, category, source, root_id, amount, fee, currency, created)
    select b.id, 'stripe', b.reporting_category, new.id, new.root_id, b.amount, b.fee, b.currency, simulator.now_ms() / 1000
    from json_to_recordset(new.body -> 'balance_transactions') as b (id text, reporting_category text, amount bigint,
      fee bigint, currency text)
    on conflict (id) do nothing;
  end if;
  return null;
end $$;
-- For each object: with the rows of a statement as a table, each statement would write all of its objects down once more.
drop trigger if exists objects_made_stripe on simulator.objects;
drop trigger if exists objects_changed_stripe on simulator.objects;
create or replace trigger objects_booked_stripe after insert or update on simulator.objects for each row
  when (new.provider = 'stripe' and new.kind in ('charge', 'refund', 'dispute', 'payout'))
  execute function simulator.book_stripe_object();

-- A payout is an object of its own beside the movement in the books.
create or replace function simulator.pay_out_stripe(p_entries integer) returns setof text language plpgsql as $$
declare
  v_now bigint := simulator.now_ms() / 1000;
begin
  return query
  with paid as materialized (select payout, currency, total from simulator.gather_unpaid('stripe', 'po_mock_', p_entries)),
  made as (
    insert into simulator.objects (id, root_id, provider, kind, created, body)
    select p.payout, p.payout, 'stripe', 'payout', v_now, json_build_object(
      'id', p.payout, 'object', 'payout', 'amount', p.total, 'application_fee', null,
      'application_fee_amount', null, 'arrival_date', v_now, 'automatic', true,
      'balance_transaction', 'txn_' || p.payout, 'created', v_now, 'currency', p.currency,
      'description', 'STRIPE PAYOUT', 'destination', 'ba_mock_bank', 'failure_balance_transaction', null,
      'failure_code', null, 'failure_message', null, 'livemode', false, 'metadata', json_build_object(),
      'method', 'standard', 'original_payout', null, 'payout_method', null, 'reconciliation_status', 'completed',
      'reversed_by', null, 'source_type', 'card', 'statement_descriptor', null, 'status', 'paid', 'trace_id', null,
      'type', 'bank_account')
    from paid p
  )
  insert into simulator.balance_entries (id, provider, category, source, amount, currency, created, payout_id, settled)
  select 'txn_' || p.payout, 'stripe', 'payout', p.payout, -p.total, p.currency, v_now, p.payout, v_now from paid p
  returning source;
end $$;
