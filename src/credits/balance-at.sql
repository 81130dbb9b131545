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

-- By a trigger, so that no verb can forget it; at the instant of the posting that it belongs to.
create or replace function keep_lot_history()
returns trigger
language plpgsql as $$
begin
  insert into lot_history (lot_id, at, remaining)
  values (new.id, case tg_op when 'INSERT' then new.created_at else instant() end, new.remaining);
  return null;
end $$;
