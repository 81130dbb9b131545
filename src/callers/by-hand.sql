-- What one person moves alone, with all the keys he made, in 24 hours: for one user, and in all. What came to nothing does
-- not count. p_limits: `above` and `totalAbove`, each by unit, `any` for units that are not named; a limit that is not there
-- is none. For who only asks: another call may move more before the next one.
-- @returns true when so much more needs a second person
create or replace function is_more_than_alone(
  p_person text, p_about text, p_unit text, p_amount bigint, p_limits jsonb)
returns boolean
language sql stable as $$
  select coalesce(coalesce(sum(m.amount) filter (where m.about = p_about), 0) + p_amount
      > coalesce(p_limits -> 'above' ->> p_unit, p_limits -> 'above' ->> 'any')::bigint, false)
    or coalesce(coalesce(sum(m.amount), 0) + p_amount
      > coalesce(p_limits -> 'totalAbove' ->> p_unit, p_limits -> 'totalAbove' ->> 'any')::bigint, false)
  from moved_by_hand m
  where m.person = p_person and m.unit = p_unit and m.at > instant() - interval '24 hours'
    and not exists (select 1 from refunds r where r.id = m.reference and r.status = 'failed');
$$;

-- The same for who moves it: until the transaction ends nobody else counts for the same person, so that of calls at one
-- instant each counts what the one before it moved.
create or replace function is_too_much_alone(
  p_person text, p_about text, p_unit text, p_amount bigint, p_limits jsonb)
returns boolean
language plpgsql as $$
begin
  if coalesce(p_limits -> 'above' ->> p_unit, p_limits -> 'above' ->> 'any', p_limits -> 'totalAbove' ->> p_unit,
    p_limits -> 'totalAbove' ->> 'any') is null then
    return false;
  end if;
  if p_person is null then
    raise exception 'Something of % is moved by hand, and nobody says whose hand', p_about;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('by hand: ' || p_person, 0));
  return is_more_than_alone(p_person, p_about, p_unit, p_amount, p_limits);
end $$;

-- Where several people move in one transaction they are counted in one order, so that no two wait for each other.
create or replace function lock_hands(p_person text[])
returns void
language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('by hand: ' || p.person, 0))
  from (select distinct unnest(p_person) as person order by 1) p;
end $$;

-- Writes down what a person moves alone, in the transaction that moves it.
-- @returns false when it is too much for one person: then nothing is written down, and nothing may be moved
create or replace function move_by_hand(
  p_person text, p_about text, p_unit text, p_amount bigint, p_reference text, p_limits jsonb)
returns boolean
language plpgsql as $$
begin
  if is_too_much_alone(p_person, p_about, p_unit, p_amount, p_limits) then
    return false;
  end if;
  if p_person is not null and p_amount > 0 then
    insert into moved_by_hand (person, about, unit, amount, reference)
    values (p_person, p_about, p_unit, p_amount, p_reference);
  end if;
  return true;
end $$;
