-- One entry in an intent's timeline; a visible one is a version too.
create or replace function tell_intent(p_intent_id text, p_kind text, p_actor text, p_is_visible boolean, p_data jsonb)
returns void
language plpgsql as $$
declare
  v_now timestamptz := instant();
  v_intent intents;
begin
  update intents set version = version + p_is_visible::integer, timeline_sequence = timeline_sequence + 1,
    updated_at = case when p_is_visible then v_now else updated_at end
  where id = p_intent_id returning * into v_intent;
  insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
  select p_intent_id, v_intent.timeline_sequence, case when p_is_visible then v_intent.version end, p_kind, p_actor,
    v_intent.status, v_intent.status, p_data, v_now, epoch
  from gateway;
end $$;
