-- What is hashed of a posting in the first format, which new seals do not have any more: its row and its lines, as JSON text, so that no value can pass for its neighbour. A seal is
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

-- The columns of a posting that say something of a person and can be emptied: texts that somebody wrote, and a reference
-- that carries a client's key.
create or replace function hidden_columns(p journal)
returns text[]
language sql immutable
as $$
  select case when p.reason is not null then array['reason'] else '{}' end
    || case when p.public_reason is not null then array['public_reason'] else '{}' end
    || case when p.caller_reference is not null then array['caller_reference'] else '{}' end
    || case when p.metadata is not null then array['metadata'] else '{}' end
    || case when p.kind in ('spend', 'spend_reversal', 'adjustment', 'debt_payment', 'transfer') and starts_with(p.reference, p.user_id || ':')
      then array['reference'] else '{}' end
$$;

-- Those columns, under 32 random bytes that go with them. Null when there are none.
create or replace function hidden_hash(p journal, p_hidden text[], p_salt bytea)
returns bytea
language plpgsql stable
as $$
begin
  return (select sha256(p_salt || convert_to(jsonb_object_agg(name, to_jsonb(p) -> name)::text, 'UTF8'))
    from unnest(p_hidden) name);
end $$;

-- What is hashed of a posting in the second format: the seal itself with the receipt that it gave, the row without what is
-- hidden, and its lines, each row with every column that has a value. A column that is added later, and is null in the
-- rows from before, changes nothing of their text; so a new column is covered as soon as it is there, and has no default.
create or replace function sealed_text_2(p journal, p_seal seals)
returns text
language sql stable
-- Instants and bytes become the same text in every session.
set timezone = 'UTC' set bytea_output = 'hex'
as $$
  select json_build_array(2, p_seal.number::text, (extract(epoch from p_seal.closes_at) * 1000000)::bigint::text,
      (extract(epoch from p_seal.sealed_at) * 1000000)::bigint::text, p_seal.hidden, encode(p_seal.hidden_hash, 'hex'),
      case when p.kind = 'grant' then
        (select json_build_array(r.year, r.number) from receipts r where r.intent_id = p.intent_id) end)::text
    || E'\n' || jsonb_strip_nulls(to_jsonb(p) - p_seal.hidden)::text
    -- The amount as text: numbers of other languages lose what lies above 2^53.
    || coalesce((select string_agg(E'\n' || jsonb_strip_nulls(to_jsonb(e) || jsonb_build_object('amount', e.amount::text))::text,
        '' order by e.line) from entries e where e.journal_id = p.id), '')
$$;

-- By the format of its seal.
create or replace function sealed_as(p journal, p_seal seals)
returns text
language sql stable
as $$
  select case p_seal.format when 2 then sealed_text_2(p, p_seal) else sealed_text(p) end
$$;

-- True when the columns that a seal covers by their hash alone are what they were, or were emptied.
create or replace function hidden_stands(p journal, p_seal seals)
returns boolean
language sql stable
as $$
  select case
    when p_seal.format is distinct from 2 then true
    when p_seal.hidden = '{}' then p_seal.salt is null
    when p_seal.salt is not null then p_seal.hidden_hash = hidden_hash(p, p_seal.hidden, p_seal.salt)
    else p.reason is null and p.public_reason is null and p.caller_reference is null and p.metadata is null and ('reference' <> all(p_seal.hidden) or p.reference = 'erased:' || p.id)
  end
$$;

-- Empties what postings of a user say of a person, for erase-user: the reasons, and the reference where a client's key is in
-- it. What was sealed keeps its seal; postings of the first format stay as they are, because their seal covers the text.
-- The application's role cannot write to postings and comes by this function alone. Returns how many were emptied.
create or replace function empty_posting_texts(p_user_id text)
returns integer
language plpgsql security definer
set search_path from current
as $$
declare
  v_count integer;
