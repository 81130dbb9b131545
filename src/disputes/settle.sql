-- The only door for news about a dispute, and the only writer of one: what a fresh read of the provider says, applied once.
-- Money follows what the provider holds for it, credits follow the status: open claims what is free of the lot that the
-- payment bought, and what of it is free later, lost takes the credits back, anything else lets them go.
-- A decided dispute that changes is a new turn.
--
-- Locks in the order of settle_news(): the intent, its wallets, their open holds; then the dispute.
create or replace function settle_dispute(
  p_id text, p_provider text, p_provider_dispute_id text, p_intent_id text, p_read_number integer, p_payment_id text,
  p_status text, p_amount_minor bigint, p_currency text, p_withdrawn_minor bigint, p_reason text,
  p_needs_answer boolean, p_respond_by timestamptz, p_opened_at timestamptz, p_notes jsonb)
returns table (outcome text, dispute disputes)
language plpgsql as $$
#variable_conflict use_column
declare
  v_intent intents;
  v_payment intent_payments;
  v_was disputes;
  v_wallets text[];
  v_constraint text;
begin
  select * into v_intent from intents where id = p_intent_id for no key update;
  select * into v_payment from intent_payments where provider_payment_id = p_payment_id and provider = p_provider
    and intent_id = p_intent_id and booked_as is not null;
  if v_payment.provider_payment_id is null then
    return query select 'not_paid', null::disputes;
    return;
  end if;
  v_wallets := lock_wallets(purchase_wallets(array[p_intent_id]), true);
  perform 1 from holds where user_id = any(v_wallets) and status = 'open' order by id for no key update;
  select * into v_was from disputes where provider_dispute_id = p_provider_dispute_id and provider = p_provider
    for no key update;
  if v_was.applied_read_number >= p_read_number then
    return query select 'stale', v_was;
    return;
  end if;
  perform work_due(v_wallets);
  if v_was.status = 'lost' and (v_was.status, v_was.amount_minor) <> (p_status, p_amount_minor)
    and not fits_back(v_intent.user_id, v_was.id, v_was.credits_revoked) then
    -- A person makes room, and asks the provider again.
    perform note_missing('dispute', p_provider, p_provider_dispute_id, p_intent_id, v_was.withdrawn_minor,
      p_withdrawn_minor, p_currency);
    return query select 'same', v_was;
    return;
  end if;
  begin
    perform tell_intent(p_intent_id, 'webhook_received', 'provider', false, n.note)
    from (select note from jsonb_array_elements(p_notes) with ordinality x(note, nth) order by nth) n;
    dispute := keep_dispute(p_id, p_provider, p_provider_dispute_id, v_intent, p_read_number, p_payment_id, p_status,
      p_amount_minor, p_currency, p_withdrawn_minor, p_reason, p_needs_answer, p_respond_by, p_opened_at);
    perform end_dispute_answers(dispute);
    perform book_withdrawal(v_intent, dispute, p_withdrawn_minor - coalesce(v_was.withdrawn_minor, 0));
    if v_was.withdrawn_minor is distinct from p_withdrawn_minor then
      perform note_over_returned(p_provider, p_payment_id);
    end if;
    -- A run had missed this news.
    update breaks set status = 'resolved', resolved_at = instant(), note = 'The provider has told of it since.'
    where subject = 'dispute' and provider_entry_id = p_provider_dispute_id and provider = p_provider and status = 'open'
      and kind in ('missing_here', 'status_mismatch', 'amount_mismatch') and (theirs_minor, theirs_currency) = (p_withdrawn_minor, p_currency);
    if v_was.status is distinct from p_status or v_was.amount_minor <> p_amount_minor then
      dispute := move_disputed_credits(v_intent, v_payment, v_was, dispute);
    end if;
  exception when check_violation then
    get stacked diagnostics v_constraint = constraint_name;
    if v_constraint <> 'wallets_safe' then
      raise;
    end if;
    -- The user would owe more than a wallet can say: as above.
    perform note_missing('dispute', p_provider, p_provider_dispute_id, p_intent_id, coalesce(v_was.withdrawn_minor, 0),
      p_withdrawn_minor, p_currency);
    return query select 'same', v_was;
    return;
  end;
  perform count_trouble(v_intent.user_id, v_intent.id, 'dispute') where v_was.id is null;
  outcome := case when tell_dispute(v_was, dispute) then 'changed' else 'same' end;
  return next;
end $$;

-- The row of a dispute as a fresh read of the provider says it.
create or replace function keep_dispute(
  p_id text, p_provider text, p_provider_dispute_id text, p_intent intents, p_read_number integer, p_payment_id text,
  p_status text, p_amount_minor bigint, p_currency text, p_withdrawn_minor bigint, p_reason text, p_needs_answer boolean,
  p_respond_by timestamptz, p_opened_at timestamptz)
