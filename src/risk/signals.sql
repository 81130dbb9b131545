-- Signals: figures about one purchase, numbered as in signals.ts. A figure counts the purchase that is judged; null: unknown.

-- What is counted of one subject of an ask. `here`: by the ask itself and by those before it in its set. `fresh`: of the users,
-- those that were not seen in the short and in the long window.
create type risk_mark as (
  ord integer, kind text, here bigint, credits_here numeric, fresh_short bigint, fresh_long bigint, counter risk_counters);

-- Declines in a hundred tries; unknown of fewer than five.
create or replace function decline_share(p_declines bigint, p_tries bigint)
returns double precision
language sql immutable parallel safe as $$
  select case when p_tries >= 5 then 100.0 * p_declines / p_tries end;
$$;

-- The signals that are counted, of each ask: 1 to 26, and then disputes and warnings of the
-- user, troubles of the device and of the card.
create or replace function counted_signals(p_marks risk_mark[], p_now timestamptz)
returns table (ord integer, signals double precision[])
language sql stable
as $$
  select ord, array[
    max(here + marks_since(c.attempts_at, c.attempts_n, p_now - interval '10 minutes')) filter (where kind = 'user'),
    max(here + marks_since(c.attempts_at, c.attempts_n, p_now - interval '1 hour')) filter (where kind = 'user'),
    max(here + marks_since(c.attempts_at, c.attempts_n, p_now - interval '1 day')) filter (where kind = 'user'),
    max(credits_here + marks_since(c.attempts_at, c.attempts_credits, p_now - interval '1 day')) filter (where kind = 'user'),
    max(here + marks_since(c.attempts_at, c.attempts_n, p_now - interval '1 hour')) filter (where kind = 'device'),
    max(here + marks_since(c.attempts_at, c.attempts_n, p_now - interval '1 day')) filter (where kind = 'device'),
    max(here + marks_since(c.attempts_at, c.attempts_n, p_now - interval '10 minutes')) filter (where kind = 'address'),
    max(here + marks_since(c.attempts_at, c.attempts_n, p_now - interval '1 hour')) filter (where kind = 'address'),
    max(here + marks_since(c.tries_at, c.tries_n, p_now - interval '1 day')) filter (where kind = 'card'),
    max(here + marks_since(c.attempts_at, c.attempts_n, p_now - interval '10 minutes')) filter (where kind = 'country'),
    max(here + marks_since(c.attempts_at, c.attempts_n, p_now - interval '10 minutes')) filter (where kind = 'amount'),
    max(marks_since(c.declines_at, c.declines_n, p_now - interval '1 hour')) filter (where kind = 'user'),
    max(marks_since(c.declines_at, c.declines_n, p_now - interval '1 day')) filter (where kind = 'user'),
    max(coalesce(c.declines_in_row, 0)) filter (where kind = 'user'),
    max(marks_since(c.declines_at, c.declines_n, p_now - interval '1 hour')) filter (where kind = 'device'),
    max(marks_since(c.declines_at, c.declines_n, p_now - interval '1 hour')) filter (where kind = 'address'),
    max(marks_since(c.declines_at, c.declines_n, p_now - interval '1 day')) filter (where kind = 'card'),
    max(decline_share(marks_since(c.declines_at, c.declines_n, p_now - interval '1 day'),
      marks_since(c.tries_at, c.tries_n, p_now - interval '1 day'))) filter (where kind = 'user'),
    max(decline_share(marks_since(c.declines_at, c.declines_n, p_now - interval '1 hour'),
      marks_since(c.tries_at, c.tries_n, p_now - interval '1 hour'))) filter (where kind = 'address'),
    max(seen_since(c.cards_at, p_now - interval '1 day')) filter (where kind = 'user'),
    max(seen_since(c.cards_at, p_now - interval '1 day')) filter (where kind = 'device'),
    max(seen_since(c.cards_at, p_now - interval '1 day')) filter (where kind = 'address'),
    max(fresh_short + seen_since(c.users_at, p_now - interval '1 day')) filter (where kind = 'device'),
    max(fresh_long + seen_since(c.users_at, p_now - interval '7 days')) filter (where kind = 'device'),
    max(fresh_short + seen_since(c.users_at, p_now - interval '1 hour')) filter (where kind = 'address'),
    max(fresh_long + seen_since(c.users_at, p_now - interval '7 days')) filter (where kind = 'card'),
    max(coalesce(c.disputes, 0)) filter (where kind = 'user'),
    max(coalesce(c.warnings, 0)) filter (where kind = 'user'),
    max(coalesce(c.troubles, 0)) filter (where kind = 'device'),
    max(coalesce(c.troubles, 0)) filter (where kind = 'card')
  ]::double precision[]
  from (select m.ord, m.kind, m.here, m.credits_here, m.fresh_short, m.fresh_long, (m.counter).* from unnest(p_marks) m) c
  group by ord;
$$;

