-- When to ask the provider again without having heard from it, for events that were lost: an open intent every 15
-- minutes, one with an authorisation when it is to be captured, one that ended without money daily for as long as
-- either provider's money may still come. Stable, as an instant and an interval are: see failure_of in judge.sql.
create or replace function next_look(p_status text, p_is_authorized boolean, p_ended_at timestamptz, p_now timestamptz)
returns timestamptz
language sql stable as $$
  select case
    when p_status = 'succeeded' then null
    when p_is_authorized and p_status = 'processing' then p_now + interval '10 minutes'
    when p_status in ('pending', 'processing') then p_now + interval '15 minutes'
    when p_ended_at + interval '5 days' > p_now then p_now + interval '1 day'
  end;
$$;
