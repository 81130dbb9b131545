-- Whether the shop is under attack: see watch-attack.sql. In plpgsql, which keeps its plan: one in SQL is planned in each
-- transaction, for longer than it runs.
create or replace function attack_now()
returns boolean
language plpgsql stable as $$
begin
  return exists (select from risk_attacks where ended_at is null);
end $$;
