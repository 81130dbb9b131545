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
