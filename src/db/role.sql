-- The application connects as the owner of the tables and works under this role. The ledger and the timeline are
-- append-only for it: whatever the code does, it cannot change what was written.
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
revoke update, delete, truncate on journal, entries, events, audit_log from credits_gateway_app;
revoke insert, update, delete, truncate on transitions, migrations from credits_gateway_app;
