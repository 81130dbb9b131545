-- The providers' own books: one line for each movement of our balance with them, and what they paid out of it. Each provider's
-- own file (<name>/books.sql) writes them as its objects change, by triggers, in the statement that writes the objects: once for
-- each movement; and has a function simulator.pay_out_<name>. Running this file again changes nothing.
create table if not exists simulator.balance_entries (
  id text primary key,
  provider text not null,
  category text not null, -- The provider's own word for the kind of movement.
  -- What moved; null for a fee that belongs to nothing.
  source text,
  root_id text,
  amount bigint not null, -- Minor units, signed: what comes to us is positive.
  fee bigint not null default 0,
  currency text not null, -- As the provider writes it, in lower case or upper.
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

-- One for all providers stood here before each had its own.
drop trigger if exists objects_made on simulator.objects;
drop trigger if exists objects_changed on simulator.objects;
drop function if exists simulator.book_movements();

-- Gathers what has not been paid out yet into payouts of at most p_entries entries each, mixed by their ids so that refunds and
-- fees spread over them. What would be a payout of nothing or less waits. Answers with the payouts.
create or replace function simulator.gather_unpaid(p_provider text, p_prefix text, p_entries integer)
returns table (payout text, currency text, total bigint) language plpgsql as $$
#variable_conflict use_column
declare
  v_now bigint := simulator.now_ms() / 1000;
begin
  return query
  with unpaid as (
    select b.id, b.currency, b.amount - b.fee as net,
      (row_number() over (partition by b.currency order by md5(b.id)) - 1) / p_entries as part
    from simulator.balance_entries b where b.provider = p_provider and b.payout_id is null
  ),
  named as (
    select u.id, p_prefix || substr(md5(min(u.id) over payouts), 1, 24) as payout, sum(u.net) over payouts as total
    from unpaid u window payouts as (partition by u.currency, u.part)
  ),
  paid as (
    update simulator.balance_entries b set payout_id = n.payout, settled = v_now from named n
    where b.id = n.id and n.total > 0 returning n.payout, b.amount - b.fee as net, b.currency
  )
  select p.payout, p.currency, sum(p.net)::bigint from paid p group by p.payout, p.currency;
end $$;

-- Pays out what has not been paid out yet. Answers with the payouts' ids.
create or replace function simulator.pay_out(p_provider text, p_entries integer default 2147483647)
returns setof text language plpgsql as $$
begin
  return query execute format('select simulator.%I($1)', 'pay_out_' || p_provider) using p_entries;
end $$;
