-- The only door for news about a dispute, and the only writer of one: what a fresh read of the provider says, applied once.
-- Money follows what the provider holds for it, credits follow the status: open freezes what is free of the lot that the
-- payment bought, and what of it is free later (freeze_disputed), lost takes the credits back, anything else lets them go.
-- A decided dispute that changes is a new turn.
--
-- Locks in the order of settle(): the intent, the wallet, its lots, its open holds; then the dispute, which the end of a
-- hold writes too, under its lock on the wallet.
create or replace function settle_dispute(
  p_id text, p_provider text, p_provider_dispute_id text, p_intent_id text, p_read_number integer, p_payment_id text,
  p_status text, p_amount_minor bigint, p_currency text, p_withdrawn_minor bigint, p_reason text,
  p_respond_by timestamptz, p_opened_at timestamptz, p_notes jsonb)
returns table (outcome text, dispute disputes)
language plpgsql as $$
#variable_conflict use_column
declare
  v_now timestamptz := instant();
  v_intent intents;
  v_payment intent_payments;
  v_was disputes;
  v_is disputes;
  v_note jsonb;
  v_is_moved boolean;
begin
  select * into v_intent from intents where id = p_intent_id for no key update;
  select * into v_payment from intent_payments where provider_payment_id = p_payment_id and provider = p_provider
    and intent_id = p_intent_id and booked_as is not null;
  if v_payment.provider_payment_id is null then
    return query select 'not_paid', null::disputes;
    return;
  end if;
  insert into wallets (user_id) values (v_intent.user_id) on conflict do nothing;
  perform 1 from wallets where user_id = v_intent.user_id for no key update;
  perform 1 from lots where user_id = v_intent.user_id and remaining > 0 order by id for no key update;
  perform 1 from holds where user_id = v_intent.user_id and status = 'open' order by id for no key update;
  select * into v_was from disputes where provider_dispute_id = p_provider_dispute_id and provider = p_provider
    for no key update;
  if v_was.applied_read_number >= p_read_number then
    return query select 'stale', v_was;
    return;
  end if;
  perform work_due(array[v_intent.user_id]);
  v_now := instant();
  for v_note in select * from jsonb_array_elements(p_notes) loop
    perform tell_intent(p_intent_id, 'webhook_received', 'provider', false, v_note);
  end loop;

  insert into disputes as d (id, provider, provider_dispute_id, provider_payment_id, intent_id, user_id, status,
    amount_minor, currency, withdrawn_minor, reason, respond_by, opened_at, closed_at, applied_read_number)
  values (p_id, p_provider, p_provider_dispute_id, p_payment_id, p_intent_id, v_intent.user_id, p_status, p_amount_minor,
    p_currency, p_withdrawn_minor, p_reason, p_respond_by, p_opened_at,
    case when p_status in ('won', 'lost', 'closed') then v_now end, p_read_number)
  on conflict (provider_dispute_id, provider) do update set
    turn = d.turn + (d.status in ('won', 'lost', 'closed') and d.status <> excluded.status
      or d.status = 'lost' and d.amount_minor <> excluded.amount_minor)::integer,
    closed_at = case when d.status = excluded.status then d.closed_at else excluded.closed_at end,
    status = excluded.status, amount_minor = excluded.amount_minor, withdrawn_minor = excluded.withdrawn_minor,
    reason = excluded.reason, respond_by = excluded.respond_by, applied_read_number = excluded.applied_read_number,
    updated_at = v_now
  returning * into v_is;

  perform book_withdrawal(v_intent, v_is, p_withdrawn_minor - coalesce(v_was.withdrawn_minor, 0));
  if v_was.withdrawn_minor is distinct from p_withdrawn_minor then
    perform note_over_returned(p_provider, p_payment_id);
  end if;
  -- A run had missed this news.
  update breaks set status = 'resolved', resolved_at = v_now, note = 'The provider has told of it since.'
  where subject = 'dispute' and provider_entry_id = p_provider_dispute_id and provider = p_provider and status = 'open'
    and kind in ('missing_here', 'status_mismatch', 'amount_mismatch')
    and (theirs_minor, theirs_currency) = (p_withdrawn_minor, p_currency);
  v_is_moved := v_was.status is distinct from p_status;
  if v_is_moved or v_was.amount_minor <> p_amount_minor then
    v_is := move_disputed_credits(v_intent, v_payment, v_was, v_is);
  end if;
  if v_is_moved then
    perform tell_intent(p_intent_id,
      case p_status when 'open' then 'dispute_opened' when 'inquiry' then 'dispute_changed' else 'dispute_' || p_status end,
      'provider', p_status <> 'inquiry', dispute_facts(v_is));
  elsif (v_was.amount_minor, v_was.withdrawn_minor, v_was.respond_by)
    is distinct from (p_amount_minor, p_withdrawn_minor, p_respond_by) then
    perform tell_intent(p_intent_id, 'dispute_changed', 'provider', false, dispute_facts(v_is));
  else
    return query select 'same', v_is;
    return;
  end if;
  return query select 'changed', v_is;
end $$;

-- What the bank's decision, or another amount, does to the credits.
create or replace function move_disputed_credits(
  p_intent intents, p_payment intent_payments, p_was disputes, p_is disputes)
