// What finance closes on: balances of accounts at an instant, and what the product owed its users over a period. Both
// close on a sealed number, so that the same question has the same answer for ever once a later posting is sealed.
import type { Queryable } from '../db/transaction';
import type { Money } from '../kernel/money';
import { Problem } from '../kernel/problems';
import { type Account, accountOf, balanceOn, CHART } from './chart';
import type { PostingKind } from './journal.entity';

type Reader = { readonly pool: Queryable };

export interface AccountBalance {
  readonly account: Account;
  /** A currency, or CREDIT. */
  readonly unit: string;
  /** In minor units or credits, positive on the side on which the account grows. */
  readonly balance: bigint;
  /** The latest posting that is in it. */
  readonly asOf: Date;
}

// An instant is a millisecond: rows from before instants were cut have more digits than we show.
/** The last seal whose postings are all of `instant` or before; null: of the newest one. */
async function sealAt({ pool }: Reader, instant: Date | null, isBefore = false) {
  const { rows } = await pool.query<{ number: bigint; closes_at: Date }>(
    `select number, closes_at from seals
     where $1::timestamptz is null or closes_at < $1::timestamptz + interval '${isBefore ? 0 : 1} ms'
     order by closes_at desc, number desc limit 1`,
    [instant],
  );
  return { number: rows[0]?.number ?? 0n, closesAt: rows[0]?.closes_at ?? null };
}

interface Total {
  readonly account: string;
  readonly unit: string;
  readonly kind: PostingKind;
  readonly amount: string;
}

async function totalsAt({ pool }: Reader, number: bigint): Promise<readonly Total[]> {
  const { rows } = await pool.query<Total>(
    'select account, unit, kind, amount::text from sealed_totals($1)',
    [number],
  );
  return rows;
}

/** Every account that has ever moved, in each of its units, at an instant or now. */
export async function accountsAsOf(deps: Reader, asOf: Date | null = null): Promise<AccountBalance[]> {
  const seal = await sealAt(deps, asOf);
  const sums = new Map<string, bigint>();
  for (const { account, unit, amount } of await totalsAt(deps, seal.number)) {
    const key = `${account} ${unit}`;
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(amount));
  }
  const places = CHART.map(({ code }) => code);
  return [...sums]
    .map(([key, credits]) => {
      const [code, unit] = key.split(' ') as [string, string];
      const account = accountOf(code) as Account;
      return { account, unit, balance: balanceOn(account.kind, credits), asOf: seal.closesAt as Date };
    })
    .sort(
      (a, b) =>
        places.indexOf(a.account.code) - places.indexOf(b.account.code) || a.unit.localeCompare(b.unit),
    );
}

/** What one kind of posting did on an account, in one unit: a credit is positive. */
export interface Moved {
  readonly account: string;
  readonly unit: string;
  readonly kind: PostingKind;
  readonly amount: bigint;
}

export interface PeriodTotals {
  readonly opening: readonly Moved[];
  readonly closing: readonly Moved[];
  /** The seals that it begins after and closes on; 0: none. */
  readonly opensOn: bigint;
  readonly closesOn: bigint;
  /** The latest instant that is in it; null: nothing is. */
  readonly cutOff: Date | null;
}

/** All that was ever sealed before a period and up to its end, from `gte` up to but without `lt`. */
export async function periodTotals(
  deps: Reader,
  { gte, lt }: { readonly gte: Date; readonly lt: Date },
): Promise<PeriodTotals> {
  const [from, to] = [await sealAt(deps, gte, true), await sealAt(deps, lt, true)];
  const moved = async (number: bigint) =>
    (await totalsAt(deps, number)).map((total) => ({ ...total, amount: BigInt(total.amount) }));
  return {
    opening: await moved(from.number),
    closing: await moved(to.number),
    ...{ opensOn: from.number, closesOn: to.number, cutOff: to.closesAt },
  };
}

/** Credits, and what they were sold for, by currency. */
export interface CreditValue {
  readonly credits: bigint;
  readonly money: readonly Money[];
}

