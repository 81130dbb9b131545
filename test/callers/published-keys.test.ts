// An issuer that is away, changes a key under its old id, or gives its keys no id, signs nobody out.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { AuthenticationUnavailable, createVerifyPublished } from '../../src/callers/published-keys';

const HOUR_MS = 3_600_000;
let published: JWK[] | 'away' | 'hangs' = [];
let asked = 0;
let nowMs = 0;
const warnings: object[] = [];
const publisher = http.createServer((_request, response) => {
  asked++;
  if (published === 'hangs') return;
  if (published === 'away') response.writeHead(503).end('<html>');
  else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: published }));
});
beforeAll(() => new Promise<void>((resolve) => publisher.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  publisher.closeAllConnections();
  publisher.close();
});
beforeEach(() => {
  warnings.length = 0;
});

const verifier = () => {
  const url = `http://127.0.0.1:${(publisher.address() as AddressInfo).port}/keys`;
  const verify = createVerifyPublished(
    url,
    (facts) => warnings.push(facts),
    () => nowMs,
  );
  return (token: string) => verify(token, { algorithms: ['ES256'] }).then(({ payload }) => payload.sub);
};

async function signer(kid?: string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const named = kid === undefined ? {} : { kid };
  return {
    jwk: { ...(await exportJWK(publicKey)), alg: 'ES256', ...named },
    sign: (sub: string) =>
      new SignJWT({ sub })
        .setProtectedHeader({ alg: 'ES256', ...named })
        .setExpirationTime('1h')
        .sign(privateKey),
  };
}

it('Keys of an issuer that is away are those of its last good answer, for a day and with a warning', async () => {
  const key = await signer('k');
  published = [key.jwk];
  const verify = verifier();
  expect(await verify(await key.sign('ann'))).toBe('ann');

  published = 'away';
  nowMs += HOUR_MS;
  expect(await verify(await key.sign('bob'))).toBe('bob');
  expect(warnings).toEqual([{ error: expect.stringContaining('503'), ageSeconds: 3600 }]);
  const before = asked;
  for (let tries = 0; tries < 20; tries++) expect(await verify(await key.sign('bob'))).toBe('bob');
  expect(asked).toBe(before);

  nowMs += 24 * HOUR_MS;
  await expect(verify(await key.sign('ann'))).rejects.toThrow(AuthenticationUnavailable);

  published = [key.jwk];
  nowMs += HOUR_MS;
  expect(await verify(await key.sign('ann'))).toBe('ann');
});

it('A new key under the same id is found, and the old one is good no more', async () => {
  const [old, fresh] = [await signer('k'), await signer('k')];
  published = [old.jwk];
  const verify = verifier();
  expect(await verify(await old.sign('ann'))).toBe('ann');

  published = [fresh.jwk];
  nowMs += 10_000;
  expect(await verify(await fresh.sign('ann'))).toBe('ann');
  nowMs += 10_000;
  await expect(verify(await old.sign('ann'))).rejects.toThrow('signature verification failed');
});

it('Of several keys without an id the one that signed is found, and a stranger fits none', async () => {
  const [one, two, stranger] = [await signer(), await signer(), await signer()];
  published = [one.jwk, two.jwk];
  const verify = verifier();
  expect(await verify(await one.sign('ann'))).toBe('ann');
  expect(await verify(await two.sign('bob'))).toBe('bob');
  await expect(verify(await stranger.sign('eve'))).rejects.toThrow('signature verification failed');
});

it('Tokens that no key fits do not make us ask the issuer each time', async () => {
  const [key, stranger] = [await signer('k'), await signer('other')];
  published = [key.jwk];
  const verify = verifier();
  await verify(await key.sign('ann'));
  nowMs += 10_000;
  const before = asked;
  for (let tries = 0; tries < 20; tries++)
    await expect(verify(await stranger.sign('eve'))).rejects.toThrow('no applicable key');
  expect(asked - before).toBe(1);
});
