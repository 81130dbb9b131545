-- Credits that go from one wallet to another. What leaves a lot becomes a lot of its own in the other wallet, with its share of the
-- price, the same end, and the purchase that bought it first: so that spending it earns what it was worth, and the money of that
-- purchase finds its credits wherever they stand. Who moves lots of a purchase, or needs to know where they all are, holds the lock
-- on its intent, taken before those on wallets.

-- The wallets in which anything of what purchases bought stands or stood, their buyers' own among them: the locks that who takes
-- back, freezes or lets go of their credits needs. Under the locks on the intents.
create or replace function purchase_wallets(p_intent_ids text[])
returns text[]
language plpgsql stable
as $$
begin
  return array(
    select user_id from intents where id = any(p_intent_ids)
    union select user_id from lots where root_intent_id = any(p_intent_ids) and root_intent_id is not null);
end $$;

-- Those of one purchase without its buyer's own.
create or replace function other_wallets(p_intent_id text, p_user_id text)
returns text[]
language plpgsql stable
as $$
begin
  return array(
    select distinct user_id from lots
    where root_intent_id = p_intent_id and root_intent_id is not null and user_id <> p_user_id order by user_id);
end $$;

-- Takes parts out of lots, each a lot of its own for another user from then on. @param p_parts each lot once; the posting is the
-- one by which the credits leave. @param p_to_posting_id by which they come
create or replace function split_lots(p_parts lot_part[], p_to_user_id text, p_to_posting_id bigint)
returns void
language plpgsql security definer
set search_path from current
as $$
declare
  v_part record;
  v_worth bigint;
begin
  for v_part in
    select l as lot, p.credits, p.posting_id from unnest(p_parts) p join lots l on l.id = p.lot_id order by l.id
  loop
    v_worth := lot_worth(v_part.lot, v_part.credits, false);
    update lots set remaining = remaining - v_part.credits, used_up = remaining = v_part.credits,
      transferred = transferred + v_part.credits, deferred_minor = deferred_minor - v_worth
    where id = (v_part.lot).id;
    insert into spend_lots (journal_id, lot_id, credits, minor)
    values (v_part.posting_id, (v_part.lot).id, v_part.credits, v_worth);
    insert into lots (user_id, parent_lot_id, root_intent_id, journal_id, granted, remaining, paid_minor, deferred_minor,
      currency, expires_at, created_at)
    values (p_to_user_id, (v_part.lot).id, coalesce((v_part.lot).root_intent_id, (v_part.lot).intent_id), p_to_posting_id,
      v_part.credits, v_part.credits, v_worth, v_worth, (v_part.lot).currency, (v_part.lot).expires_at, instant());
  end loop;
end $$;

-- Moves parts of one user's lots to another, as a posting of each, under the locks on both wallets and on the intents that bought
-- them. What waits for free credits there is served by the caller.
-- @param p_out the posting by which they leave. @returns the one by which they come
create or replace function transfer_lots(p_out posting, p_to_user_id text, p_parts lot_part[])
returns bigint
language plpgsql
as $$
declare
  v_credits constant bigint := (select sum(credits) from unnest(p_parts));
  v_in posting := p_out;
  v_from wallets;
  v_to wallets;
begin
  v_in.id := new_posting_id();
  v_in.user_id := p_to_user_id;
  v_in.reference := p_to_user_id || ':transfer:' || p_out.id;
  perform split_lots(array(select row(lot_id, p_out.id, credits, nth)::lot_part from unnest(p_parts)), p_to_user_id, v_in.id);
  v_from := move_wallet(p_out.user_id, -v_credits, 0, 0, 0, 1, p_out.actor, p_out.id,
    jsonb_build_object('transferred', -v_credits));
  v_to := move_wallet(p_to_user_id, v_credits, 0, 0, 0, 1, p_out.actor, v_in.id,
    jsonb_build_object('transferred', v_credits));
  perform post(array[p_out, v_in],
    array[wallet_line(p_out.id, v_from, -v_credits), line_of(p_out.id, 'credits_transferred', 'CREDIT', v_credits),
      wallet_line(v_in.id, v_to, v_credits), line_of(v_in.id, 'credits_transferred', 'CREDIT', -v_credits)]);
  insert into transfers (journal_id, to_journal_id, user_id, to_user_id, credits)
  values (p_out.id, v_in.id, p_out.user_id, p_to_user_id, v_credits);
  return v_in.id;
end $$;
