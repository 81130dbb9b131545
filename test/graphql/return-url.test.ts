// Where a payer is sent back to: an address of the web, and in live mode one of the product's own.
import { useAsking, user } from './asking';

const mock = useAsking();
const live = useAsking({
  STRIPE_SECRET_KEY: 'sk_live_x',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_x',
  STRIPE_WEBHOOK_SECRET: 'whsec_x',
  AUTH_JWT_SECRET: 'x'.repeat(40),
  API_KEY_PEPPER: 'x'.repeat(40),
  SECRETS_KEY: 'x'.repeat(40),
  ALLOWED_ORIGINS: 'https://shop.example, https://other.example:8443',
});

/** The input at fault; the package, which nobody sells, when the address was taken. */
async function faultOf(asking: typeof mock, returnUrl: string) {
  const source = `mutation ($input: CreateIntentInput!) {
    createIntent(input: $input) { errors { code path message } } }`;
  const input = { packageId: 'nothing', returnUrl };
  const { createIntent } = await asking.data(user('u_1'), source, { input });
  return createIntent.errors[0].path[1];
}

it.each([
  'javascript:alert(1)',
  'JAVASCRIPT:alert(1)//https://shop.example',
  'data:text/html,<script>alert(1)</script>',
  'intent://shop.example#Intent;end',
  'file:///etc/passwd',
  'shop.example/back',
  '//shop.example/back',
  '/back',
  ' https://shop.example',
  'https://',
  'https://shop.example@evil.example/',
  'https://user:password@shop.example/',
  '',
])('%j is nowhere to send a payer', async (returnUrl) => {
  expect(await faultOf(mock, returnUrl)).toBe('returnUrl');
  expect(await faultOf(live, returnUrl)).toBe('returnUrl');
});

it.each([
  'https://evil.example/back',
  'http://shop.example/back',
  'https://shop.example:8443/back',
  'https://shop.example.evil.example/',
  'https://evil.example/?https://shop.example',
  'http://localhost:3000/back',
])('%s is refused in live mode alone', async (returnUrl) => {
  expect(await faultOf(live, returnUrl)).toBe('returnUrl');
  expect(await faultOf(mock, returnUrl)).toBe('packageId');
});

it.each(['https://shop.example', 'HTTPS://SHOP.example:443/a?b=c#d', 'https://other.example:8443/'])(
  '%s is taken',
  async (returnUrl) => {
    expect(await faultOf(live, returnUrl)).toBe('packageId');
  },
);
