-- Books what was judged: money and credits through the ledger, then payments and intents as they are after it.

-- A posting of a step's user and intent.
create or replace function posting_of(p_step settle_step, p_id bigint, p_kind text, p_reference text)
returns posting
language sql immutable
as $$
  select row(p_id, p_kind, p_reference, (p_step.intent).user_id, (p_step.intent).id, null, null, null, null,
    (p_step.fact).actor, null, null)::posting;
$$;

-- Posts the money of each step that brings some, and the credits that it buys. A debt is paid first, out of the new lot: its
-- credits were spent before, so that their price is earned now. What one user buys runs through the wallet in the order of
-- the steps.
create or replace function book_receipts(p_steps settle_step[])
returns void
language plpgsql
as $$
declare
  v_now timestamptz := instant();
  v_step settle_step;
  v_intent intents;
  v_fact settle_fact;
  v_wallet wallets;
  v_granted wallets;
  v_pays bigint;
  v_postings posting[] := '{}';
  v_lines posting_line[] := '{}';
  v_lots new_lot[] := '{}';
  v_changes wallet_change[] := '{}';
  -- What is paid of debts, each by the nth lot.
  v_debts lot_part[] := '{}';
  v_debt_id bigint;
begin
  foreach v_step in array p_steps loop
    continue when v_step.receipt_id is null;
    v_intent := v_step.intent;
    v_fact := v_step.fact;
    v_postings := v_postings || posting_of(v_step, v_step.receipt_id, v_step.receipt_kind,
      v_intent.provider || ':' || v_fact.payment_id);
    v_lines := v_lines || line_of(v_step.receipt_id, case v_step.news when 'applied' then 'unapplied'
      else 'clearing_' || v_intent.provider end, v_fact.currency, -v_fact.amount_minor);
    v_lines := v_lines || line_of(v_step.receipt_id, case v_step.receipt_kind when 'receipt' then 'deferred_revenue'
      else 'unapplied' end, v_fact.currency, v_fact.amount_minor);
    continue when v_step.grant_id is null;
    if v_wallet.user_id is distinct from v_intent.user_id then
      select * into v_wallet from wallets where user_id = v_intent.user_id;
    end if;
    v_postings := v_postings || posting_of(v_step, v_step.grant_id, 'grant', v_intent.id);
    v_lines := v_lines || line_of(v_step.grant_id, 'credits_issued', 'CREDIT', -v_intent.credits);
    -- In a variable first: a function in SQL becomes part of the expression only when what goes into it is cheap to repeat.
    v_granted := wallet_after(v_wallet, v_intent.credits, 0, 0, 0, 1);
    v_lines := v_lines || wallet_line(v_step.grant_id, v_granted, v_intent.credits);
    v_lots := v_lots || row(v_intent.user_id, v_intent.id, v_step.grant_id, v_intent.credits, v_fact.amount_minor,
      v_fact.currency, v_now + make_interval(days => v_intent.credits_expire_after_days), false)::new_lot;
    v_pays := least(v_intent.credits, v_wallet.owed);
    v_wallet := case v_pays when 0 then v_granted
      else wallet_after(v_wallet, v_intent.credits - v_pays, 0, 0, -v_pays, 2) end;
    v_changes := v_changes
      || row(v_wallet, v_fact.actor, v_intent.credits - v_pays, v_step.grant_id, null)::wallet_change;
    continue when v_pays = 0;
    v_debt_id := new_posting_id();
    v_postings := v_postings || posting_of(v_step, v_debt_id, 'debt_payment', v_intent.id);
    v_lines := v_lines || wallet_line(v_debt_id, v_wallet, -v_pays);
    v_lines := v_lines || debt_line(v_debt_id, v_intent.user_id, v_pays);
    v_debts := v_debts || row(null, v_debt_id, v_pays, cardinality(v_lots))::lot_part;
  end loop;
  if cardinality(v_postings) > 0 then
    perform post_receipts(v_postings, v_lines, v_lots, v_debts);
    perform move_wallets(v_changes);
  end if;
end $$;

create or replace function post_receipts(
  p_postings posting[], p_lines posting_line[], p_lots new_lot[], p_debts lot_part[])
returns void
language plpgsql
as $$
declare
  v_lots lot_part[];
begin
  if cardinality(p_lots) > 0 then
    v_lots := add_lots(p_lots);
  end if;
  if cardinality(p_debts) > 0 then
    p_lines := p_lines || earned_lines(move_lots(array(
      select row(l.lot_id, d.posting_id, d.credits, true, 0, 0)::lot_move
      from unnest(p_debts) d join unnest(v_lots) l on l.nth = d.nth order by d.nth)), 'revenue');
  end if;
  -- Judged under the locks on our intents; that the same payment was posted meanwhile for another one is seen next time.
  if cardinality(post(p_postings, p_lines, true)) < cardinality(p_postings) then
    raise exception 'a payment was posted beside this set' using errcode = 'serialization_failure';
  end if;
end $$;

-- Writes payments and intents as they are after their last step. A payment that has bought something buys nothing else.
create or replace function book_intents(p_steps settle_step[])
returns void
language plpgsql
as $$
declare
  v_ids text[] := array(select (intent).id from unnest(p_steps));
begin
  insert into intent_payments as was (provider_payment_id, provider, intent_id, status, amount_minor, currency, booked_as,
    applied_at, seen_at)
  select provider_payment_id, provider, intent_id, status, amount_minor, currency, booked_as, applied_at, seen_at
  from (
    select distinct on ((payment).provider_payment_id, (payment).provider) (payment).*
    from unnest(p_steps) with ordinality
    where (payment).provider_payment_id is not null
    order by (payment).provider_payment_id, (payment).provider, ordinality desc) p
  on conflict (provider_payment_id, provider) do update
    set status = excluded.status, amount_minor = excluded.amount_minor, currency = excluded.currency,
      booked_as = excluded.booked_as, applied_at = excluded.applied_at
    where was.intent_id = excluded.intent_id
      and (was.booked_as is null or (was.booked_as = 'unapplied' and excluded.booked_as = 'bought'));
  update intents i set
    status = s.status, version = s.version, timeline_sequence = s.timeline_sequence,
    applied_read_number = s.applied_read_number, provider_intent_id = s.provider_intent_id,
    provider_status = s.provider_status, client_secret = s.client_secret, requires_action = s.requires_action,
    provider_payment_id = s.provider_payment_id, payment_method = s.payment_method, failure = s.failure,
    attempt_count = s.attempt_count, declined_count = s.declined_count, grant_journal_id = s.grant_journal_id,
    cancel_reason = s.cancel_reason, completed_at = s.completed_at, updated_at = s.updated_at,
    lease_until = s.lease_until, lease_token = s.lease_token, risk_score = s.risk_score, risk_decision = s.risk_decision,
    risk_decision_id = s.risk_decision_id
  from (
    select distinct on ((intent).id) (intent).*
    from unnest(p_steps) with ordinality order by (intent).id, ordinality desc) s
  where i.id = s.id and i.id = any(v_ids);
end $$;
