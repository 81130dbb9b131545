// Every currency that a provider takes: what its published lists say of it, and what we keep, send and read.
import { razorpayTakes } from '../../packages/simulator/src/razorpay/currencies';
import { stripeTakes } from '../../packages/simulator/src/stripe/currencies';
import { decimalOf, formatMoney } from '../../src/kernel/money';
import { DESCRIPTORS } from '../../src/providers/descriptors';
import {
  moneyOf,
  nearestMinor,
  wholeMoney,
  wireAmount,
  wireRefusal,
} from '../../src/providers/stripe/currencies';
import { refusalUnder } from '../../src/providers/terms';

const { stripe, razorpay } = DESCRIPTORS;
const money = (amountMinor: bigint | number, currency: string) => ({
  amountMinor: BigInt(amountMinor),
  currency,
});
const refused = (side: { terms: typeof stripe.terms }, amount: bigint | number, currency: string) =>
  refusalUnder(side.terms, money(amount, currency))?.kind ?? null;

// docs.stripe.com/currencies: "Minimum charge amounts", "Zero-decimal", "Three-decimal", "Special cases".
const STRIPE = {
  minimum: {
    ...{
      USD: 50,
      AED: 200,
      AUD: 50,
      BGN: 100,
      BRL: 50,
      CAD: 50,
      CHF: 50,
      CZK: 1500,
      DKK: 250,
      EUR: 50,
      GBP: 30,
    },
    ...{ HKD: 400, HUF: 17500, INR: 50, JPY: 50, MXN: 1000, MYR: 200, NOK: 300, NZD: 50, PLN: 200, RON: 200 },
    ...{ SEK: 300, SGD: 50, THB: 1000 },
  },
  zero: 'BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '),
  three: 'BHD JOD KWD OMR TND'.split(' '),
  wholeOfTwo: ['ISK', 'UGX'],
};

test('Stripe takes its minimum of each currency that it publishes one for, and nothing below', () => {
  for (const [currency, minimum] of Object.entries(STRIPE.minimum)) {
    expect([currency, refused(stripe, minimum, currency)]).toEqual([currency, null]);
    expect([currency, refused(stripe, minimum - 1, currency)]).toEqual([currency, 'small']);
  }
});

test.each([
  // One whole unit of the currency, and how Stripe's wire says it.
  ...STRIPE.zero.map((code): [string, string, number] => [code, 'a whole number', 1]),
  ...STRIPE.three.map((code): [string, string, number] => [code, 'thousandths', 1000]),
  ...STRIPE.wholeOfTwo.map((code): [string, string, number] => [code, 'hundredths that are whole', 100]),
  ...['USD', 'INR', 'HUF', 'TWD'].map((code): [string, string, number] => [code, 'hundredths', 100]),
])('%s goes to Stripe as %s and comes back as it was', (code, _, wire) => {
  const one = money(10n ** BigInt(decimalOf(money(0, code)).split('.')[1]?.length ?? 0), code);

  expect(wireAmount(one)).toBe(wire);
  expect(moneyOf(wire, code.toLowerCase())).toEqual(one);
});

test('a three-decimal amount ends in 0 at both', () => {
  for (const currency of STRIPE.three)
    for (const side of [stripe, razorpay].filter(({ terms }) => terms.has(currency))) {
      expect(refused(side, 5120, currency)).toBeNull();
      expect(refused(side, 5124, currency)).toBe('step');
    }
});

test('what Stripe counts in larger units than we do is sold in those, and never rounded', () => {
  expect(refused(stripe, 500_00, 'MGA')).toBeNull();
  expect(refused(stripe, 500_01, 'MGA')).toBe('step');
  expect(wireRefusal(money(500_01, 'MGA'))).toMatchObject({ kind: 'rejected' });
  expect(refused(razorpay, 500_01, 'MGA')).toBeNull();
});

test('a part of our smallest unit is no amount of ours', () => {
  expect(wholeMoney(150, 'isk')).toBeNull();
  expect(() => moneyOf(150, 'isk')).toThrow('not whole');
  // What was computed by a rate is brought to the next whole one.
  expect([nearestMinor(149, 'isk'), nearestMinor(151, 'isk'), nearestMinor(151, 'usd')]).toEqual([
    1n,
    2n,
    151n,
  ]);
});

test('Stripe takes so many digits of its wire and no more', () => {
  expect(refused(stripe, 99_999_999, 'USD')).toBeNull();
  expect(refused(stripe, 100_000_000, 'USD')).toBe('large');
  expect(refused(stripe, 999_999_999, 'INR')).toBeNull();
  for (const currency of ['COP', 'HUF', 'JPY']) {
    expect(refused(stripe, 9_999_999_999, currency)).toBeNull();
    expect(refused(stripe, 10_000_000_000, currency)).toBe('large');
  }
  expect(refused(stripe, 99_999_999_999, 'LBP')).toBeNull();
  expect(refused(stripe, 999_999, 'ISK')).toBeNull();
  expect(refused(stripe, 1_000_000, 'ISK')).toBe('large');
});

test('Razorpay takes no order and sends back no refund below 100 of the smallest unit', () => {
  for (const currency of ['INR', 'USD', 'JPY', 'KWD', 'ISK']) {
    expect(refused(razorpay, 100, currency)).toBeNull();
    expect(refused(razorpay, 99, currency)).toBe('small');
  }
  expect(razorpay.refundMinimumMinor).toBe(100n);
});

test('docs/providers.md says how many currencies each sells, and its stand-in takes each from the same least amount on', () => {
  expect([stripe.terms.size, razorpay.terms.size]).toEqual([140, 128]);
  for (const [code, { minimumMinor }] of stripe.terms)
    expect([code, stripeTakes(code)?.minimum]).toEqual([code, wireAmount(money(minimumMinor, code))]);
  for (const [code, { minimumMinor, stepMinor }] of razorpay.terms)
    expect([code, razorpayTakes(code)]).toMatchObject([
      code,
      { minimum: Number(minimumMinor), step: Number(stepMinor) },
    ]);
});

test('what a provider does not list it does not take', () => {
  expect(refused(stripe, 10_000, 'GHS')).toBe('currency');
  expect(refused(razorpay, 10_000, 'GEL')).toBe('currency');
  for (const { terms } of [stripe, razorpay]) expect(refused({ terms }, 10_000, 'XXX')).toBe('currency');
});

test.each([
  ['USD', 123_456n, '1234.56', '$1,234.56'],
  ['INR', 123_456n, '1234.56', '₹1,234.56'],
  ['JPY', 1_234n, '1234', '¥1,234'],
  ['ISK', 1_234n, '1234', 'ISK 1,234'],
  ['KWD', 1_234n, '1.234', 'KWD 1.234'],
  ['HUF', 17_500n, '175.00', 'HUF 175.00'],
  ['MGA', 50_000n, '500.00', 'MGA 500.00'],
  ['UGX', 500n, '500', 'UGX 500'],
])('%s is printed with its own digits', (currency, amountMinor, decimal, shown) => {
  expect(decimalOf({ amountMinor, currency })).toBe(decimal);
  // Intl sets a space that does not break.
  expect(formatMoney({ amountMinor, currency }, 'en-US').replace(/\s/g, ' ')).toBe(shown);
});
