// What can be done about each break, the suggestion first. See docs/reconciliation.md for what each one does.
import type { BreakKind, BreakSubject } from './match';

export const BREAK_FIXES = [
  'mark_succeeded',
  'mark_failed',
  'grant_credits',
  'apply_to_intent',
  'refund_at_provider',
  'book_fee',
  'adjust',
  'ignore',
] as const;
export type BreakFix = (typeof BREAK_FIXES)[number];

interface Subject {
  readonly subject: BreakSubject;
  readonly kind: BreakKind;
  readonly intentId: string | null;
}

/** Everything that may be done, the suggestion first; a person may always ignore. */
export function fixesOf({ subject, kind, intentId }: Subject): readonly BreakFix[] {
  const fixes = subject === 'fee' ? FEE : intentId === null ? WITHOUT_INTENT : WITH_INTENT[subject];
  return fixes[kind] ?? ['ignore'];
}

type Fixes = Readonly<Partial<Record<BreakKind, readonly BreakFix[]>>>;

const FEE: Fixes = {
  fee_mismatch: ['book_fee', 'adjust', 'ignore'],
  missing_at_provider: ['adjust', 'ignore'],
};

const WITHOUT_INTENT: Fixes = {
  unknown_payment: ['adjust', 'ignore'],
  missing_at_provider: ['adjust', 'ignore'],
  amount_mismatch: ['adjust', 'ignore'],
  currency_mismatch: ['adjust', 'ignore'],
  payout_mismatch: ['adjust', 'ignore'],
};

/** Money that bought nothing is known by its payment, whatever the payment's amount. */
const UNAPPLIED: readonly BreakFix[] = ['refund_at_provider', 'ignore'];

const WITH_INTENT: Readonly<Record<BreakSubject, Fixes>> = {
  payment: {
    missing_here: ['mark_succeeded', 'grant_credits', 'apply_to_intent', 'ignore'],
    status_mismatch: ['mark_succeeded', 'mark_failed', 'apply_to_intent', 'ignore'],
    credits_not_granted: ['grant_credits', 'ignore'],
    missing_at_provider: ['adjust', 'ignore'],
    amount_mismatch: ['adjust', 'refund_at_provider', 'ignore'],
    currency_mismatch: ['adjust', 'refund_at_provider', 'ignore'],
    duplicate: ['adjust', 'refund_at_provider', 'ignore'],
    unapplied: UNAPPLIED,
    unknown_payment: ['apply_to_intent', 'adjust', 'ignore'],
  },
  refund: {
    missing_here: ['apply_to_intent', 'adjust', 'ignore'],
    status_mismatch: ['apply_to_intent', 'adjust', 'ignore'],
    amount_mismatch: ['adjust', 'ignore'],
    currency_mismatch: ['adjust', 'ignore'],
    missing_at_provider: ['adjust', 'ignore'],
    unknown_payment: ['apply_to_intent', 'adjust', 'ignore'],
  },
  dispute: {
    missing_here: ['adjust', 'ignore'],
    status_mismatch: ['adjust', 'ignore'],
    amount_mismatch: ['adjust', 'ignore'],
    currency_mismatch: ['adjust', 'ignore'],
  },
  fee: FEE,
  payout: {},
};
