-- Books what the provider took for a dispute, or gave back. @param p_minor positive: taken
create or replace function book_withdrawal(p_intent intents, p_dispute disputes, p_minor bigint)
returns void
language plpgsql as $$
declare
  v_kind text := case when p_minor > 0 then 'dispute_withdrawn' else 'dispute_reinstated' end;
  v_reference text := p_dispute.id || case when p_minor > 0 then ':withdrawn:' else ':reinstated:' end || p_dispute.turn;
  v_posting bigint;
  v_nth integer;
  -- What it pays, or paid, of what we owe to the payer of money that bought nothing.
  v_owed bigint;
begin
  if p_minor = 0 then
    return;
  end if;
  -- Most take and give once in a turn.
  select count(*) into v_nth from journal
    where kind = v_kind and (reference = v_reference or reference like v_reference || ':%');
  v_owed := share_unapplied(p_dispute.provider, p_dispute.provider_payment_id);
  v_posting := new_posting_id();
  perform post(
    array[row(v_posting, v_kind, v_reference || case when v_nth > 0 then ':' || v_nth + 1 else '' end, p_intent.user_id,
      p_intent.id, null, null, null, null, 'provider', null, null)::posting],
    array[line_of(v_posting, 'clearing_' || p_dispute.provider, p_dispute.currency, p_minor),
      line_of(v_posting, 'unapplied', p_dispute.currency, -v_owed),
      line_of(v_posting, 'chargebacks', p_dispute.currency, v_owed - p_minor)]);
end $$;
