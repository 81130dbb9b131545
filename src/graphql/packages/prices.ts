// A package beside the others on sale: what one credit costs, and what that saves. Pure.
import { invariant } from '../../kernel/invariant';
import type { Money } from '../../kernel/money';
import { type Offer, priceIn } from '../../packages/find';

/** A package with its price in one currency. */
export interface PricedPackage {
  readonly id: string;
  readonly name: string;
  readonly credits: bigint;
  readonly amountMinor: bigint;
  readonly amountCents: number;
  readonly currency: string;
  readonly price: Money;
  readonly prices: readonly Money[];
  readonly creditsExpireAfterDays: number | null;
  readonly bonusCredits: bigint | null;
  readonly bonusExpireAfterDays: number | null;
  readonly unitPrice: Money;
  readonly savingsPercent: number;
  readonly active: boolean;
}

/**
 * Every package, each in its own currency or all in `currency`, cheapest first; those not sold in it are left out.
 * @param offers all of the catalogue: what is saved is counted against the dearest one on sale in the same currency.
 */
export function pricedPackages(offers: readonly Offer[], currency?: string | null): PricedPackage[] {
  const sold = offers.flatMap((offer) => {
    const price = priceIn(offer, currency ?? offer.package.currency);
    return price
      ? [{ offer, price, unit: { minor: price.amountMinor, credits: offer.package.credits } }]
      : [];
  });
  const priced = sold.map(({ offer, price, unit }) => {
    const rivals = sold.filter(
      (other) => other.offer.package.active && other.price.currency === price.currency,
    );
    return pricedPackage(
      offer,
      price,
      unit,
      rivals.map((rival) => rival.unit),
    );
  });
  return priced.sort((a, b) => Number(a.price.amountMinor - b.price.amountMinor));
}

/** So much money for so many credits: a fraction, so that nothing is lost to rounding before it is shown. */
interface UnitPrice {
  readonly minor: bigint;
  readonly credits: bigint;
}

function pricedPackage(
  offer: Offer,
  price: Money,
  unit: UnitPrice,
  rivals: readonly UnitPrice[],
): PricedPackage {
  const { id, name, credits, creditsExpireAfterDays, active } = offer.package;
  const { bonusCredits, bonusExpireAfterDays } = offer.package;
  return {
    id,
    name,
    credits,
    amountMinor: price.amountMinor,
    amountCents: Number(price.amountMinor),
    currency: price.currency,
    price,
    prices: offer.prices,
    ...{ creditsExpireAfterDays, bonusCredits, bonusExpireAfterDays },
    unitPrice: { amountMinor: rounded(unit), currency: price.currency },
    savingsPercent: savingsPercent(unit, rivals),
    active,
  };
}

/** Whole minor units, halves up. */
const rounded = (unit: UnitPrice): bigint => (2n * unit.minor + unit.credits) / (2n * unit.credits);

/** Rounded down, so that a badge never promises more than there is. */
function savingsPercent(unit: UnitPrice, rivals: readonly UnitPrice[]): number {
  const isDearer = (a: UnitPrice, b: UnitPrice) => a.minor * b.credits > b.minor * a.credits;
  const dearest = rivals.reduce((top, rival) => (isDearer(rival, top) ? rival : top), unit);
  const ours = unit.minor * dearest.credits;
  const theirs = dearest.minor * unit.credits;
  invariant(theirs > 0n, 'A package on sale costs something');
  return Number((100n * (theirs - ours)) / theirs);
}
