// What a page must be allowed to load, and from where, so that a payer sees the providers' own sheets.
import fs from 'node:fs';
import path from 'node:path';
import Stripe from 'stripe';
import { policyOf } from '../../src/http/static';
import { readConfig } from '../../src/providers/read-config';
import { API_VERSION } from '../../src/providers/stripe/client';

const shopOf = (env: Record<string, string>) =>
  policyOf(readConfig({ AUTH_JWT_SECRET: 'a-secret-of-this-test-that-is-long-enough', ...env }), 'shop');
const foreign = (values: string[] | undefined) =>
  (values ?? []).filter((value) => value.startsWith('https:'));

test('a shop that sells through Razorpay lets its risk check run and report', () => {
  const policy = shopOf({
    RAZORPAY_KEY_ID: 'rzp_test_1',
    RAZORPAY_KEY_SECRET: 'x',
    RAZORPAY_WEBHOOK_SECRET: 'x',
  });

  expect(foreign(policy['script-src'])).toEqual([
    'https://checkout.razorpay.com',
    'https://cdn.razorpay.com',
  ]);
  expect(foreign(policy['connect-src'])).toEqual([
    'https://api.razorpay.com',
    'https://lumberjack.razorpay.com',
    'https://lumberjack-metrics.razorpay.com',
  ]);
  expect(foreign(policy['img-src'])).toEqual(['https://cdn.razorpay.com']);
  expect(foreign(policy['frame-src'])).toEqual(['https://api.razorpay.com', 'https://checkout.razorpay.com']);
});

test('Stripe.js is loaded in the release of the API version that the SDK speaks, from where the policy allows', () => {
  const release = /^\d{4}-\d{2}-\d{2}\.([a-z]+)$/.exec(API_VERSION)?.[1];
  const sheets = fs.readFileSync(path.join(__dirname, '../../packages/client/src/stripe/sheet.ts'), 'utf8');

  const src = /SCRIPT = '([^']+)'/.exec(sheets)?.[1] ?? '';

  expect(src).toBe(`https://js.stripe.com/${release}/stripe.js`);
  // A new major of the SDK speaks another release: the page moves with it.
  expect(Stripe.API_VERSION).toBe(API_VERSION);
  const policy = shopOf({ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' });
  expect(policy['script-src']).toContain(new URL(src).origin);
});
