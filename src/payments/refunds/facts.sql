-- What a user is told of why: what was written for it. Nobody wrote the reason of a refund by policy but we.
create or replace function public_reason(p_refund refunds)
returns text
language sql immutable as $$
  select case when p_refund.requested_by = 'policy' then p_refund.reason else p_refund.public_reason end;
$$;

-- What the timeline and the deliveries say of a refund.
create or replace function refund_facts(p_refund refunds)
returns jsonb
language sql immutable as $$
  select jsonb_build_object('refundId', p_refund.id, 'amountMinor', p_refund.amount_minor,
    'currency', p_refund.currency, 'status', p_refund.status, 'creditsRevoked', p_refund.credits_revoked,
    'providerRefundId', p_refund.provider_refund_id, 'providerPaymentId', p_refund.provider_payment_id,
    'reason', p_refund.reason, 'publicReason', public_reason(p_refund));
$$;
