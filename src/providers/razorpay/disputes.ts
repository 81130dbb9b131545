// Disputes at Razorpay. The status runs the same in every phase; whether money is at stake is the phase's to say.
import { z } from 'zod';
import type { Outcome, ProviderDispute } from '../provider';
import { BadAnswer, type Deadline } from '../transport';
import type { RazorpayClient } from './http-client';

/** Ids are put into paths, by the SDK as they are. */
const DISPUTE_ID = /^disp_\w{1,250}$/;

const disputeSchema = z.object({
  entity: z.literal('dispute'),
  id: z.string(),
  payment_id: z.string(),
  status: z.string(),
  phase: z.string().nullish(),
  amount: z.int().nonnegative(),
  amount_deducted: z.int().nonnegative(),
  currency: z.string(),
  reason_code: z.string().nullish(),
  respond_by: z.int().nullish(),
  created_at: z.int().nonnegative(),
});
type RazorpayDispute = z.infer<typeof disputeSchema>;

/** @throws what the SDK rejects with, and BadAnswer: the caller makes an outcome of it. */
export async function getDispute(
  client: RazorpayClient,
  id: string,
  deadline: Deadline,
): Promise<Outcome<ProviderDispute>> {
  if (!DISPUTE_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a dispute' };
  const dispute = disputeSchema.parse(await client.send(deadline, (sdk) => sdk.disputes.fetch(id)));
  if (dispute.id !== id) throw new BadAnswer('Another dispute than the one asked for');
  return { kind: 'ok', value: toProviderDispute(dispute) };
}

function toProviderDispute(dispute: RazorpayDispute): ProviderDispute {
  return {
    providerDisputeId: dispute.id,
    providerPaymentId: dispute.payment_id,
    providerIntentId: null,
    phase: isInquiry(dispute) ? 'inquiry' : 'chargeback',
    status: disputeStatus(dispute),
    amount: { amountMinor: BigInt(dispute.amount), currency: dispute.currency.toUpperCase() },
    // By what was taken, never by the status: Razorpay's own samples show 0 until the dispute is lost.
    amountWithdrawnMinor: BigInt(dispute.amount_deducted),
    reason: dispute.reason_code ?? 'unknown',
    respondBy: dispute.respond_by || null,
    createdAt: dispute.created_at,
  };
}

/** The others are chargeback, pre_arbitration and arbitration, and whatever is new. */
const isInquiry = ({ phase }: RazorpayDispute) => phase === 'fraud' || phase === 'retrieval';

function disputeStatus(dispute: RazorpayDispute): ProviderDispute['status'] {
  switch (dispute.status) {
    case 'won':
    case 'lost':
    case 'closed': // Ended without a loss.
      return dispute.status;
    default: // open, under_review, and whatever is new: not final.
      return isInquiry(dispute) ? 'inquiry' : 'open';
  }
}
