-- What usage costs. Prices are in micro-credits, which never enter the ledger: a wallet pays whole credits, and what is left
-- over stands in usage_remainders until it makes one. All that writes runs under the lock on the wallet.

-- Exactly one of `credits` and `usage`. `occurred_at`: when it was used, of usage alone; null: now.
create type spend_row as (
  user_id text collate "C", credits bigint, reason text, key text collate "C", input_hash text, actor text,
  kind text collate "C", reference text, metadata jsonb, member_id text collate "C", api_key_id text collate "C",
  usage jsonb, occurred_at timestamptz);
-- Exactly one of `credits` and `usage`, of which so many per cent more than it costs are set aside.
create type hold_row as (
  id text, user_id text collate "C", credits bigint, reason text, ttl_seconds integer, key text collate "C",
  input_hash text, actor text, role text collate "C", reference text, metadata jsonb, member_id text collate "C",
  api_key_id text collate "C", usage jsonb, margin_percent integer);
create type usage_part as (operation text collate "C", version integer, quantity bigint, micro bigint);
-- `micro` null: one of the parts has no price then, or they cost more than can be counted.
create type usage_price as (micro bigint, parts usage_part[]);
-- What a price comes to for a wallet: `credits` are taken, `needs` have to be there because the last one is begun.
create type usage_charge as (micro bigint, credits bigint, needs bigint, remainder integer);
create type usage_row as (
  id bigint, user_id text collate "C", member_id text collate "C", api_key_id text collate "C", hold_id text,
  reversal_of bigint, charge usage_charge, unpaid_micro bigint, parts usage_part[], priced_at timestamptz);

-- What so many units cost by a rate, rounded up to a micro-credit. Null above what can be counted.
create or replace function rate_price(p_rate rates, p_quantity bigint)
returns bigint
language sql immutable parallel safe as $$
  select case when p_quantity >= 0 and micro <= 9007199254740991 then micro::bigint end
  from (select greatest(p_rate.minimum_micro, p_rate.flat_micro
    + div(p_quantity::numeric * p_rate.micro_per_unit + p_rate.per_units - 1, p_rate.per_units)) as micro) m;
$$;

-- Prices of usages, in their order, each by the rates that were in force at its instant. @param p_usages each a list of
-- {operation, quantity}; null has no price. @param p_new whether operations must be active
create or replace function price_usages(p_usages jsonb[], p_at timestamptz[], p_new boolean)
returns usage_price[]
language sql stable as $$
  select array(
    select row(case when bool_and(s.micro is not null) and sum(s.micro) <= 9007199254740991 then sum(s.micro)::bigint end,
      array_agg(row(s.operation, s.version, s.quantity, s.micro)::usage_part order by s.nth))::usage_price
    from unnest(p_usages, p_at) with ordinality u(usage, at, n)
    left join lateral (
      select p.nth, p.operation, p.quantity, r.version, rate_price(r.rate, p.quantity) as micro
      from (select nth, value ->> 'operation' as operation, (value ->> 'quantity')::bigint as quantity
        from jsonb_array_elements(u.usage) with ordinality e(value, nth)) p
      left join lateral (
        select r as rate, r.version from rates r join operations o on o.code = r.operation
        where r.operation = p.operation and r.effective_from <= u.at and (o.active or not p_new)
        order by r.version desc limit 1) r on true) s on true
    group by u.n order by u.n);
$$;

-- The instant of which prices are meant: what a caller says, of the last 24 hours, else now.
create or replace function priced_at(p_occurred_at timestamptz, p_now timestamptz)
returns timestamptz
language sql immutable parallel safe as $$
  select case when p_occurred_at between p_now - interval '24 hours' and p_now then p_occurred_at else p_now end;
$$;

-- Prices of what a set of spends used.
create or replace function price_spends(p_spends spend_row[], p_now timestamptz)
returns usage_price[]
language sql stable as $$
  select price_usages(array_agg(usage order by nth), array_agg(priced_at(occurred_at, p_now) order by nth), true)
  from unnest(p_spends)
    with ordinality s(user_id, credits, reason, key, input_hash, actor, kind, reference, metadata, member_id, api_key_id,
      usage, occurred_at, nth);
$$;

create or replace function price_holds(p_holds hold_row[], p_now timestamptz)
returns usage_price[]
language sql stable as $$
  select price_usages(array_agg(usage order by nth), array_agg(p_now), true)
  from unnest(p_holds) with ordinality h(
    id, user_id, credits, reason, ttl_seconds, key, input_hash, actor, role, reference, metadata, member_id, api_key_id, usage,
    margin_percent, nth);
$$;

-- Whole credits that are set aside for usage, at least one: what is left over of the wallet by then is less than the credit that
-- rounding up adds.
create or replace function held_for(p_micro bigint, p_margin_percent integer)
returns bigint
language sql immutable parallel safe as $$
  select greatest(1, div(p_micro::numeric * (100 + p_margin_percent) + 99999999, 100000000))::bigint
  where p_micro is not null;
