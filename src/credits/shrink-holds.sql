-- Credits of one lot that a hold had set aside.
create type hold_part as (hold_id text, lot_id bigint, credits bigint);

-- Takes at most p_credits out of a user's open holds, of what the intent bought first (p_only_bought: of nothing else) and never of
-- promotional lots: each stays open with less, and its entry says so. The caller holds the lock on them, and moves their lots and
-- the wallet. @returns what was taken
create or replace function shrink_holds(
  p_user_id text, p_intent_id text, p_only_bought boolean, p_credits bigint, p_actor text)
returns hold_part[]
language plpgsql as $$
declare
  v_holds text[];
  v_lots bigint[];
  v_parts hold_part[];
  v_part hold_part;
begin
  if p_credits <= 0 then
    return '{}';
  end if;
  -- Each table is asked by keys: where nested loops are off, joined as a whole it would be read as a whole.
  v_holds := array(select id from holds where user_id = p_user_id and status = 'open');
  v_lots := array(select lot_id from hold_lots where hold_id = any(v_holds));
  v_parts := array(
    select row(hold_id, lot_id, least(credits, p_credits - before))::hold_part
    from (
      select hl.*, row_number() over in_turn as nth, sum(hl.credits) over in_turn - hl.credits as before
      from (select * from hold_lots where hold_id = any(v_holds)) hl
      join (select id, created_at from holds where id = any(v_holds)) h on h.id = hl.hold_id
      join (select id, coalesce(coalesce(root_intent_id, intent_id) = p_intent_id, false) as is_bought from lots
        where id = any(v_lots) and not is_promotional) l on l.id = hl.lot_id and (l.is_bought or not p_only_bought)
      -- The newest hold first: what was promised first is kept longest.
      window in_turn as (
        order by not l.is_bought, h.created_at desc, hl.hold_id desc, hl.lot_id)) p
    where before < p_credits order by nth);
  delete from hold_lots h using unnest(v_parts) p
  where h.hold_id = p.hold_id and h.lot_id = p.lot_id and h.credits = p.credits and h.hold_id = any(v_holds);
  update hold_lots h set credits = h.credits - p.credits from unnest(v_parts) p
  where h.hold_id = p.hold_id and h.lot_id = p.lot_id and h.hold_id = any(v_holds);
  foreach v_part in array v_parts loop
    perform shrink_hold(v_part.hold_id, v_part.credits, p_actor);
  end loop;
  return v_parts;
end $$;

-- What was set aside becomes less; the hold stays open, and its entry says so.
create or replace function shrink_hold(p_hold_id text, p_credits bigint, p_actor text)
returns void
language plpgsql as $$
declare
  v_hold holds;
begin
  update holds set held = held - p_credits, version = version + 1 where id = p_hold_id returning * into v_hold;
  perform recount_limits(v_hold.user_id, v_hold.member_id, v_hold.api_key_id, v_hold.created_at, 0, -p_credits);
  insert into events (subject, sequence, version, kind, actor, from_status, to_status, data, at, epoch)
  select v_hold.id, v_hold.version, v_hold.version, 'hold_changed', p_actor, 'open', 'open',
    jsonb_build_object('userId', v_hold.user_id, 'credits', v_hold.credits, 'shrunkBy', p_credits, 'left', v_hold.held),
    instant(), epoch
  from gateway;
end $$;
