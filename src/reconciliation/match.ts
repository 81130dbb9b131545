// Holds a provider's books against ours. Pure: two streams in the order of their keys are merged, one key in memory at a
// time, and for each key it is said whether both agree, and if not, how they differ.
import { Fault } from '../kernel/invariant';
import type { Money } from '../kernel/money';
import type { SettlementKind } from '../providers/settlement';

export const BREAK_SUBJECTS = ['payment', 'refund', 'dispute', 'fee', 'payout'] as const;
export type BreakSubject = (typeof BREAK_SUBJECTS)[number];

export const BREAK_KINDS = [
  'missing_here',
  'missing_at_provider',
  'amount_mismatch',
  'status_mismatch',
  'currency_mismatch',
  'duplicate',
  'credits_not_granted',
  'unapplied',
  'unknown_payment',
  'fee_mismatch',
  'payout_mismatch',
  'more_back_than_paid',
] as const;
export type BreakKind = (typeof BREAK_KINDS)[number];

/** One line of the provider's books. */
export interface Theirs {
  /** What moved, else the line itself. */
  readonly key: string;
  readonly kind: SettlementKind;
  readonly providerIntentId: string | null;
  /** Signed: what comes to us is positive. */
  readonly amount: Money;
}

/** What we know under a key: intents, payments and the ledger together. */
export interface Ours {
  readonly key: string;
  /** booked: it is in our ledger. seen: we know it, and no money with it. expected: only its intent is known. */
  readonly state: 'booked' | 'seen' | 'expected';
  readonly subject: Exclude<BreakSubject, 'payout'>;
  /** What our ledger has, signed like theirs; null unless it is booked. */
  readonly amount: Money | null;
  /** False when a payment bought a package and its credits are not there. */
  readonly isGranted: boolean;
  readonly intentId: string | null;
  readonly providerIntentId: string | null;
}

export interface Difference {
  readonly key: string;
  readonly subject: BreakSubject;
  readonly kind: BreakKind;
  readonly intentId: string | null;
  readonly providerIntentId: string | null;
  /** Positive for what is usual: a refund of 5.00 is 5.00. Null: there is nothing on that side. */
  readonly ours: Money | null;
  readonly theirs: Money | null;
}

export type Verdict =
  | { readonly key: string; readonly difference: null }
  | { readonly key: string; readonly difference: Difference };

const SUBJECTS: Readonly<Record<SettlementKind, BreakSubject>> = {
  payment: 'payment',
  refund: 'refund',
  refund_failure: 'refund',
  dispute: 'dispute',
  dispute_reversal: 'dispute',
  fee: 'fee',
  payout: 'payout',
  other: 'fee',
};

/** What a line of the provider's books is about. */
export const subjectOf = (kind: SettlementKind): BreakSubject => SUBJECTS[kind];

/** What is usual for it, comes to us or leaves us. */
const SIGNS: Readonly<Record<BreakSubject, bigint>> = {
  payment: 1n,
  refund: -1n,
  dispute: -1n,
  fee: -1n,
  payout: -1n,
};

/** A signed amount as a difference shows it, and back. */
export const asShown = (subject: BreakSubject, money: Money): Money => ({
  ...money,
  amountMinor: SIGNS[subject] * money.amountMinor,
});

/**
 * One verdict for each key of either side, in their order.
 * @throws Fault when a side is not in the order of its keys: a key out of place would be missed without a word.
 */
export function* match(theirs: Iterable<Theirs>, ours: Iterable<Ours>): Generator<Verdict, void, void> {
  const left = groups(theirs);
  const right = groups(ours);
  let there = left.next().value;
  let here = right.next().value;
  while (there || here) {
    const key = !here || (there && there.key < here.key) ? there?.key : here.key;
    const lines = there && there.key === key ? there.items : [];
    const known = here && here.key === key ? here.items : [];
    if (known.length > 1) throw new Fault(`Ours has ${key} more than once`);
    yield judge(key as string, lines, known[0] ?? null);
    if (lines.length > 0) there = left.next().value;
    if (known.length > 0) here = right.next().value;
  }
}

interface Group<Item> {
  readonly key: string;
  readonly items: Item[];
}

