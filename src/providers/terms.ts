// Which amounts a provider takes: its own currencies, the least and the most of each, in which steps, and in which unit its wire
// counts. A hint that spares a payer a refusal; the provider's answer decides.
import { digitsOf, formatMoney, type Money } from '../kernel/money';

/** Of one currency at one provider. Amounts are in our minor units. */
export interface CurrencyTerms {
  /** The smallest payment. */
  readonly minimumMinor: bigint;
  /** The largest; null: the provider publishes none. */
  readonly maximumMinor: bigint | null;
  /** Amounts are whole multiples of this. */
  readonly stepMinor: bigint;
}

export type Terms = ReadonlyMap<string, CurrencyTerms>;

export type TermsRefusal = { readonly kind: 'currency' | 'small' | 'large' | 'step'; readonly words: string };

/** Why this amount cannot be paid under these terms, in words behind the provider's name; null when it can. */
export function refusalUnder(terms: Terms, { amountMinor, currency }: Money): TermsRefusal | null {
  const of = terms.get(currency);
  if (!of) return { kind: 'currency', words: `does not take ${currency}.` };
  if (amountMinor < of.minimumMinor)
    return { kind: 'small', words: `takes no payment as small as this in ${currency}.` };
  if (of.maximumMinor !== null && amountMinor > of.maximumMinor)
    return { kind: 'large', words: `takes no payment as large as this in ${currency}.` };
  if (amountMinor % of.stepMinor !== 0n)
    return {
      kind: 'step',
      words: `takes ${currency} in steps of ${formatMoney({ amountMinor: of.stepMinor, currency }, 'en')} only.`,
    };
  return null;
}

/** How many digits a provider's wire has behind the point where they are not those that we keep. */
export type WireDigits = Readonly<Record<string, number>>;

/** In the unit of the provider's wire; null for an amount that its wire cannot say, which the terms refuse. */
export function toWire({ amountMinor, currency }: Money, digits: WireDigits): bigint | null {
  const shift = shiftOf(currency, digits);
  if (shift >= 0) return amountMinor * 10n ** BigInt(shift);
  const unit = 10n ** BigInt(-shift);
  return amountMinor % unit === 0n ? amountMinor / unit : null;
}

/** In our minor units, of a currency in upper case; null for a part of our smallest unit. */
export function fromWire(amount: number, currency: string, digits: WireDigits): Money | null {
  const shift = shiftOf(currency, digits);
  const wire = BigInt(amount);
  if (shift <= 0) return { amountMinor: wire * 10n ** BigInt(-shift), currency };
  const unit = 10n ** BigInt(shift);
  return wire % unit === 0n ? { amountMinor: wire / unit, currency } : null;
}

function shiftOf(currency: string, digits: WireDigits): number {
  const wire = Object.hasOwn(digits, currency) ? digits[currency] : undefined;
  return wire === undefined ? 0 : wire - digitsOf(currency);
}
