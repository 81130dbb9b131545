// What a person saw of a package when they confirmed its change: when it is another by now nothing is saved.
import { formatMoney, type Money } from '../kernel/money';
import { StaleFiguresProblem } from '../kernel/problems';
import type { Saved, SavePackageInput } from './save';

/** A package as it was shown; left out: there was none. Prices in any order. */
export interface SeenPackage {
  readonly package?: {
    readonly name: string;
    readonly credits: bigint;
    readonly prices: readonly Money[];
    readonly creditsExpireAfterDays?: number | null;
    readonly bonusCredits?: bigint | null;
    readonly bonusExpireAfterDays?: number | null;
    readonly active: boolean;
  } | null;
}

export const seenOf = (saved: Saved | null): SeenPackage => ({
  package: saved && { ...saved, prices: pricesOf(saved) },
});

const pricesOf = ({ prices }: Saved) =>
  Object.entries(prices).map(([currency, minor]): Money => ({ currency, amountMinor: BigInt(minor) }));

/** True when a package is kept just so. */
export const isKeptAs = (saved: Saved | null, shown: SeenPackage['package']): boolean =>
  saved === null || !shown ? saved === null && !shown : wordsOf(seenOf(saved).package) === wordsOf(shown);

const wordsOf = (shown: SeenPackage['package']) =>
  JSON.stringify([
    shown?.name.trim(),
    String(shown?.credits),
    shown?.creditsExpireAfterDays ?? null,
    shown?.bonusCredits == null ? null : String(shown.bonusCredits),
    shown?.bonusExpireAfterDays ?? null,
    shown?.active,
    shown?.prices.map(({ currency, amountMinor }) => `${currency} ${amountMinor}`).sort(),
  ]);

const asKept = ({ prices, seen: _, ...input }: SavePackageInput) => ({
  ...input,
  prices: prices.map(({ currency, amountCents }) => ({ currency, amountMinor: BigInt(amountCents) })),
});

/**
 * A repeat of what was saved already is none of a figure that has changed.
 * @throws Problem STALE_FIGURES
 */
export function checkSeen(before: Saved | null, input: SavePackageInput): void {
  const { seen } = input;
  if (!seen || isKeptAs(before, seen.package) || isKeptAs(before, asKept(input))) return;
  if (!before)
    throw new StaleFiguresProblem('There is no such package any more. Nothing was saved.', [
      { name: 'credits', credits: null },
    ]);
  const prices = pricesOf(before);
  const sold = prices.map((price) => formatMoney(price, 'en-IN')).join(', ');
  throw new StaleFiguresProblem(
    `It is ${before.name} now, ${before.active ? 'on sale' : 'not on sale'}: ${before.credits} credits for ${sold}, which is not what was shown. Nothing was saved.`,
    [
      { name: 'credits', credits: before.credits },
      ...prices.map((money) => ({ name: 'amount' as const, money })),
    ],
  );
}
