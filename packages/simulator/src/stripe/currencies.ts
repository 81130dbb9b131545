// The currencies that the stand-in for Stripe takes.
import { codes, type Taken } from '../currencies';

/** docs.stripe.com/currencies: "Zero-decimal currencies". */
const STRIPE_ZERO = codes('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF');
/** "Special cases": two digits, both 0. */
const STRIPE_WHOLE = codes('ISK UGX');
/** "Three-decimal currencies": the last digit is 0. */
const STRIPE_THREE = codes('BHD JOD KWD OMR TND');
const STRIPE_TWO = codes(`
  AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK DKK
  DOP DZD EGP ETB EUR FJD FKP GBP GEL GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LBP LKR LRD LSL
  MAD MDL MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
  SEK SGD SHP SLE SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD XCG YER ZAR ZMW`);
/** "Minimum charge amounts", of an account that is paid out in the currency of the charge. */
const STRIPE_MINIMUM: Readonly<Record<string, number>> = {
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

const stripeTerms = (list: readonly string[], digits: number, step: number) =>
  list.map((code) => [code, { digits, step, minimum: STRIPE_MINIMUM[code] ?? step }] as const);

const STRIPE: ReadonlyMap<string, Taken> = new Map([
  ...stripeTerms(STRIPE_ZERO, 0, 1),
  ...stripeTerms(STRIPE_WHOLE, 2, 100),
  ...stripeTerms(STRIPE_THREE, 3, 10),
  ...stripeTerms(STRIPE_TWO, 2, 1),
]);

/** @param code in upper case. @returns null for a currency that Stripe does not take. */
export const stripeTakes = (code: string): Taken | null => STRIPE.get(code) ?? null;

/** The least charge as Stripe's message writes it, e.g. ₹0.50. */
export const shownMinimum = (code: string, { digits, minimum }: Taken): string =>
  new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: code,
    minimumFractionDigits: digits,
  }).format(minimum / 10 ** digits);