const MOVEMENTS = ['granted', 'promotional', 'adjusted', 'spent', 'expired', 'refunded', 'disputed'] as const;
type Movement = (typeof MOVEMENTS)[number];

export interface CreditStatement extends Readonly<Record<Movement | 'opening' | 'closing', CreditValue>> {
  readonly from: Date;
  readonly to: Date;
}

/**
 * Where each kind of posting stands in a statement. A receipt brings the money of the grant beside it. What campaigns gave
 * and took back is apart from what was bought; what was spent of it stands with all that was spent.
 *
 * A debt that is paid has no line of its own: the contract's statement has these movements alone. It is no spend, for what
 * was spent without cover was counted when it was spent. It is the late part of a refund or of a dispute, but a user's debt
 * is one sum, in which nobody can tell the one from the other any more. So it stands where the user's own list has it,
 * among the adjustments, and the lists of all users add up to the statement.
 */
export const MOVEMENT_OF: Readonly<Record<PostingKind, Movement>> = {
  receipt: 'granted',
  grant: 'granted',
  promo_grant: 'promotional',
  promo_revoke: 'promotional',
  adjustment: 'adjusted',
  debt_payment: 'adjusted',
  correction: 'adjusted',
  // From one wallet to another: no credits come or go in all.
  transfer: 'adjusted',
  unapplied: 'adjusted',
  fee: 'adjusted',
  payout: 'adjusted',
  spend: 'spent',
  spend_reversal: 'spent',
  expiry: 'expired',
  refund: 'refunded',
  refund_reversal: 'refunded',
  dispute_withdrawn: 'disputed',
  dispute_reinstated: 'disputed',
  chargeback: 'disputed',
  chargeback_reversal: 'disputed',
};

/**
 * What the product owed its users in a period, from `gte` up to but without `lt`: opening plus all movements is closing.
 * Left out: from the first posting, up to the last sealed one.
 * @throws Problem INVALID_INPUT for a range that ends before it begins
 */
export async function creditStatement(
  deps: Reader,
  range: { readonly gte?: Date | null; readonly lt?: Date | null },
): Promise<CreditStatement> {
  const { gte, lt } = range;
  if (gte && lt && gte >= lt)
    throw new Problem('INVALID_INPUT', 'The range ends before it begins.', ['range']);
  const from = gte ? await sealAt(deps, gte, true) : { number: 0n, closesAt: null };
  const to = await sealAt(deps, lt ?? null, Boolean(lt));
  const [opening, closing] = [await totalsAt(deps, from.number), await totalsAt(deps, to.number)];
  const moved = (movement: Movement) => {
    const ofIt = (totals: readonly Total[]) => totals.filter(({ kind }) => MOVEMENT_OF[kind] === movement);
    return creditValueOf([...ofIt(closing), ...negated(ofIt(opening))]);
  };
  return {
    from: gte ?? (await firstPosting(deps)) ?? new Date(0),
    to: lt ?? to.closesAt ?? new Date(0),
    opening: creditValueOf(opening),
    ...(Object.fromEntries(MOVEMENTS.map((name) => [name, moved(name)])) as Record<Movement, CreditValue>),
    closing: creditValueOf(closing),
  };
}

async function firstPosting({ pool }: Reader): Promise<Date | null> {
  const { rows } = await pool.query<{ closes_at: Date }>('select closes_at from seals where number = 1');
  return rows[0]?.closes_at ?? null;
}

const negated = (totals: readonly Total[]): Total[] =>
  totals.map((total) => ({ ...total, amount: (-BigInt(total.amount)).toString() }));

/** Credits stand in the wallets, and what they were sold for in deferred revenue. */
function creditValueOf(totals: readonly Total[]): CreditValue {
  let credits = 0n;
  const money = new Map<string, bigint>();
  for (const { account, unit, amount } of totals) {
    if (account === 'wallet') credits += BigInt(amount);
    if (account === 'deferred_revenue') money.set(unit, (money.get(unit) ?? 0n) + BigInt(amount));
  }
  return {
    credits,
    money: [...money].sort().map(([currency, amountMinor]) => ({ currency, amountMinor })),
  };
}
