-- What payments came to: counted of who paid and with which card, once for each payment.

-- A list of marks.
create type risk_marks as (at timestamptz[], n bigint[]);

-- A list after one more now. @param p_is_broad of what many share: a mark a minute is enough
create or replace function marked(p_at timestamptz[], p_n bigint[], p_is_broad boolean, p_now timestamptz)
returns risk_marks
language plpgsql immutable
as $$
declare
  v_size integer := cardinality(p_at);
  v_floor integer;
begin
  if p_at is null then
    return row(array['-infinity', p_now], array[0, 1])::risk_marks;
  end if;
  -- A clock that went back: what was marked later than now happened now at the latest.
  if p_at[v_size] > p_now then
    p_at := array(select least(at, p_now) from unnest(p_at) at);
  end if;
  if p_is_broad and p_at[v_size] > p_now - interval '1 minute' then
    p_n[v_size] := p_n[v_size] + 1;
    return row(p_at, p_n)::risk_marks;
  end if;
  v_floor := greatest(width_bucket(p_now - interval '1 day', p_at), v_size - 63);
  return row('-infinity'::timestamptz || p_at[v_floor + 1:] || p_now, p_n[v_floor:] || p_n[v_size] + 1)::risk_marks;
end $$;

-- Whether a payment is the first that an account made which was a day old at most. That nothing was bought when it was asked for is
-- not enough: another may have been paid meanwhile. Nor that nothing of a week is there: it may have been given back.
create or replace function is_newcomer(p_outcome risk_outcome, p_payer risk_decisions)
returns boolean
language sql immutable parallel safe as $$
  select coalesce(p_outcome.is_bought and p_outcome.spent_share is null and p_payer.signals[28] is distinct from 0
    and p_payer.signals[27] <= 24, false);
$$;

-- A counter after one payment. @param p_kind of its subject. @param p_is_newcomer as is_newcomer() says
create or replace function counter_after(
  p_counter risk_counters, p_kind text, p_outcome risk_outcome, p_card text, p_is_newcomer boolean, p_now timestamptz)
returns risk_counters
language plpgsql immutable
as $$
declare
  v_marks risk_marks := marked(p_counter.tries_at, p_counter.tries_n, p_kind = 'address', p_now);
  v_seen risk_seen;
begin
  p_counter.tries_at := v_marks.at;
  p_counter.tries_n := v_marks.n;
  p_counter.declines_in_row := case when p_outcome.is_declined then coalesce(p_counter.declines_in_row, 0) + 1 else 0 end;
  if p_outcome.is_declined then
    v_marks := marked(p_counter.declines_at, p_counter.declines_n, p_kind = 'address', p_now);
    p_counter.declines_at := v_marks.at;
    p_counter.declines_n := v_marks.n;
  end if;
  if p_is_newcomer and p_kind <> 'user' then
    p_counter.newcomers_at := newcomers_after(p_counter.newcomers_at, p_now);
  end if;
  if p_kind = 'card' then
    v_seen := see(p_counter.users, p_counter.users_at, array[hashtextextended(p_outcome.user_id, 0)], p_now);
    p_counter.users := v_seen.ids;
    p_counter.users_at := v_seen.at;
  elsif p_card is not null then
    v_seen := see(p_counter.cards, p_counter.cards_at, array[hashtextextended(p_card, 0)], p_now);
    p_counter.cards := v_seen.ids;
    p_counter.cards_at := v_seen.at;
  end if;
  return p_counter;
end $$;

-- When accounts bought for the first time, after one more now: those of a week, 64 at most.
create or replace function newcomers_after(p_at timestamptz[], p_now timestamptz)
returns timestamptz[]
language plpgsql immutable
as $$
begin
  -- A clock that went back: as in marked().
  if p_at[cardinality(p_at)] > p_now then
    p_at := array(select least(at, p_now) from unnest(p_at) at);
  end if;
  return coalesce(p_at[greatest(width_bucket(p_now - interval '7 days', p_at), cardinality(p_at) - 63) + 1:], '{}') || p_now;
end $$;

-- Of whom and what payments are counted. @param p_payers what was decided of each before, beside the outcomes
create or replace function outcome_subjects(p_outcomes risk_outcome[], p_payers risk_decisions[])
returns risk_subject[]
language plpgsql immutable
as $$
begin
  return array(
    select row(o.ordinality, s.kind || ':' || s.value, s.kind, o.credits, null)::risk_subject
    from unnest(p_outcomes) with ordinality o
    cross join lateral (values ('user', o.user_id), ('device', p_payers[o.ordinality].device),
      ('address', p_payers[o.ordinality].address), ('card', o.card ->> 'fingerprint')) s(kind, value)
    where s.value is not null
    order by o.ordinality);
