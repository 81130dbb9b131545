-- The calls that a provider's account still has: a bucket for the account and one for each operation that has a limit of its
-- own. Each fills by its rate up to its burst. A wish takes from both what is there above its floor: whoever may wait behind
-- others leaves some in the bucket, and a payer may take on credit, which makes everybody else wait.
--
-- The account's row is locked first and stands for all others, so that any process sees what the others took.
create or replace function lease_calls(
  p_account text, p_rate double precision, p_burst double precision, p_operation_rate double precision,
  p_operation_burst double precision, p_operation text[], p_kept_share double precision[],
  p_credit_seconds double precision[], p_count integer[])
returns table (ord integer, granted integer, wait_ms double precision)
language plpgsql as $$
#variable_conflict use_column
declare
  v_now timestamptz;
  v_all double precision;
  v_one double precision;
  v_granted integer;
  v_floor double precision;
  v_floor_one double precision;
begin
  insert into provider_calls (account, operation, tokens, at)
  select p_account, o, case o when '' then p_burst else p_operation_burst end, clock_timestamp()
  from (select '' as o union select unnest(p_operation) where p_operation_rate > 0) x order by o
  on conflict do nothing;
  perform 1 from provider_calls where account = p_account and operation = '' for no key update;
  v_now := clock_timestamp();
  select least(p_burst, tokens + greatest(0, extract(epoch from v_now - at)) * p_rate) into v_all
  from provider_calls where account = p_account and operation = '';
  for i in 1..cardinality(p_operation) loop
    -- Never so much that a full bucket would not do.
    v_floor := least(p_kept_share[i] * p_burst, p_burst - 1) - p_credit_seconds[i] * p_rate;
    v_granted := greatest(0, least(p_count[i], floor(v_all - v_floor)));
    wait_ms := (v_floor + 1 - v_all) / p_rate * 1000;
    if p_operation_rate > 0 then
      v_floor_one := least(p_kept_share[i] * p_operation_burst, p_operation_burst - 1)
        - p_credit_seconds[i] * p_operation_rate;
      select least(p_operation_burst, tokens + greatest(0, extract(epoch from v_now - at)) * p_operation_rate) into v_one
      from provider_calls where account = p_account and operation = p_operation[i];
      v_granted := greatest(0, least(v_granted, floor(v_one - v_floor_one)));
      wait_ms := greatest(wait_ms, (v_floor_one + 1 - v_one) / p_operation_rate * 1000);
      v_one := v_one - v_granted;
      update provider_calls set tokens = v_one, at = v_now where account = p_account and operation = p_operation[i];
    end if;
    v_all := v_all - v_granted;
    if v_granted > 0 then
      wait_ms := -v_all / p_rate * 1000;
      if p_operation_rate > 0 then wait_ms := greatest(wait_ms, -v_one / p_operation_rate * 1000); end if;
    end if;
    ord := i; granted := v_granted; wait_ms := greatest(0, wait_ms);
    return next;
  end loop;
  update provider_calls set tokens = v_all, at = v_now where account = p_account and operation = '';
end $$;

-- The provider has asked for silence: nothing leaves before it is over, whoever asks.
create or replace function hold_calls(p_account text, p_rate double precision, p_burst double precision, p_ms double precision)
returns void
language sql as $$
  insert into provider_calls as c (account, operation, tokens, at)
  values (p_account, '', -p_ms / 1000 * p_rate, clock_timestamp())
  on conflict (account, operation) do update set at = excluded.at,
    tokens = least(excluded.tokens, p_burst, c.tokens + greatest(0, extract(epoch from excluded.at - c.at)) * p_rate);
$$;
