-- What is hashed of a posting: its row and its lines, as JSON text, so that no value can pass for its neighbour. A seal is
-- the SHA-256 of the seal before it (32 zero bytes before the first) followed by these bytes in UTF-8.
create or replace function sealed_text(p journal)
returns text
language sql stable
as $$
  select json_build_array(p.id::text, p.kind, p.reference, p.user_id, p.intent_id, p.reversal_of::text, p.reason, p.actor,
      (extract(epoch from p.posted_at) * 1000000)::bigint::text, p.epoch, p.xid::text)::text
    || E'\n' || coalesce((
      select string_agg(json_build_array(e.line, e.account, e.user_id, e.unit, e.amount::text, e.sequence::text,
        e.balance_after::text)::text, E'\n' order by e.line)
      from entries e where e.journal_id = p.id), '')
$$;

-- Every account by kind of posting, up to a sealed number: the last totals that were kept, and what came after them.
create or replace function sealed_totals(p_number bigint)
returns table (account text, unit text, kind text, amount numeric)
language plpgsql stable
-- What came after is a few thousand postings, each reached by its number.
set enable_seqscan = off set jit = off
as $$
#variable_conflict use_column
declare
  v_kept bigint := (select max(number) from seal_totals where number <= p_number);
begin
  return query
  select x.account, x.unit, x.kind, sum(x.amount)
  from (
    select t.account, t.unit, t.kind, t.amount from seal_totals t where t.number = v_kept
    union all
    select e.account, e.unit, j.kind, e.amount
    from seals s join journal j on j.id = s.journal_id join entries e on e.journal_id = j.id
    where s.number > coalesce(v_kept, 0) and s.number <= p_number
  ) x
  group by x.account, x.unit, x.kind;
end $$;

-- Seals the next postings in the order of their transactions, and stops below the horizon: nothing can appear there any
-- more. Returns how many; 0 also when somebody else is sealing.
create or replace function seal_postings(p_max integer)
returns integer
language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  -- A total is kept every so many seals: a statement never adds more than these, which takes some milliseconds.
  c_totals_every constant integer := 2000;
  v_from positions;
  v_horizon xid8 := horizon();
  v_epoch integer := (select epoch from gateway);
  v_now timestamptz := clock_timestamp();
  v_head seals;
  v_year integer;
  v_row record;
  v_count integer := 0;
begin
  select * into v_from from positions where name = 'seals' for no key update skip locked;
  if not found then return 0; end if;
  select * into v_head from seals order by number desc limit 1;
  if not found then
    v_head.number := 0;
    v_head.hash := decode(repeat('00', 32), 'hex');
    v_head.closes_at := '-infinity';
  end if;
  for v_row in
    select j.id, j.epoch, j.xid, j.kind, j.intent_id, j.posted_at, sealed_text(j) as sealed
    from journal j
    where (j.epoch, j.xid, j.id) > (v_from.epoch, v_from.xid, v_from.id) and (j.epoch, j.xid) < (v_epoch, v_horizon)
    order by j.epoch, j.xid, j.id limit p_max
  loop
    v_count := v_count + 1;
    v_head.number := v_head.number + 1;
    v_head.hash := sha256(v_head.hash || convert_to(v_row.sealed, 'UTF8'));
    v_head.closes_at := greatest(v_head.closes_at, v_row.posted_at);
    insert into seals (number, journal_id, hash, closes_at, sealed_at)
    values (v_head.number, v_row.id, v_head.hash, v_head.closes_at, v_now);
    if v_row.kind = 'grant' and v_row.intent_id is not null then
      v_year := extract(year from v_row.posted_at at time zone 'UTC');
      insert into receipts (intent_id, year, number)
      select v_row.intent_id, v_year, coalesce(max(number), 0) + 1 from receipts where year = v_year;
    end if;
    if v_head.number % c_totals_every = 0 then
      insert into seal_totals (number, account, unit, kind, amount)
      select v_head.number, t.account, t.unit, t.kind, t.amount from sealed_totals(v_head.number) t;
    end if;
  end loop;
  if v_count > 0 then
    update positions set epoch = v_row.epoch, xid = v_row.xid, id = v_row.id where name = 'seals';
  end if;
  return v_count;
end $$;
