// Disputes at Stripe. `charge.dispute.created` means an inquiry or a chargeback; only the object's status tells which.

import type Stripe from 'stripe';
import { z } from 'zod';
import type { ProviderDispute } from '../dispute';
import type { Outcome } from '../provider';
import type { SettlementWindow } from '../settlement';
import { BadAnswer, type Deadline, type LinedOptions, withDeadline } from '../transport';
import { moneyOf } from './currencies';
import { failureOf } from './errors';
import { type After, allPages, nextAfter, PAGE_ITEMS, type Page } from './paging';
import { withdrawnMinor } from './withdrawn';

/** A hundred thousand disputes: a window that holds more is asked for in parts. */
const PAGES_MAX = 1_000;

/** Ids are put into paths. Stripe has used both beginnings. */
export const DISPUTE_ID = /^(dp|du)_\w{1,250}$/;

const idOrObject = z.union([z.string(), z.object({ id: z.string() }).transform((object) => object.id)]);
export const disputeSchema = z.object({
  object: z.literal('dispute'),
  id: z.string(),
  status: z.string(),
  amount: z.int().nonnegative(),
  currency: z.string(),
  charge: idOrObject,
  payment_intent: idOrObject.nullish(),
  reason: z.string(),
  evidence_details: z.object({ due_by: z.int().nullish() }).nullish(),
  balance_transactions: z.array(
    z.object({ amount: z.int(), currency: z.string(), created: z.int().nonnegative().optional() }),
  ),
  created: z.int().nonnegative(),
});
const disputePage = z.object({
  object: z.literal('list'),
  data: z.array(disputeSchema),
  has_more: z.boolean(),
});
type StripeDispute = z.infer<typeof disputeSchema>;

/** @throws what the SDK throws, and BadAnswer: the caller makes an outcome of it. */
export async function getDispute(
  stripe: Stripe,
  id: string,
  deadline: Deadline,
): Promise<Outcome<ProviderDispute>> {
  if (!DISPUTE_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a dispute' };
  await deadline.turn('GET /v1/disputes/:id');
  const dispute = disputeSchema.parse(
    await stripe.disputes.retrieve(id, undefined, { timeout: deadline.remainingMs() }),
  );
  if (dispute.id !== id) throw new BadAnswer('Another dispute than the one asked for');
  return { kind: 'ok', value: toProviderDispute(dispute) };
}

/** Newest first. A failure is the last value. */
export async function* listDisputes(
  stripe: Stripe,
  { from, to }: SettlementWindow,
  options: LinedOptions,
): AsyncGenerator<Outcome<ProviderDispute>, void, void> {
  let after: After | null = {};
  for (let pages = 0; pages < PAGES_MAX && after; pages++) {
    const start: After = after;
    const answer = await withDeadline(
      options,
      async (deadline): Promise<Outcome<Page<StripeDispute>>> => ({
        kind: 'ok',
        value: await readPage(stripe, { created: { gte: from, lt: to }, ...start }, deadline),
      }),
      failureOf,
    );
    if (answer.kind !== 'ok') return yield answer;
    for (const dispute of answer.value.data) yield { kind: 'ok', value: toProviderDispute(dispute) };
    after = nextAfter(answer.value);
  }
  if (after) yield { kind: 'rejected', code: 'window_too_large', message: 'Ask for a shorter window' };
}

/** @throws what the SDK throws, and BadAnswer: the caller makes an outcome of it. */
export async function listDisputesOf(
  stripe: Stripe,
  providerIntentId: string,
  deadline: Deadline,
): Promise<Outcome<readonly ProviderDispute[]>> {
  const found = await allPages((after) =>
    readPage(stripe, { payment_intent: providerIntentId, ...after }, deadline),
  );
  return { kind: 'ok', value: found.map(toProviderDispute) };
}

async function readPage(
  stripe: Stripe,
  selection: Stripe.DisputeListParams,
  deadline: Deadline,
): Promise<Page<StripeDispute>> {
  await deadline.turn('GET /v1/disputes');
  return disputePage.parse(
    await stripe.disputes.list({ ...selection, limit: PAGE_ITEMS }, { timeout: deadline.remainingMs() }),
  );
}

export function toProviderDispute(dispute: StripeDispute): ProviderDispute {
  return {
    providerDisputeId: dispute.id,
    providerPaymentId: dispute.charge,
    providerIntentId: dispute.payment_intent ?? null,
    phase: isInquiry(dispute) ? 'inquiry' : 'chargeback',
    status: disputeStatus(dispute),
    amount: moneyOf(dispute.amount, dispute.currency),
    amountWithdrawnMinor: withdrawnMinor(dispute),
    reason: dispute.reason,
    needsAnswer: NEEDS_ANSWER.has(dispute.status),
    respondBy: dispute.evidence_details?.due_by || null,
    createdAt: dispute.created,
  };
}

const NEEDS_ANSWER = new Set(['needs_response', 'warning_needs_response']);

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
