-- Empties what people wrote about a user, and the keys that clients made: reasons, notes and holds' reasons, wherever they
-- stand. Keys stay as keyed hashes, so that a repeat still finds what was done. What waits for a decision or for the
-- provider keeps its text until it has ended. Runs with the rights of the owner, because the timeline, the audit log and the
-- ledger are append-only for the application. Returns how many postings were emptied.
create or replace function erase_texts(p_user_id text)
returns integer
language plpgsql security definer
set search_path from current
as $$
declare
  c_erased constant text := '(erased)';
  v_intents text[] := array(select id from intents where user_id = p_user_id);
  -- For wallets that others share.
  v_bought text[] := array(select id from intents where user_id like 'wal\_%' and created_by = p_user_id);
  v_holds text[] := array(select id from holds where user_id = p_user_id);
  v_refunds text[] := array(select id from refunds where intent_id = any(v_intents));
  v_disputes text[] := array(select id from disputes where user_id = p_user_id);
  v_breaks text[] := array(select 'brk_' || id from breaks where intent_id = any(v_intents));
  v_reviews text[] := array(select id from risk_reviews where user_id = p_user_id);
  v_entries text[] := forget_payer(p_user_id);
  v_approvals text[] := array(
    select id from approvals
    where status not in ('open', 'approved') and (user_id = p_user_id or input ->> 'userId' = p_user_id
      or input ->> 'intentId' = any(v_intents) or input ->> 'id' = any(v_breaks)));
begin
  perform forget_purchases(v_bought);
  update holds set reason = c_erased, reference = null, metadata = null where user_id = p_user_id;
  update credit_grants set reason = c_erased, revoke_reason = case when revoke_reason is not null then c_erased end
  where user_id = p_user_id;
  update refunds set reason = case requested_by when 'policy' then reason end, public_reason = null,
    idempotency_key = null, request = request - 'reason'
  where id = any(v_refunds) and status <> 'pending';
  update dispute_drafts set text = c_erased where dispute_id = any(v_disputes);
  update dispute_files set name = c_erased where dispute_id = any(v_disputes);
  update dispute_answers set text = c_erased, files = '[]', last_error = null
  where dispute_id = any(v_disputes) and status <> 'asked';
  update risk_reviews set note = null where id = any(v_reviews) and status <> 'open';
  update breaks set note = null where intent_id = any(v_intents);
  update approvals set summary = c_erased, note = null, input = input - '{reason,publicReason,reference,metadata,note,review,idempotencyKey}'::text[],
    idempotency_key = 'erased:' || hashed_key(user_id, idempotency_key)
  where id = any(v_approvals) and summary <> c_erased;
  update intents set idempotency_key = 'erased:' || hashed_key(user_id, idempotency_key)
  where (user_id = p_user_id or id = any(v_bought)) and idempotency_key !~ '^(auto|erased):';
  update moved_by_hand m set reference = p_user_id || v.what || c_erased
  from (values (':adjust:'), (':reverse_spend:'), (':move:')) v(what)
  where about = p_user_id and starts_with(reference, p_user_id || v.what);
  update audit_log set reason = null
  where target_id = any(array[p_user_id] || array(select id from credit_grants where user_id = p_user_id) || v_intents || v_holds || v_refunds || v_disputes || v_breaks || v_reviews || v_entries || v_approvals)
    and reason is not null;

  update events set data = data || jsonb_build_object('text', c_erased)
  where subject = any(v_intents) and kind = 'note';
  update events set data = data || '{"reason": null, "publicReason": null}'
  where subject = any(v_intents) and starts_with(kind, 'refund_');
  update events set data = data || jsonb_build_object('reason', c_erased)
  where subject = any(v_holds) and kind = 'hold_changed';
  update events set data = data || jsonb_build_object('summary', c_erased)
  where subject = any(v_approvals) and kind = 'approval_changed';
  return empty_posting_texts(p_user_id);
end $$;
