-- The last event of a wallet at an instant. Its versions have no gap and grow with time, so that a few looks find it,
-- however many there are.
create or replace function wallet_event_at(p_user_id text, p_at timestamptz)
returns events
language plpgsql stable as $$
declare
  v_subject text := 'wallet:' || p_user_id;
  v_low integer := 0;
  v_high integer := (select version from wallets where user_id = p_user_id);
  v_middle integer;
  v_event events;
begin
  while v_low < v_high loop
    v_middle := (v_low + v_high + 1) / 2;
    -- Rows from before instants were cut to milliseconds are shown cut.
    if (select date_trunc('milliseconds', at) <= p_at from events where subject = v_subject and sequence = v_middle) then
      v_low := v_middle;
    else
      v_high := v_middle - 1;
    end if;
  end loop;
  select * into v_event from events where subject = v_subject and sequence = v_low;
  return v_event;
end $$;
