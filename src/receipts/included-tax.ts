import type { IncludedTax } from '../kernel/receipt-settings';

const WHOLE = 10_000n;

/**
 * The tax that a price contains: price × rate ÷ (1 + rate), rounded half up, as one line of one receipt is.
 * @param amountMinor not negative
 * @returns minor units, from 0 to amountMinor
 */
export function taxWithin(amountMinor: bigint, { basisPoints }: IncludedTax): bigint {
  const of = WHOLE + basisPoints;
  return (2n * amountMinor * basisPoints + of) / (2n * of);
}
