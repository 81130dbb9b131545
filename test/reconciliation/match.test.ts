// The matcher against what a table of both sides says, over sides of chance.
import fc from 'fast-check';
import { type BreakKind, match, type Ours, type Theirs, type Verdict } from '../../src/reconciliation/match';

const inr = (amountMinor: bigint, currency = 'INR') => ({ amountMinor, currency });
const theirs = (key: string, amount = 500n, more: Partial<Theirs> = {}): Theirs => ({
  key,
  kind: 'payment',
  providerIntentId: `pi_${key}`,
  amount: inr(amount),
  ...more,
});
const ours = (key: string, amount: bigint | null = 500n, more: Partial<Ours> = {}): Ours => ({
  key,
  state: amount === null ? 'seen' : 'booked',
  subject: 'payment',
  amount: amount === null ? null : inr(amount),
  isGranted: true,
  intentId: `int_${key}`,
  providerIntentId: `pi_${key}`,
  ...more,
});
const only = (left: readonly Theirs[], right: readonly Ours[]): Verdict['difference'] => {
  const verdicts = [...match(left, right)];
  expect(verdicts).toHaveLength(1);
  return verdicts[0]!.difference;
};

const refund = (amount: bigint): Theirs => theirs('a', amount, { kind: 'refund' });
const ourRefund = (amount: bigint): Ours => ours('a', amount, { subject: 'refund' });

test.each<[string, Theirs[], Ours[], BreakKind | null]>([
  ['a payment that both have', [theirs('a')], [ours('a')], null],
  ['money that nobody here knows of', [theirs('a')], [], 'unknown_payment'],
  ['money of an intent of ours', [theirs('a')], [ours('a', null, { state: 'expected' })], 'missing_here'],
  ['money of a try that we call declined', [theirs('a')], [ours('a', null)], 'status_mismatch'],
  ['a payment that only we have', [], [ours('a')], 'missing_at_provider'],
  ['another amount', [theirs('a', 499n)], [ours('a')], 'amount_mismatch'],
  ['another currency', [theirs('a', 500n, { amount: inr(500n, 'USD') })], [ours('a')], 'currency_mismatch'],
  ['the same payment twice', [theirs('a'), theirs('a')], [ours('a')], 'duplicate'],
  [
    'a payment without its credits',
    [theirs('a')],
    [ours('a', 500n, { isGranted: false })],
    'credits_not_granted',
  ],
  ['a refund that both have', [refund(-100n)], [ourRefund(-100n)], null],
  ['a refund of another size', [refund(-100n)], [ourRefund(-90n)], 'amount_mismatch'],
  [
    'a refund that failed there',
    [refund(-100n), theirs('a', 100n, { kind: 'refund_failure' })],
    [ourRefund(-100n)],
    'status_mismatch',
  ],
  [
    'a refund of which only the failure was ever read, and failed on both sides',
    [theirs('a', 100n, { kind: 'refund_failure' })],
    [ourRefund(0n)],
    null,
  ],
  [
    'a refund of which only the failure was ever read, and that we believe in',
    [theirs('a', 100n, { kind: 'refund_failure' })],
    [ourRefund(-100n)],
    'status_mismatch',
  ],
  [
    'a dispute of which only the way back was ever read',
    [theirs('a', 100n, { kind: 'dispute_reversal' })],
    [ours('a', 0n, { subject: 'dispute' })],
    null,
  ],
  [
    'what moved in a second currency while the first one is nothing',
    [theirs('a', 500n), theirs('a', -500n), theirs('a', 7n, { amount: inr(7n, 'USD') })],
    [ours('a', null, { state: 'expected' })],
    'missing_here',
  ],
  [
    'a fee in a second currency beside the one that we know',
    [theirs('a', -7n, { kind: 'fee' }), theirs('a', -7n, { kind: 'fee', amount: inr(-7n, 'USD') })],
    [ours('a', -7n, { subject: 'fee' })],
    'fee_mismatch',
  ],
  [
    'a refund that failed on both sides',
    [refund(-100n), theirs('a', 100n, { kind: 'refund_failure' })],
    [ourRefund(0n)],
    null,
  ],
  [
    'a refund made there',
    [refund(-100n)],
    [ours('a', null, { state: 'expected', subject: 'refund' })],
    'missing_here',
  ],
  [
    'a dispute in two movements',
    [theirs('a', -500n, { kind: 'dispute' }), theirs('a', 500n, { kind: 'dispute_reversal' })],
    [ours('a', 0n, { subject: 'dispute' })],
    null,
  ],
  ['a fee of nobody', [theirs('a', -30n, { kind: 'fee' })], [], 'fee_mismatch'],
  ['a fee that is booked', [theirs('a', -30n, { kind: 'fee' })], [ours('a', -30n, { subject: 'fee' })], null],
  ['a movement of tomorrow', [theirs('a', -30n, { kind: 'other' })], [], 'fee_mismatch'],
])('%s', (_, left, right, kind) => {
  expect(only(left, right)?.kind ?? null).toBe(kind);
});

