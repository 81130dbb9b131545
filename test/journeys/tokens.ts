// Tokens as whoever signs users in would make them, and as nobody should, shown to a gateway over every transport.
import { createHmac } from 'node:crypto';
import type { JWTPayload } from 'jose';
import type { GatewayProcess } from '../support/gateway';
import { overEvents, overHttp, overSocket } from './transports';

export const SECRET = 'a-secret-shared-with-the-shop-that-signs-its-users-in';
/** Settings of a gateway that looks at issuer and audience. */
export const AUTH = { AUTH_ISSUER: 'https://shop.example', AUTH_AUDIENCE: 'credits' };

export const nowSeconds = () => Math.floor(Date.now() / 1000);

/** What a good token says to a gateway with AUTH; `changes` with undefined leave a claim out. */
export function claims(changes: Record<string, unknown> = {}): JWTPayload {
  const good = {
    sub: 'user_1',
    role: 'support',
    iss: 'https://shop.example',
    aud: 'credits',
    exp: nowSeconds() + 300,
  };
  return JSON.parse(JSON.stringify({ ...good, ...changes }));
}

export const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');

interface Header {
  readonly alg?: string;
  readonly [name: string]: unknown;
}

/** By hand, because a library refuses to make most of these. Signed as HS256 where the header names no hash of its own. */
export function handMade(payload: unknown, header: Header = { alg: 'HS256' }, secret = SECRET): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  const bits = /^HS(\d+)$/.exec(header.alg ?? '')?.[1] ?? '256';
  return `${signed}.${createHmac(`sha${bits}`, secret).update(signed).digest('base64url')}`;
}

export const VIEWER = { query: '{ viewer { id role } }' };
export const viewerOf = async (gateway: GatewayProcess, token: string) =>
  (await overHttp(gateway.url, token, VIEWER)).answers[0].data?.viewer;

/** Refused alike over every transport, and without a hint at what was wrong. */
export async function expectRefused(gateway: GatewayProcess, token: string) {
  const refusal = {
    errors: [
      {
        message: expect.stringMatching(/^(The token is not valid, or no longer\.|Send the token as .*)$/),
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ],
  };
  expect(await overHttp(gateway.url, token, VIEWER)).toEqual({ status: 401, answers: [refusal] });
  expect(await overEvents(gateway.url, token, VIEWER)).toEqual({ status: 401, answers: [refusal] });
  expect(await overSocket(gateway.url, token, VIEWER)).toEqual({ status: 4403, answers: [] });
}
