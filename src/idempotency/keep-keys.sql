-- What is kept of clients' keys, and the only place where the set-based verbs write it.

-- `key` is the hashed one. `outcome`: done, or refused, which is kept too: a late repeat of it must not suddenly work.
create type kept_key as (
  user_id text, operation text, key text, caller_kind text, input_hash text, outcome text, journal_id bigint,
  result_id text);

create or replace function keep_keys(p_keys kept_key[])
returns void
language sql
as $$
  insert into idempotency_keys (user_id, operation, key, caller_kind, input_hash, outcome, journal_id, result_id, created_at)
  select user_id, operation, key, caller_kind, input_hash, outcome, journal_id, result_id, instant() from unnest(p_keys);
$$;
