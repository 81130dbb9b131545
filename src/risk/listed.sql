-- Which asks of a set somebody put on the blocklist or the allowlist. No row: on neither.
create or replace function listed_risks(p_asks risk_ask[])
returns table (ord integer, is_blocked boolean, is_allowed boolean)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  v_ord integer[];
  v_kind text[];
  v_value text[];
begin
  -- Of most gateways nobody is listed: seen without a look at each.
  if not exists (select from risk_lists where removed_at is null) then
    return;
  end if;
  select array_agg(a.ordinality), array_agg(s.kind), array_agg(s.value) into v_ord, v_kind, v_value
  from unnest(p_asks) with ordinality a
  cross join lateral (values ('user', a.user_id), ('device', a.device), ('address', a.address::text),
    ('email_domain', a.email_domain), ('country', a.country)) s(kind, value)
  where s.value is not null;
  return query
  select l.ord, l.blocked_by is not null, l.allowed_by is not null from listed_subjects(v_ord, v_kind, v_value) l;
end $$;

-- The same, beside the asks; null: on neither.
create type risk_listed as (blocked boolean[], allowed boolean[]);

create or replace function listed_asks(p_asks risk_ask[])
returns risk_listed
language plpgsql stable
as $$
declare
  v_listed risk_listed;
begin
  select array_agg(l.is_blocked order by n), array_agg(l.is_allowed order by n) into v_listed
  from generate_series(1, cardinality(p_asks)) n left join listed_risks(p_asks) l on l.ord = n;
  return v_listed;
end $$;

-- The same of payments, when the card is known. @param p_payers what was decided of each before
create or replace function listed_payers(p_outcomes risk_outcome[], p_payers risk_decisions[])
returns table (ord integer, blocked_by text, allowed_by text)
language plpgsql stable
as $$
#variable_conflict use_column
declare
  v_ord integer[];
  v_kind text[];
  v_value text[];
begin
  if not exists (select from risk_lists where removed_at is null) then
    return;
  end if;
  select array_agg(o.ordinality), array_agg(s.kind), array_agg(s.value) into v_ord, v_kind, v_value
  from unnest(p_outcomes) with ordinality o
  cross join lateral (values ('card', o.card ->> 'fingerprint'), ('user', o.user_id),
    ('device', p_payers[o.ordinality].device), ('address', p_payers[o.ordinality].address),
    ('email_domain', p_payers[o.ordinality].email_domain), ('country', p_payers[o.ordinality].country)) s(kind, value)
  where s.value is not null;
  return query select l.ord, l.blocked_by, l.allowed_by from listed_subjects(v_ord, v_kind, v_value) l;
end $$;
