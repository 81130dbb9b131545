// Money is a whole number of minor units and a currency.
import { exponentOf } from './currencies';
import { Fault } from './invariant';

export interface Money {
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** Largest amount that GraphQL's 32-bit `amountCents` can say. The database checks the same number. */
export const AMOUNT_MINOR_MAX = 2_147_483_647n;

/** Digits behind the point of a currency. @throws Fault for a currency that is not in the table. */
export function digitsOf(currency: string): number {
  const exponent = exponentOf(currency);
  if (exponent === undefined) throw new Fault(`No rule for currency ${currency}`);
  return exponent;
}

export const isKnownCurrency = (currency: string): boolean => exponentOf(currency) !== undefined;

/** The exact amount as a decimal number, e.g. -50.00. @throws Fault for a currency that is not in the table. */
export function decimalOf({ amountMinor, currency }: Money): string {
  const exponent = digitsOf(currency);
  const sign = amountMinor < 0n ? '-' : '';
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(exponent + 1, '0');
  return `${sign}${exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`}`;
}

/** For a person to read, e.g. ₹50.00. Digits are cut from the integer, never computed in floating point. */
export function formatMoney(money: Money, locale: string): string {
  const exponent = digitsOf(money.currency);
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
