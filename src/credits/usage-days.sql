-- Adds what was used up by day, of each user and (user '') of all, behind those who spend: a row that all of a day write would
-- be one that all wait for. In the order in which usage became visible, and each once.

-- @returns how many; 0 when all is added up that can be, or another process is at it
create or replace function add_up_usage(p_max integer)
returns integer
language plpgsql
set plan_cache_mode = force_generic_plan set enable_seqscan = off set jit = off
as $$
declare
  v_from positions;
  v_horizon xid8 := horizon();
  v_epoch integer := (select epoch from gateway);
  v_ids bigint[];
  v_last usages;
begin
  select * into v_from from positions where name = 'usage_days' for no key update skip locked;
  if not found then return 0; end if;
  v_ids := array(
    select id from usages u
    where (u.epoch, u.xid, u.id) > (v_from.epoch, v_from.xid, v_from.id) and (u.epoch, u.xid) < (v_epoch, v_horizon)
    order by u.epoch, u.xid, u.id limit p_max);
  if cardinality(v_ids) = 0 then return 0; end if;
  insert into usage_days as d (user_id, day, operation, member_id, api_key_id, uses, quantity, micro)
  select o.user_id, date_trunc('day', u.at, 'UTC'), p.operation, o.member_id, coalesce(u.api_key_id, ''),
    count(*) filter (where u.reversal_of is null), sum(p.quantity), sum(p.micro)
  from usages u
  join usage_parts p on p.usage_id = u.id
  cross join lateral (values (u.user_id, coalesce(u.member_id, '')), ('', '')) o(user_id, member_id)
  where u.id = any(v_ids)
  group by 1, 2, 3, 4, 5
  on conflict (day, user_id, operation, member_id, api_key_id) do update
    set uses = d.uses + excluded.uses, quantity = d.quantity + excluded.quantity, micro = d.micro + excluded.micro;
  select * into v_last from usages where id = v_ids[cardinality(v_ids)];
  update positions set epoch = v_last.epoch, xid = v_last.xid, id = v_last.id where name = 'usage_days';
  return cardinality(v_ids);
end $$;
