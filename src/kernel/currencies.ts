// The currencies that any provider takes, each with the digits behind the point in the amounts that we keep and print: those of
// ISO 4217. One table of ours, because the platform's Intl data disagrees with the standard (HUF, TWD and others), and because
// a provider's wire may count in other units; how each does stands with its adapter.

const list = (codes: string): readonly string[] => codes.trim().split(/\s+/);

const ZERO = list('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF');
const THREE = list('BHD IQD JOD KWD OMR TND');
const TWO = list(`
  AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE
  CZK DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK
  LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON
  RSD RUB SAR SBD SCR SEK SGD SHP SLE SLL SOS SRD STD SVC SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD XCG YER ZAR
  ZMW`);

const EXPONENTS: ReadonlyMap<string, number> = new Map([
  ...ZERO.map((code) => [code, 0] as const),
  ...TWO.map((code) => [code, 2] as const),
  ...THREE.map((code) => [code, 3] as const),
]);

/** Every code, in the order of the alphabet. */
export const CURRENCIES: readonly string[] = [...EXPONENTS.keys()].sort();

/** Those with so many digits behind the point. */
export const currenciesOf = (exponent: number): readonly string[] =>
  CURRENCIES.filter((code) => EXPONENTS.get(code) === exponent);

/** Digits behind the point; undefined for a currency that is not in the table. */
export const exponentOf = (currency: string): number | undefined => EXPONENTS.get(currency);
