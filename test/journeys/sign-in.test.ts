// Operators who sign in at an issuer, from outside and without a browser: what a browser would bring along is brought here
// by hand, also what none would.
import { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { type Issuer, startIssuer } from '../support/issuer';
import { useDatabase } from '../support/pools';
import { viewerOf } from './tokens';

const database = useDatabase();
let issuer: Issuer;
let gateway: GatewayProcess;
beforeAll(async () => {
  issuer = await startIssuer();
  gateway = await startGateway({ DATABASE_URL: database.url, ...issuer.env });
});
afterAll(async () => {
  await stopGateways();
  await issuer.close();
});
afterEach(() => {
  issuer.spoil = {};
});

interface Told {
  readonly status: number;
  readonly cookie: string;
  readonly answer: { url: string; token?: string; error?: string; message?: string };
}

async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<Told> {
  const response = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: gateway.url, ...headers },
    body: JSON.stringify(body),
  });
  const cookie = response.headers.get('set-cookie') ?? '';
  return { status: response.status, cookie, answer: (await response.json()) as Told['answer'] };
}

const begin = () => post('/sign-in', {});
const cookieOf = ({ cookie }: Told) => ({ cookie: cookie.slice(0, cookie.indexOf(';')) });
const codeIn = (back: URL) => Object.fromEntries(back.searchParams) as { code: string; state: string };

/** The whole way; `change` may spoil what the browser brings back. */
async function signIn(
  role: string | null,
  change: (brought: { code: string; state: string }) => object = (it) => it,
) {
  const begun = await begin();
  const back = issuer.approve(begun.answer.url, 'ada', role);
  return post('/sign-in/token', change(codeIn(back)), cookieOf(begun));
}

it('gives the token that the issuer made for them, by which the gateway knows their role', async () => {
  expect(await (await fetch(`${gateway.url}/sign-in`)).json()).toEqual({ issuer: issuer.url });
  const begun = await begin();
  const asked = new URL(begun.answer.url);
  expect(`${asked.origin}${asked.pathname}`).toBe(`${issuer.url}/authorize`);
  expect(Object.fromEntries(asked.searchParams)).toMatchObject({
    response_type: 'code',
    redirect_uri: `${gateway.url}/console/signed-in`,
    scope: 'openid',
    code_challenge_method: 'S256',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    state: expect.stringMatching(/^[\w-]{43}$/),
    nonce: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect(begun.cookie).toMatch(/^sign_in=cg1:[^;]+; Max-Age=600; Path=\/sign-in; HttpOnly; SameSite=Strict$/);

  const back = issuer.approve(asked.href, 'ada', 'finance');
  const done = await post('/sign-in/token', codeIn(back), cookieOf(begun));
  expect(done.status).toBe(200);
  expect(done.cookie).toMatch(/^sign_in=; Max-Age=0;/);
  expect(await viewerOf(gateway, done.answer.token as string)).toEqual({ id: 'ada', role: 'finance' });
  const operator = new Client(gateway.url, done.answer.token as string);
  expect((await operator.query('{ admin { health { ok } } }')).data.admin.health).toBeDefined();
  expect(
    gateway.log.some((line) => line.includes('"event":"operator.signed_in"') && line.includes('"ada"')),
  ).toBe(true);
  const secrets = [
    done.answer.token as string,
    ...['code', 'state'].map((name) => back.searchParams.get(name) as string),
  ];
  for (const secret of secrets) expect(gateway.log.join('\n')).not.toContain(secret);
});

const NOT_BEGUN = { status: 401, answer: { message: expect.stringMatching(/not begun here/) } };

it('refuses a state that is not the one that was begun, and asks the issuer nothing', async () => {
  const before = issuer.exchanges.length;
  const other = codeIn(issuer.approve((await begin()).answer.url, 'eve', 'admin'));
  expect(await signIn('admin', () => other)).toMatchObject(NOT_BEGUN);
  expect(await signIn('admin', ({ code }) => ({ code, state: 'x'.repeat(43) }))).toMatchObject(NOT_BEGUN);
  expect(await post('/sign-in/token', other)).toMatchObject(NOT_BEGUN);
  for (const cookie of ['sign_in=', 'sign_in=%', 'sign_in=cg1:AAAA', `sign_in=${JSON.stringify(other)}`])
    expect(await post('/sign-in/token', other, { cookie })).toMatchObject(NOT_BEGUN);
  expect(issuer.exchanges.length).toBe(before);
});

it('refuses a code that was used before, and one of another sign-in', async () => {
  const begun = await begin();
  const brought = codeIn(issuer.approve(begun.answer.url, 'ada', 'admin'));
  expect((await post('/sign-in/token', brought, cookieOf(begun))).status).toBe(200);
  const again = await post('/sign-in/token', brought, cookieOf(begun));
  expect(again).toMatchObject({ status: 401, answer: { error: 'UNAUTHENTICATED' } });
  expect(again.answer.token).toBeUndefined();

  // Stolen from another browser: its verifier is in a cookie that the thief does not have.
  const stolen = codeIn(issuer.approve((await begin()).answer.url, 'ada', 'admin'));
  const told = await signIn('admin', ({ state }) => ({ code: stolen.code, state }));
  expect(told).toMatchObject({ status: 401, answer: { error: 'UNAUTHENTICATED' } });
});

const long = () => Math.floor(Date.now() / 1000) - 3_600;
it.each<[string, Issuer['spoil']]>([
  ['of another sign-in', { id: { nonce: 'another' } }],
  ['of none', { id: { nonce: undefined } }],
  ['for another client', { id: { aud: 'another' } }],
  ['for several, one of whom asked for it', { id: { aud: ['console-of-this-test', 'another'] } }],
  ['that another asked for', { id: { aud: ['console-of-this-test', 'another'], azp: 'another' } }],
  ['of another issuer', { id: { iss: 'https://evil.example' } }],
  ['that is over', { id: { exp: long() } }],
  ['about somebody else than the access token', { id: { sub: 'eve' } }],
])('refuses an ID token %s', async (_what, spoil) => {
  issuer.spoil = spoil;
  const told = await signIn('admin');
  expect(told).toMatchObject({ status: 401, answer: { error: 'UNAUTHENTICATED' } });
  expect(told.answer.token).toBeUndefined();
});

it.each<[string, Issuer['spoil']]>([
  ['for another API', { access: { aud: 'another' } }],
  ['of another issuer', { access: { iss: 'https://evil.example' } }],
  ['that is over', { access: { exp: long() } }],
])('refuses an access token %s', async (_what, spoil) => {
  issuer.spoil = spoil;
  const told = await signIn('admin');
  expect(told).toMatchObject({ status: 401, answer: { error: 'UNAUTHENTICATED' } });
  expect(told.answer.token).toBeUndefined();
});

it.each([[null], ['user'], ['service'], ['root']])(
  'gives no token to an account whose role is %s',
  async (role) => {
    const told = await signIn(role);
    expect(told).toMatchObject({
      status: 401,
      answer: { message: 'This account has no role of an operator.' },
    });
    expect(told.answer.token).toBeUndefined();
  },
);

it('is begun and ended by our own pages alone', async () => {
  for (const origin of ['https://evil.example', 'null', `${gateway.url}.evil.example`, ''])
    for (const path of ['/sign-in', '/sign-in/token']) {
      const told = await post(path, { code: 'c', state: 's' }, { origin });
      expect([origin, path, told.status, told.cookie]).toEqual([
        origin,
        path,
        path === '/sign-in' ? 403 : 400,
        '',
      ]);
    }
  for (const body of [
    {},
    { code: 5, state: 's' },
    { code: '', state: 's' },
    { code: 'c'.repeat(5_000), state: 's' },
    [],
  ])
    expect((await post('/sign-in/token', body)).status).toBe(400);
});

it('signs nobody in by its cookie', async () => {
  const begun = await begin();
  const headers = { 'content-type': 'application/json', ...cookieOf(begun) };
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers,
    body: '{"query": "{ viewer { id } }"}',
  });
  expect(await response.json()).toEqual({ data: { viewer: null } });
});