returns disputes
language sql as $$
  insert into disputes as d (id, provider, provider_dispute_id, provider_payment_id, intent_id, user_id, status,
    amount_minor, currency, withdrawn_minor, reason, needs_answer, respond_by, opened_at, closed_at, applied_read_number)
  values (p_id, p_provider, p_provider_dispute_id, p_payment_id, p_intent.id, p_intent.user_id, p_status, p_amount_minor,
    p_currency, p_withdrawn_minor, p_reason, p_needs_answer, p_respond_by, p_opened_at,
    case when p_status in ('won', 'lost', 'closed') then instant() end, p_read_number)
  on conflict (provider_dispute_id, provider) do update set
    turn = d.turn + (d.status in ('won', 'lost', 'closed') and d.status <> excluded.status
      or d.status = 'lost' and d.amount_minor <> excluded.amount_minor)::integer,
    closed_at = case when d.status = excluded.status then d.closed_at else excluded.closed_at end,
    status = excluded.status, amount_minor = excluded.amount_minor, withdrawn_minor = excluded.withdrawn_minor,
    reason = excluded.reason, needs_answer = excluded.needs_answer, respond_by = excluded.respond_by, applied_read_number = excluded.applied_read_number,
    updated_at = instant()
  returning d.*;
$$;

-- What the bank's decision, or another amount, does to the credits.
create or replace function move_disputed_credits(
  p_intent intents, p_payment intent_payments, p_was disputes, p_is disputes)
returns disputes
language plpgsql as $$
declare
  v_is disputes;
  v_reference text := p_is.id || ':' || p_is.status || ':' || p_is.turn;
  v_credits bigint;
begin
  if p_is.status <> 'open' then
    perform drop_claim(p_is.id);
  end if;
  -- Also those that were opened after it: they may be about more by now.
  perform claim_undecided(p_is.provider, p_is.provider_payment_id);
  if p_was.status = 'lost' then
    perform give_credits_back(p_intent, 'chargeback_reversal', v_reference,
      (select id from journal where reference = p_is.id || ':lost:' || p_was.turn and kind = 'chargeback'), p_is.id, 0,
      p_is.currency, 'chargebacks', p_was.credits_revoked, 'provider');
    update disputes set credits_revoked = 0 where id = p_is.id;
  end if;
  if 'lost' in (p_was.status, p_is.status) then
    perform follow_bonuses(p_intent, p_payment, 'provider');
  end if;
  if p_is.status = 'lost' then
    v_credits := credits_to_revoke(p_intent, p_payment);
    update disputes set credits_revoked = v_credits where id = p_is.id;
    perform take_credits(p_intent, 'chargeback', v_reference, p_is.id, 0, p_is.currency, 'chargebacks', v_credits,
      'provider');
  elsif p_is.status = 'open' then
    -- The amount may change more than once in a turn; the version of the wallet tells them apart.
    perform thaw_credits(p_intent.user_id, p_is.id,
      (select greatest(0, frozen - credits) from claims where cause_id = p_is.id),
      v_reference || ':' || (select version from wallets where user_id = p_intent.user_id), p_intent.id, 'provider');
  else
    perform thaw_credits(p_intent.user_id, p_is.id, null, v_reference, p_intent.id, 'provider');
  end if;
  select * into v_is from disputes where id = p_is.id;
  return v_is;
end $$;

-- An entry in the intent's timeline, when there is something to say. @returns whether there was
create or replace function tell_dispute(p_was disputes, p_is disputes)
returns boolean
language plpgsql as $$
begin
  if p_was.status is distinct from p_is.status then
    perform tell_intent(p_is.intent_id,
      case p_is.status when 'open' then 'dispute_opened' when 'inquiry' then 'dispute_changed'
        else 'dispute_' || p_is.status end,
      'provider', p_is.status <> 'inquiry', dispute_facts(p_is));
    return true;
  elsif (p_was.amount_minor, p_was.withdrawn_minor, p_was.respond_by, p_was.needs_answer)
    is distinct from (p_is.amount_minor, p_is.withdrawn_minor, p_is.respond_by, p_is.needs_answer) then
    perform tell_intent(p_is.intent_id, 'dispute_changed', 'provider', false, dispute_facts(p_is));
    return true;
  end if;
  return false;
end $$;

-- What the timeline and the deliveries say of a dispute.
create or replace function dispute_facts(p_dispute disputes)
returns jsonb
language sql stable as $$
  select jsonb_build_object('disputeId', p_dispute.id, 'amountMinor', p_dispute.amount_minor,
    'currency', p_dispute.currency, 'status', p_dispute.status, 'turn', p_dispute.turn,
    'creditsFrozen', p_dispute.credits_frozen, 'creditsRevoked', p_dispute.credits_revoked, 'reason', p_dispute.reason,
    'needsAnswer', p_dispute.needs_answer, 'respondBy', to_char(p_dispute.respond_by at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'withdrawnMinor', p_dispute.withdrawn_minor, 'providerDisputeId', p_dispute.provider_dispute_id,
    'providerPaymentId', p_dispute.provider_payment_id);
$$;
