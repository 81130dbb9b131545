-- What is kept of a client's key where a repeat looks for it: a hash that nobody can try keys against without the gateway's
-- own secret. A key has no line break, so that no owner and key can pass for another pair. Hashed twice, so that what is
-- known of one tells nothing of a longer one.
create or replace function hashed_key(p_user_id text, p_key text)
returns text
language sql stable
as $$
  select encode(sha256(g.key_secret || sha256(g.key_secret || convert_to(p_user_id || E'\n' || p_key, 'UTF8'))), 'hex')
  from gateway g
$$;