describe('An issuer', () => {
  it('that is away is said to be away, and asked again', async () => {
    const away = await startIssuer();
    const other = await startGateway({ DATABASE_URL: database.url, ...away.env });
    await away.close();
    const response = await fetch(`${other.url}/sign-in`, {
      method: 'POST',
      headers: { origin: other.url },
    });
    expect([response.status, await response.json()]).toEqual([
      503,
      { error: 'ISSUER_UNAVAILABLE', message: 'The issuer cannot be asked at the moment. Try again.' },
    ]);
  });

  it('that is not configured leaves no door', async () => {
    const plain = await startGateway({ DATABASE_URL: database.url });
    expect((await fetch(`${plain.url}/sign-in`)).status).toBe(404);
    for (const path of ['/sign-in', '/sign-in/token'])
      expect(
        (await fetch(`${plain.url}${path}`, { method: 'POST', headers: { origin: plain.url } })).status,
      ).toBe(404);
  });
});

it('a flow that is tried again and again, and an address that begins without end, are told to stop', async () => {
  const strict = await startGateway({ DATABASE_URL: database.url, ...issuer.env, RATE_LIMITS: 'on' });
  const ask = async (path: string, body: object, headers: Record<string, string> = {}) =>
    (
      await fetch(`${strict.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: strict.url, ...headers },
        body: JSON.stringify(body),
      })
    ).status;
  const guess = { code: 'guessed', state: 'guessed' };
  const cookie = { cookie: 'sign_in=one-flow' };
  // Mock mode multiplies its limits by 100.
  const tries = await Promise.all(Array.from({ length: 501 }, () => ask('/sign-in/token', guess, cookie)));
  expect(tries.filter((status) => status === 429)).toHaveLength(1);
  expect(await ask('/sign-in/token', guess, { cookie: 'sign_in=another' })).toBe(401);
  expect(await ask('/sign-in', {})).toBe(200);
});
