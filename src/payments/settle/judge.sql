-- Judges news: decides, under the locks of settle_news, what each fact does, and writes nothing.

-- What a fact comes to, beside what is known of its payment. @param p_balance of the user's wallet, in credits
create or replace function news_here(
  p_fact settle_fact, p_intent intents, p_payment intent_payments, p_balance bigint)
returns text
language sql stable as $$
  select case
    when p_fact.news = 'captured' and p_payment.booked_as is not null then 'seen'
    -- Only what is here whole can pay.
    when p_fact.news = 'applied' and unapplied_left(p_payment) is distinct from p_fact.amount_minor then 'seen'
    when p_fact.read_number < p_intent.applied_read_number and p_fact.news <> 'captured' then 'stale'
    when p_fact.news = 'captured'
      and (p_fact.amount_minor, p_fact.currency) is distinct from (p_intent.amount_minor, p_intent.currency)
      then 'mismatched'
    -- No wallet holds more than every client reads exactly.
    when p_fact.news = 'captured' and p_balance + p_intent.credits > 9007199254740991 then 'mismatched'
    when p_fact.news = 'declined' and p_payment.status in ('declined', 'captured') then 'seen'
    -- Both providers keep asking the payer; at the tenth decline we stop (a card tester needs hundreds).
    when p_fact.news = 'declined' and (p_fact.is_final or p_intent.declined_count + 1 >= 10) then 'failed'
    -- We asked the provider to end it because the time ran out: that is no cancel by anybody.
    when p_fact.news = 'canceled' and p_intent.expire_requested_at is not null then
      case p_intent.status when 'processing' then 'failed' else 'expired' end
    else p_fact.news
  end;
$$;

-- Why the payer has not paid, as far as a step says something new about it. Stable, as what it calls is: called immutable it would be
-- planned anew in each transaction, in place of becoming part of its caller's expression. @param p_was the intent before the step
create or replace function failure_of(p_step settle_step, p_was intents)
returns jsonb
language sql stable as $$
  select case
    when p_step.news = 'stale' or p_was.status not in ('pending', 'processing') then null
    when p_step.news = 'mismatched' then jsonb_build_object(
      'code', 'amount_mismatch', 'retryable', false,
      'message', case
        when ((p_step.fact).amount_minor, (p_step.fact).currency) = (p_was.amount_minor, p_was.currency)
        then 'The balance cannot hold so many credits. The money will be sent back.'
        else 'The amount that arrived is not the price. It will be sent back.' end)
    when p_step.moved and (p_step.news = 'expired' or ((p_step.fact).news = 'canceled' and p_step.result = 'failed'))
      then jsonb_build_object('code', 'expired', 'retryable', false, 'message', 'The time to pay ran out.')
    when p_step.declines and p_step.news = 'failed' and not coalesce((p_step.fact).is_final, false)
      then (p_step.fact).failure || jsonb_build_object('code', 'attempts', 'retryable', false)
    -- A try that was seen before says nothing new about why the last one failed.
    when p_step.news <> 'seen' and (p_step.fact).failure is distinct from p_was.failure then (p_step.fact).failure
  end;
$$;

-- What a person has to look at, or what goes back by policy. @param p_was the intent before the step
create or replace function break_of(p_step settle_step, p_was intents)
returns text
language sql immutable as $$
  select case
    when p_step.receipt_kind = 'unapplied' and p_was.status = 'succeeded' then 'duplicate'
    when p_step.news = 'mismatched' and p_step.receipt_kind is not null
      and (p_step.fact).currency <> p_was.currency then 'currency_mismatch'
    when p_step.news = 'mismatched' and p_step.receipt_kind is not null
      and (p_step.fact).amount_minor <> p_was.amount_minor then 'amount_mismatch'
    when p_step.receipt_kind = 'unapplied' then 'unapplied'
    when p_step.result = 'illegal' then 'status_mismatch'
  end;
$$;

-- The payment of a step after it, whose money is booked as its receipt says. @param p_was as it was before; null: never seen
create or replace function payment_after(p_step settle_step, p_was intent_payments, p_intent intents, p_now timestamptz)
returns intent_payments
language plpgsql as $$
declare
  v_booked_as text := case p_step.receipt_kind when 'receipt' then 'bought' when 'unapplied' then 'unapplied' end;
