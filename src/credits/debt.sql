-- Pays what a user owes from the user's free credits, as far as they go, under the lock that the caller holds on the
-- wallet and its lots. Called after everything that makes credits free: whoever owes credits has none to spend. The
-- credits were spent before, so that their lot's price is earned now.
create or replace function pay_debt(p_user_id text, p_reference text, p_actor text, p_intent_id text)
returns bigint
language plpgsql as $$
declare
  v_now timestamptz := instant();
  v_epoch integer := (select epoch from gateway);
  v_wallet wallets;
  v_lot lots;
  v_pays bigint;
  v_left bigint;
  v_takes bigint;
  v_worth bigint;
  v_earned jsonb := '{}';
  v_journal bigint;
begin
  select * into v_wallet from wallets where user_id = p_user_id;
  v_pays := least(v_wallet.owed, v_wallet.balance - v_wallet.held - v_wallet.frozen);
  if v_pays is null or v_pays <= 0 then
    return 0;
  end if;
  v_left := v_pays;
  for v_lot in
    select * from lots where user_id = p_user_id and remaining > held + frozen order by expires_at, id
  loop
    exit when v_left = 0;
    v_takes := least(v_left, v_lot.remaining - v_lot.held - v_lot.frozen);
    v_worth := take_from_lot(v_lot, v_takes, true);
    v_left := v_left - v_takes;
    v_earned := v_earned
      || jsonb_build_object(v_lot.currency, coalesce((v_earned ->> v_lot.currency)::bigint, 0) + v_worth);
  end loop;
  insert into journal (kind, reference, user_id, intent_id, actor, posted_at, epoch)
  values ('debt_payment', p_reference, p_user_id, p_intent_id, p_actor, v_now, v_epoch) returning id into v_journal;
  update wallets set balance = balance - v_pays, owed = owed - v_pays, version = version + 1,
    line_sequence = line_sequence + 1, updated_at = v_now
  where user_id = p_user_id returning * into v_wallet;
  insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
  select v_journal, row_number() over (), l.* from (
    values ('wallet', p_user_id, 'CREDIT', -v_pays::bigint, v_wallet.line_sequence, v_wallet.balance),
      ('debt', p_user_id, 'CREDIT', v_pays::bigint, null::bigint, null::bigint)
    union all
    select 'deferred_revenue', null, key, -value::bigint, null, null from jsonb_each_text(v_earned) where value <> '0'
    union all
    select 'revenue', null, key, value::bigint, null, null from jsonb_each_text(v_earned) where value <> '0') l;
  insert into events (subject, sequence, version, kind, actor, data, at, epoch)
  values ('wallet:' || p_user_id, v_wallet.version, v_wallet.version, 'balance_changed', p_actor,
    jsonb_build_object('delta', -v_pays, 'journalId', v_journal, 'balance', v_wallet.balance, 'held', v_wallet.held,
      'frozen', v_wallet.frozen, 'owed', v_wallet.owed), v_now, v_epoch);
  return v_pays;
end $$;
