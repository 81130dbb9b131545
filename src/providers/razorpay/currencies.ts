// The currencies that Razorpay takes payments in; its table has the digits of ISO 4217 for each, so that its wire counts as we
// do. Source: razorpay.com/docs/payments/international-payments, "Supported Currencies".
import { digitsOf } from '../../kernel/money';
import type { CurrencyTerms, Terms } from '../terms';

const CODES = `
  AED ALL AMD AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BZD CAD CHF CLP CNY COP CRC CUP CVE CZK DJF DKK
  DOP DZD EGP ETB EUR FJD GBP GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD ISK JMD JOD JPY KES KGS KHR KMF KRW
  KWD KYD KZT LAK LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PEN PGK PHP PKR
  PLN PYG QAR RON RSD RUB RWF SAR SCR SEK SGD SLL SOS SVC SZL THB TND TRY TTD TWD TZS UAH UGX USD UYU UZS VND VUV XAF XCD XOF
  XPF YER ZAR ZMW`
  .trim()
  .split(/\s+/);

/** razorpay.com/docs/api/orders/create: 100 of the smallest unit ("The amount must be atleast INR 1.00"). */
const MINIMUM_MINOR = 100n;

// razorpay.com/docs, Checkout's `amount`: the last digit of a three-decimal currency is 0, 99990 and not 99991.
const termsOf = (code: string): CurrencyTerms => ({
  minimumMinor: MINIMUM_MINOR,
  maximumMinor: null,
  stepMinor: digitsOf(code) === 3 ? 10n : 1n,
});

export const RAZORPAY_TERMS: Terms = new Map(CODES.map((code) => [code, termsOf(code)]));

/** A refund has the least amount of a payment. */
export const RAZORPAY_REFUND_MINIMUM_MINOR = MINIMUM_MINOR;
