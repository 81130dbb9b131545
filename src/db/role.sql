-- The application connects as the owner of the tables and works under this role. The timeline is append-only for it, and the
-- ledger's tables it only reads: the ledger's functions write them for it, with the rights of the tables' owner.
do $$ begin
  -- Asked before, because a user who may make no roles is refused even where there is one already.
  if not exists (select from pg_roles where rolname = 'credits_gateway_app') then
    create role credits_gateway_app nologin;
  end if;
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
revoke update, delete, truncate on corrections, risk_decisions, risk_rule_lines from credits_gateway_app;
revoke update, delete, truncate on rates, usages, usage_parts from credits_gateway_app;
-- Who has left stays among those who belonged.
revoke delete, truncate on shared_wallets, wallet_members from credits_gateway_app;
revoke insert, update, delete, truncate on transitions, migrations, grants, contracts, code_schemas, built_indexes, providers,
  secret_checks from credits_gateway_app;
-- What a version of the rules says never changes; what changes is whether purchases are judged by it.
revoke update, delete, truncate on risk_rules, risk_rule_lines from credits_gateway_app;
grant update (state, approved_by, activated_at) on risk_rules to credits_gateway_app;