end $$;

-- Counts payments, one after another. @param p_payers as outcome_subjects() has them. @param p_counters as they were locked.
-- @returns the counters after all of them
create or replace function count_outcomes(
  p_outcomes risk_outcome[], p_payers risk_decisions[], p_subjects risk_subject[], p_counters risk_counters[])
returns risk_counters[]
language plpgsql
as $$
declare
  v_now timestamptz := instant();
  v_names text[] := array(select subject from unnest(p_counters) with ordinality order by ordinality);
  v_known constant integer := cardinality(p_counters);
  v_subject risk_subject;
  v_outcome risk_outcome;
  v_place integer;
  v_counter risk_counters;
  v_is_newcomer boolean;
begin
  foreach v_subject in array p_subjects loop
    v_place := array_position(v_names, v_subject.subject);
    if v_place is null then
      v_names := v_names || v_subject.subject;
      v_place := cardinality(v_names);
    end if;
    v_outcome := p_outcomes[v_subject.ord];
    v_is_newcomer := is_newcomer(v_outcome, p_payers[v_subject.ord]);
    -- Nobody is new again after a payment before it in the set.
    if v_is_newcomer and v_subject.ord > 1 then
      v_is_newcomer := not exists (
        select from unnest(p_outcomes[:v_subject.ord - 1]) o where o.is_bought and o.user_id = v_outcome.user_id);
    end if;
    v_counter := p_counters[v_place];
    v_counter.subject := v_subject.subject;
    v_counter.touched_at := v_now;
    p_counters[v_place] := counter_after(v_counter, v_subject.kind, v_outcome, v_outcome.card ->> 'fingerprint',
      v_is_newcomer, v_now);
  end loop;
  perform keep_counters(p_counters[:v_known], p_counters[v_known + 1:]);
  return p_counters;
end $$;

-- Writes counters as they are after payments, under their locks.
create or replace function keep_counters(p_known risk_counters[], p_new risk_counters[])
returns void
language plpgsql
as $$
declare
  v_added integer;
begin
  update risk_counters c set tries_at = k.tries_at, tries_n = k.tries_n, declines_at = k.declines_at,
    declines_n = k.declines_n, declines_in_row = k.declines_in_row, cards = k.cards, cards_at = k.cards_at, users = k.users,
    users_at = k.users_at, newcomers_at = k.newcomers_at, touched_at = k.touched_at
  from unnest(p_known) k where c.subject = k.subject and c.subject = any(array(select subject from unnest(p_known)));
  if cardinality(p_new) = 0 then
    return;
  end if;
  insert into risk_counters (subject, tries_at, tries_n, declines_at, declines_n, declines_in_row, cards, cards_at, users,
    users_at, newcomers_at, touched_at)
  select subject, tries_at, tries_n, declines_at, declines_n, declines_in_row, cards, cards_at, users, users_at, newcomers_at,
    touched_at
  from unnest(p_new) order by subject
  on conflict do nothing;
  get diagnostics v_added = row_count;
  if v_added < cardinality(p_new) then
    raise exception 'a subject was counted for the first time beside this set' using errcode = 'serialization_failure';
  end if;
end $$;

-- Counts that a purchase turned out badly: of its user a dispute or a fraud warning, and of its device and card whatever it was.
-- Call it once for each, after the locks on the intent and the wallet. @param p_kind dispute, warning, rejection (of a
-- review) or refund (of credits that were spent)
create or replace function count_trouble(p_user_id text, p_intent_id text, p_kind text)
returns void
language plpgsql
as $$
declare
  v_now timestamptz := instant();
  v_payer risk_decisions;
begin
  -- The last one knows the card.
  select * into v_payer from risk_decisions where user_id = p_user_id and intent_id = p_intent_id order by id desc limit 1;
  insert into risk_counters as c (subject, disputes, warnings, troubles, touched_at)
  select subject, (is_user and p_kind = 'dispute')::integer, (is_user and p_kind = 'warning')::integer,
    (not is_user)::integer, v_now
  from (values ('user:' || p_user_id, true), ('device:' || v_payer.device, false), ('card:' || v_payer.card, false))
    s(subject, is_user)
  where subject is not null order by subject
  on conflict (subject) do update set disputes = c.disputes + excluded.disputes, warnings = c.warnings + excluded.warnings,
    troubles = c.troubles + excluded.troubles, touched_at = v_now;
end $$;
