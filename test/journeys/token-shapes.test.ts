// Tokens in the shape of each service that signs products' users in, under the settings that docs/sign-in.md gives for it: who they
// say, that a role of the product is nobody's role here unless it is mapped, and what the log says of those that were refused.
// Shapes: the services' own pages, named in docs/sign-in.md.
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { expectRefused, nowSeconds, SECRET, viewerOf } from './tokens';

const database = useDatabase();
const DOCUMENT = fs.readFileSync(path.resolve(__dirname, '..', '..', 'docs', 'sign-in.md'), 'utf8');
const keys = new Map<string, CryptoKey>();
const publisher = http.createServer(async (request, response) => {
  // A set of keys for each address, as each issuer has its own.
  const key = keys.get(`${request.url} public`);
  const jwk = key && { ...(await exportJWK(key)), kid: request.url, alg: 'RS256', use: 'sig' };
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk].filter(Boolean) }));
});
const addressOf = (name: string) => `http://127.0.0.1:${(publisher.address() as AddressInfo).port}/${name}`;

beforeAll(() => new Promise<void>((resolve) => publisher.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  publisher.close();
  await stopGateways();
});

async function publish(name: string): Promise<void> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  keys.set(`/${name} public`, publicKey);
  keys.set(`/${name}`, privateKey);
}

const signed = (name: string, claims: object, header: object = {}) =>
  new SignJWT({ iat: nowSeconds(), exp: nowSeconds() + 300, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: `/${name}`, ...header })
    .sign(keys.get(`/${name}`) as CryptoKey);

