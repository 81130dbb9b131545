// An issuer of OpenID Connect on this machine, as strict as the standard asks: a code is good once, for the client, the
// page and the verifier that it was given for.
import { createHash, randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export interface Issuer {
  readonly url: string;
  /** Settings of a gateway whose operators sign in here. */
  readonly env: Record<string, string>;
  /** Claims to add to the next tokens, or to put in place of what they would say. */
  spoil: { id?: Record<string, unknown>; access?: Record<string, unknown> };
  /** What its token endpoint was sent. */
  readonly exchanges: URLSearchParams[];
  /** Signs somebody in who was sent to `url`. @returns where the browser is sent back to */
  approve(url: string, subject: string, role: string | null): URL;
  close(): Promise<void>;
}

const CLIENT = 'console-of-this-test';
const AUDIENCE = 'credits-of-this-test';

interface Given {
  readonly asked: URLSearchParams;
  readonly subject: string;
  readonly role: string | null;
}

const PAGE = (query: string) => `<!doctype html><html lang="en"><title>Issuer</title><h1>Who are you?</h1>
<form method="post" action="/approve?${query.replaceAll('&', '&amp;')}">
<label>Name <input name="subject"></label> <label>Role <input name="role"></label> <button>Yes, it is me</button></form>`;

export async function startIssuer(): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const codes = new Map<string, Given>();
  const exchanges: URLSearchParams[] = [];

  const sign = (claims: Record<string, unknown>) =>
    new SignJWT({ iss: issuer.url, iat: seconds(), exp: seconds() + 600, ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .sign(privateKey);
  const seconds = () => Math.floor(Date.now() / 1000);

  async function exchange(form: URLSearchParams): Promise<{ status: number; answer: object }> {
    exchanges.push(form);
    const code = form.get('code') ?? '';
    const given = codes.get(code);
    codes.delete(code);
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isRight =
      given &&
      form.get('grant_type') === 'authorization_code' &&
      form.get('client_id') === CLIENT &&
      form.get('redirect_uri') === given.asked.get('redirect_uri') &&
      challenge === given.asked.get('code_challenge');
    if (!isRight) return { status: 400, answer: { error: 'invalid_grant' } };
    const { asked, subject: sub, role } = given;
    return {
      status: 200,
      answer: {
        token_type: 'Bearer',
        access_token: await sign({ sub, aud: AUDIENCE, ...(role ? { role } : {}), ...issuer.spoil.access }),
        id_token: await sign({ sub, aud: CLIENT, nonce: asked.get('nonce'), ...issuer.spoil.id }),
      },
    };
  }

  const server = http.createServer(async (request, response) => {
    const { pathname, searchParams, search } = new URL(request.url ?? '/', 'http://issuer');
    const json = (answer: object, status = 200) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    let text = '';
    for await (const chunk of request) text += chunk;
    if (pathname === '/.well-known/openid-configuration')
      return json({
        issuer: issuer.url,
        authorization_endpoint: `${issuer.url}/authorize`,
        token_endpoint: `${issuer.url}/token`,
        jwks_uri: `${issuer.url}/keys`,
        code_challenge_methods_supported: ['S256'],
      });
    if (pathname === '/keys')
      return json({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] });
    if (pathname === '/token' && request.method === 'POST') {
      const { status, answer } = await exchange(new URLSearchParams(text));
      return json(answer, status);
    }
    if (pathname === '/authorize')
      return response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE(search.slice(1)));
    if (pathname === '/approve') {
      const form = new URLSearchParams(text);
      const back = give({
        asked: searchParams,
        subject: form.get('subject') ?? '',
        role: form.get('role') || null,
      });
      return response.writeHead(303, { location: back.href }).end();
    }
    return json({}, 404);
  });

  function give(given: Given): URL {
    const { asked } = given;
    if (asked.get('client_id') !== CLIENT || asked.get('code_challenge_method') !== 'S256')
      throw new Error(`Nobody asks like this: ${asked}`);
    const code = randomUUID();
    codes.set(code, given);
    const back = new URL(asked.get('redirect_uri') ?? '');
    back.searchParams.set('code', code);
    back.searchParams.set('state', asked.get('state') ?? '');
    return back;
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const issuer: Issuer = {
    url,
    env: {
      AUTH_ISSUER: url,
      AUTH_JWKS_URL: `${url}/keys`,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_CLIENT_ID: CLIENT,
      AUTH_ROLE_MAP: 'user=user,service=service,support=support,finance=finance,admin=admin',
    },
    spoil: {},
    exchanges,
    approve: (address, subject, role) => give({ asked: new URL(address).searchParams, subject, role }),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return issuer;
}