begin
  -- Nothing is sealed meanwhile: a seal covers either the text or what is left of it.
  perform 1 from positions where name = 'seals' for no key update;
  with theirs as (
    select j.id, coalesce(s.hidden, hidden_columns(j)) as hidden
    from journal j left join seals s on s.journal_id = j.id
    where j.user_id = p_user_id and (s.number is null or s.salt is not null)
  ),
  emptied as (
    update journal j set reason = null, public_reason = null, caller_reference = null, metadata = null,
      reference = case when 'reference' = any(t.hidden) then 'erased:' || j.id else j.reference end
    from theirs t where j.id = t.id and t.hidden <> '{}'
    returning j.id
  ),
  forgotten as (
    update seals s set salt = null from emptied e where s.journal_id = e.id
  )
  select count(*) into v_count from emptied;
  return v_count;
end $$;

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

-- The seal after `p_head`, of a posting, but for its hash.
create or replace function next_seal(p_head seals, p journal, p_now timestamptz)
returns seals
language plpgsql as $$
declare
  v_seal seals := p_head;
begin
  v_seal.number := p_head.number + 1;
  v_seal.journal_id := p.id;
  v_seal.closes_at := greatest(p_head.closes_at, p.posted_at);
  v_seal.sealed_at := p_now;
  v_seal.format := 2;
  v_seal.hidden := hidden_columns(p);
  v_seal.salt := null;
  v_seal.hidden_hash := null;
  if v_seal.hidden <> '{}' then
    -- Each brings 122 random bits.
    v_seal.salt := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    v_seal.hidden_hash := hidden_hash(p, v_seal.hidden, v_seal.salt);
  end if;
  return v_seal;
end $$;

-- Numbers the receipts of what was bought, within the year, in the order of the postings.
create or replace function number_receipts(p_postings journal[])
returns void
language plpgsql as $$
begin
  insert into receipts (intent_id, year, number)
  select g.intent_id, g.year, coalesce((select max(number) from receipts r where r.year = g.year), 0)
    + row_number() over (partition by g.year order by g.nth)
  from (
    select p.intent_id, extract(year from p.posted_at at time zone 'UTC')::integer as year, p.ordinality as nth
    from unnest(p_postings) with ordinality p
    where p.kind = 'grant' and p.intent_id is not null) g
  order by g.nth;
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
  v_now timestamptz := instant();
  v_postings journal[];
  v_posting journal;
  v_head seals;
  v_before bytea;
  -- Of those that are not written yet.
  v_seals seals[] := '{}';
begin
  select * into v_from from positions where name = 'seals' for no key update skip locked;
  if not found then return 0; end if;
  v_postings := array(
    select j from journal j
    where (j.epoch, j.xid, j.id) > (v_from.epoch, v_from.xid, v_from.id) and (j.epoch, j.xid) < (v_epoch, v_horizon)
    order by j.epoch, j.xid, j.id limit p_max);
  if cardinality(v_postings) = 0 then return 0; end if;
  select * into v_head from seals order by number desc limit 1;
  if not found then
    v_head.number := 0;
    v_head.hash := decode(repeat('00', 32), 'hex');
    v_head.closes_at := '-infinity';
  end if;
  -- Before the seals, whose texts say them.
  perform number_receipts(v_postings);
  foreach v_posting in array v_postings loop
    v_before := v_head.hash;
    v_head := next_seal(v_head, v_posting, v_now);
    v_head.hash := sha256(v_before || convert_to(sealed_text_2(v_posting, v_head), 'UTF8'));
    v_seals := v_seals || v_head;
    if v_head.number % c_totals_every = 0 then
      insert into seals select * from unnest(v_seals);
      v_seals := '{}';
      insert into seal_totals (number, account, unit, kind, amount)
      select v_head.number, t.account, t.unit, t.kind, t.amount from sealed_totals(v_head.number) t;
    end if;
  end loop;
  insert into seals select * from unnest(v_seals);
  update positions set epoch = v_posting.epoch, xid = v_posting.xid, id = v_posting.id where name = 'seals';
  return cardinality(v_postings);
end $$;