-- What is counted of one subject by now, in the windows that signals are about.
create type risk_figures as (
  purchases_10m double precision, purchases_1h double precision, purchases_1d double precision, credits_1d double precision,
  tries_1h double precision, tries_1d double precision, declines_1h double precision, declines_1d double precision,
  declines_in_row double precision, cards_1d double precision, users_1h double precision, users_1d double precision,
  users_7d double precision, disputes double precision, warnings double precision, troubles double precision);

create or replace function figures_of(p_counter risk_counters, p_now timestamptz)
returns risk_figures
language plpgsql stable
as $$
declare
  v_10m constant timestamptz := p_now - interval '10 minutes';
  v_1h constant timestamptz := p_now - interval '1 hour';
  v_1d constant timestamptz := p_now - interval '1 day';
  v_figures risk_figures;
begin
  v_figures := row(marks_since(p_counter.attempts_at, p_counter.attempts_n, v_10m),
    marks_since(p_counter.attempts_at, p_counter.attempts_n, v_1h),
    marks_since(p_counter.attempts_at, p_counter.attempts_n, v_1d),
    marks_since(p_counter.attempts_at, p_counter.attempts_credits, v_1d), 0, 0, 0, 0, 0, 0, 0, 0, 0,
    p_counter.disputes, p_counter.warnings, p_counter.troubles)::risk_figures;
  -- Of most nothing else was counted yet, and an expression that is not come to costs nothing.
  if p_counter.tries_at is not null then
    v_figures.tries_1h := marks_since(p_counter.tries_at, p_counter.tries_n, v_1h);
    v_figures.tries_1d := marks_since(p_counter.tries_at, p_counter.tries_n, v_1d);
    v_figures.declines_1h := marks_since(p_counter.declines_at, p_counter.declines_n, v_1h);
    v_figures.declines_1d := marks_since(p_counter.declines_at, p_counter.declines_n, v_1d);
    v_figures.declines_in_row := p_counter.declines_in_row;
    v_figures.cards_1d := seen_since(p_counter.cards_at, v_1d);
  end if;
  if p_counter.users_at is not null then
    v_figures.users_1h := seen_since(p_counter.users_at, v_1h);
    v_figures.users_1d := seen_since(p_counter.users_at, v_1d);
    v_figures.users_7d := seen_since(p_counter.users_at, p_now - interval '7 days');
  end if;
  return v_figures;
end $$;

-- Whether a user is new among those seen with a subject since an instant: 1 or 0.
create or replace function is_new_user(p_users bigint[], p_seen_at timestamptz[], p_user bigint, p_since timestamptz)
returns integer
language sql immutable parallel safe as $$
  select coalesce(p_seen_at[array_position(p_users, p_user)] <= p_since, true)::integer;
$$;

-- What an ask brings with it, and those before it in its set that are made: purchases of each subject, credits of the user, and
-- users that are new within the shorter and the longer window of the subject.
create type risk_here as (
  purchases double precision, credits double precision, device double precision, address double precision,
  country double precision, amount double precision, device_1d integer, device_7d integer, address_1h integer);

-- All signals of a purchase that is to be made. Of the card nothing is known yet. @param p_user the figures of its subjects; null:
-- the subject is unknown
create or replace function claim_signals(
  p_ask risk_ask, p_here risk_here, p_user risk_figures, p_device risk_figures, p_address risk_figures,
  p_country risk_figures, p_amount risk_figures, p_is_blocked boolean, p_is_allowed boolean, p_is_attack boolean,
  p_now timestamptz)
returns double precision[]
language sql stable
as $$
  select array[
    p_here.purchases + p_user.purchases_10m, p_here.purchases + p_user.purchases_1h, p_here.purchases + p_user.purchases_1d,
    p_here.credits + p_user.credits_1d, p_here.device + p_device.purchases_1h, p_here.device + p_device.purchases_1d,
    p_here.address + p_address.purchases_10m, p_here.address + p_address.purchases_1h, null,
    p_here.country + p_country.purchases_10m, p_here.amount + p_amount.purchases_10m, p_user.declines_1h, p_user.declines_1d,
    p_user.declines_in_row, p_device.declines_1h, p_address.declines_1h, null,
    case when p_user.tries_1d >= 5 then 100 * p_user.declines_1d / p_user.tries_1d end,
    case when p_address.tries_1h >= 5 then 100 * p_address.declines_1h / p_address.tries_1h end,
    p_user.cards_1d, p_device.cards_1d, p_address.cards_1d, p_here.device_1d + p_device.users_1d,
    p_here.device_7d + p_device.users_7d, p_here.address_1h + p_address.users_1h, null,
    extract(epoch from p_now - p_ask.account_created_at) / 3600, p_ask.is_first::integer, p_ask.is_cheapest::integer, null,
    p_user.disputes, p_user.warnings, p_ask.spent_share, null, null, null, null, null, null,
    p_is_blocked::integer, p_is_allowed::integer, p_is_attack::integer, null, p_device.troubles, null]::double precision[];
$$;
