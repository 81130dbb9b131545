// Razorpay's one word of a fraud is a dispute in the phase of that name. Source: razorpay.com/docs/payments/disputes, "Phases".
import type { Outcome } from '../provider';
import type { SettlementWindow } from '../settlement';
import type { Deadline, LinedOptions } from '../transport';
import type { ProviderWarning } from '../warning';
import { allDisputes, fetchDispute, type RazorpayDispute } from './disputes';
import type { RazorpayClient } from './http-client';

/** @throws what the SDK rejects with, and BadAnswer: the caller makes an outcome of it. */
export async function getWarning(
  client: RazorpayClient,
  id: string,
  deadline: Deadline,
): Promise<Outcome<ProviderWarning>> {
  const dispute = await fetchDispute(client, id, deadline);
  if (dispute.kind !== 'ok') return dispute;
  if (!isFraud(dispute.value)) return { kind: 'not_found', message: 'A dispute that reports no fraud' };
  return { kind: 'ok', value: toWarning(dispute.value) };
}

/** Newest first. A failure is the last value. */
export async function* listWarnings(
  client: RazorpayClient,
  window: SettlementWindow,
  options: LinedOptions,
): AsyncGenerator<Outcome<ProviderWarning>, void, void> {
  for await (const dispute of allDisputes(client, window, options)) {
    if (dispute.kind !== 'ok') yield dispute;
    else if (isFraud(dispute.value)) yield { kind: 'ok', value: toWarning(dispute.value) };
  }
}

const isFraud = ({ phase }: RazorpayDispute) => phase === 'fraud';

const toWarning = (dispute: RazorpayDispute): ProviderWarning => ({
  providerWarningId: dispute.id,
  kind: 'fraud_dispute',
  providerPaymentId: dispute.payment_id,
  providerIntentId: null,
  isActionable: !OVER.includes(dispute.status),
  reason: dispute.reason_code ?? 'fraud',
  closedReason: null,
  createdAt: dispute.created_at,
});

const OVER = ['won', 'lost', 'closed'];
