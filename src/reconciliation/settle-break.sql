-- Settles a break by a posting that makes our books say what the provider's say. One that moves more than one person may
-- waits: an approval is made, one for a break at a time, and nothing else happens. p_approval brings it, the person and his
-- `limits`, and both sides as they were confirmed (`seen`); `stale` when they are others by now.
-- @returns done; decided, when the break was not open; stale; and what second_person_for() says
create or replace function settle_break(p_break_id bigint, p_fix text, p_by text, p_note text, p_approval jsonb)
returns table (outcome text, approval_id text)
language plpgsql as $$
declare
  v_break breaks;
  v_posting bigint;
begin
  -- In the order of settle_news(): the intent comes first.
  perform 1 from intents where id = (select intent_id from breaks where id = p_break_id) for no key update;
  select * into v_break from breaks where id = p_break_id
    -- What the provider said, when it was asked for this fix, may have settled it.
    and (status <> 'resolved' or (subject = 'dispute' and resolved_by is null)) for no key update;
  outcome := case when v_break.id is null then 'decided'
    when jsonb_build_array(v_break.ours_minor::text, v_break.ours_currency, v_break.theirs_minor::text,
      v_break.theirs_currency) <> nullif(p_approval -> 'seen', 'null') then 'stale' end;
  if outcome is null then
    select s.outcome, s.approval_id into outcome, approval_id from second_person_for(v_break, p_approval) s;
  end if;
  if outcome is null then
    perform undo_refund(v_break);
    if exists (select 1 from break_lines(v_break)) then
      v_posting := post_break(v_break, p_fix, p_by, p_note, p_approval ->> 'approvedBy');
      update settlement_entries set journal_id = v_posting
      where key = v_break.provider_entry_id and provider = v_break.provider and v_break.subject in ('fee', 'payout')
        and kind in ('fee', 'other', 'payout');
    end if;
    update breaks set status = 'resolved', resolved_at = instant(), resolved_by = p_by, note = p_note, fix = p_fix
    where id = v_break.id;
    -- Later runs need not read its line again.
    if v_break.run_id is not null then
      perform book_fees(v_break.provider, array[v_break.provider_entry_id]);
    end if;
    outcome := 'done';
  end if;
  return next;
end $$;

-- Whether a second person is needed before a break is settled; where one is enough it is written down as his. A second person
-- agrees to amounts: when the break has others by now, the approval takes those and is to be decided again (`changed`).
-- @returns needs_approval; changed; a row of nulls when it may be settled
create or replace function second_person_for(p_break breaks, p_approval jsonb)
returns table (outcome text, approval_id text)
language plpgsql as $$
declare
  v_about text := coalesce((select user_id from intents where id = p_break.intent_id), 'brk_' || p_break.id);
  v_lines jsonb := (
    select coalesce(jsonb_object_agg(l.currency, l.amount::text), '{}') from break_lines(p_break) l);
  v_large record;
begin
  select l.currency, abs(l.amount) as amount into v_large from break_lines(p_break) l order by 2 desc, 1 limit 1;
  if p_approval ->> 'approvalId' is not null then
    if v_large.amount is not null and not exists (
      select from approvals where id = p_approval ->> 'approvalId' and action = 'resolve_break' and status = 'approved'
        and decided_by = p_approval ->> 'approvedBy' and input -> 'lines' = v_lines) then
      update approvals set amount_minor = v_large.amount, currency = v_large.currency,
        input = input || jsonb_build_object('lines', v_lines)
      where id = p_approval ->> 'approvalId';
      outcome := 'changed';
      approval_id := p_approval ->> 'approvalId';
    end if;
  elsif exists (
    select from break_lines(p_break) l
    where is_too_much_alone(p_approval ->> 'person', v_about, l.currency, abs(l.amount), p_approval -> 'limits')) then
    outcome := 'needs_approval';
    approval_id := ask_to_settle(p_approval, v_lines, v_large.amount, v_large.currency);
  else
    perform move_by_hand(p_approval ->> 'person', v_about, l.currency, abs(l.amount), 'brk_' || p_break.id,
      p_approval -> 'limits')
    from break_lines(p_break) l;
  end if;
  return next;
end $$;

-- Leaves a break to a second person: one approval at a time, which shows what is to be moved by now. @returns its id
create or replace function ask_to_settle(p_approval jsonb, p_lines jsonb, p_amount_minor bigint, p_currency text)
returns text
language plpgsql as $$
begin
  insert into approvals (id, action, summary, input, amount_minor, currency, requested_by, api_key_id, expires_at)
  values (p_approval ->> 'id', 'resolve_break', p_approval ->> 'summary',
    p_approval -> 'input' || jsonb_build_object('lines', p_lines), p_amount_minor, p_currency, p_approval ->> 'person',
    p_approval ->> 'apiKeyId', instant() + make_interval(secs => (p_approval ->> 'ttl')::integer))
  on conflict ((input ->> 'id')) where action = 'resolve_break' and status in ('open', 'approved')
    do update set amount_minor = excluded.amount_minor, currency = excluded.currency,
      input = approvals.input || jsonb_build_object('lines', p_lines) where approvals.status = 'open';
  return (select a.id from approvals a where a.action = 'resolve_break' and a.status in ('open', 'approved')
    and a.input ->> 'id' = p_approval #>> '{input,id}');
end $$;
