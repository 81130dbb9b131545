-- Writes down what an operator did. Call it in the transaction that does it, so that neither is there without the other:
-- from SQL as `perform audit(p_actor, p_role, 'refundIntent', v_id, p_reason, jsonb_build_object(...))`, from TypeScript
-- by audit.ts. The action is the mutation's name. No secret and nothing of a payer's belongs into p_diff.
create or replace function audit(
  p_actor text, p_role text, p_action text, p_target_id text, p_reason text default null, p_diff jsonb default null)
returns bigint
language sql as $$
  insert into audit_log (actor, role, action, target_id, reason, diff)
  values (p_actor, p_role, p_action, p_target_id, p_reason, p_diff)
  returning id;
$$;
