// Tokens that are signed by keys which somebody else publishes: what AUTH_JWKS_URL names is believed, and nothing else.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { AUTH, claims, encode, expectRefused, handMade, nowSeconds, VIEWER, viewerOf } from './tokens';
import { converse, overEvents, overHttp, post } from './transports';

const database = useDatabase();
afterAll(stopGateways);

const start = (env: Record<string, string>) => startGateway({ DATABASE_URL: database.url, ...env });

describe('With published keys', () => {
  const signers = new Map<string, CryptoKey>();
  const publicKeys = new Map<string, CryptoKey>();
  const publisher = http.createServer(async (_request, response) => {
    const keys = [...publicKeys].map(async ([alg, key]) => ({ ...(await exportJWK(key)), kid: alg, alg }));
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ keys: await Promise.all(keys) }));
  });
  let gateway: GatewayProcess;
  beforeAll(async () => {
    for (const alg of ['RS256', 'ES256']) {
      const pair = await generateKeyPair(alg);
      signers.set(alg, pair.privateKey);
      publicKeys.set(alg, pair.publicKey);
    }
    await new Promise<void>((resolve) => publisher.listen(0, '127.0.0.1', resolve));
    const { port } = publisher.address() as AddressInfo;
    gateway = await start({
      AUTH_JWKS_URL: `http://127.0.0.1:${port}/keys`,
      ...AUTH,
      AUTH_ROLE_MAP: 'support=support',
    });
  });
  afterAll(() => publisher.close());

  const signed = (alg: string, key: CryptoKey, changes = {}) =>
    new SignJWT(claims(changes)).setProtectedHeader({ alg, kid: alg }).sign(key);

  it.each(['RS256', 'ES256'])('a token signed by %s is believed', async (alg) => {
    const token = await signed(alg, signers.get(alg) as CryptoKey);
    expect(await viewerOf(gateway, token)).toEqual({ id: 'user_1', role: 'support' });
  });

  it('where a claim stands in for the audience, it has to name this gateway', async () => {
    const strict = await start({
      AUTH_JWKS_URL: `http://127.0.0.1:${(publisher.address() as AddressInfo).port}/keys`,
      AUTH_ISSUER: AUTH.AUTH_ISSUER,
      AUTH_AUDIENCE: 'console-of-this-gateway',
      AUTH_AUDIENCE_CLAIM: 'client_id',
    });
    const key = signers.get('ES256') as CryptoKey;
    const token = (client_id: unknown, more = {}) =>
      signed('ES256', key, { aud: undefined, client_id, ...more });
    for (const named of ['console-of-this-gateway', ['another', 'console-of-this-gateway']])
      expect(await viewerOf(strict, await token(named))).toMatchObject({ id: 'user_1' });
    for (const foreign of ['another', undefined, '', ['another'], { 0: 'console-of-this-gateway' }])
      await expectRefused(strict, await token(foreign, { aud: 'console-of-this-gateway' }));
    await expectRefused(strict, await token('console-of-this-gateway', { iss: 'https://foreign.example' }));
  });

  it('the public key is no shared secret', async () => {
    for (const key of publicKeys.values()) {
      const pem = await exportSPKI(key);
      for (const secret of [pem, pem.trim(), JSON.stringify(await exportJWK(key))])
        for (const kid of ['RS256', 'ES256', undefined])
          await expectRefused(gateway, handMade(claims(), { alg: 'HS256', kid }, secret));
    }
  });

  it('a key that is not published, a key of another algorithm, none and an empty secret are refused', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    await expectRefused(gateway, await signed('RS256', privateKey));
    const ours = signers.get('RS256') as CryptoKey;
    await expectRefused(
      gateway,
      await new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', kid: 'ES256' }).sign(ours),
    );
    await expectRefused(gateway, `${encode({ alg: 'none', kid: 'RS256' })}.${encode(claims())}.`);
    await expectRefused(gateway, handMade(claims(), { alg: 'HS256', kid: 'RS256' }, ''));
  });

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['another audience', { aud: 'other' }],
    ['an end long ago', { exp: nowSeconds() - 120 }],
  ])('a token with %s is refused', async (_what, changes) => {
    await expectRefused(gateway, await signed('ES256', signers.get('ES256') as CryptoKey, changes));
  });

  it('there are no development tokens, which nobody would believe', async () => {
    expect((await post(`${gateway.url}/dev/token`, { userId: 'user_1' })).status).toBe(404);
  });
});

it('keys that cannot be fetched sign nobody out: callers are asked to come back', async () => {
  const gateway = await start({ AUTH_JWKS_URL: 'http://127.0.0.1:1/keys' });
  const { privateKey } = await generateKeyPair('ES256');
  const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);
  const unavailable = {
    status: 503,
    answers: [
      { errors: [{ message: expect.any(String), extensions: { code: 'AUTHENTICATION_UNAVAILABLE' } }] },
    ],
  };
  expect(await overHttp(gateway.url, token, VIEWER)).toEqual(unavailable);
  expect(await overEvents(gateway.url, token, VIEWER)).toEqual(unavailable);
  const init = { type: 'connection_init', payload: { authorization: `Bearer ${token}` } };
  expect(await converse(gateway.url, [init])).toEqual({ status: 1013, answers: [] });
  expect((await gateway.anonymous().query('{ packages { id } }')).data.packages).toHaveLength(4);
  await expectRefused(gateway, 'x.y.z');
});
