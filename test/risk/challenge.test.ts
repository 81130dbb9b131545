// A challenge, and what is known of who pays, from the request to what is stored.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { DEVELOPMENT_SECRETS } from '../../src/kernel/development-secrets';
import { Client } from '../support/client';
import { type GatewayProcess, startGateway } from '../support/gateway';
import { useRisk } from './stand';

const risk = useRisk();
const asked: URLSearchParams[] = [];
const captcha = { isAway: false };
const verifier = http.createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    asked.push(new URLSearchParams(text));
    response.statusCode = captcha.isAway ? 500 : 200;
    response.end(
      captcha.isAway ? 'down' : JSON.stringify({ success: asked.at(-1)?.get('response') === 'solved' }),
    );
  });
});
let gateway: GatewayProcess;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    verifier.listen(0, '127.0.0.1', resolve);
  });
  gateway = await startGateway({
    ...{ DATABASE_URL: risk.database.url, RISK: 'act', TRUSTED_PROXIES: '127.0.0.1' },
    ...{
      RISK_COUNTRY_HEADER: 'CF-IPCountry',
      RISK_CAPTCHA_SITE_KEY: 'site',
      RISK_CAPTCHA_SECRET: 'captcha-secret',
    },
    RISK_CAPTCHA_URL: `http://127.0.0.1:${(verifier.address() as AddressInfo).port}/siteverify`,
  });
  await risk.useRules({ signal: 'is_first_purchase', at_least: 1, decision: 'challenge' });
});
afterAll(async () => {
  await gateway.stop();
  verifier.close();
});

const CREATE = `mutation ($input: CreateIntentInput!) { createIntent(input: $input) {
  intent { id status } errors { __typename code path ... on RiskChallengeError { siteKey } }
} }`;

const create = async (client: Client, input: object) =>
  ((await client.query(CREATE, { input: { packageId: 'small', ...input } })).data as any).createIntent;

it('asks for a captcha where the provider cannot challenge, and takes the purchase once it is solved, under the same key', async () => {
  const ada = await gateway.as('ada');
  const wish = { provider: 'razorpay', currency: 'INR', idempotencyKey: 'one' };
  const first = await create(ada, wish);
  const wrong = await create(ada, { ...wish, captchaResponse: 'guessed' });
  captcha.isAway = true;
  const away = await create(ada, { ...wish, captchaResponse: 'solved' });
  captcha.isAway = false;
  const solved = await create(ada, { ...wish, captchaResponse: 'solved' });

  for (const { intent, errors } of [first, wrong, away]) {
    expect(intent).toBeNull();
    expect(errors).toEqual([
      {
        __typename: 'RiskChallengeError',
        code: 'RISK_CHALLENGE',
        path: ['input', 'captchaResponse'],
        siteKey: 'site',
      },
    ]);
  }
  expect(solved).toMatchObject({ intent: { status: 'pending' }, errors: [] });
  expect(asked.map((form) => form.get('secret'))).toEqual([
    'captcha-secret',
    'captcha-secret',
    'captcha-secret',
  ]);
  expect(asked[0]?.get('remoteip')).toBe('127.0.0.1');
  expect(gateway.log.join('\n')).not.toContain('captcha-secret');
});

it('forces 3-D Secure where the provider can, and asks for no captcha', async () => {
  const { intent, errors } = await create(await gateway.as('bob'), { provider: 'stripe' });

  expect(errors).toEqual([]);
  const [row] = await risk.rows('select request, risk_decision from intents where id = $1', [intent.id]);
  expect(row).toMatchObject({ request: { forceAuthentication: true }, risk_decision: 'challenge' });
});

it('knows from where a user pays by what a trusted proxy says, and of the account what the token says', async () => {
  const token = await new SignJWT({ email: 'Cyd@Mail.Example', account_created_at: 1_700_000_000 })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('cyd')
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(DEVELOPMENT_SECRETS.jwt));
  const answered = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', authorization: `Bearer ${token}` },
      ...{ 'x-forwarded-for': '198.51.100.7', 'cf-ipcountry': 'de' },
    },
    body: JSON.stringify({ query: CREATE, variables: { input: { packageId: 'small', provider: 'stripe' } } }),
  });

  expect(((await answered.json()) as { data: object }).data).toMatchObject({ createIntent: { errors: [] } });
  const [decision] = await risk.decisionsOf('cyd');
  expect(decision).toMatchObject({ address: '198.51.100.0/24', country: 'DE', email_domain: 'mail.example' });
  const hours = (Date.now() / 1000 - 1_700_000_000) / 3600;
  expect(Math.abs(decision.signals[26] - hours)).toBeLessThan(1);
});

it('takes from a back end what it says of its payer, and from a user nothing of it', async () => {
  const payer = { ipAddress: '2001:db8:1:2::3', country: 'fr', email: 'dan@shop.example' };
  const shop = await gateway.as('shop', 'service');
  await create(shop, { userId: 'dan', provider: 'stripe', payer });
  const refused = await create(await gateway.as('eve'), { provider: 'stripe', payer });
  const wrong = await create(shop, { userId: 'dan', provider: 'stripe', payer: { ipAddress: 'here' } });

  expect(await risk.decisionsOf('dan')).toMatchObject([
    { address: '2001:db8:1::/48', country: 'FR', email_domain: 'shop.example' },
  ]);
  expect(refused.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'payer'] }]);
  expect(wrong.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'payer', 'ipAddress'] }]);
});
