// The currencies that both stand-ins take and Stripe's least charge in each, from docs.stripe.com/currencies. A table of its
// own: one that it shared with the program under test would agree with that program's mistakes.
interface Currency {
  /** Digits after the point. */
  readonly exponent: number;
  /** In minor units. */
  readonly stripeMinimum: number;
}

const CURRENCIES: Readonly<Record<string, Currency>> = {
  INR: { exponent: 2, stripeMinimum: 50 },
  USD: { exponent: 2, stripeMinimum: 50 },
  EUR: { exponent: 2, stripeMinimum: 50 },
  GBP: { exponent: 2, stripeMinimum: 30 },
  JPY: { exponent: 0, stripeMinimum: 50 },
};

/** @param code in upper case. @returns null for a currency that is not taken. */
export const currencyOf = (code: string): Currency | null =>
  Object.hasOwn(CURRENCIES, code) ? (CURRENCIES[code] ?? null) : null;

/** The least charge as Stripe's message writes it, e.g. ₹0.50. */
export const shownMinimum = (code: string, { exponent, stripeMinimum }: Currency): string =>
  new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: code,
    minimumFractionDigits: exponent,
  }).format(stripeMinimum / 10 ** exponent);