/** The settings that the document gives for a service, with the product's own names put in. */
function settingsOf(service: string, names: Readonly<Record<string, string>>): Record<string, string> {
  const chapter = DOCUMENT.split(/^## /m).find((text) => text.startsWith(`${service}\n`)) ?? '';
  const [, block = ''] = /```sh\n([^`]*)```/.exec(chapter) ?? [];
  const filled = Object.entries(names).reduce((text, [name, value]) => text.replaceAll(name, value), block);
  const lines = filled.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
}

interface Shape {
  readonly service: string;
  readonly names: Readonly<Record<string, string>>;
  readonly header?: object;
  /** Of a user of the product, whose id it has. */
  readonly user: object;
  readonly id: string;
  /** What an operator's token has more, and the role that it means. */
  readonly operator: object;
  readonly role: string;
  /** Refused: of another application at the same service. */
  readonly foreign: object;
}

const SHAPES: readonly Shape[] = [
  {
    service: 'Auth0',
    names: { 'TENANT.eu.auth0.com': 'shop.eu.auth0.com' },
    header: { typ: 'at+jwt' },
    user: {
      ...{ iss: 'https://shop.eu.auth0.com/', sub: 'auth0|64b', azp: 'client', scope: 'openid profile' },
      aud: ['https://credits.shop.example', 'https://shop.eu.auth0.com/userinfo'],
    },
    id: 'auth0|64b',
    operator: { 'https://shop.example/roles': ['editor', 'credits-finance'] },
    role: 'finance',
    foreign: { aud: 'https://another.example' },
  },
  {
    service: 'Clerk',
    names: { 'clerk.shop.example': 'clerk.test.example' },
    user: {
      ...{ iss: 'https://clerk.test.example', sub: 'user_2x', azp: 'https://shop.example', sid: 'sess_1' },
      ...{ nbf: nowSeconds() - 10, org_role: 'org:admin', v: 2 },
    },
    id: 'user_2x',
    operator: { metadata: { credits: 'support' } },
    role: 'support',
    foreign: { azp: 'https://another.example' },
  },
  {
    service: 'Supabase',
    names: { PROJECT: 'abcdefgh' },
    user: {
      ...{ iss: 'https://abcdefgh.supabase.co/auth/v1', sub: '7f3e-uuid', aud: 'authenticated' },
      ...{ role: 'authenticated', app_metadata: { provider: 'email' }, user_metadata: { role: 'admin' } },
    },
    id: '7f3e-uuid',
    operator: { app_metadata: { credits_role: 'admin' } },
    role: 'admin',
    foreign: { aud: 'anon' },
  },
  {
    service: 'Firebase',
    names: { PROJECT: 'shop-1' },
    user: {
      ...{ iss: 'https://securetoken.google.com/shop-1', aud: 'shop-1', sub: 'fb1', user_id: 'fb1' },
      ...{ auth_time: nowSeconds(), admin: true, firebase: { sign_in_provider: 'google.com' } },
    },
    id: 'fb1',
    operator: { credits_role: 'finance' },
    role: 'finance',
    foreign: { aud: 'shop-2', iss: 'https://securetoken.google.com/shop-2' },
  },
  {
    service: 'Cognito',
    names: { 'eu-west-1_POOL': 'eu-west-1_Abc', CLIENT: 'app-client-1' },
    user: {
      ...{
        iss: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Abc',
        sub: 'c0-uuid',
        token_use: 'access',
      },
      ...{ client_id: 'app-client-1', username: 'ada', 'cognito:groups': ['admin'], scope: 'openid' },
    },
    id: 'c0-uuid',
    operator: { 'cognito:groups': ['admin', 'credits-admin'] },
    role: 'admin',
    foreign: { client_id: 'app-client-2' },
  },
  {
    service: 'Keycloak',
    names: { 'id.shop.example/realms/REALM': 'id.shop.example/realms/shop' },
    user: {
      ...{ iss: 'https://id.shop.example/realms/shop', sub: 'kc-uuid', aud: ['credits', 'account'] },
      ...{ typ: 'Bearer', azp: 'web', realm_access: { roles: ['admin', 'offline_access'] } },
    },
    id: 'kc-uuid',
    operator: { resource_access: { credits: { roles: ['support', 'finance'] } } },
    role: 'finance',
    foreign: { aud: 'account' },
  },
];

describe.each(SHAPES.map((shape) => [shape.service, shape] as const))('Tokens of %s', (service, shape) => {
  let gateway: GatewayProcess;
  const token = (more: object = {}) => signed(service, { ...shape.user, ...more }, shape.header);
  beforeAll(async () => {
    await publish(service);
    const settings = settingsOf(service, shape.names);
    expect(settings.AUTH_ISSUER).toBe((shape.user as { iss: string }).iss);
    gateway = await startGateway({
      DATABASE_URL: database.url,
      ...settings,
      AUTH_JWKS_URL: addressOf(service),
    });
  });

  // One at a time: together they are more connections than a small server has.
  afterAll(() => gateway.stop());

  it('are believed, of a user, whatever the product calls them', async () => {
    expect(await viewerOf(gateway, await token())).toEqual({ id: shape.id, role: 'user' });
    for (const role of ['admin', 'service', 'root', ['admin'], { admin: true }, 7, '__proto__'])
      expect(await viewerOf(gateway, await token({ role }))).toEqual({ id: shape.id, role: 'user' });
  });

  it('are of an operator where the role that the product gave is mapped', async () => {
    expect(await viewerOf(gateway, await token(shape.operator))).toEqual({ id: shape.id, role: shape.role });
  });

  it('of another application, and of another issuer, are refused, and the log says why', async () => {
    await expectRefused(gateway, await token(shape.foreign));
    await expectRefused(gateway, await token({ iss: 'https://evil.example' }));

    const lines = gateway.log.filter((line) => line.includes('"event":"token.refused"')).join('\n');
    expect(lines).toMatch(/its claim (aud|azp|client_id|iss) is missing or another/);
    expect(lines).toContain('"issuer":"https://evil.example"');
    expect(lines).not.toContain(await token());
  });
});

describe('Tokens that a product signs with the shared secret', () => {
  const bySecret = (claims: object) =>
    new SignJWT({ exp: nowSeconds() + 300, ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode(SECRET));

  it('carry our own words for roles, as the document says', async () => {
    const gateway = await startGateway({
      DATABASE_URL: database.url,
      ...settingsOf('Your own secret', { 'SECRET-OF-32-CHARACTERS-OR-MORE': SECRET }),
    });
    expect(await viewerOf(gateway, await bySecret({ sub: '17' }))).toEqual({ id: '17', role: 'user' });
    expect(await viewerOf(gateway, await bySecret({ sub: '17', role: 'support' }))).toMatchObject({
      role: 'support',
    });
  });

  it('mean what a map says, and nothing else, while tokens of the command line stay what they are', async () => {
    const gateway = await startGateway({
      DATABASE_URL: database.url,
      AUTH_JWT_SECRET: SECRET,
      AUTH_USER_CLAIM: 'account.id',
      AUTH_ROLE_CLAIM: 'account.roles',
      AUTH_ROLE_MAP: 'boss=admin, desk=support',
    });
    const account = (roles: unknown) => bySecret({ sub: 'x', account: { id: 'u_1', roles }, role: 'admin' });
    expect(await viewerOf(gateway, await account([]))).toEqual({ id: 'u_1', role: 'user' });
    expect(await viewerOf(gateway, await account('desk'))).toEqual({ id: 'u_1', role: 'support' });
    expect(await viewerOf(gateway, await account(['desk', 'boss']))).toEqual({ id: 'u_1', role: 'admin' });
    expect(await viewerOf(gateway, await account('admin'))).toEqual({ id: 'u_1', role: 'user' });
    await expectRefused(gateway, await bySecret({ sub: 'x' }));
    const operator = await gateway.as('ada', 'finance');
    expect((await operator.query('{ viewer { id role } }')).data.viewer).toEqual({
      id: 'ada',
      role: 'finance',
    });
  });
});

it('several issuers are believed side by side, each with its own keys and for its own audience', async () => {
  await Promise.all(['shop', 'partner'].map(publish));
  const gateway = await startGateway({
    DATABASE_URL: database.url,
    AUTH_JWKS_URL: `${addressOf('shop')},${addressOf('partner')}`,
    AUTH_ISSUER: 'https://shop.example,https://partner.example',
    AUTH_AUDIENCE: 'credits,credits-of-partner',
  });
  const of = (name: string, iss: string, aud: string) => signed(name, { sub: name, iss, aud });

  expect(await viewerOf(gateway, await of('shop', 'https://shop.example', 'credits'))).toMatchObject({
    id: 'shop',
  });
  expect(
    await viewerOf(gateway, await of('partner', 'https://partner.example', 'credits-of-partner')),
  ).toMatchObject({ id: 'partner' });
  // Nothing was mapped: a product's admin is a user here.
  const admin = await signed('shop', {
    sub: 'a',
    iss: 'https://shop.example',
    aud: 'credits',
    role: 'admin',
  });
  expect(await viewerOf(gateway, admin)).toEqual({ id: 'a', role: 'user' });
  // One issuer's key says nothing in the name of the other.
  await expectRefused(gateway, await of('partner', 'https://shop.example', 'credits'));
  await expectRefused(gateway, await of('shop', 'https://shop.example', 'credits-of-partner'));
  await expectRefused(gateway, await signed('shop', { sub: 'shop', aud: 'credits' }));
});