begin
  if p_was.provider_payment_id is null then
    p_was.provider_payment_id := (p_step.fact).payment_id;
    p_was.provider := p_intent.provider;
    p_was.intent_id := p_intent.id;
    p_was.seen_at := p_now;
  end if;
  if p_was.booked_as = 'unapplied' then
    p_was.applied_at := p_now;
  end if;
  p_was.status := case when v_booked_as is not null then 'captured' when p_step.declines then 'declined'
    else 'authorized' end;
  p_was.amount_minor := (p_step.fact).amount_minor;
  p_was.currency := (p_step.fact).currency;
  p_was.booked_as := v_booked_as;
  return p_was;
end $$;

-- The intent of a step after it. @param p_was the intent before
create or replace function intent_after(p_step settle_step, p_was intents, p_now timestamptz)
returns intents
language plpgsql as $$
declare
  v_is intents := p_was;
  v_fact settle_fact := p_step.fact;
  v_is_paid constant boolean := p_step.moved and p_step.result = 'succeeded';
begin
  v_is.status := case when p_step.moved then p_step.result else p_was.status end;
  v_is.version := p_was.version + p_step.visible::integer;
  v_is.timeline_sequence := p_was.timeline_sequence + (v_fact.note_kind is not null)::integer + p_step.visible::integer
    + (p_step.receipt_kind is not null)::integer + (p_step.break_kind is not distinct from 'status_mismatch')::integer;
  v_is.applied_read_number := greatest(p_was.applied_read_number, v_fact.read_number);
  v_is.provider_intent_id := coalesce(p_was.provider_intent_id, v_fact.provider_intent_id);
  if p_step.news <> 'stale' then
    v_is.provider_status := coalesce(v_fact.provider_status, p_was.provider_status);
    v_is.requires_action := coalesce(v_fact.requires_action, p_was.requires_action);
  end if;
  -- Once nothing can be paid nobody needs it.
  v_is.client_secret := case when v_is.status in ('pending', 'processing')
    then coalesce(p_was.client_secret, v_fact.client_secret) end;
  if p_step.grant_id is not null or p_was.grant_journal_id is null then
    v_is.provider_payment_id := coalesce(v_fact.payment_id, p_was.provider_payment_id);
    v_is.payment_method := coalesce(v_fact.method, p_was.payment_method);
  end if;
  v_is.failure := case when not v_is_paid then coalesce(p_step.new_failure, p_was.failure) end;
  v_is.attempt_count := p_was.attempt_count + p_step.is_new_payment::integer;
  v_is.declined_count := p_was.declined_count + p_step.declines::integer;
  v_is.grant_journal_id := coalesce(p_step.grant_id, p_was.grant_journal_id);
  v_is.cancel_reason := case when v_is_paid then null
    when p_step.moved and p_step.result = 'canceled'
    then case when p_was.cancel_requested_at is null then 'provider' else 'requested' end
    else p_was.cancel_reason end;
  if p_step.moved and p_step.result in ('succeeded', 'failed', 'canceled') then
    v_is.completed_at := p_now;
  end if;
  if p_step.visible then
    v_is.updated_at := p_now;
  end if;
  -- The lease ends when nothing is left to be done at the provider, to make the object or to end it; then it says when to
  -- look again.
  if not ((v_is.provider_intent_id is null and not (p_step.moved and p_step.result = 'failed'))
    or (coalesce(p_was.cancel_requested_at, p_was.expire_requested_at) is not null
      and v_is.status in ('pending', 'processing'))) then
    v_is.lease_token := null;
    v_is.lease_until := next_look(v_is.status, p_step.news = 'accepted' and v_fact.payment_id is not null,
      coalesce(case when p_step.moved then p_now end, p_was.completed_at, p_now), p_now);
  end if;
  return v_is;
end $$;

-- The decide loop: what each fact does, over plain variables, in the order in which the set gives them, the facts of one user
-- and of one intent together. Several facts of one intent, payment or wallet see what those before them did.
-- @param p_at which of p_facts
create or replace function judge_facts(p_facts settle_fact[], p_at integer[])
returns settle_step[]
language plpgsql
as $$
declare
  v_now timestamptz := instant();
  v_intent_ids text[] := array(select (p_facts[ord]).intent_id from unnest(p_at) ord);
  v_payment_ids text[] := array(select (p_facts[ord]).payment_id from unnest(p_at) ord);
  v_row record;
  v_fact settle_fact;
  v_intent intents;
  v_user_id text;
  v_balance bigint;
  v_payment intent_payments;
  -- The payments that this set changed, each at the place of its reference.
  v_references text[] := '{}';
  v_payments intent_payments[] := '{}';
  v_reference text;
  v_place integer;
  v_step settle_step;
  v_steps settle_step[] := '{}';
  v_books boolean;
  v_kind text;
