import { pricedPackages } from '../../src/graphql/packages/prices';
import type { Offer } from '../../src/packages/find';
import { Package } from '../../src/packages/package.entity';
import { useAsking } from './asking';

const asking = useAsking();
const withStripeAlone = useAsking({
  STRIPE_SECRET_KEY: 'sk_test_x',
  STRIPE_PUBLISHABLE_KEY: 'pk_test_x',
  STRIPE_WEBHOOK_SECRET: 'whsec_x',
  AUTH_JWT_SECRET: 'a secret of this test',
});

const PACKAGES = `query ($currency: CurrencyCode) { packages(currency: $currency) {
  id name credits amountCents currency price { amountMinor currency formatted } prices { amountMinor currency }
  creditsExpireAfterDays unitPrice { amountMinor currency } savingsPercent active
} }`;

test('the four packages are on sale without signing in, cheapest first, with what they save', async () => {
  const { packages } = await asking.data(null, PACKAGES);

  const row = (item: any) => [
    item.id,
    item.credits,
    item.amountCents,
    item.unitPrice.amountMinor,
    item.savingsPercent,
  ];
  expect(packages.map(row)).toEqual([
    ['small', 50, 5000, '100', 0],
    ['medium', 120, 10000, '83', 16],
    ['large', 300, 20000, '67', 33],
    ['xlarge', 600, 35000, '58', 41],
  ]);
  expect(packages[0]).toMatchObject({
    price: { amountMinor: '5000', currency: 'INR', formatted: '₹50.00' },
    prices: [
      { amountMinor: '5000', currency: 'INR' },
      { amountMinor: '100', currency: 'USD' },
    ],
    creditsExpireAfterDays: null,
    active: true,
  });
});

test('in another currency every price field is in it, and what is not sold in it is left out', async () => {
  await asking.sql("delete from prices where package_id = 'large' and currency = 'USD'");
  asking.deps.catalogue.refresh();

  const { packages } = await asking.data(null, PACKAGES, { currency: 'USD' });

  expect(
    packages.map((item: any) => [item.id, item.currency, item.amountCents, item.unitPrice.currency]),
  ).toEqual([
    ['small', 'USD', 100, 'USD'],
    ['medium', 'USD', 200, 'USD'],
    ['xlarge', 'USD', 700, 'USD'],
  ]);
  expect((await asking.data(null, PACKAGES, { currency: 'EUR' })).packages).toEqual([]);
});

test('a package that is not on sale any more is still found by its key', async () => {
  await asking.sql("update packages set active = false where id = 'xlarge'");
  asking.deps.catalogue.refresh();

  const { packages } = await asking.data(null, '{ packages { id } }');
  const { gone, none } = await asking.data(
    null,
    '{ gone: package(id: "xlarge") { active } none: package(id: "tiny") { id } }',
  );

  expect(packages.map((item: any) => item.id)).toEqual(['small', 'medium', 'large']);
  expect([gone, none]).toEqual([{ active: false }, null]);
});

test('savings are rounded down and never negative', () => {
  const offer = (id: string, credits: number, amountMinor: bigint, active = true): Offer => ({
    package: Object.assign(new Package(), {
      id,
      name: id,
      credits: BigInt(credits),
      currency: 'INR',
      creditsExpireAfterDays: null,
      active,
    }),
    prices: [{ amountMinor, currency: 'INR' }],
  });
  const offers = [offer('a', 1, 1000n), offer('b', 1000, 1001n), offer('retired', 1, 2000n, false)];

  const saved = Object.fromEntries(pricedPackages(offers).map((item) => [item.id, item.savingsPercent]));

  expect(saved).toEqual({ a: 0, b: 99, retired: 0 });
});

const CONFIG = `{ checkoutConfig { mode defaultProvider currency serverTime providers {
  provider enabled mock publishableKey capabilities { partialRefund nativeCancel lateSuccessWindowSeconds currencies }
} } }`;

test('in mock mode both providers are there, and the time is in RFC 3339 with milliseconds', async () => {
  const { checkoutConfig } = await asking.data(null, CONFIG);

  expect(checkoutConfig).toMatchObject({ mode: 'mock', defaultProvider: 'razorpay', currency: 'INR' });
  expect(checkoutConfig.serverTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(
    checkoutConfig.providers.map((item: any) => [
      item.provider,
      item.enabled,
      item.mock,
      item.publishableKey,
    ]),
  ).toEqual([
    ['stripe', true, true, 'pk_test_mock'],
    ['razorpay', true, true, 'rzp_test_mock'],
  ]);
  expect(checkoutConfig.providers[1].capabilities).toMatchObject({
    nativeCancel: false,
    partialRefund: true,
  });
});

test('a provider without keys is disabled, shows no key and can do nothing', async () => {
  const { checkoutConfig } = await withStripeAlone.data(null, CONFIG);

  expect(checkoutConfig).toMatchObject({ mode: 'test', defaultProvider: 'stripe' });
  expect(checkoutConfig.providers[1]).toEqual({
    provider: 'razorpay',
    enabled: false,
    mock: false,
    publishableKey: null,
    capabilities: { partialRefund: false, nativeCancel: false, lateSuccessWindowSeconds: 0, currencies: [] },
  });
});
