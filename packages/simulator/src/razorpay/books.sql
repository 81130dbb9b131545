-- Razorpay's books, see ../books.sql. The category is Razorpay's type.
create or replace function simulator.book_razorpay_object() returns trigger language plpgsql as $$
begin
  -- One statement for what it is, as at Stripe.
  if new.kind = 'payment' then
    insert into simulator.balance_entries (id, provider, category, source, root_id, amount, fee, currency, created)
    select new.id, 'razorpay', 'payment', new.id, new.root_id, b.amount, coalesce(b.fee, 0), b.currency, new.created
    from json_to_record(new.body) as b (captured boolean, amount bigint, fee bigint, currency text)
    where b.captured
    on conflict (id) do nothing;
  elsif new.kind = 'refund' then
    insert into simulator.balance_entries (id, provider, category, source, root_id, amount, fee, currency, created)
    select new.id, 'razorpay', 'refund', new.id, new.root_id, -b.amount, 0, b.currency, simulator.now_ms() / 1000
    from json_to_record(new.body) as b (status text, amount bigint, currency text)
    where b.status in ('processed', 'pending')
    on conflict (id) do nothing;
    -- A refund that failed before it was settled is never reported.
    if new.body ->> 'status' = 'failed' then
      delete from simulator.balance_entries e where e.id = new.id and e.payout_id is null;
    end if;
  else
    -- What is deducted for a dispute, less what was before: it may be taken more than once, and come back.
    insert into simulator.balance_entries (id, provider, category, source, root_id, amount, fee, currency, created)
    select 'adj_' || new.id || case when d.times > 0 then '_' || d.times + 1 else '' end, 'razorpay', 'adjustment', new.id,
      new.root_id, -d.before - b.amount_deducted, 0, b.currency, simulator.now_ms() / 1000
    from json_to_record(new.body) as b (amount_deducted bigint, currency text)
    cross join lateral (select count(*) as times, coalesce(sum(e.amount), 0)::bigint as before
      from simulator.balance_entries e where e.source = new.id and e.category = 'adjustment') d
    where b.amount_deducted <> -d.before
    on conflict (id) do nothing;
  end if;
  return null;
end $$;
-- For each object, as at Stripe.
drop trigger if exists objects_made_razorpay on simulator.objects;
drop trigger if exists objects_changed_razorpay on simulator.objects;
create or replace trigger objects_booked_razorpay after insert or update on simulator.objects for each row
  when (new.provider = 'razorpay' and new.kind in ('payment', 'refund', 'dispute'))
  execute function simulator.book_razorpay_object();

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
