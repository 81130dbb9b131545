-- Tells of what was judged: the entries of the timelines, and the breaks for people and policy.
create or replace function tell_steps(p_steps settle_step[])
returns void
language plpgsql
as $$
declare
  v_now timestamptz := instant();
  v_epoch integer := (select epoch from gateway);
begin
  with step as (
    select s.*, (fact).note_kind is not null as noted,
      first_sequence + ((fact).note_kind is not null)::integer as next_sequence
    from unnest(p_steps) s
  )
  insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
  select (intent).id, first_sequence, null::integer, (fact).note_kind, 'provider', null::text, null::text,
    coalesce((fact).note, '{}'), v_now, v_epoch
  from step where noted
  union all
  select (intent).id, next_sequence, (intent).version,
    case when moved then 'status_changed' when declines then 'attempt_declined'
      when answered then 'provider_answered' else 'payment_changed' end,
    (fact).actor, from_status, (intent).status,
    jsonb_strip_nulls(jsonb_build_object('failure', new_failure, 'providerPaymentId', (fact).payment_id,
      'attemptCount', (intent).attempt_count)), v_now, v_epoch
  from step where visible
  union all
  select (intent).id, next_sequence + visible::integer, null,
    case receipt_kind when 'receipt' then 'credits_granted' else 'money_unapplied' end, 'system', null, null,
    jsonb_strip_nulls(jsonb_build_object('credits', case receipt_kind when 'receipt' then (intent).credits end,
      'late', case when receipt_kind = 'receipt' and from_status = 'failed' then true end,
      'journalId', coalesce(grant_id, receipt_id), 'providerPaymentId', (fact).payment_id,
      'amountMinor', (fact).amount_minor, 'currency', (fact).currency, 'break', break_kind)), v_now, v_epoch
  from step where receipt_kind is not null
  union all
  select (intent).id, next_sequence + visible::integer, null, 'break_opened', 'system', null, null,
    jsonb_build_object('break', break_kind), v_now, v_epoch
  from step where break_kind = 'status_mismatch';

  insert into breaks (subject, kind, provider, provider_entry_id, intent_id, ours_minor, ours_currency,
    theirs_minor, theirs_currency)
  select 'payment', break_kind, (intent).provider,
    coalesce((fact).payment_id, (fact).provider_intent_id, (intent).id), (intent).id,
    (intent).amount_minor, (intent).currency, (fact).amount_minor, (fact).currency
  from unnest(p_steps) where break_kind is not null order by (fact).payment_id
  on conflict do nothing;
end $$;
