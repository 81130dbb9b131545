-- What is kept of a client's key where a repeat looks for it: a hash that nobody can try keys against without the gateway's
-- own secret. A key has no line break, so that no owner and key can pass for another pair. Hashed twice, so that what is
-- known of one tells nothing of a longer one. An expression alone: it becomes part of the statement that calls it.
create or replace function hashed_key(p_secret bytea, p_user_id text, p_key text)
returns text
language sql stable
as $$
  select encode(sha256(p_secret || sha256(p_secret || convert_to(p_user_id || E'\n' || p_key, 'UTF8'))), 'hex')
$$;

-- The same, for a single key.
create or replace function hashed_key(p_user_id text, p_key text)
returns text
language sql stable
as $$
  select hashed_key(g.key_secret, p_user_id, p_key) from gateway g
$$;
