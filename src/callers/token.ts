// Who a bearer token says that the caller is. Tokens are JWTs with `sub` and `role`, signed with the secret that this
// gateway shares with whoever signs its users in, or by a key of theirs that is published as a JWKS; or API keys.
import { type JWTHeaderParameters, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Config } from '../kernel/config';
import { isStorable } from '../kernel/text';
import { isApiKey } from './api-key';
import type { FindKeyCaller } from './api-keys';
import { type Caller, ROLES, type Role } from './caller';
import { rememberingTokens } from './known-tokens';
import { AuthenticationUnavailable, createVerifyPublished, type WarnOfKeys } from './published-keys';

/** The token is no good. The message says no more than that, so that nobody learns which part was nearly right. */
export class NotAuthenticated extends Error {
  override readonly name = 'NotAuthenticated';
  constructor(message = 'The token is not valid, or no longer.') {
    super(message);
  }
}

/** Says who calls. Null when no token was sent. @throws NotAuthenticated, AuthenticationUnavailable */
export type Authenticate = (authorization: string | null | undefined) => Promise<Caller | null>;

export const CLOCK_SKEW_SECONDS = 60; // What clocks of well-kept machines may differ by.
/** Of published keys. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const SUBJECT_MAX = 255; // The column's size.

// A refresh token is no access token, whoever signed it.
const TYPES = [undefined, 'JWT', 'AT+JWT', 'APPLICATION/AT+JWT'];
// Ways to bring one's own key along. They are not looked at, and a token that has one is nobody's mistake.
const FOREIGN_KEYS = ['jku', 'jwk', 'x5u', 'x5c'];

/** @param warn told when an issuer's keys cannot be had and the last good ones are used. */
export function createAuthenticate(
  auth: Config['auth'],
  findKeyCaller: FindKeyCaller,
  warn?: WarnOfKeys,
): Authenticate {
  const options = {
    clockTolerance: CLOCK_SKEW_SECONDS,
    requiredClaims: ['sub', 'exp'],
    ...(auth.issuer ? { issuer: auth.issuer } : {}),
    ...(auth.audience && auth.audienceClaim === 'aud' ? { audience: auth.audience } : {}),
  };
  const secret = new TextEncoder().encode(auth.jwtSecret);
  const verifyPublished = auth.jwksUrl ? createVerifyPublished(auth.jwksUrl, warn) : null;
  // The algorithms belong to the kind of key: a public key must never serve as a shared secret.
  const verify = (token: string) =>
    verifyPublished
      ? verifyPublished(token, { ...options, algorithms: ALGORITHMS })
      : jwtVerify(token, secret, { ...options, algorithms: ['HS256'] });

  const callerOf = rememberingTokens(async (token) => {
    if (!isCanonical(token)) throw new NotAuthenticated();
    const { payload, protectedHeader } = await verify(token);
    if (!isOfAccess(protectedHeader, payload) || !isForUs(auth, payload)) throw new NotAuthenticated();
    return callerIn(payload);
  });

  return async (authorization) => {
    if (!authorization) return null;
    const match = /^Bearer ([^\s]+)$/i.exec(authorization);
    if (!match?.[1]) throw new NotAuthenticated('Send the token as "Authorization: Bearer …".');
    if (isApiKey(match[1])) return keyCaller(findKeyCaller, match[1]);
    try {
      return await callerOf(match[1]);
    } catch (error) {
      throw error instanceof AuthenticationUnavailable ? error : new NotAuthenticated();
    }
  };
}

async function keyCaller(findKeyCaller: FindKeyCaller, key: string): Promise<Caller> {
  const caller = await findKeyCaller(key).catch((error: unknown) => {
    throw new AuthenticationUnavailable(error);
  });
  if (!caller) throw new NotAuthenticated();
  return caller;
}

/** False for a text that decodes to the same bytes as another one: a token has one form, so that it can be told again. */
const isCanonical = (token: string) =>
  token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part);

/** True when the claim that stands in for `aud` names us, alone or among others; `aud` itself was checked before. */
function isForUs({ audience, audienceClaim }: Config['auth'], payload: JWTPayload): boolean {
  if (!audience || audienceClaim === 'aud') return true;
  const named = payload[audienceClaim];
  return Array.isArray(named) ? named.includes(audience) : named === audience;
}

function isOfAccess(header: JWTHeaderParameters, payload: JWTPayload): boolean {
  if (!TYPES.includes(header.typ?.toUpperCase())) return false;
  if (FOREIGN_KEYS.some((name) => name in header)) return false;
  const use = payload.token_use ?? payload.typ;
  return typeof use !== 'string' || !/refresh|^id$/i.test(use);
}

function callerIn(payload: JWTPayload): Caller {
  const role = payload.role ?? 'user';
  const { sub } = payload;
  if (typeof sub !== 'string' || sub === '' || sub.length > SUBJECT_MAX || !isStorable(sub))
    throw new NotAuthenticated();
  if (!ROLES.includes(role as Role)) throw new NotAuthenticated();
  return { id: sub, role: role as Role, expiresAtMs: ((payload.exp as number) + CLOCK_SKEW_SECONDS) * 1000 };
}

const DEVELOPMENT_SECONDS = 7 * 24 * 3600;

/** A token for trying things out. Mock mode only: whoever can reach the gateway can be anybody there. */
export const issueDevelopmentToken = (auth: Config['auth'], caller: Caller): Promise<string> =>
  issueToken(auth, caller, DEVELOPMENT_SECONDS);

/** A token that this gateway believes. Whoever holds AUTH_JWT_SECRET can make one; it cannot be taken back. */
export function issueToken(auth: Config['auth'], caller: Caller, seconds: number): Promise<string> {
  return new SignJWT({ role: caller.role, ...(auth.audience ? { [auth.audienceClaim]: auth.audience } : {}) })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(caller.id)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + Math.round(seconds))
    .setIssuer(auth.issuer || 'credits-gateway')
    .sign(new TextEncoder().encode(auth.jwtSecret));
}
