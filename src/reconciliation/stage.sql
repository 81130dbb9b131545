-- Keeps lines of the provider's books. A line that is known stays one line; what a later reading knows more is added. The
-- money of a payout that failed came back by a line of its own, which is a part of the payout that takes it along.
-- A line of a time that a run is done with, and that none of them has judged, is judged by the run that reads it: it came later
-- than its run, or it could not be read then.
-- @param p_from, p_to the slice that lists the lines, in seconds since 1970; null: their payout does
create or replace function stage_entries(p_run_id text, p_provider text, p_in_window boolean, p_entries jsonb,
  p_from bigint, p_to bigint)
returns void
language plpgsql as $$
declare
  v_done int8multirange := coalesce(
    (select range_agg(int8range((input ->> 'from')::bigint, (input ->> 'to')::bigint)) from jobs
     where kind = 'reconciliation' and status = 'succeeded' and input ->> 'provider' = p_provider
       and input ->> 'dryRun' = 'false' and id <> p_run_id), '{}');
begin
  insert into settlement_entries as s (entry_id, provider, kind, key, provider_intent_id, payout_id, part_of,
    amount_minor, fee_minor, net_minor, currency, created_at, run_id, in_window)
  select distinct on (e.id) e.id, p_provider, e.kind, coalesce(e.object, e.id), e.intent,
    case e.kind when 'payout' then coalesce(e.object, e.id) else e.payout end,
    case when e.kind = 'payout' and e.payout <> coalesce(e.object, e.id) then e.payout end, e.amount, e.fee, e.net, e.currency,
    to_timestamp(e.at), p_run_id, p_in_window or v_done @> e.at or coalesce(int8range(p_from, p_to) <@ v_done and p_from is not null, false)
  from jsonb_to_recordset(p_entries) as e (id text, kind text, object text, intent text, payout text, amount bigint,
    fee bigint, net bigint, currency text, at bigint)
  order by e.id
  on conflict (entry_id, provider) do update set
    payout_id = coalesce(excluded.payout_id, s.payout_id),
    part_of = coalesce(excluded.part_of, s.part_of),
    provider_intent_id = coalesce(excluded.provider_intent_id, s.provider_intent_id),
    amount_minor = excluded.amount_minor, fee_minor = excluded.fee_minor, net_minor = excluded.net_minor,
    currency = excluded.currency, run_id = excluded.run_id,
    in_window = p_in_window or (s.run_id = excluded.run_id and s.in_window) or (excluded.in_window and (
      exists (select from unreadable_lines u where u.provider = s.provider and u.line = s.entry_id)
      or not exists (select from jobs j
        where j.id = s.run_id and j.status = 'succeeded' and j.input ->> 'dryRun' = 'false')));
end $$;
