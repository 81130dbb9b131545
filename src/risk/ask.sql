-- What goes into a decision, and what comes out. Nothing of it is read from purchases: who asks passes all that counts.

-- One purchase that is to be judged before it is made. Null: unknown. `address`: with the bits that are known of it.
create type risk_ask as (
  intent_id text, user_id text, device text, address inet, email_domain text, country text, credits bigint,
  amount_minor bigint, currency text, account_created_at timestamptz, is_first boolean, is_cheapest boolean,
  spent_share double precision, can_authenticate boolean, has_passed boolean);
-- One of whom or what an ask is counted for. `user_hash`: who is with it.
create type risk_subject as (ord integer, subject text, kind text, credits bigint, user_hash bigint);
-- Facts about one purchase: its signals by number. `stage`: 1 claim, 2 settle.
create type risk_facts as (ord integer, stage smallint, signals double precision[]);
-- `level`: 0 allow, 1 challenge, 2 review, 3 block. `fired`: the rules, by their number in the version.
create type risk_verdict as (ord integer, score smallint, level smallint, fired smallint[]);
-- What is decided of an ask, as it is kept: a verdict, the signals that it is on, and what becomes of it. `passes`: the purchase is
-- made. `shadow_score`, `shadow_level`: by the rules that judge beside; null: there are none.
create type risk_judged as (
  id bigint, score smallint, level smallint, fired smallint[], signals double precision[], told text, passes boolean,
  shadow_score smallint, shadow_level smallint);
-- `decision` is what the rules say, `told` what comes of it.
create type risk_answer as (
  ord integer, decision_id bigint, score smallint, decision text, told text, passes boolean);

-- What one payment came to. `decision_id`: what was decided before the purchase was made, which knows who pays; null: nothing.
-- `is_bought`: its credits are granted. `card`: as the provider describes it; null: it says nothing. `spent_share`: per cent of
-- what the user bought in the week before that is spent; null: nothing was bought. `at_stake`: what was paid for what is spent of
-- that, and this payment, in prices of the cheapest package; null: nothing is spent.
create type risk_outcome as (
  intent_id text, user_id text, decision_id bigint, is_declined boolean, is_bought boolean, card jsonb, credits bigint,
  amount_minor bigint, currency text, spent_share double precision, at_stake double precision);

-- As it is stored.
create or replace function decision_of(p_level smallint)
returns text
language sql immutable parallel safe as $$
  select (array['allow', 'challenge', 'review', 'block'])[p_level + 1];
$$;

-- How strict it is.
create or replace function decision_level(p_decision text)
returns integer
language sql immutable parallel safe as $$
  select array_position(array['allow', 'challenge', 'review', 'block'], p_decision) - 1;
$$;

-- The network that a payer's address is counted by: what one line of one customer is usually given.
create or replace function address_prefix(p_address inet)
returns text
language sql immutable parallel safe as $$
  select network(set_masklen(p_address, least(masklen(p_address), case family(p_address) when 4 then 24 else 48 end)))::text;
$$;
