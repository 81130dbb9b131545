// Amounts that an input names: by `…Minor`, a BigInt as money is everywhere, or by the older `…Cents`, a 32-bit Int.
import { invalidInput, Problem } from '../../kernel/problems';

export const CENTS_ARE_MINOR = (name: string): string =>
  `Use \`${name}\`: the same number, as a BigInt. Not every minor unit is a cent, and an Int ends at 2147483647.`;

type Given<Value> = Value | null | undefined;

/**
 * Minor units by either name, null where neither is given.
 * @param path of the input, from `input` on
 * @throws Problem INVALID_INPUT where both are given
 */
export function minorUnits(minor: Given<bigint>, cents: Given<number>, ...path: string[]): bigint | null {
  if (isGiven(minor) && isGiven(cents))
    throw invalidInput(`Give ${path.at(-1)} alone: what ends with Cents is its older name.`, ...path);
  if (isGiven(minor)) return minor;
  return isGiven(cents) ? BigInt(cents) : null;
}

const isGiven = <Value>(value: Given<Value>): value is Value => value !== null && value !== undefined;

/** As use cases take an amount. No payment comes near 2^53, so that what lies beyond it means the same. */
export const asNumber = (minor: bigint | null): number | null => (minor === null ? null : safe(minor));

interface Range<Value> {
  readonly gte?: Value | null;
  readonly lte?: Value | null;
}

/** Both ends in minor units, by either name. @throws Problem INVALID_INPUT where both are given */
export function minorRange(minor: Given<Range<bigint>>, cents: Given<Range<number>>): Range<number> | null {
  if (minor && cents)
    throw new Problem('INVALID_INPUT', 'Give amountMinor alone: amountCents is its older name.', [
      'filter',
      'amountMinor',
    ]);
  return minor ? { gte: end(minor.gte), lte: end(minor.lte) } : (cents ?? null);
}

const end = (value: Given<bigint>): number | null => (isGiven(value) ? safe(value) : null);

const safe = (value: bigint): number =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number(value), Number.MAX_SAFE_INTEGER));
