-- The application connects as the owner of the tables and works under this role. The timeline is append-only for it, and the
-- ledger's tables it only reads: the ledger's functions write them for it, with the rights of the tables' owner.
do $$ begin
  create role credits_gateway_app nologin;
exception when duplicate_object or unique_violation then null; -- Roles belong to the cluster: another database made it.
end $$;
do $$ begin
  if not pg_has_role(current_user, 'credits_gateway_app', 'member') then
    execute format('grant credits_gateway_app to %I', current_user);
  end if;
end $$;
grant usage on schema public to credits_gateway_app;
grant select, insert, update, delete on all tables in schema public to credits_gateway_app;
grant usage on all sequences in schema public to credits_gateway_app;
grant execute on all functions in schema public to credits_gateway_app;
revoke insert, update, delete, truncate on journal, entries, lots, wallets, lot_history, spend_lots
  from credits_gateway_app;
revoke update, delete, truncate on events, seals, seal_totals, receipts, audit_log, moved_by_hand from credits_gateway_app;
revoke update, delete, truncate on corrections from credits_gateway_app;
revoke insert, update, delete, truncate on transitions, migrations, grants, contracts, code_schemas, built_indexes, providers from credits_gateway_app;
-- The queue is graphile-worker's own; it guards its tables row by row, which has to be opened for a role that is not
-- their owner.
grant usage on schema graphile_worker to credits_gateway_app;
grant select, insert, update, delete on all tables in schema graphile_worker to credits_gateway_app;
grant usage on all sequences in schema graphile_worker to credits_gateway_app;
grant execute on all functions in schema graphile_worker to credits_gateway_app;
revoke insert, update, delete on graphile_worker.migrations from credits_gateway_app;
do $$
declare v_table text;
begin
  for v_table in
    select c.relname from pg_class c
    where c.relnamespace = 'graphile_worker'::regnamespace and c.relkind = 'r' and c.relrowsecurity
      and not exists (select 1 from pg_policy p where p.polrelid = c.oid and p.polname = 'credits_gateway_app')
  loop
    execute format('create policy credits_gateway_app on graphile_worker.%I to credits_gateway_app using (true) with check (true)', v_table);
  end loop;
end $$;
