// The currencies that Stripe takes payments in. Source of all of it: docs.stripe.com/currencies. What its copies do not show is
// said in docs/providers.md, "Currencies".
import { digitsOf, type Money } from '../../kernel/money';
import type { Failure } from '../provider';
import { type CurrencyTerms, fromWire, type Terms, toWire, type WireDigits } from '../terms';
import { amountRefusal, BadAnswer } from '../transport';

const CODES = `
  AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CLP CNY COP CRC
  CVE CZK DJF DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR ISK JMD JOD JPY KES KGS
  KHR KMF KRW KWD KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR
  PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SEK SGD SHP SLE SOS SRD STD SZL THB TJS TND TOP TRY TTD TWD TZS
  UAH UGX USD UYU UZS VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW`
  .trim()
  .split(/\s+/);

/**
 * "Minimum charge amounts", by the currency in which we are paid out, in the unit of the wire. Of the others none is
 * published: Stripe converts and refuses with amount_too_small.
 */
const MINIMUM: Readonly<Record<string, number>> = {
  ...{
    AED: 200,
    AUD: 50,
    BGN: 100,
    BRL: 50,
    CAD: 50,
    CHF: 50,
    CZK: 1_500,
    DKK: 250,
    EUR: 50,
    GBP: 30,
    HKD: 400,
  },
  ...{ HUF: 17_500, INR: 50, JPY: 50, MXN: 1_000, MYR: 200, NOK: 300, NZD: 50, PLN: 200, RON: 200, SEK: 300 },
  ...{ SGD: 50, THB: 1_000, USD: 50 },
};

/** "Special cases": two digits on the wire for the sake of old programs, both of them 0. "Zero-decimal": the ariary. */
const WIRE_DIGITS: WireDigits = { ISK: 2, UGX: 2, MGA: 0 };

/**
 * "Minimum and maximum charge amounts": eight digits on the wire, but of these, of which COP, HUF, JPY and LBP have more for cards
 * alone. The page says "10 digits" beside an example of thirteen: the digits are taken at their word.
 */
const DIGITS_MAX: Readonly<Record<string, number>> = { INR: 9, COP: 10, HUF: 10, JPY: 10, LBP: 11, IDR: 12 };
const DIGITS_MAX_OTHERS = 8;

function termsOf(code: string): CurrencyTerms {
  const digits = digitsOf(code);
  const onWire = WIRE_DIGITS[code] ?? digits;
  // The wire cannot say less than its own unit. "Three-decimal currencies": the last digit is 0, for Stripe's partners.
  const stepMinor = 10n ** BigInt(digits === 3 ? 1 : Math.max(0, digits - onWire));
  const inWireUnits = 10n ** BigInt(DIGITS_MAX[code] ?? DIGITS_MAX_OTHERS) - 1n;
  const maximumMinor = (inWireUnits * 10n ** BigInt(digits)) / 10n ** BigInt(onWire);
  // Of what is published none is on a wire with other digits than ours.
  const least = BigInt(MINIMUM[code] ?? 0);
  return { minimumMinor: least > stepMinor ? least : stepMinor, maximumMinor, stepMinor };
}

export const STRIPE_TERMS: Terms = new Map(CODES.map((code) => [code, termsOf(code)]));

/** As Stripe counts it. What it cannot say has been refused by `wireRefusal`. */
export const wireAmount = (money: Money): number => Number(toWire(money, WIRE_DIGITS));

/** Why an amount cannot be sent; null when it can. */
export function wireRefusal(money: Money): Failure | null {
  if (toWire(money, WIRE_DIGITS) !== null) return amountRefusal(money);
  return { kind: 'rejected', code: 'amount_between_units', message: 'Stripe counts in larger units' };
}

/**
 * @param amount as Stripe counts it
 * @param currency in lower case, as Stripe writes it
 * @throws BadAnswer for a part of our smallest unit, which Stripe says that there is none of
 */
export function moneyOf(amount: number, currency: string): Money {
  const money = wholeMoney(amount, currency);
  if (!money) throw new BadAnswer(`${amount} of ${currency} is not whole`);
  return money;
}

/** The same; null for a part of our smallest unit. */
export const wholeMoney = (amount: number, currency: string): Money | null =>
  fromWire(amount, currency.toUpperCase(), WIRE_DIGITS);

/** The nearest whole amount, for what was computed by a rate. */
export const nearestMinor = (amount: number, currency: string): bigint => {
  const unit = Number(toWire({ amountMinor: 1n, currency: currency.toUpperCase() }, WIRE_DIGITS) ?? 1n);
  return moneyOf(Math.round(amount / unit) * unit, currency).amountMinor;
};