test('a difference shows what is usual as positive, and whose intent it is', () => {
  expect(only([refund(-100n)], [ourRefund(-90n)])).toEqual({
    key: 'a',
    subject: 'refund',
    kind: 'amount_mismatch',
    intentId: 'int_a',
    providerIntentId: 'pi_a',
    ours: inr(90n),
    theirs: inr(100n),
  });
});

const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 40 });
const byKey = (a: { key: string }, b: { key: string }) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
const side = fc.record({
  there: fc.constantFrom(0, 1, 2),
  here: fc.boolean(),
  amount: fc.constantFrom(499n, 500n),
});

test('every key of either side gets one verdict, in order, and it is the one that the pair deserves', () => {
  fc.assert(
    fc.property(keys, fc.infiniteStream(side), (names, stream) => {
      const cases = names.map((key) => ({
        key,
        ...(stream.next().value as { there: number; here: boolean; amount: bigint }),
      }));
      const left = cases.flatMap(({ key, there, amount }) =>
        Array.from({ length: there }, () => theirs(key, amount)),
      );
      const right = cases.filter(({ here }) => here).map(({ key }) => ours(key));

      const verdicts = [...match(left.sort(byKey), right.sort(byKey))];

      const expected = cases
        .filter(({ there, here }) => there > 0 || here)
        .sort(byKey)
        .map(({ key, there, here, amount }) => [
          key,
          there === 0
            ? 'missing_at_provider'
            : !here
              ? 'unknown_payment'
              : there > 1
                ? 'duplicate'
                : amount === 500n
                  ? null
                  : 'amount_mismatch',
        ]);
      expect(verdicts.map(({ key, difference }) => [key, difference?.kind ?? null])).toEqual(expected);
    }),
  );
});

test('no verdict depends on what else is there: two halves say what the whole says', () => {
  fc.assert(
    fc.property(keys, fc.nat(), fc.infiniteStream(side), (names, cut, stream) => {
      const sorted = [...names].sort((a, b) => (a < b ? -1 : 1));
      const drawn = new Map(
        sorted.map((key) => [key, stream.next().value as { there: number; here: boolean; amount: bigint }]),
      );
      const of = (part: string[]) => [
        ...match(
          part.flatMap((key) =>
            Array.from({ length: drawn.get(key)!.there }, () => theirs(key, drawn.get(key)!.amount)),
          ),
          part.filter((key) => drawn.get(key)!.here).map((key) => ours(key)),
        ),
      ];
      const at = names.length === 0 ? 0 : cut % names.length;

      expect([...of(sorted.slice(0, at)), ...of(sorted.slice(at))]).toEqual(of(sorted));
    }),
  );
});

test('a side out of order is a fault, not a difference that nobody sees', () => {
  expect(() => [...match([theirs('b'), theirs('a')], [])]).toThrow('a comes after b');
  expect(() => [...match([], [ours('b'), ours('a')])]).toThrow('a comes after b');
  expect(() => [...match([], [ours('a'), ours('a')])]).toThrow('more than once');
});

test('it holds one key at a time: pairs are read as they are asked for', () => {
  let ahead = 0;
  function* many<Item>(make: (key: string) => Item): Generator<Item> {
    for (let n = 0; n < 1_000_000; n++) {
      ahead++;
      yield make(String(n).padStart(7, '0'));
    }
  }
  let seen = 0;
  let furthestAhead = 0;
  let differences = 0;
  for (const { difference } of match(
    many((key) => theirs(key)),
    many((key) => ours(key)),
  )) {
    seen++;
    if (difference) differences++;
    furthestAhead = Math.max(furthestAhead, ahead - 2 * seen);
    if (seen === 100_000) break;
  }

  expect([seen, differences]).toEqual([100_000, 0]);
  // On each side the key after the one that is judged.
  expect(furthestAhead).toBe(2);
});