returns disputes
language plpgsql as $$
declare
  v_is disputes := p_is;
  v_reference text := p_is.id || ':' || p_is.status || ':' || p_is.turn;
  v_surplus bigint;
begin
  if p_was.status = 'lost' then
    perform give_credits_back(p_intent, 'chargeback_reversal', v_reference,
      (select id from journal where reference = p_is.id || ':lost:' || p_was.turn and kind = 'chargeback'), p_is.id, 0,
      p_is.currency, 'chargebacks', p_was.credits_revoked, 'provider');
    update disputes set credits_revoked = 0 where id = p_is.id returning * into v_is;
  end if;
  if p_is.status = 'lost' then
    update disputes set credits_frozen = 0, credits_revoked = credits_to_revoke(p_intent, p_payment)
      where id = p_is.id returning * into v_is;
    perform take_credits(p_intent, 'chargeback', v_reference, p_is.id, 0, p_is.currency, 'chargebacks',
      v_is.credits_revoked, 'provider');
  elsif p_is.status = 'open' then
    v_surplus := v_is.credits_frozen - disputed_credits(v_is);
    if v_surplus > 0 then
      update disputes set credits_frozen = credits_frozen - v_surplus where id = p_is.id;
      -- The amount may change more than once in a turn; the version of the wallet tells them apart.
      perform thaw_credits(p_intent.user_id, p_is.id, v_surplus,
        v_reference || ':' || (select version from wallets where user_id = p_intent.user_id), p_intent.id, 'provider');
    end if;
    perform freeze_disputed(array[p_intent.user_id], 'provider');
    select * into v_is from disputes where id = p_is.id;
  else
    update disputes set credits_frozen = 0 where id = p_is.id returning * into v_is;
    perform unfreeze_credits(p_intent.user_id, p_is.id, v_reference, p_intent.id, 'provider');
    -- Also when this one had frozen nothing: one that was opened after it may now be about more.
    perform freeze_disputed(array[p_intent.user_id], 'provider');
    select * into v_is from disputes where id = p_is.id;
  end if;
  return v_is;
end $$;

-- Books what the provider took for a dispute, or gave back. @param p_minor positive: taken
create or replace function book_withdrawal(p_intent intents, p_dispute disputes, p_minor bigint)
returns void
language plpgsql as $$
declare
  v_kind text := case when p_minor > 0 then 'dispute_withdrawn' else 'dispute_reinstated' end;
  v_reference text := p_dispute.id || case when p_minor > 0 then ':withdrawn:' else ':reinstated:' end || p_dispute.turn;
  v_nth integer;
  v_journal bigint;
  v_payment intent_payments;
  v_owed bigint;
begin
  if p_minor = 0 then
    return;
  end if;
  -- Most take and give once in a turn.
  select count(*) into v_nth from journal
    where kind = v_kind and (reference = v_reference or reference like v_reference || ':%');
  insert into journal (kind, reference, user_id, intent_id, actor, posted_at, epoch)
  select v_kind, v_reference || case when v_nth > 0 then ':' || v_nth + 1 else '' end, p_intent.user_id, p_intent.id,
    'provider', instant(), epoch
  from gateway returning id into v_journal;
  -- Of money that bought nothing the bank pays what we owed to the payer; what is gone already it takes from us.
  select * into v_payment from intent_payments where provider_payment_id = p_dispute.provider_payment_id
    and provider = p_dispute.provider and booked_as = 'unapplied' and currency = p_dispute.currency;
  v_owed := case when p_minor < 0 then greatest(0, p_dispute.from_unapplied_minor - p_dispute.withdrawn_minor) * -1
    else least(p_minor, greatest(0, coalesce(v_payment.amount_minor - v_payment.amount_refunded_minor
      - v_payment.amount_written_off_minor - (select sum(from_unapplied_minor) from disputes
        where provider_payment_id = v_payment.provider_payment_id and provider = v_payment.provider), 0))) end;
  update disputes set from_unapplied_minor = from_unapplied_minor + v_owed where id = p_dispute.id;
  insert into entries (journal_id, line, account, unit, amount)
  select v_journal, row_number() over (), l.account, p_dispute.currency, l.amount
  from (values ('clearing_' || p_dispute.provider, p_minor), ('unapplied', -v_owed), ('chargebacks', v_owed - p_minor))
    l(account, amount)
  where l.amount <> 0;
end $$;

-- What the timeline and the deliveries say of a dispute.
create or replace function dispute_facts(p_dispute disputes)
returns jsonb
language sql stable as $$
  select jsonb_build_object('disputeId', p_dispute.id, 'amountMinor', p_dispute.amount_minor,
    'currency', p_dispute.currency, 'status', p_dispute.status, 'turn', p_dispute.turn,
    'creditsFrozen', p_dispute.credits_frozen, 'creditsRevoked', p_dispute.credits_revoked, 'reason', p_dispute.reason,
    'respondBy', to_char(p_dispute.respond_by at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'withdrawnMinor', p_dispute.withdrawn_minor, 'providerDisputeId', p_dispute.provider_dispute_id,
    'providerPaymentId', p_dispute.provider_payment_id);
$$;
