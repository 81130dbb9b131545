// Who may call: what is open to all, and which tokens are believed where a secret is shared with whoever signs users in.
import { SignJWT } from 'jose';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import {
  AUTH,
  claims,
  encode,
  expectRefused,
  handMade,
  nowSeconds,
  SECRET,
  VIEWER,
  viewerOf,
} from './tokens';
import { post } from './transports';

const database = useDatabase();
afterAll(stopGateways);

const start = (env: Record<string, string>) => startGateway({ DATABASE_URL: database.url, ...env });

describe('Without a token', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await start({});
  });

  it('packages, what a checkout needs and nobody as the viewer are there', async () => {
    const { data, errors } = await gateway.anonymous().query(`{
      packages { id } package(id: "small") { credits } checkoutConfig { mode providers { provider enabled } } viewer { id } }`);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      packages: [{ id: 'small' }, { id: 'medium' }, { id: 'large' }, { id: 'xlarge' }],
      package: { credits: 50 },
      checkoutConfig: { mode: 'mock' },
      viewer: null,
    });
  });

  it.each([
    'query { balance { credits } }',
    'query { intents { totalCount } }',
    'query { intent(id: "int_1") { id } }',
    'query { intentBy(lookup: {idempotencyKey: "k"}) { id } }',
    'query { creditTransactions { totalCount } }',
    'query { node(id: "int_1") { id } }',
    'query { nodes(ids: ["int_1"]) { id } }',
    'mutation { createIntent(input: {packageId: "small"}) { replayed } }',
    'mutation { cancelIntent(input: {id: "int_1"}) { errors { code } } }',
    'mutation { syncIntent(input: {id: "int_1"}) { errors { code } } }',
    'mutation { confirmPayment(input: {id: "int_1", proof: {a: "b"}}) { errors { code } } }',
    `mutation { confirmRazorpayPayment(input: {id: "int_1", razorpayOrderId: "o", razorpayPaymentId: "p",
      razorpaySignature: "s"}) { errors { code } } }`,
    'mutation { simulatePayment(input: {id: "int_1"}) { errors { code } } }',
    'mutation { spendCredits(input: {credits: 1, reason: "r", idempotencyKey: "k"}) { errors { code } } }',
  ])('%s is not', async (query) => {
    const { data, errors } = await gateway.anonymous().query(query);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
  });

  it.each([
    ['no body', '{}'],
    ['an empty user', { userId: '' }],
    ['a user of 256 characters', { userId: 'u'.repeat(256) }],
    ['NUL in its user', { userId: 'a\u0000' }],
    ['half a surrogate pair in its user', { userId: 'a\ud800' }],
    ['a number for a user', { userId: 5 }],
    ['a role that does not exist', { userId: 'u', role: 'root' }],
    ['a list', []],
    ['a string', '"user_1"'],
    ['what is not JSON', '{'],
  ])('a development token is refused for %s', async (_what, body) => {
    const { status, text } = await post(`${gateway.url}/dev/token`, body);
    expect([status, JSON.parse(text)]).toEqual([
      400,
      { error: expect.any(String), message: expect.any(String) },
    ]);
  });

  it.each(['user', 'service', 'support', 'finance', 'admin'])('a development token is %s', async (role) => {
    const { text } = await post(`${gateway.url}/dev/token`, { userId: 'user_1', role });
    expect(await viewerOf(gateway, JSON.parse(text).token)).toEqual({ id: 'user_1', role });
  });
});

describe('With a shared secret', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await start({ AUTH_JWT_SECRET: SECRET, ...AUTH });
  });

  it.each<[string, Record<string, unknown>, object]>([
    ['as it should be', {}, { id: 'user_1', role: 'support' }],
    ['without a role, of a user', { role: undefined }, { id: 'user_1', role: 'user' }],
    ['with a role that is none here, of a user', { role: 'root' }, { id: 'user_1', role: 'user' }],
    ['with a list of roles, of a user', { role: ['admin'] }, { id: 'user_1', role: 'user' }],
    ['with the prototype for a role, of a user', { role: '__proto__' }, { id: 'user_1', role: 'user' }],
    ['for several audiences', { aud: ['other', 'credits'] }, { id: 'user_1', role: 'support' }],
    ['that ended as clocks may differ', { exp: nowSeconds() - 5 }, { id: 'user_1', role: 'support' }],
  ])('a token %s is believed', async (_what, changes, viewer) => {
    const token = await new SignJWT(claims(changes))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(SECRET));
    expect(await viewerOf(gateway, token)).toEqual(viewer);
    expect(await viewerOf(gateway, handMade(claims(changes)))).toEqual(viewer);
  });

  it.each<[string, () => string]>([
    ['signed with another secret', () => handMade(claims(), { alg: 'HS256' }, 'another')],
    ['signed with nothing', () => handMade(claims(), { alg: 'HS256' }, '')],
    ['of algorithm none', () => `${encode({ alg: 'none' })}.${encode(claims())}.`],
    ['of algorithm none that is signed', () => handMade(claims(), { alg: 'none' })],
    ['of algorithm None', () => handMade(claims(), { alg: 'None' })],
    ['of no algorithm', () => handMade(claims(), {})],
    ['of another algorithm', () => handMade(claims(), { alg: 'HS512' })],
    ['of an extension that nobody knows', () => handMade(claims(), { alg: 'HS256', crit: ['x'], x: 1 })],
    [
      'whose claims were changed',
      () => handMade(claims()).replace(/\.[^.]+\./, `.${encode(claims({ sub: 'admin' }))}.`),
    ],
    ['without its signature', () => handMade(claims()).replace(/[^.]+$/, '')],
    ['that is over', () => handMade(claims({ exp: nowSeconds() - 120 }))],
    ['that has not begun', () => handMade(claims({ nbf: nowSeconds() + 120 }))],
    ['without an end', () => handMade(claims({ exp: undefined }))],
    ['whose end is text', () => handMade(claims({ exp: '2999-01-01' }))],
    ['without a subject', () => handMade(claims({ sub: undefined }))],
    ['with an empty subject', () => handMade(claims({ sub: '' }))],
    ['with a subject of 256 characters', () => handMade(claims({ sub: 'u'.repeat(256) }))],
    ['with NUL in its subject', () => handMade(claims({ sub: 'a\u0000' }))],
    ['with a number for a subject', () => handMade(claims({ sub: 5 }))],
    ['with a list for a subject', () => handMade(claims({ sub: ['admin'] }))],
    ['of another issuer', () => handMade(claims({ iss: 'https://evil.example' }))],
    ['of no issuer', () => handMade(claims({ iss: undefined }))],
    ['for another audience', () => handMade(claims({ aud: 'other' }))],
    ['for no audience', () => handMade(claims({ aud: undefined }))],
    ['that says a list', () => handMade([])],
    ['that says null', () => handMade(null)],
    ['that is no token', () => 'token'],
    ['of three dots', () => '...'],
  ])('a token %s is refused', (_what, token) => expectRefused(gateway, token()));

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer a b', 'token'])(
    '"%s" is refused',
    async (authorization) => {
      const { status } = await post(`${gateway.url}/graphql`, VIEWER, { authorization });
      expect(status).toBe(401);
    },
  );
});
