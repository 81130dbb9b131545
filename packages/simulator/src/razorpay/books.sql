-- Razorpay's books, see ../books.sql. The category is Razorpay's type.
create or replace function simulator.book_razorpay() returns trigger language plpgsql as $$
declare
  v_now bigint := simulator.now_ms() / 1000;
begin
  if not exists (select 1 from fresh where provider = 'razorpay' and kind in ('payment', 'refund', 'dispute')) then
    return null;
  end if;
  insert into simulator.balance_entries (id, provider, category, source, root_id, amount, fee, currency, created)
  select f.id, 'razorpay', 'payment', f.id, f.root_id, b.amount, coalesce(b.fee, 0), b.currency, f.created
  from fresh f cross join lateral json_to_record(f.body) as b (captured boolean, amount bigint, fee bigint, currency text)
  where f.provider = 'razorpay' and f.kind = 'payment' and b.captured
  union all
  select f.id, 'razorpay', 'refund', f.id, f.root_id, -b.amount, 0, b.currency, v_now
  from fresh f cross join lateral json_to_record(f.body) as b (status text, amount bigint, currency text)
  where f.provider = 'razorpay' and f.kind = 'refund' and b.status in ('processed', 'pending')
  union all
  -- What is deducted for a dispute, less what was before: it may be taken more than once, and come back.
  select 'adj_' || f.id || case when d.times > 0 then '_' || d.times + 1 else '' end, 'razorpay', 'adjustment', f.id,
    f.root_id, -d.before - b.amount_deducted, 0, b.currency, v_now
  from fresh f cross join lateral json_to_record(f.body) as b (amount_deducted bigint, currency text)
  cross join lateral (select count(*) as times, coalesce(sum(e.amount), 0)::bigint as before
    from simulator.balance_entries e where e.source = f.id and e.category = 'adjustment') d
  where f.provider = 'razorpay' and f.kind = 'dispute' and b.amount_deducted <> -d.before
  on conflict (id) do nothing;
  -- A refund that failed before it was settled is never reported.
  delete from simulator.balance_entries e using fresh f
  where f.kind = 'refund' and f.provider = 'razorpay' and f.body ->> 'status' = 'failed' and e.id = f.id
    and e.payout_id is null;
  return null;
end $$;
create or replace trigger objects_made_razorpay after insert on simulator.objects
  referencing new table as fresh for each statement execute function simulator.book_razorpay();
create or replace trigger objects_changed_razorpay after update on simulator.objects
  referencing new table as fresh for each statement execute function simulator.book_razorpay();

-- A settlement is a movement in the books alone.
create or replace function simulator.pay_out_razorpay(p_entries integer) returns setof text language plpgsql as $$
declare
  v_now bigint := simulator.now_ms() / 1000;
begin
  return query
  insert into simulator.balance_entries (id, provider, category, source, amount, currency, created, payout_id, settled)
  select p.payout, 'razorpay', 'settlement', p.payout, -p.total, p.currency, v_now, p.payout, v_now
  from simulator.gather_unpaid('razorpay', 'setl_mock_', p_entries) p
  returning source;
end $$;
