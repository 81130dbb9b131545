// What can be done about each break, the suggestion first. See docs/reconciliation.md for what each one does.
import type { BreakStatus } from './break.entity';
import { BREAK_KINDS, BREAK_SUBJECTS, type BreakKind, type BreakSubject } from './match';

export const BREAK_FIXES = [
  'mark_succeeded',
  'mark_failed',
  'grant_credits',
  'apply_to_intent',
  'refund_at_provider',
  'book_fee',
  'adjust',
  'accept_loss',
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

/** What to do about a break; null when it is not open any more. */
export const suggestedFixOf = (item: Subject & { readonly status: BreakStatus }): BreakFix | null =>
  item.status === 'open' ? (fixesOf(item)[0] ?? null) : null;

/** The same as an SQL expression over breaks under an alias, without a blank behind a comma. */
export function suggestedFixSql(alias: string): string {
  const meant = new Map<BreakFix, string[]>();
  for (const subject of BREAK_SUBJECTS)
    for (const kind of BREAK_KINDS)
      for (const intentId of [null, 'an intent']) {
        const fix = fixesOf({ subject, kind, intentId })[0];
        if (fix) meant.set(fix, [...(meant.get(fix) ?? []), `'${subject} ${kind} ${intentId === null}'`]);
      }
  const cases = [...meant].map(([fix, names]) => `when ${nameIn(alias)} in (${names}) then '${fix}'`);
  return `case when ${alias}.status<>'open' then null ${cases.join(' ')} end`;
}

const nameIn = (alias: string) =>
  `${alias}.subject||' '||${alias}.kind||' '||(${alias}.intentId is null)::text`;

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
    // Both books have it: what is lost is lost, unless the bank is told in time.
    more_back_than_paid: ['accept_loss', 'ignore'],
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
