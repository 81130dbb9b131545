-- Answers to disputes. One is asked for before the provider is called, under the dispute's lock, and ends when the provider has
-- said what became of it.

-- @param p_is_read whether what the provider has was read since: only then is one that never ended one that never came there
-- @returns asked; again: of a call whose answer never came; replayed, refused: under this key; conflict: of the key; in_progress:
-- another one is on its way; no_answer: the bank waits for none; too_late
create or replace function ask_dispute_answer(
  p_id text, p_dispute_id text, p_kind text, p_text text, p_key text, p_input_hash text, p_actor text, p_lease_seconds integer,
  p_is_read boolean)
returns table (outcome text, answer dispute_answers)
language plpgsql as $$
#variable_conflict use_column
declare
  v_dispute disputes;
  v_key text := hashed_key(p_dispute_id, p_key);
begin
  select * into v_dispute from disputes where id = p_dispute_id for no key update;
  select * into answer from dispute_answers where dispute_id = p_dispute_id and key = v_key;
  if answer.id is not null then
    outcome := case when answer.input_hash <> p_input_hash then 'conflict'
      else case answer.status when 'asked' then 'again' when 'done' then 'replayed' else 'refused' end end;
    return next;
    return;
  end if;
  select * into answer from dispute_answers where dispute_id = p_dispute_id and status = 'asked';
  if answer.asked_at > instant() - make_interval(secs => p_lease_seconds) or answer.id is not null and not p_is_read then
    return query select 'in_progress', answer;
    return;
  end if;
  -- The provider was read since it was asked for: it never came there.
  update dispute_answers set status = 'refused', ended_at = instant(), last_error = 'The provider never heard of it.'
  where id = answer.id;
  if v_dispute.status not in ('inquiry', 'open') or v_dispute.needs_answer is false then
    return query select 'no_answer', null::dispute_answers;
    return;
  elsif v_dispute.respond_by < instant() then
    return query select 'too_late', null::dispute_answers;
    return;
  end if;
  insert into dispute_answers (id, dispute_id, kind, status, text, files, key, input_hash, asked_by, asked_at)
  values (p_id, p_dispute_id, p_kind, 'asked', p_text,
    case p_kind when 'evidence' then kept_files(p_dispute_id) else '[]' end, v_key, p_input_hash, p_actor, instant())
  returning * into answer;
  outcome := 'asked';
  return next;
end $$;

-- The files that go with the evidence, in the order in which they came.
create or replace function kept_files(p_dispute_id text)
returns jsonb
language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'name', name, 'providerFileId', provider_file_id)
    order by attached_at, id), '[]')
  from dispute_files where dispute_id = p_dispute_id and is_kept;
$$;

-- Ends what is on its way, where a fresh read of the provider says what became of it.
create or replace function end_dispute_answers(p_dispute disputes)
returns void
language sql as $$
  update dispute_answers set status = 'done', ended_at = instant()
  where dispute_id = p_dispute.id and status = 'asked'
    and case kind when 'accept' then p_dispute.status = 'lost' else p_dispute.needs_answer is false end;
$$;
