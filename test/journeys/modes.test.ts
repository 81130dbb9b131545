// What a gateway refuses to start with, in words for the person at the terminal; and what test mode has not.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { Client } from '../support/client';
import { onServer, urlOf } from '../support/database';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { handMade, nowSeconds } from './tokens';
import { post } from './transports';
import { leavingUntouched } from './untouched';

const SECRET = 'a-secret-of-this-test-that-is-long-enough-for-hs256';
// Nothing listens on port 1.
const STRIPE = {
  STRIPE_SECRET_KEY: 'sk_test_of_this_test',
  STRIPE_WEBHOOK_SECRET: 'whsec_of_this_test',
  STRIPE_API_BASE: 'http://127.0.0.1:1',
};
const TEST_MODE = { AUTH_JWT_SECRET: SECRET, ...STRIPE };

const mock = useDatabase();
/** A database that no gateway has been started on. */
const fresh = `test_${randomUUID().replaceAll('-', '')}`;
beforeAll(() => onServer(`create database ${fresh}`));
afterAll(async () => {
  await stopGateways();
  await onServer(`drop database ${fresh} with (force)`);
});

/** Starts one that is expected to end by itself. @returns its exit code and what it said. */
function refusal(env: Record<string, string>): Promise<{ code: number; said: string }> {
  const root = path.resolve(__dirname, '..', '..');
  const options = { cwd: root, env: { PATH: process.env.PATH, PORT: '0', ...env }, timeout: 30_000 };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['dist/src/main.js'], options, (error, _stdout, stderr) => {
      if (typeof error?.code === 'number') resolve({ code: error.code, said: stderr });
      else reject(error ?? new Error('It started'));
    });
  });
}

