-- What is kept of clients' keys, and the only place where the set-based verbs look for it and write it.

-- `key` is the hashed one. `outcome`: done, or refused, which is kept too: a late repeat of it must not suddenly work.
create type kept_key as (
  user_id text, operation text, key text, caller_kind text, input_hash text, outcome text, journal_id bigint,
  result_id text);

-- What is kept of a key, hashed, of an owner and a kind of caller; of keys from before kinds were kept, whoever sent it. A
-- single select: as a lateral join it becomes part of the statement that calls it, and is a look at the index for each row.
create or replace function known_key(p_user_id text, p_operation text, p_key text, p_caller_kind text)
returns setof kept_key
language sql stable
as $$
  select user_id, operation, key, caller_kind, input_hash, outcome, journal_id, result_id from idempotency_keys
  where user_id = p_user_id and operation = p_operation and key = p_key and caller_kind in (p_caller_kind, 'any') limit 1
$$;

-- @returns how many were kept
create or replace function keep_keys(p_keys kept_key[])
returns integer
language plpgsql
as $$
declare
  v_now timestamptz := instant();
begin
  insert into idempotency_keys (user_id, operation, key, caller_kind, input_hash, outcome, journal_id, result_id, created_at)
  select user_id, operation, key, caller_kind, input_hash, outcome, journal_id, result_id, v_now from unnest(p_keys);
  return cardinality(p_keys);
end $$;
