// What can be done about each break, the suggestion first. See docs/reconciliation.md for what each one does.
import type { BreakStatus } from './break.entity';
import { BREAK_KINDS, BREAK_SUBJECTS, type BreakKind, type BreakSubject } from './match';

export const BREAK_FIXES = [
  'restore_intent',
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
  /** Null: it was seen as it happened. */
  readonly runId: string | null;
}

/**
 * Everything that may be done, the suggestion first. After each the clearing account is what the provider's books say,
 * unapplied is the money that is neither granted nor back, and a second run finds nothing: what cannot do that is not here.
 */
export function fixesOf({ subject, kind, intentId, runId }: Subject): readonly BreakFix[] {
  const seen = runId === null ? SEEN[subject]?.[kind] : undefined;
  const fitting = seen ?? IN_THE_BOOKS[subject][kind] ?? ADJUST;
  const possible = fitting.filter((fix) => !(intentId === null ? ASKS.has(fix) : fix === 'restore_intent'));
  return possible.length > 0 ? possible : ADJUST;
}

/** What can be done about a break as it stands: nothing about one that is settled, and one that was ignored may be taken up. */
export function openFixesOf(item: Subject & { readonly status: BreakStatus }): readonly BreakFix[] {
  if (item.status === 'resolved') return [];
  return fixesOf(item).filter((fix) => item.status === 'open' || fix !== 'ignore');
}

/** What to do about a break; null when it is not open any more. */
export const suggestedFixOf = (item: Subject & { readonly status: BreakStatus }): BreakFix | null =>
  item.status === 'open' ? (fixesOf(item)[0] ?? null) : null;

/** The same as an SQL expression over breaks under an alias, without a blank behind a comma. */
export function suggestedFixSql(alias: string): string {
  const meant = new Map<BreakFix, string[]>();
  for (const subject of BREAK_SUBJECTS)
    for (const kind of BREAK_KINDS)
      for (const intentId of [null, 'an intent'])
        for (const runId of [null, 'a run']) {
          const fix = fixesOf({ subject, kind, intentId, runId })[0];
          const name = `'${subject} ${kind} ${intentId === null} ${runId === null}'`;
          if (fix) meant.set(fix, [...(meant.get(fix) ?? []), name]);
        }
  const cases = [...meant].map(([fix, names]) => `when ${nameIn(alias)} in (${names}) then '${fix}'`);
  return `case when ${alias}.status<>'open' then null ${cases.join(' ')} end`;
}

const nameIn = (alias: string) =>
  `${alias}.subject||' '||${alias}.kind||' '||(${alias}.intentId is null)::text||' '||(${alias}.runId is null)::text`;

type Fixes = Readonly<Partial<Record<BreakKind, readonly BreakFix[]>>>;

/** What asks the provider about an intent, which has to be known. */
const ASKS: ReadonlySet<BreakFix> = new Set(['mark_succeeded', 'grant_credits', 'apply_to_intent']);

const ADJUST: readonly BreakFix[] = ['adjust'];
/** Of nothing here: what the provider's object says may make its intent again, and its refunds and disputes come with it. */
const UNKNOWN: readonly BreakFix[] = ['restore_intent', 'adjust'];

/** Every difference that a run over the provider's books can find. */
export const IN_THE_BOOKS: Readonly<Record<BreakSubject, Fixes>> = {
  payment: {
    missing_here: ['mark_succeeded', 'grant_credits', 'apply_to_intent', 'adjust'],
    status_mismatch: ['mark_succeeded', 'apply_to_intent', 'adjust'],
    credits_not_granted: ['grant_credits'],
    unknown_payment: UNKNOWN,
    duplicate: ADJUST,
    amount_mismatch: ADJUST,
    currency_mismatch: ADJUST,
    missing_at_provider: ADJUST,
  },
  refund: {
    missing_here: ['apply_to_intent', 'adjust'],
    status_mismatch: ['apply_to_intent', 'adjust'],
    unknown_payment: ADJUST,
    amount_mismatch: ADJUST,
    currency_mismatch: ADJUST,
    missing_at_provider: ADJUST,
  },
  dispute: {
    // An event that never came: reading the dispute freezes or takes the credits as well.
    missing_here: ['apply_to_intent', 'adjust'],
    status_mismatch: ['apply_to_intent', 'adjust'],
    unknown_payment: ADJUST,
    amount_mismatch: ADJUST,
    currency_mismatch: ADJUST,
  },
  fee: { fee_mismatch: ['book_fee', 'adjust'] },
  payout: { payout_mismatch: ADJUST, missing_at_provider: ADJUST },
};

/** Money that bought nothing. Both sides have it: what is left to say is whose it is. */
const UNAPPLIED: readonly BreakFix[] = ['refund_at_provider', 'apply_to_intent', 'ignore'];

/** What is seen as it happens. */
export const SEEN: Readonly<Partial<Record<BreakSubject, Fixes>>> = {
  payment: {
    amount_mismatch: UNAPPLIED,
    currency_mismatch: UNAPPLIED,
    unapplied: UNAPPLIED,
    // The credits of an intent are granted once.
    duplicate: ['refund_at_provider', 'ignore'],
    // Both books have it: what is lost is lost, unless the bank is told in time.
    more_back_than_paid: ['accept_loss', 'ignore'],
    // The provider's object says another thing than its payment.
    status_mismatch: ['mark_succeeded', 'ignore'],
  },
  refund: {
    unknown_payment: ['apply_to_intent', 'adjust'],
    amount_mismatch: ADJUST,
    // One that had failed has gone out again: the same fact is not booked twice.
    status_mismatch: ADJUST,
    // It failed, and the balance cannot hold what it gives back: once there is room, the provider is asked again.
    missing_here: ['apply_to_intent'],
  },
  // The same of one that was lost and is not any more.
  dispute: { missing_here: ['apply_to_intent'] },
};
