// The currencies that the stand-in for Razorpay takes.
import { codes, type Taken } from '../currencies';

/** razorpay.com/docs/payments/international-payments, "Supported Currencies", by their exponents. */
const RAZORPAY_ZERO = codes('BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF');
const RAZORPAY_THREE = codes('BHD IQD JOD KWD OMR TND');
const RAZORPAY_TWO = codes(`
  AED ALL AMD AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BZD CAD CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ETB
  EUR FJD GBP GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK LKR LRD LSL MAD MDL MGA MKD MMK
  MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SCR SEK SGD SLL SOS SVC SZL
  THB TRY TTD TWD TZS UAH USD UYU UZS XCD YER ZAR ZMW`);
/** razorpay.com/docs/api/orders/create: 100 of the smallest unit. */
const RAZORPAY_MINIMUM = 100;

const razorpayTerms = (list: readonly string[], digits: number) =>
  list.map((code) => [code, { digits, step: digits === 3 ? 10 : 1, minimum: RAZORPAY_MINIMUM }] as const);

const RAZORPAY: ReadonlyMap<string, Taken> = new Map([
  ...razorpayTerms(RAZORPAY_ZERO, 0),
  ...razorpayTerms(RAZORPAY_THREE, 3),
  ...razorpayTerms(RAZORPAY_TWO, 2),
]);

/** @param code in upper case. @returns null for a currency that Razorpay does not take. */
export const razorpayTakes = (code: string): Taken | null => RAZORPAY.get(code) ?? null;
