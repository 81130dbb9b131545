// Disputes at Razorpay. The status runs the same in every phase; whether money is at stake is the phase's to say.
import { z } from 'zod';
import type { ProviderDispute } from '../dispute';
import type { Outcome, ProviderIntent } from '../provider';
import type { SettlementWindow } from '../settlement';
import { BadAnswer, type Deadline, type LinedOptions, withDeadline } from '../transport';
import { failureOf } from './errors';
import type { RazorpayClient } from './http-client';

/** The largest page of Razorpay's lists. Source: razorpay.com/docs/api, "Pagination". */
const PAGE_ITEMS = 100;
/** Ten thousand disputes: a window that holds more is asked for in parts. */
const PAGES_MAX = 100;

/** Ids are put into paths, by the SDK as they are. */
export const DISPUTE_ID = /^disp_\w{1,250}$/;

export const disputeSchema = z.object({
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
const disputePage = z.object({ entity: z.literal('collection'), items: z.array(disputeSchema) });
export type RazorpayDispute = z.infer<typeof disputeSchema>;

/** @throws what the SDK rejects with, and BadAnswer: the caller makes an outcome of it. */
export async function getDispute(
  client: RazorpayClient,
  id: string,
  deadline: Deadline,
): Promise<Outcome<ProviderDispute>> {
  const dispute = await fetchDispute(client, id, deadline);
  return dispute.kind === 'ok' ? { kind: 'ok', value: toProviderDispute(dispute.value) } : dispute;
}

/** The dispute in Razorpay's words. @throws as getDispute. */
export async function fetchDispute(
  client: RazorpayClient,
  id: string,
  deadline: Deadline,
): Promise<Outcome<RazorpayDispute>> {
  if (!DISPUTE_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a dispute' };
  const dispute = disputeSchema.parse(await client.send(deadline, (sdk) => sdk.disputes.fetch(id)));
  if (dispute.id !== id) throw new BadAnswer('Another dispute than the one asked for');
  return { kind: 'ok', value: dispute };
}

/**
 * Newest first, as all of Razorpay's lists. They can be narrowed down by nothing, so that what is newer than the window is
 * passed over, and reading ends with a page of which all is older. A failure is the last value.
 */
export async function* listDisputes(
  client: RazorpayClient,
  window: SettlementWindow,
  options: LinedOptions,
): AsyncGenerator<Outcome<ProviderDispute>, void, void> {
  for await (const dispute of allDisputes(client, window, options))
    yield dispute.kind === 'ok' ? { kind: 'ok', value: toProviderDispute(dispute.value) } : dispute;
}

/** The same in Razorpay's words. */
export async function* allDisputes(
  client: RazorpayClient,
  { from, to }: SettlementWindow,
  options: LinedOptions,
): AsyncGenerator<Outcome<RazorpayDispute>, void, void> {
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const answer = await withDeadline(
      options,
      (deadline) => readPage(client, pages * PAGE_ITEMS, deadline),
      failureOf,
    );
    if (answer.kind !== 'ok') return yield answer;
    for (const dispute of answer.value)
      if (dispute.created_at >= from && dispute.created_at < to) yield { kind: 'ok', value: dispute };
    if (isLast(answer.value, from)) return;
  }
  yield { kind: 'rejected', code: 'window_too_large', message: 'Ask for a shorter window' };
}

/**
 * The list of all disputes since the first payment on the order: Razorpay has no list of one payment's.
 * @throws what the SDK rejects with, and BadAnswer: the caller makes an outcome of it.
 */
export async function listDisputesOf(
  client: RazorpayClient,
  { payments }: ProviderIntent,
  deadline: Deadline,
): Promise<Outcome<readonly ProviderDispute[]>> {
  const ids = new Set(payments.map((payment) => payment.providerPaymentId));
  if (ids.size === 0) return { kind: 'ok', value: [] };
  const since = Math.min(...payments.map((payment) => payment.createdAt));
  const found = new Map<string, ProviderDispute>();
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const page = await readPage(client, pages * PAGE_ITEMS, deadline);
    if (page.kind !== 'ok') return page;
    for (const dispute of page.value)
      if (ids.has(dispute.payment_id)) found.set(dispute.id, toProviderDispute(dispute));
    if (isLast(page.value, since)) return { kind: 'ok', value: [...found.values()] };
  }
  throw new BadAnswer(`More than ${PAGES_MAX * PAGE_ITEMS} disputes`);
}

const isLast = (page: readonly RazorpayDispute[], since: number) =>
  page.length < PAGE_ITEMS || page.every((dispute) => dispute.created_at < since);

async function readPage(
  client: RazorpayClient,
  skip: number,
  deadline: Deadline,
): Promise<Outcome<readonly RazorpayDispute[]>> {
  const answer = await client.send(deadline, (sdk) => sdk.disputes.all({ count: PAGE_ITEMS, skip }));
  return { kind: 'ok', value: disputePage.parse(answer).items };
}

export function toProviderDispute(dispute: RazorpayDispute): ProviderDispute {
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
    needsAnswer: dispute.status === 'open',
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
