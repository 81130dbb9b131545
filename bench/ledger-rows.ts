// What is measured of a build's verbs: rows of so many operations each, which one round takes in this order. What a row needs
// (an intent, a hold) an earlier one has made.
import { randomUUID } from 'node:crypto';
import type { Verbs } from './build-verbs';
import { CAPTURED, CLAIM } from './purchases';

export interface LedgerRow {
  readonly name: string;
  /** How many operations are under way at a time. */
  readonly callers: number;
  readonly operations: readonly (() => Promise<unknown>)[];
}

// As many as pass the loops of a set about thirty times.
const OPERATIONS = Number(process.env.BENCH_OPERATIONS ?? 1_024);
const CALLERS = Number(process.env.BENCH_CALLERS ?? 64);
// A call that is alone takes some ten times as long.
const ALONE = Math.ceil(OPERATIONS / 8);
// More than there are callers, so that what is under way at a time is about wallets of their own.
const USERS = CALLERS * 4;
const HOLD_SECONDS = 3600;

/** One round: its own users, who buy, spend and hold. */
export function rowsOf(verbs: Verbs, round: number): LedgerRow[] {
  const userOf = (nth: number) => `u${round}_${nth % USERS}`;
  const intents = Array.from({ length: OPERATIONS + ALONE }, (_, nth) => ({
    id: `int_bench${round}_${nth}`,
    userId: userOf(nth),
  }));
  const [many, few] = [intents.slice(0, OPERATIONS), intents.slice(OPERATIONS)];
  const holds: { id: string; userId: string }[] = [];
  const held = (count: number) => holds.splice(0, count);
  const times = (count: number, operation: (nth: number) => Promise<unknown>) =>
    Array.from({ length: count }, (_, nth) => () => operation(nth));
  const together = (name: string, operations: readonly (() => Promise<unknown>)[]) => ({
    ...{ name, callers: CALLERS, operations },
  });
  const alone = (name: string, operations: readonly (() => Promise<unknown>)[]) => ({
    ...{ name: `${name}, alone`, callers: 1, operations },
  });
  const hold = (userId: string) => async () => {
    const { holdId } = await holdOf(verbs, userId);
    holds.push({ id: holdId, userId });
  };
  const settleHold = () => settleHoldOf(verbs, held(1)[0]);
  const release = () => releaseOf(verbs, held(1)[0]);
  return [
    together(
      'claims',
      many.map((intent) => () => claimOf(verbs, intent)),
    ),
    together(
      'purchases',
      many.map(
        ({ id }) =>
          () =>
            paymentOf(verbs, id),
      ),
    ),
    alone(
      'claims',
      few.map((intent) => () => claimOf(verbs, intent)),
    ),
    alone(
      'purchases',
      few.map(
        ({ id }) =>
          () =>
            paymentOf(verbs, id),
      ),
    ),
    together(
      'spends',
      times(OPERATIONS, (nth) => spendOf(verbs, userOf(nth))),
    ),
    alone(
      'spends',
      times(ALONE, (nth) => spendOf(verbs, userOf(nth))),
    ),
    together(
      'spends of one user',
      times(OPERATIONS, () => spendOf(verbs, userOf(0))),
    ),
    together(
      'holds',
      times(OPERATIONS, (nth) => hold(userOf(nth))()),
    ),
    together('settles of holds', times(OPERATIONS / 2, settleHold)),
    together('releases', times(OPERATIONS / 2, release)),
    alone(
      'holds',
      times(ALONE, (nth) => hold(userOf(nth))()),
    ),
    alone('settles of holds', times(ALONE / 2, settleHold)),
    alone('releases', times(ALONE / 2, release)),
  ];
}

async function claimOf({ claim }: Verbs, intent: { id: string; userId: string }): Promise<void> {
  const { outcome } = await claim({ ...CLAIM, ...intent, key: randomUUID(), createdBy: intent.userId });
  expect('claim', outcome, 'created');
}

async function paymentOf({ settle }: Verbs, id: string): Promise<void> {
  const facts = [{ ...CAPTURED, paymentId: `ch_${id}` }];
  const { outcomes } = await settle({
    ...{ intentId: id, readNumber: null, object: null, facts, actor: 'provider', note: null },
  });
  expect('payment', outcomes[0], 'granted');
}

async function spendOf({ spend }: Verbs, userId: string): Promise<void> {
  const { outcome } = await spend({
    ...{ userId, credits: 1n, reason: 'bench', key: randomUUID(), inputHash: 'h', actor: userId },
    kind: 'user',
  });
  expect('spend', outcome, 'spent');
}

async function holdOf({ hold }: Verbs, userId: string): Promise<{ holdId: string }> {
  const { outcome, holdId } = await hold({
    ...{ id: `hold_${randomUUID()}`, userId, credits: 2n, reason: 'bench', ttlSeconds: HOLD_SECONDS },
    ...{ key: randomUUID(), inputHash: 'h', actor: userId, role: 'user' },
  });
  expect('hold', outcome, 'held');
  return { holdId: holdId ?? '' };
}

async function settleHoldOf({ settleHold }: Verbs, hold: { id: string; userId: string } | undefined) {
  if (!hold) throw new Error('No hold is left');
  const { outcome } = await settleHold({
    ...{ ...hold, credits: 1n, key: randomUUID(), inputHash: 'h', actor: hold.userId, role: 'user' },
  });
  expect('settlement', outcome, 'settled');
}

async function releaseOf({ releaseHold }: Verbs, hold: { id: string; userId: string } | undefined) {
  if (!hold) throw new Error('No hold is left');
  expect('release', await releaseHold({ ...hold, actor: hold.userId, role: 'user' }), 'released');
}

function expect(what: string, outcome: string | undefined, wanted: string): void {
  if (outcome !== wanted) throw new Error(`A ${what} was ${outcome}`);
}