begin
  for v_row in
    select a.ord, i as intent, p.payment, w.balance,
      -- Whoever wrote a business fact first owns it.
      array(select kind from journal where reference = any(array[i.id, i.provider || ':' || (p_facts[a.ord]).payment_id])
        and kind in ('receipt', 'unapplied', 'grant')) as posted
    from unnest(p_at) a(ord)
    join intents i on i.id = (p_facts[a.ord]).intent_id and i.id = any(v_intent_ids)
    left join (select x as payment, provider_payment_id, provider from intent_payments x
        where provider_payment_id = any(v_payment_ids)) p
      on p.provider_payment_id = (p_facts[a.ord]).payment_id and p.provider = i.provider
    left join (select user_id, balance from wallets where user_id = any(array(
        select user_id from intents where id = any(v_intent_ids)))) w on w.user_id = i.user_id
    order by i.user_id, min(a.ord) over (partition by i.id), a.ord
  loop
    v_fact := p_facts[v_row.ord];
    if v_intent.id is distinct from v_fact.intent_id then
      v_intent := v_row.intent;
    end if;
    if v_user_id is distinct from v_intent.user_id then
      v_user_id := v_intent.user_id;
      v_balance := v_row.balance;
    end if;
    v_reference := v_intent.provider || ':' || v_fact.payment_id;
    v_place := array_position(v_references, v_reference);
    if v_place is null then
      v_payment := v_row.payment;
    else
      v_payment := v_payments[v_place];
    end if;

    v_step := null;
    v_step.ord := v_row.ord;
    v_step.fact := v_fact;
    v_step.from_status := v_intent.status;
    v_step.first_sequence := v_intent.timeline_sequence + 1;
    v_step.news := news_here(v_fact, v_intent, v_payment, v_balance);
    select result into v_step.result from transitions where from_status = v_intent.status and news = v_step.news;
    v_step.moved := coalesce(v_step.result in ('pending', 'processing', 'succeeded', 'failed', 'canceled')
      and v_step.result <> v_intent.status, false);
    v_step.declines := v_fact.news = 'declined' and v_step.news in ('declined', 'failed');
    v_step.is_new_payment := v_fact.payment_id is not null and v_payment.status is null and v_step.news <> 'stale';
    v_books := v_step.news in ('captured', 'mismatched', 'applied');
    v_kind := case when v_step.moved and v_step.result = 'succeeded' then 'receipt' else 'unapplied' end;
    if v_books and v_kind <> all(v_row.posted) then
      v_step.receipt_kind := v_kind;
      v_step.receipt_id := new_posting_id();
    end if;
    if v_step.receipt_kind = 'receipt' and 'grant' <> all(v_row.posted) then
      v_step.grant_id := new_posting_id();
      v_balance := v_balance + v_intent.credits;
    end if;
    -- A move to succeeded stands only with its grant.
    v_step.moved := v_step.moved and (v_step.result <> 'succeeded' or v_step.grant_id is not null);
    v_step.new_failure := failure_of(v_step, v_intent);
    v_step.answered := v_step.news <> 'stale' and v_intent.provider_intent_id is null
      and v_fact.provider_intent_id is not null;
    v_step.visible := v_step.moved or v_step.is_new_payment or v_step.declines or v_step.answered
      or v_step.new_failure is not null or (v_step.news <> 'stale' and v_intent.status in ('pending', 'processing')
        and v_fact.requires_action is not null and v_fact.requires_action <> v_intent.requires_action);
    v_step.break_kind := break_of(v_step, v_intent);
    if v_step.news <> 'stale' and v_fact.payment_id is not null
      and (v_step.receipt_kind is not null or (not v_books and (v_step.is_new_payment or v_step.declines))) then
      v_place := coalesce(v_place, cardinality(v_references) + 1);
      v_references[v_place] := v_reference;
      v_payments[v_place] := payment_after(v_step, v_payment, v_intent, v_now);
      -- A payment belongs to the intent that it was first seen on.
      if coalesce(v_payment.intent_id, v_intent.id) = v_intent.id then
        v_step.payment := v_payments[v_place];
      end if;
    end if;
    v_intent := intent_after(v_step, v_intent, v_now);
    v_step.intent := v_intent;
    v_steps := v_steps || v_step;
  end loop;
  return v_steps;
end $$;
