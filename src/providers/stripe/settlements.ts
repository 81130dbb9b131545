// Stripe's books: one balance transaction for each movement of our balance there.
import type Stripe from 'stripe';
import { z } from 'zod';
import type { CallOptions, Outcome } from '../provider';
import type { SettlementEntry, SettlementKind, SettlementWindow } from '../settlement';
import { type Deadline, withDeadline } from '../transport';
import { failureOf } from './errors';
import { type After, nextAfter, PAGE_ITEMS, type Page } from './paging';

/** A hundred thousand entries: a window that holds more is asked for in parts. */
const PAGES_MAX = 1_000;

const transactionSchema = z.object({
  object: z.literal('balance_transaction'),
  id: z.string(),
  reporting_category: z.string(),
  amount: z.int(),
  fee: z.int(),
  net: z.int(),
  currency: z.string(),
  source: z.union([z.string(), z.object({ id: z.string() }).transform((object) => object.id)]).nullish(),
  created: z.int().nonnegative(),
});
const transactionPage = z.object({
  object: z.literal('list'),
  data: z.array(transactionSchema),
  has_more: z.boolean(),
});
type Transaction = z.infer<typeof transactionSchema>;

/** Newest first. A failure is the last value. */
export async function* listSettlementEntries(
  stripe: Stripe,
  window: SettlementWindow,
  { timeoutMs }: CallOptions,
): AsyncGenerator<Outcome<SettlementEntry>, void, void> {
  let after: After | null = {};
  for (let pages = 0; pages < PAGES_MAX && after; pages++) {
    const start: After = after;
    const answer = await withDeadline(
      timeoutMs,
      (deadline) => readPage(stripe, window, start, deadline),
      failureOf,
    );
    if (answer.kind !== 'ok') return yield answer;
    for (const transaction of answer.value.data) yield { kind: 'ok', value: toEntry(transaction) };
    after = answer.value.next;
  }
  if (after) yield { kind: 'rejected', code: 'window_too_large', message: 'Ask for a shorter window' };
}

async function readPage(
  stripe: Stripe,
  window: SettlementWindow,
  after: After,
  deadline: Deadline,
): Promise<Outcome<Page<Transaction> & { readonly next: After | null }>> {
  const page = transactionPage.parse(
    await stripe.balanceTransactions.list(
      { created: { gte: window.from, lt: window.to }, limit: PAGE_ITEMS, ...after },
      { timeout: deadline.remainingMs() },
    ),
  );
  return { kind: 'ok', value: { ...page, next: nextAfter(page) } };
}

function toEntry(transaction: Transaction): SettlementEntry {
  return {
    providerEntryId: transaction.id,
    kind: Object.hasOwn(KINDS, transaction.reporting_category)
      ? (KINDS[transaction.reporting_category] ?? 'other')
      : 'other',
    providerObjectId: transaction.source ?? null,
    providerIntentId: null,
    amount: { amountMinor: BigInt(transaction.amount), currency: transaction.currency.toUpperCase() },
    feeMinor: BigInt(transaction.fee),
    netMinor: BigInt(transaction.net),
    providerPayoutId: null,
    createdAt: transaction.created,
  };
}

/** Source: docs.stripe.com/reports/reporting-categories. */
const KINDS: Readonly<Record<string, SettlementKind>> = {
  charge: 'payment',
  refund: 'refund',
  refund_failure: 'refund_failure',
  dispute: 'dispute',
  dispute_reversal: 'dispute_reversal',
  fee: 'fee',
  payout: 'payout',
  payout_reversal: 'payout',
};
