// Disputes at Stripe. `charge.dispute.created` means an inquiry or a chargeback; only the object's status tells which.
import type Stripe from 'stripe';
import { z } from 'zod';
import type { Outcome, ProviderDispute } from '../provider';
import { BadAnswer, type Deadline } from '../transport';

/** Ids are put into paths. Stripe has used both beginnings. */
const DISPUTE_ID = /^(dp|du)_\w{1,250}$/;

const idOrObject = z.union([z.string(), z.object({ id: z.string() }).transform((object) => object.id)]);
const disputeSchema = z.object({
  object: z.literal('dispute'),
  id: z.string(),
  status: z.string(),
  amount: z.int().nonnegative(),
  currency: z.string(),
  charge: idOrObject,
  payment_intent: idOrObject.nullish(),
  reason: z.string(),
  evidence_details: z.object({ due_by: z.int().nullish() }).nullish(),
  balance_transactions: z.array(z.object({ amount: z.int(), currency: z.string() })),
  created: z.int().nonnegative(),
});
type StripeDispute = z.infer<typeof disputeSchema>;

/** @throws what the SDK throws, and BadAnswer: the caller makes an outcome of it. */
export async function getDispute(
  stripe: Stripe,
  id: string,
  deadline: Deadline,
): Promise<Outcome<ProviderDispute>> {
  if (!DISPUTE_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a dispute' };
  const dispute = disputeSchema.parse(
    await stripe.disputes.retrieve(id, undefined, { timeout: deadline.remainingMs() }),
  );
  if (dispute.id !== id) throw new BadAnswer('Another dispute than the one asked for');
  return { kind: 'ok', value: toProviderDispute(dispute) };
}

function toProviderDispute(dispute: StripeDispute): ProviderDispute {
  return {
    providerDisputeId: dispute.id,
    providerPaymentId: dispute.charge,
    providerIntentId: dispute.payment_intent ?? null,
    phase: isInquiry(dispute) ? 'inquiry' : 'chargeback',
    status: disputeStatus(dispute),
    amount: { amountMinor: BigInt(dispute.amount), currency: dispute.currency.toUpperCase() },
    amountWithdrawnMinor: withdrawnMinor(dispute),
    reason: dispute.reason,
    respondBy: dispute.evidence_details?.due_by || null,
    createdAt: dispute.created,
  };
}

/** By the status: `case_type` is there for cards only. */
const isInquiry = ({ status }: StripeDispute) => status.startsWith('warning_');

function disputeStatus(dispute: StripeDispute): ProviderDispute['status'] {
  switch (dispute.status) {
    case 'won':
    case 'lost':
      return dispute.status;
    case 'warning_closed': // The good end of an inquiry.
    case 'prevented': // Refunded to the payer by agreement before it became a dispute: the network counts no loss.
      return 'closed';
    default: // needs_response, under_review, appeal_…, and whatever is new: not final.
      return isInquiry(dispute) ? 'inquiry' : 'open';
  }
}

/** What is gone now. In another currency than the dispute's the amounts cannot be compared, only counted. */
function withdrawnMinor({ amount, currency, balance_transactions: moves }: StripeDispute): bigint {
  const isComparable = moves.every((move) => move.currency === currency);
  const balance = moves.reduce(
    (sum, move) => sum - (isComparable ? move.amount : Math.sign(move.amount) * amount),
    0,
  );
  return BigInt(Math.max(0, isComparable ? balance : Math.min(balance, amount)));
}
