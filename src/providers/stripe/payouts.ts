// Stripe's payouts. A payout is also a movement in the books; this list is how one is noticed whose movement is missing.

import type Stripe from 'stripe';
import { z } from 'zod';
import { idIn, unreadableLine } from '../book-line';
import type { Outcome } from '../provider';
import type { ListedPayout, SettlementWindow, UnreadableLine } from '../settlement';
import { type Deadline, type LinedOptions, withDeadline } from '../transport';
import { moneyOf } from './currencies';
import { failureOf } from './errors';
import { type After, afterNamed, PAGE_ITEMS } from './paging';

/** Ten thousand payouts: an account that is paid out daily makes thirty a month. */
const PAGES_MAX = 100;

/** The money stays with Stripe, or comes back to it by a movement of its own. Source: docs.stripe.com/api/payouts/object. */
const NOT_PAID = ['failed', 'canceled'];

const payoutSchema = z.object({
  object: z.literal('payout'),
  id: z.string(),
  amount: z.int(),
  currency: z.string(),
  created: z.int().nonnegative(),
  status: z.string(),
});
const payoutPage = z.object({
  object: z.literal('list'),
  data: z.array(z.unknown()),
  has_more: z.boolean(),
});
type Payout = z.infer<typeof payoutSchema>;

/** Newest first. A failure is the last value. */
export async function* listPayouts(
  stripe: Stripe,
  { from, to }: SettlementWindow,
  options: LinedOptions,
): AsyncGenerator<Outcome<ListedPayout> | UnreadableLine, void, void> {
  let after: After | null = {};
  for (let pages = 0; pages < PAGES_MAX && after; pages++) {
    const start: After = after;
    const answer = await withDeadline(
      options,
      (deadline) => readPage(stripe, { created: { gte: from, lt: to }, ...start }, deadline),
      failureOf,
    );
    if (answer.kind !== 'ok') return yield answer;
    for (const payout of answer.value.payouts) {
      const listed = listedOf(payout);
      if (listed) yield listed;
    }
    after = answer.value.next;
  }
  if (after) yield { kind: 'rejected', code: 'window_too_large', message: 'Ask for a shorter window' };
}

async function readPage(
  stripe: Stripe,
  selection: Stripe.PayoutListParams,
  deadline: Deadline,
): Promise<Outcome<{ readonly payouts: readonly unknown[]; readonly next: After | null }>> {
  await deadline.turn('GET /v1/payouts');
  const page = payoutPage.parse(
    await stripe.payouts.list({ ...selection, limit: PAGE_ITEMS }, { timeout: deadline.remainingMs() }),
  );
  return { kind: 'ok', value: { payouts: page.data, next: page.has_more ? afterNamed(page.data) : null } };
}

/** Null for one whose money stayed or came back. */
function listedOf(payout: unknown): Outcome<ListedPayout> | UnreadableLine | null {
  const id = idIn(payout, 'id');
  try {
    const read = payoutSchema.parse(payout);
    return NOT_PAID.includes(read.status) ? null : { kind: 'ok', value: toListed(read) };
  } catch (error) {
    return unreadableLine({ providerEntryId: id, providerObjectId: id, providerPayoutId: id }, error);
  }
}

const toListed = ({ id, amount, currency, created }: Payout): ListedPayout => ({
  providerPayoutId: id,
  amount: moneyOf(amount, currency),
  createdAt: created,
});
