-- The only writer of the journal and its entries.

-- A posting that is to be written. Its id is drawn beforehand (new_posting_id), so that lines, lots and events can name it.
create type posting as (
  id bigint, kind text, reference text, user_id text, intent_id text, reason text, public_reason text,
  caller_reference text, metadata jsonb, actor text, approved_by text, reversal_of bigint);
-- One line of it: minor units of a currency, or whole credits (unit CREDIT); credits are positive, debits negative.
-- Of wallet lines alone: the wallet's own count of them, and its balance after this one.
create type posting_line as (
  posting_id bigint, account text, user_id text, unit text, amount bigint, sequence bigint, balance_after bigint);

create or replace function new_posting_id()
returns bigint
language sql volatile
as $$
  select nextval('journal_id_seq');
$$;

-- Writes postings with their lines, at the instant of the caller's transaction. Lines are numbered in the order of the array;
-- a line of 0 is left out. That each posting sums to zero in each unit is checked by entries_balanced, a trigger.
--
-- @param p_skips_known a business fact (reference, kind) that is in the journal already is left out with its lines, whoever
-- wrote it; otherwise it is a unique violation. @returns the ids that were written
create or replace function post(p_postings posting[], p_lines posting_line[], p_skips_known boolean default false)
returns bigint[]
language plpgsql security definer
set search_path from current
set plan_cache_mode = force_generic_plan set enable_nestloop = off set enable_seqscan = off
set enable_bitmapscan = off set jit = off
as $$
declare
  v_written bigint[];
  v_with_lines integer;
  v_now timestamptz := instant();
begin
  if cardinality(p_postings) = 0 then
    return '{}';
  end if;
  -- One statement for all of it: the start of each costs as much as many of its rows.
  with written as (
    insert into journal (id, kind, reference, user_id, intent_id, reason, public_reason, caller_reference, metadata, actor,
      approved_by, reversal_of, posted_at, epoch)
    overriding system value
    select id, kind, reference, user_id, intent_id, reason, public_reason, caller_reference, metadata, actor, approved_by,
      reversal_of, v_now, (select epoch from gateway)
    from unnest(p_postings)
    -- Two transactions with the same facts wait for each other in one order.
    order by kind collate "C", reference collate "C"
    on conflict do nothing
    returning id
  ),
  lined as (
    insert into entries (journal_id, line, account, user_id, unit, amount, sequence, balance_after)
    select posting_id, row_number() over (partition by posting_id order by nth), account, user_id, unit, amount, sequence,
      balance_after
    from unnest(p_lines) with ordinality l(posting_id, account, user_id, unit, amount, sequence, balance_after, nth)
    where amount <> 0 and posting_id = any(array(select id from written))
    returning line
  )
  select array(select id from written), (select count(*) from lined where line = 1) into v_written, v_with_lines;
  if cardinality(v_written) < cardinality(p_postings) and not p_skips_known then
    raise exception 'one of % postings is in the journal already', cardinality(p_postings)
      using errcode = 'unique_violation';
  end if;
  if v_with_lines < cardinality(v_written) then
    raise exception 'a posting has no lines' using errcode = 'check_violation';
  end if;
  return v_written;
end $$;

-- A line of an account that is nobody's own.
create or replace function line_of(p_posting_id bigint, p_account text, p_unit text, p_amount bigint)
returns posting_line
language sql immutable parallel safe
as $$
  select row(p_posting_id, p_account, null, p_unit, p_amount, null, null)::posting_line;
$$;

-- The line of a wallet. @param p_wallet as it is after this line
create or replace function wallet_line(p_posting_id bigint, p_wallet wallets, p_amount bigint)
returns posting_line
language sql immutable parallel safe
as $$
  select row(p_posting_id, 'wallet', p_wallet.user_id, 'CREDIT', p_amount, p_wallet.line_sequence,
    p_wallet.balance)::posting_line;
$$;

-- What a user owes: positive when it becomes less.
create or replace function debt_line(p_posting_id bigint, p_user_id text, p_amount bigint)
returns posting_line
language sql immutable parallel safe
as $$
  select row(p_posting_id, 'debt', p_user_id, 'CREDIT', p_amount, null, null)::posting_line;
$$;
