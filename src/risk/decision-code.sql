-- The number by which a payer and support name a decision. Decisions are counted up, and who is told two of them would learn how many
-- purchases were judged in between; so what is told is the count enciphered by the gateway's secret. See decision 69.

-- One round: 30 bits of a half, of what the secret makes of it.
create or replace function code_round(p_secret bytea, p_round integer, p_half bigint)
returns bigint
language sql immutable parallel safe as $$
  select ('x' || encode(substr(sha256(p_secret || int4send(p_round) || int8send(p_half)), 1, 4), 'hex'))::bit(32)::bigint
    & 1073741823;
$$;

-- A secret of its own, so that what is known of these numbers tells nothing of hashed keys.
create or replace function code_secret()
returns bytea
language sql stable as $$
  select sha256(key_secret || convert_to('numbers of risk decisions', 'UTF8')) from gateway;
$$;

-- The number that is told of a decision: rsk_ and twelve letters and digits, none of which is taken for another. A Feistel network
-- of ten rounds over 60 bits, as FF1 has it (NIST SP 800-38G), with SHA-256 for its rounds.
create or replace function decision_code(p_id bigint)
returns text
language plpgsql stable strict
as $$
declare
  c_letters constant text := '0123456789abcdefghjkmnpqrstvwxyz';
  v_secret bytea := code_secret();
  v_left bigint := p_id >> 30;
  v_right bigint := p_id & 1073741823;
  v_was bigint;
begin
  for v_round in 1..10 loop
    v_was := v_right;
    v_right := v_left # code_round(v_secret, v_round, v_right);
    v_left := v_was;
  end loop;
  return 'rsk_' || (
    select string_agg(substr(c_letters, (((v_left << 30 | v_right) >> 5 * n) & 31)::integer + 1, 1), '' order by n desc)
    from generate_series(0, 11) n);
end $$;

-- The decision that such a number names, also one that was read out loud: I and L are 1, O is 0, case and hyphens are nothing.
-- Earlier releases told the count itself, which has fewer digits. @returns null for what is no number of a decision
create or replace function decision_number(p_code text)
returns bigint
language plpgsql stable strict
as $$
declare
  c_letters constant text := '0123456789abcdefghjkmnpqrstvwxyz';
  v_code text := translate(replace(lower(substr(p_code, 5)), '-', ''), 'ilo', '110');
  v_secret bytea := code_secret();
  v_value bigint;
  v_left bigint;
  v_right bigint;
  v_was bigint;
begin
  if p_code ~ '^rsk_[1-9][0-9]{0,10}$' then
    return substr(p_code, 5)::bigint;
  end if;
  if p_code !~ '^rsk_' or v_code !~ '^[0-9abcdefghjkmnpqrstvwxyz]{12}$' then
    return null;
  end if;
  v_value := (select bit_or((strpos(c_letters, substr(v_code, 12 - n, 1)) - 1)::bigint << 5 * n) from generate_series(0, 11) n);
  v_left := v_value >> 30;
  v_right := v_value & 1073741823;
  for v_round in reverse 10..1 loop
    v_was := v_left;
    v_left := v_right # code_round(v_secret, v_round, v_left);
    v_right := v_was;
  end loop;
  return v_left << 30 | v_right;
end $$;