function* groups<Item extends { readonly key: string }>(
  items: Iterable<Item>,
): Generator<Group<Item>, undefined, void> {
  let group = null as Group<Item> | null;
  for (const item of items) {
    if (group && item.key < group.key) throw new Fault(`${item.key} comes after ${group.key}`);
    if (group?.key === item.key) group.items.push(item);
    else {
      if (group) yield group;
      group = { key: item.key, items: [item] };
    }
  }
  if (group) yield group;
  return undefined;
}

function judge(key: string, lines: readonly Theirs[], ours: Ours | null): Verdict {
  const subject = lines[0] ? SUBJECTS[lines[0].kind] : (ours?.subject ?? 'payment');
  const theirs = judgedOf(totalsOf(lines), ours?.amount ?? null);
  const kind = kindOfDifference(subject, lines, theirs, ours);
  if (kind === null) return { key, difference: null };
  return {
    key,
    difference: {
      key,
      subject,
      kind,
      intentId: ours?.intentId ?? null,
      providerIntentId:
        ours?.providerIntentId ?? lines.find((line) => line.providerIntentId)?.providerIntentId ?? null,
      ours: ours?.amount ? asShown(subject, ours.amount) : null,
      theirs: theirs ? asShown(subject, theirs) : null,
    },
  };
}

// What undoes a movement never comes without it: where only the second half was ever read, the first was before we looked.
const UNDOES: Readonly<Partial<Record<SettlementKind, SettlementKind>>> = {
  refund_failure: 'refund',
  dispute_reversal: 'dispute',
};

/** The sum of what moved in each currency, in the order of the lines; a second half alone comes to nothing. */
function totalsOf(lines: readonly Theirs[]): Money[] {
  const totals = new Map<string, bigint>();
  for (const { kind, amount } of lines) {
    const first = UNDOES[kind];
    const isHalf = first !== undefined && !lines.some((line) => line.kind === first);
    totals.set(amount.currency, (totals.get(amount.currency) ?? 0n) + (isHalf ? 0n : amount.amountMinor));
  }
  return [...totals].map(([currency, amountMinor]) => ({ currency, amountMinor }));
}

/** What a difference is judged by: what moved in our currency, else in the first one in which anything moved. */
function judgedOf(totals: readonly Money[], ours: Money | null): Money | null {
  const moved = totals.filter(({ amountMinor }) => amountMinor !== 0n);
  return moved.find(({ currency }) => currency === ours?.currency) ?? moved[0] ?? totals[0] ?? null;
}

function kindOfDifference(
  subject: BreakSubject,
  lines: readonly Theirs[],
  theirs: Money | null,
  ours: Ours | null,
): BreakKind | null {
  // What was written off is not missed any more.
  if (theirs === null) return ours?.amount?.amountMinor === 0n ? null : 'missing_at_provider';
  if (subject === 'fee') return isSameFee(lines, theirs, ours) ? null : 'fee_mismatch';
  if (ours === null) return 'unknown_payment';
  if (ours.state === 'expected') return theirs.amountMinor === 0n ? null : 'missing_here';
  if (ours.amount === null) return theirs.amountMinor === 0n ? null : 'status_mismatch';
  const { amount } = ours;
  const isNothing = amount.amountMinor === 0n && theirs.amountMinor === 0n;
  if (!isNothing && lines.some((line) => line.amount.currency !== amount.currency))
    return 'currency_mismatch';
  if (theirs.amountMinor === amount.amountMinor) return ours.isGranted ? null : 'credits_not_granted';
  if (subject === 'payment' && lines.length > 1) return 'duplicate';
  return subject === 'refund' && theirs.amountMinor === 0n ? 'status_mismatch' : 'amount_mismatch';
}

const isSameFee = (lines: readonly Theirs[], theirs: Money, ours: Ours | null) =>
  ours?.amount?.amountMinor === theirs.amountMinor &&
  lines.every(({ amount }) => amount.currency === ours.amount?.currency);

/** What differs, and the keys on which both sides agree. */
export function sorted(verdicts: Iterable<Verdict>): { differences: Difference[]; matched: string[] } {
  const differences: Difference[] = [];
  const matched: string[] = [];
  for (const { key, difference } of verdicts) {
    if (difference) differences.push(difference);
    else matched.push(key);
  }
  return { differences, matched };
}
