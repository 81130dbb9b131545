// Stripe's books: one balance transaction for each movement of our balance there.

import type Stripe from 'stripe';
import { z } from 'zod';
import { bookLine, idIn } from '../book-line';
import type { Outcome } from '../provider';
import type { BookLine, SettlementEntry, SettlementKind, SettlementWindow } from '../settlement';
import { type Deadline, isObject, type LinedOptions, withDeadline } from '../transport';
import { moneyOf } from './currencies';
import { failureOf } from './errors';
import { type After, afterNamed, PAGE_ITEMS } from './paging';

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
  source: z
    .union([
      z.string().transform((id) => ({ id, payment_intent: null })),
      z.object({ id: z.string(), payment_intent: z.string().nullish().catch(null) }),
    ])
    .nullish(),
  created: z.int().nonnegative(),
});
const transactionPage = z.object({
  object: z.literal('list'),
  data: z.array(z.unknown()),
  has_more: z.boolean(),
});
type Transaction = z.infer<typeof transactionSchema>;

/** Newest first. A failure is the last value. */
export const listSettlementEntries = (
  stripe: Stripe,
  window: SettlementWindow,
  options: LinedOptions,
): AsyncGenerator<BookLine, void, void> =>
  entriesOf(stripe, { created: { gte: window.from, lt: window.to } }, null, options);

/**
 * What an automatic payout was made of, with the payout itself; Stripe cannot say it of one made by hand, which is then
 * `rejected`. A failure is the last value.
 */
export const listPayoutEntries = (
  stripe: Stripe,
  providerPayoutId: string,
  options: LinedOptions,
): AsyncGenerator<BookLine, void, void> =>
  entriesOf(stripe, { payout: providerPayoutId }, providerPayoutId, options);

async function* entriesOf(
  stripe: Stripe,
  selection: Stripe.BalanceTransactionListParams,
  payoutId: string | null,
  options: LinedOptions,
): AsyncGenerator<BookLine, void, void> {
  let after: After | null = {};
  for (let pages = 0; pages < PAGES_MAX && after; pages++) {
    const start: After = after;
    const answer = await withDeadline(
      options,
      (deadline) => readPage(stripe, { ...selection, ...start }, deadline),
      failureOf,
    );
    if (answer.kind !== 'ok') return yield answer;
    for (const line of answer.value.lines) yield lineOf(line, payoutId);
    after = answer.value.next;
  }
  if (after) yield { kind: 'rejected', code: 'window_too_large', message: 'Ask for a shorter window' };
}

async function readPage(
  stripe: Stripe,
  selection: Stripe.BalanceTransactionListParams,
  deadline: Deadline,
): Promise<Outcome<{ readonly lines: readonly unknown[]; readonly next: After | null }>> {
  await deadline.turn('GET /v1/balance_transactions');
  const page = transactionPage.parse(
    await stripe.balanceTransactions.list(
      // A charge, a refund and a dispute each name their payment intent, which the entry does not.
      { ...selection, limit: PAGE_ITEMS, expand: ['data.source'] },
      { timeout: deadline.remainingMs() },
    ),
  );
  return { kind: 'ok', value: { lines: page.data, next: page.has_more ? afterNamed(page.data) : null } };
}

function lineOf(line: unknown, payoutId: string | null): BookLine {
  const source = isObject(line) ? line.source : null;
  const named = {
    providerEntryId: idIn(line, 'id'),
    providerObjectId: isObject(source) ? idIn(source, 'id') : idIn(line, 'source'),
    providerPayoutId: payoutId,
  };
  return bookLine(named, () => toEntry(transactionSchema.parse(line), payoutId));
}

function toEntry(transaction: Transaction, payoutId: string | null): SettlementEntry {
  return {
    providerEntryId: transaction.id,
    kind: Object.hasOwn(KINDS, transaction.reporting_category)
      ? (KINDS[transaction.reporting_category] ?? 'other')
      : 'other',
    // What comes back of a payout that failed is a movement with the bank of its own: the payout was paid before.
    providerObjectId:
      transaction.reporting_category === 'payout_reversal' ? null : (transaction.source?.id ?? null),
    providerIntentId: transaction.source?.payment_intent ?? null,
    amount: moneyOf(transaction.amount, transaction.currency),
    feeMinor: moneyOf(transaction.fee, transaction.currency).amountMinor,
    netMinor: moneyOf(transaction.net, transaction.currency).amountMinor,
    providerPayoutId: payoutId,
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