describe('A gateway refuses to start', () => {
  it.each<[string, Record<string, string>, RegExp]>([
    [
      'in mock mode for the whole network',
      { HOST: '0.0.0.0' },
      /HOST: mock mode .*got 0\.0\.0\.0.*ALLOW_MOCK_ON_NETWORK/,
    ],
    ['in mock mode for every IPv6 address', { HOST: '::' }, /HOST: mock mode/],
    ['in test mode without a way to tell callers', STRIPE, /AUTH_JWT_SECRET or AUTH_JWKS_URL/],
    [
      'in test mode with the development secret for tokens',
      { ...TEST_MODE, AUTH_JWT_SECRET: 'development-only-jwt-secret-never-use-outside-mock-mode' },
      /a development secret .* test mode/,
    ],
    [
      'in test mode with the development secret for webhook events',
      { ...TEST_MODE, STRIPE_WEBHOOK_SECRET: 'whsec_development_only_never_use_outside_mock_mode' },
      /a development secret .* test mode/,
    ],
    [
      'in live mode with a development secret among others',
      {
        ...TEST_MODE,
        STRIPE_SECRET_KEY: 'sk_live_of_this_test',
        STRIPE_WEBHOOK_SECRET: 'whsec_a,whsec_development_only_never_use_outside_mock_mode',
      },
      /a development secret .* live mode/,
    ],
    [
      'with live and test keys',
      { ...TEST_MODE, RAZORPAY_KEY_ID: 'rzp_live_1' },
      /live and test keys cannot be mixed/,
    ],
    [
      'when operators are to sign in with tokens that are believed nowhere',
      { ...TEST_MODE, AUTH_CLIENT_ID: 'console', AUTH_ISSUER: 'accounts.example' },
      /AUTH_JWKS_URL: needed beside AUTH_CLIENT_ID.*AUTH_AUDIENCE: needed.*AUTH_ISSUER: .* https/s,
    ],
  ])('%s', async (_what, env, why) => {
    const { code, said } = await refusal({ DATABASE_URL: mock.url, ...env });
    expect([code, said]).toEqual([1, expect.stringMatching(why)]);
    // A sentence for a person, not a stack; and no secret in it.
    expect(said).not.toMatch(/ at |sk_(test|live)_of_this_test|whsec_of_this_test|never-use-outside/);
  });

  it('on a database of mock payments in test mode, and says why', async () => {
    expect(await refusal({ DATABASE_URL: mock.url, ...TEST_MODE })).toEqual({
      code: 1,
      said: expect.stringMatching(
        /this database holds mock payments and cannot be used in test mode: set another/,
      ),
    });
  });

  it('with several bad variables, and names all of them at once', async () => {
    const { said } = await refusal({
      PORT: 'http',
      INTENT_TTL: 'soon',
      LOG_LEVEL: 'loud',
      AUTH_JWKS_URL: 'nowhere',
      HOST: '0.0.0.0',
      ALLOW_MOCK_ON_NETWORK: 'maybe',
      STRIPE_SECRET_KEY: 'pk_test_1',
      RAZORPAY_KEY_ID: 'rzp_test_1',
    });
    const named = [...said.matchAll(/^ {2}- ([A-Z_]+)/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual([
      'ALLOW_MOCK_ON_NETWORK',
      'AUTH_JWKS_URL',
      'INTENT_TTL',
      'LOG_LEVEL',
      'PORT',
      'RAZORPAY_KEY_SECRET',
      'RAZORPAY_WEBHOOK_SECRET',
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRET',
    ]);
  });
});

describe('In test mode', () => {
  let gateway: GatewayProcess;
  let client: Client;
  beforeAll(async () => {
    gateway = await startGateway({ DATABASE_URL: urlOf(fresh), ...TEST_MODE });
    const exp = Math.floor(Date.now() / 1000) + 600;
    client = new Client(gateway.url, handMade({ sub: 'user_1', exp }, { alg: 'HS256' }, SECRET));
  });

  const refused = async (name: string, input: Record<string, unknown>) =>
    (await leavingUntouched(urlOf(fresh), () => client.mutate(name, input, ''))).errors;

  it('nobody gets a development token', async () => {
    expect((await post(`${gateway.url}/dev/token`, { userId: 'user_1' })).status).toBe(404);
  });

  it('a provider without keys is disabled, and says so', async () => {
    const { data } = await client.query('{ checkoutConfig { mode providers { provider enabled mock } } }');
    expect(data.checkoutConfig).toEqual({
      mode: 'test',
      providers: [
        { provider: 'stripe', enabled: true, mock: false },
        { provider: 'razorpay', enabled: false, mock: false },
      ],
    });
    expect(await refused('createIntent', { packageId: 'small', provider: 'razorpay' })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['input', 'provider'], message: 'razorpay is not enabled here.' },
    ]);
  });

  it.each(['int_none', ''])('no payment is simulated, not even of an intent called "%s"', async (id) => {
    expect(await refused('simulatePayment', { id, outcome: 'succeed' })).toMatchObject([
      { code: 'MOCK_ONLY' },
    ]);
  });

  it('the clock is not moved, and shows the time that it is', async () => {
    const admin = new Client(
      gateway.url,
      handMade({ sub: 'ada', role: 'admin', exp: nowSeconds() + 60 }, undefined, SECRET),
    );
    const { errors } = await admin.mutate('advanceClock', { bySeconds: 60 }, 'clock { now }');
    expect(errors).toMatchObject([{ code: 'MOCK_ONLY' }]);
    const { data } = await admin.query('{ clock { now offsetMs mode } }');
    expect(data.clock).toMatchObject({ offsetMs: 0, mode: 'test' });
    expect(Math.abs(Date.parse(data.clock.now) - Date.now())).toBeLessThan(5_000);
  });

  it('no development token of a mock gateway is believed', async () => {
    const mocked = await startGateway({ DATABASE_URL: mock.url });
    const { token } = await mocked.as('user_1', 'admin');
    expect(
      (
        await post(
          `${gateway.url}/graphql`,
          { query: '{ viewer { id } }' },
          { authorization: `Bearer ${token}` },
        )
      ).status,
    ).toBe(401);
  });

  it('a mock gateway refuses its database', async () => {
    expect((await refusal({ DATABASE_URL: urlOf(fresh) })).said).toContain(
      'this database holds test payments',
    );
  });
});
