// The money of purchases that were replayed, by currency. Pure.

/** bad: paid, and known to be a fraud. honest: paid, and nothing of the kind is known. unpaid: nobody can tell. */
export interface Kinds {
  readonly bad: number;
  readonly honest: number;
  readonly unpaid: number;
}

/** Purchases of which neither the rules then nor these say anything, and nothing bad is known. */
export interface Plain {
  readonly purchases: number;
  readonly isPaid: boolean;
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** A purchase as far as it was counted. */
export interface Purchase {
  was: number;
  level: number;
  score: number;
  fired: readonly number[];
  readonly kind: keyof Kinds;
  readonly amountMinor: bigint;
  readonly currency: string;
}

export interface MoneyFigures {
  readonly currency: string;
  /** In minor units, as all of these. */
  readonly bad: bigint;
  readonly badCaught: bigint;
  readonly badCaughtBefore: bigint;
  readonly honest: bigint;
  readonly honestTouched: bigint;
  readonly honestTouchedBefore: bigint;
}

/** By currency, of what was paid. */
export function moneyOf(purchases: readonly Purchase[], plain: readonly Plain[]): MoneyFigures[] {
  type Sums = { -readonly [Name in keyof MoneyFigures]: MoneyFigures[Name] };
  const byCurrency = new Map<string, Sums>();
  const of = (currency: string): Sums => {
    const known = byCurrency.get(currency);
    if (known) return known;
    const sums: Sums = {
      ...{ currency, bad: 0n, badCaught: 0n, badCaughtBefore: 0n },
      ...{ honest: 0n, honestTouched: 0n, honestTouchedBefore: 0n },
    };
    byCurrency.set(currency, sums);
    return sums;
  };
  for (const { kind, was, level, amountMinor, currency } of purchases) {
    if (kind === 'unpaid') continue;
    const sums = of(currency);
    sums[kind] += amountMinor;
    if (level > 0) sums[kind === 'bad' ? 'badCaught' : 'honestTouched'] += amountMinor;
    if (was > 0) sums[kind === 'bad' ? 'badCaughtBefore' : 'honestTouchedBefore'] += amountMinor;
  }
  for (const { isPaid, amountMinor, currency } of plain) if (isPaid) of(currency).honest += amountMinor;
  return [...byCurrency.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}
