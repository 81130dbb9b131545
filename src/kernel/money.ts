// Money is a whole number of minor units and a currency. Exponents stand in one frozen table, because the platform's
// Intl data disagrees with the providers (HUF, ISK, UGX and others).
import { Fault } from './invariant';

export interface Money {
  readonly amountMinor: bigint;
  readonly currency: string;
}

interface CurrencyRule {
  /** Digits after the point in the amounts we keep and print. */
  readonly exponent: number;
  /** The smallest charge that a provider takes, in minor units; a hint, the provider's answer decides. */
  readonly minimumMinor: { readonly stripe: bigint; readonly razorpay: bigint };
}

/**
 * Currencies that packages may be sold in.
 * Sources: docs.stripe.com/currencies (minimum charge amounts), razorpay.com/docs (minimum order of 1.00).
 */
export const CURRENCIES: Readonly<Record<string, CurrencyRule>> = Object.freeze({
  INR: { exponent: 2, minimumMinor: { stripe: 50n, razorpay: 100n } },
  USD: { exponent: 2, minimumMinor: { stripe: 50n, razorpay: 100n } },
  EUR: { exponent: 2, minimumMinor: { stripe: 50n, razorpay: 100n } },
  GBP: { exponent: 2, minimumMinor: { stripe: 30n, razorpay: 100n } },
  JPY: { exponent: 0, minimumMinor: { stripe: 50n, razorpay: 100n } },
});

/**
 * The least that a provider sends back, in minor units; a hint, the provider's answer decides. Razorpay refuses less than
 * 1.00 ("The amount must be atleast INR 1.00"), Stripe names no least amount of a refund.
 */
export const refundMinimum = (provider: 'stripe' | 'razorpay', currency: string): bigint =>
  provider === 'razorpay' ? currencyRule(currency).minimumMinor.razorpay : 1n;

/** Largest amount that GraphQL's 32-bit `amountCents` can say. The database checks the same number. */
export const AMOUNT_MINOR_MAX = 2_147_483_647n;

/** The rule of a currency. @throws Fault for a currency that is not in the table. */
export function currencyRule(currency: string): CurrencyRule {
  const rule = Object.hasOwn(CURRENCIES, currency) ? CURRENCIES[currency] : undefined;
  if (!rule) throw new Fault(`No rule for currency ${currency}`);
  return rule;
}

export function isKnownCurrency(currency: string): boolean {
  return Object.hasOwn(CURRENCIES, currency);
}

/** The exact amount as a decimal number, e.g. -50.00. @throws Fault for a currency that is not in the table. */
export function decimalOf({ amountMinor, currency }: Money): string {
  const { exponent } = currencyRule(currency);
  const sign = amountMinor < 0n ? '-' : '';
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(exponent + 1, '0');
  return `${sign}${exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`}`;
}

/** For a person to read, e.g. ₹50.00. Digits are cut from the integer, never computed in floating point. */
export function formatMoney(money: Money, locale: string): string {
  const { exponent } = currencyRule(money.currency);
  const format = formatFor(locale, money.currency, exponent);
  // Intl formats a decimal string exactly; the type of the standard library only knows numbers.
  return format.format(decimalOf(money) as unknown as number);
}

// Making one costs about as much as a query; clients ask for a handful of locales.
const formats = new Map<string, Intl.NumberFormat>();
const FORMATS_MAX = 200;

function formatFor(locale: string, currency: string, exponent: number): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  const known = formats.get(key);
  if (known) return known;
  const digits = { minimumFractionDigits: exponent, maximumFractionDigits: exponent };
  const made = new Intl.NumberFormat(locale, { style: 'currency', currency, ...digits });
  if (formats.size >= FORMATS_MAX) formats.clear();
  formats.set(key, made);
  return made;
}
