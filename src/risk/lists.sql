-- Who of some subjects is listed: a kind and a value each, with the number of whom it belongs to. A value may be null. An
-- address is any text that inet reads, a range as well.
-- The narrower entry decides: a card, then a user, a device, an address by the width of its range, an e-mail domain, a
-- country. Where both lists have one of the same width, the blocklist does.
-- @returns a row for each number of which something is listed, with the kind that decides in one of the two columns
create or replace function listed_subjects(p_ord integer[], p_kind text[], p_value text[])
returns table (ord integer, blocked_by text, allowed_by text)
language sql stable as $$
  select distinct on (f.ord) f.ord, case f.list when 'block' then f.kind end, case f.list when 'allow' then f.kind end
  from (
    select s.ord, s.kind, l.list, 0 as bits
    from unnest(p_ord, p_kind, p_value) s(ord, kind, value)
    join risk_lists l on l.kind = s.kind and l.value = s.value
    where s.kind <> 'address' and l.removed_at is null and (l.expires_at is null or l.expires_at > instant())
    union all
    select s.ord, s.kind, l.list, masklen(l.range)
    from unnest(p_ord, p_kind, p_value) s(ord, kind, value)
    join risk_lists l on l.range >>= case s.kind when 'address' then s.value::inet end
    where s.kind = 'address' and l.kind = 'address' and l.removed_at is null
      and (l.expires_at is null or l.expires_at > instant())
  ) f
  order by f.ord, array_position(array['card', 'user', 'device', 'address', 'email_domain', 'country'], f.kind),
    f.bits desc, f.list desc
$$;
