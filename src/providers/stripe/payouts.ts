// Stripe's payouts. A payout is also a movement in the books; this list is how one is noticed whose movement is missing.

import type Stripe from 'stripe';
import { z } from 'zod';
import type { Outcome } from '../provider';
import type { ListedPayout, SettlementWindow } from '../settlement';
import { type Deadline, type LinedOptions, withDeadline } from '../transport';
import { moneyOf } from './currencies';
import { failureOf } from './errors';
import { type After, nextAfter, PAGE_ITEMS, type Page } from './paging';

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
  data: z.array(payoutSchema),
  has_more: z.boolean(),
});
type Payout = z.infer<typeof payoutSchema>;

/** Newest first. A failure is the last value. */
export async function* listPayouts(
  stripe: Stripe,
  { from, to }: SettlementWindow,
  options: LinedOptions,
): AsyncGenerator<Outcome<ListedPayout>, void, void> {
  let after: After | null = {};
  for (let pages = 0; pages < PAGES_MAX && after; pages++) {
    const start: After = after;
    const answer = await withDeadline(
      options,
      (deadline) => readPage(stripe, { created: { gte: from, lt: to }, ...start }, deadline),
      failureOf,
    );
    if (answer.kind !== 'ok') return yield answer;
    for (const payout of answer.value.data)
      if (!NOT_PAID.includes(payout.status)) yield { kind: 'ok', value: toListed(payout) };
    after = answer.value.next;
  }
  if (after) yield { kind: 'rejected', code: 'window_too_large', message: 'Ask for a shorter window' };
}

async function readPage(
  stripe: Stripe,
  selection: Stripe.PayoutListParams,
  deadline: Deadline,
): Promise<Outcome<Page<Payout> & { readonly next: After | null }>> {
  await deadline.turn('GET /v1/payouts');
  const page = payoutPage.parse(
    await stripe.payouts.list({ ...selection, limit: PAGE_ITEMS }, { timeout: deadline.remainingMs() }),
  );
  return { kind: 'ok', value: { ...page, next: nextAfter(page) } };
}

const toListed = ({ id, amount, currency, created }: Payout): ListedPayout => ({
  providerPayoutId: id,
  amount: moneyOf(amount, currency),
  createdAt: created,
});