$$;

create or replace function remainder_of(p_user_id text)
returns usage_remainders
language plpgsql stable as $$
declare
  v_found usage_remainders;
begin
  select * into v_found from usage_remainders where user_id = p_user_id;
  v_found.user_id := p_user_id;
  v_found.micro := coalesce(v_found.micro, 0);
  return v_found;
end $$;

create or replace function charge_of(p_remainder integer, p_micro bigint)
returns usage_charge
language sql immutable parallel safe as $$
  select row(p_micro, (p_remainder + p_micro) / 1000000, (p_remainder + p_micro + 999999) / 1000000,
    (p_remainder + p_micro) % 1000000)::usage_charge;
$$;

-- The same where no more than so many credits are there: all of them, and as much as a remainder can be.
create or replace function charge_within(p_remainder integer, p_micro bigint, p_available bigint)
returns usage_charge
language sql immutable parallel safe as $$
  select case when p_micro is null then null when (p_remainder + p_micro) / 1000000 <= p_available then charge_of(p_remainder, p_micro)
    else charge_of(p_remainder, p_available * 1000000 + 999999 - p_remainder) end;
$$;

-- Writes what was used, those of one user in their order, and what is left over of it. @returns how many
create or replace function write_usages(p_rows usage_row[])
returns integer
language plpgsql as $$
declare
  v_now timestamptz := instant();
begin
  if cardinality(p_rows) = 0 then
    return 0;
  end if;
  with parted as (
    insert into usage_parts (usage_id, nth, operation, version, quantity, micro)
    select r.id, p.nth, p.operation, p.version, p.quantity, p.micro
    from unnest(p_rows) r
    cross join lateral unnest(r.parts) with ordinality p(operation, version, quantity, micro, nth)
  ),
  left_over as (
    insert into usage_remainders as u (user_id, micro)
    select distinct on (user_id) user_id, (charge).remainder from unnest(p_rows) with ordinality r(
      id, user_id, member_id, api_key_id, hold_id, reversal_of, charge, unpaid_micro, parts, priced_at, nth)
    order by user_id, nth desc
    on conflict (user_id) do update set micro = excluded.micro
  )
  insert into usages (id, user_id, member_id, api_key_id, hold_id, reversal_of, micro, unpaid_micro, credits, at, priced_at,
    epoch)
  select id, user_id, member_id, api_key_id, hold_id, reversal_of, (charge).micro, unpaid_micro, (charge).credits, v_now, priced_at,
    (select epoch from gateway)
  from unnest(p_rows);
  return cardinality(p_rows);
end $$;

-- What is not given back yet of a usage, part by part, each with the version of its rate. Null: it was no usage.
create or replace function usage_left(p_usage_id bigint)
returns usage_price
language sql stable as $$
  select row(u.micro + coalesce((select sum(micro) from usages where reversal_of = u.id), 0),
    array(
      select row(p.operation, p.version, p.quantity + coalesce(b.quantity, 0), p.micro + coalesce(b.micro, 0))::usage_part
      from usage_parts p
      left join (select nth, sum(quantity)::bigint as quantity, sum(micro)::bigint as micro from usage_parts
        where usage_id = any(array(select id from usages where reversal_of = u.id)) group by nth) b on b.nth = p.nth
      where p.usage_id = u.id order by p.nth))::usage_price
  from usages u where u.id = p_usage_id and u.reversal_of is null;
$$;

-- Gives micro-credits of a usage back: its parts share them as they share what is left of it, the last one takes the rest.
-- @param p_id the posting that gave its credits back, or the number of one where none came
create or replace function write_usage_back(
  p_id bigint, p_usage_id bigint, p_left usage_price, p_charge usage_charge)
returns integer
language plpgsql as $$
declare
  v_usage usages;
  v_part usage_part;
  v_parts usage_part[] := '{}';
  v_all numeric := (select sum(micro) from unnest(p_left.parts));
  v_before numeric := 0;
  v_given bigint := 0;
  v_gives bigint;
begin
  select * into v_usage from usages where id = p_usage_id;
  foreach v_part in array p_left.parts loop
    v_before := v_before + v_part.micro;
    v_gives := case when v_all > 0 then div(-p_charge.micro * v_before, v_all) - v_given else 0 end;
    v_given := v_given + v_gives;
    -- A quantity is given back with the last of its price.
    v_parts := v_parts || row(v_part.operation, v_part.version,
      case when v_gives = v_part.micro then -v_part.quantity else 0 end, -v_gives)::usage_part;
  end loop;
  return write_usages(array[row(p_id, v_usage.user_id, v_usage.member_id, v_usage.api_key_id, null, p_usage_id, p_charge, 0, v_parts, v_usage.priced_at)::usage_row]);
end $$;
