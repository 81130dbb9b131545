-- What risk knows of people does not stay longer than it is of use.

-- Forgets counters whose windows are over, of a stretch of them. What turned out badly is known for half a year: by then a bank
-- has said all that it has to say. @param p_after the last subject of the stretch before; empty: from the start
-- @returns the last subject of this stretch, null when there is none behind it, and how many were forgotten
create or replace function forget_counters(p_after text, p_rows integer)
returns table (last text, forgotten bigint)
language plpgsql
as $$
#variable_conflict use_column
begin
  return query
  with stretch as materialized (
    select subject, touched_at, disputes + warnings + troubles > 0 as is_marked from risk_counters
    where subject > p_after order by subject limit p_rows
  ),
  over as (
    select c.subject from risk_counters c
    where c.subject = any(array(select subject from stretch where touched_at < instant()
      - case when is_marked then interval '180 days' else interval '7 days' end))
    order by c.subject for update skip locked
  ),
  gone as (
    delete from risk_counters where subject = any(array(select subject from over)) returning subject
  )
  select (select case when count(*) = p_rows then max(subject) end from stretch), (select count(*) from gone);
end $$;

-- A list of hashes, and when each was seen, without some of them.
create or replace function unseen(p_seen risk_seen, p_gone bigint[])
returns risk_seen
language sql immutable as $$
  select row(array_agg(id order by n), array_agg(at order by n))::risk_seen
  from unnest(p_seen.ids, p_seen.at) with ordinality s(id, at, n) where id <> all(p_gone);
$$;

-- Forgets a user and the user's cards in what is counted of devices, cards and networks. One that nobody else was seen with goes, but
-- for what turned out badly: that is known for half a year, of the device and the card, whoever has them.
create or replace function forget_in_counters(p_user_id text, p_subjects text[], p_cards text[])
returns void
language plpgsql
as $$
declare
  v_user constant bigint[] := array[hashtextextended(p_user_id, 0)];
  v_cards constant bigint[] := array(select hashtextextended(card, 0) from unnest(p_cards) card);
begin
  perform from risk_counters where subject = any(p_subjects || ('user:' || p_user_id)) order by subject for update;
  delete from risk_counters c where subject = 'user:' || p_user_id or (subject = any(p_subjects) and troubles = 0
    and not exists (select from unnest(c.users) u where u <> all(v_user)));
  update risk_counters c set users = (u).ids, users_at = (u).at, cards = (k).ids, cards_at = (k).at
  from (
    select subject, unseen(row(users, users_at), v_user) as u, unseen(row(cards, cards_at), v_cards) as k
    from risk_counters where subject = any(p_subjects)) n
  where c.subject = n.subject;
end $$;

-- Forgets who a user is: with what, from where and by which card it paid, and why it was on a list. What was decided stays, with its
-- figures, and so do entries of the lists that count: the id is a pseudonym by then.
-- @returns the ids of those entries
create or replace function forget_payer(p_user_id text)
returns text[]
language plpgsql
as $$
declare
  c_erased constant text := '(erased)';
  v_cards text[] := array(select distinct card from risk_decisions where user_id = p_user_id and card is not null);
  v_devices text[] := array(select distinct device from risk_decisions where user_id = p_user_id and device is not null);
  v_addresses text[] := array(select distinct address from risk_decisions where user_id = p_user_id and address is not null);
  v_entries text[];
begin
  perform forget_in_counters(p_user_id, array(
    select 'card:' || c from unnest(v_cards) c union all select 'device:' || d from unnest(v_devices) d
    union all select 'address:' || a from unnest(v_addresses) a), v_cards);
  update risk_decisions set device = null, address = null, email_domain = null, country = null, card = null
  where user_id = p_user_id;
  v_entries := array(
    select id from risk_lists where (kind = 'user' and value = p_user_id) or (kind = 'device' and value = any(v_devices))
      or (kind = 'card' and value = any(v_cards)) order by id for update);
  update risk_lists set reason = c_erased, value = case when removed_at is null or kind = 'user' then value else c_erased end
  where id = any(v_entries);
  return v_entries;
end $$;

-- Forgets with what and from where purchases were paid: those of a wallet that several share, by one of them who is erased. A device,
-- card or network that neither another purchase of the wallet nor anybody else was seen with goes from what is counted, but for what
-- turned out badly. What is counted of the wallet itself stays.
create or replace function forget_purchases(p_intents text[])
returns void
language plpgsql
as $$
declare
  v_wallets text[] := array(select distinct user_id from risk_decisions where intent_id = any(p_intents));
  v_subjects text[];
begin
  v_subjects := array(
    select s from risk_decisions d cross join lateral unnest(array['card:' || card, 'device:' || device, 'address:' || address]) s
    where d.intent_id = any(p_intents) and s is not null
    except
    select s from risk_decisions d cross join lateral unnest(array['card:' || card, 'device:' || device, 'address:' || address]) s
    where d.user_id = any(v_wallets) and (d.intent_id is null or d.intent_id <> all(p_intents)));
  delete from risk_counters c where subject = any(v_subjects) and troubles = 0
    and not exists (select from unnest(c.users) u where u <> all(array(select hashtextextended(w, 0) from unnest(v_wallets) w)));
  update risk_decisions set device = null, address = null, email_domain = null, country = null, card = null
  where intent_id = any(p_intents);
end $$;
