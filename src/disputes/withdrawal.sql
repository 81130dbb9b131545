-- Books what the provider took for a dispute, or gave back. @param p_minor positive: taken
create or replace function book_withdrawal(p_intent intents, p_dispute disputes, p_minor bigint)
returns void
language plpgsql as $$
declare
  v_kind text := case when p_minor > 0 then 'dispute_withdrawn' else 'dispute_reinstated' end;
  v_reference text := p_dispute.id || case when p_minor > 0 then ':withdrawn:' else ':reinstated:' end || p_dispute.turn;
  v_posting bigint;
  v_nth integer;
  v_owed bigint;
begin
  if p_minor = 0 then
    return;
  end if;
  -- Most take and give once in a turn.
  select count(*) into v_nth from journal
    where kind = v_kind and (reference = v_reference or reference like v_reference || ':%');
  v_owed := withdrawn_of_unapplied(p_dispute, p_minor);
  update disputes set from_unapplied_minor = from_unapplied_minor + v_owed where id = p_dispute.id;
  v_posting := new_posting_id();
  perform post(
    array[row(v_posting, v_kind, v_reference || case when v_nth > 0 then ':' || v_nth + 1 else '' end, p_intent.user_id,
      p_intent.id, null, null, null, null, 'provider', null, null)::posting],
    array[line_of(v_posting, 'clearing_' || p_dispute.provider, p_dispute.currency, p_minor),
      line_of(v_posting, 'unapplied', p_dispute.currency, -v_owed),
      line_of(v_posting, 'chargebacks', p_dispute.currency, v_owed - p_minor)]);
end $$;

-- Of money that bought nothing the bank pays what we owed to the payer; what is gone already it takes from us.
-- @returns how much of p_minor that is, signed like it
create or replace function withdrawn_of_unapplied(p_dispute disputes, p_minor bigint)
returns bigint
language sql stable as $$
  select case when p_minor < 0 then -greatest(0, p_dispute.from_unapplied_minor - p_dispute.withdrawn_minor)
    else least(p_minor, greatest(0, coalesce((
      select p.amount_minor - p.amount_refunded_minor - p.amount_written_off_minor
        - (select sum(from_unapplied_minor) from disputes d
           where d.provider_payment_id = p.provider_payment_id and d.provider = p.provider)
      from intent_payments p
      where p.provider_payment_id = p_dispute.provider_payment_id and p.provider = p_dispute.provider
        and p.booked_as = 'unapplied' and p.currency = p_dispute.currency), 0))) end::bigint;
$$;
