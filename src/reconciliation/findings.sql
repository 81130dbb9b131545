-- Writes down what one step of a run found, and books the fees of what agrees. A break that was settled before and looks
-- the same on both sides is explained and stays as it is; one that looks different now is open again. What was seen as it
-- happened and is not about a payment is the same difference: the run takes it over.
create or replace function record_findings(p_run_id text, p_provider text, p_breaks jsonb, p_matched text[])
returns table (key text, is_explained boolean)
language plpgsql
set jit = off
as $$
#variable_conflict use_column
declare
  v_explained text[];
begin
  update breaks b set run_id = p_run_id, kind = f.kind
  from jsonb_to_recordset(p_breaks) as f (key text, subject text, kind text)
  where b.provider_entry_id = f.key and b.provider = p_provider and b.subject = f.subject and b.run_id is null
    and f.subject <> 'payment'
    and b.id = (select min(o.id) from breaks o where o.provider_entry_id = f.key and o.provider = p_provider
      and o.subject = f.subject and o.run_id is null)
    and not exists (select 1 from breaks o where o.provider_entry_id = f.key and o.provider = p_provider
      and o.kind = f.kind and o.run_id is not null);
  return query
  with found as (
    select * from jsonb_to_recordset(p_breaks) as f (key text, subject text, kind text, intent text,
      provider_intent text, ours bigint, ours_currency text, theirs bigint, theirs_currency text)
  ), written as (
    insert into breaks as b (run_id, subject, kind, provider, provider_entry_id, intent_id, provider_intent_id,
      ours_minor, ours_currency, theirs_minor, theirs_currency)
    select p_run_id, f.subject, f.kind, p_provider, f.key, f.intent, f.provider_intent, f.ours, f.ours_currency, f.theirs,
      f.theirs_currency
    from found f order by f.key, f.kind
    on conflict (provider_entry_id, provider, kind, (run_id is null)) do update set
      provider_intent_id = coalesce(b.provider_intent_id, excluded.provider_intent_id),
      ours_minor = excluded.ours_minor, ours_currency = excluded.ours_currency,
      theirs_minor = excluded.theirs_minor, theirs_currency = excluded.theirs_currency,
      status = 'open', resolved_at = null, resolved_by = null, fix = null
    where b.status = 'open'
      or (b.ours_minor, b.ours_currency, b.theirs_minor, b.theirs_currency)
        is distinct from (excluded.ours_minor, excluded.ours_currency, excluded.theirs_minor, excluded.theirs_currency)
    returning b.id, b.provider_entry_id, b.kind
  ), told as (
    insert into run_breaks (run_id, break_id) select p_run_id, id from written on conflict do nothing
  )
  select f.key, w.id is null from found f
  left join written w on w.provider_entry_id = f.key and w.kind = f.kind;

  select coalesce(array_agg(f.key), '{}') into v_explained
  from jsonb_to_recordset(p_breaks) as f (key text, kind text)
  join breaks b on b.provider_entry_id = f.key and b.provider = p_provider and b.kind = f.kind and b.status <> 'open'
    and b.run_id is not null;
  perform book_fees(p_provider, p_matched || v_explained);
end $$;

-- Open breaks of earlier runs whose subject this run saw and found in order. @returns how many
create or replace function close_gone(p_run_id text, p_provider text)
returns bigint
language sql as $$
  with gone as (
    update breaks b set status = 'resolved', resolved_at = instant(), resolved_by = 'reconciliation',
      note = 'Run ' || p_run_id || ' no longer found it.'
    where b.status = 'open' and b.provider = p_provider and b.run_id is not null and b.run_id <> p_run_id
      and not exists (select 1 from run_breaks r where r.run_id = p_run_id and r.break_id = b.id)
      and (b.subject = 'dispute' and exists (select 1 from listed_disputes l
          where l.run_id = p_run_id and l.provider = p_provider and l.dispute_id = b.provider_entry_id)
        or exists (select 1 from settlement_entries s
          where s.run_id = p_run_id and s.in_window
            and (s.key = b.provider_entry_id or s.entry_id = b.provider_entry_id
              or (b.subject = 'payout' and s.payout_id = b.provider_entry_id))))
    returning 1)
  select count(*) from gone
$$;
