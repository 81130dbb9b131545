// Who a bearer token says that the caller is. Tokens are JWTs, signed with the secret that this gateway shares with whoever
// signs its users in, or by keys of theirs that are published as a JWKS; or API keys.
import {
  decodeJwt,
  type JWTHeaderParameters,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { Config } from '../kernel/config';
import type { TokenIssuer } from '../kernel/token-config';
import { isApiKey } from './api-key';
import type { FindKeyCaller } from './api-keys';
import type { Caller } from './caller';
import { CLOCK_SKEW_SECONDS, callerIn, claimAt, OWN_ROLE_CLAIM } from './claims';
import { rememberingTokens } from './known-tokens';
import { AuthenticationUnavailable, createVerifyPublished, type WarnOfKeys } from './published-keys';
import { createRefusals, type TokenRefused, TokenUnfit } from './refusals';

/** The token is no good. The message says no more than that, so that nobody learns which part was nearly right. */
export class NotAuthenticated extends Error {
  override readonly name = 'NotAuthenticated';
  constructor(message = 'The token is not valid, or no longer.') {
    super(message);
  }
}

/** Says who calls. Null when no token was sent. @throws NotAuthenticated, AuthenticationUnavailable */
export type Authenticate = (authorization: string | null | undefined) => Promise<Caller | null>;

/** Of published keys. */
export const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];

// A refresh token is no access token, whoever signed it.
const TYPES = [undefined, 'JWT', 'AT+JWT', 'APPLICATION/AT+JWT'];
// Ways to bring one's own key along. They are not looked at, and a token that has one is nobody's mistake.
const FOREIGN_KEYS = ['jku', 'jwk', 'x5u', 'x5c'];

/** What the log hears of tokens. */
export interface TokenLog {
  /** An issuer's keys cannot be had and the last good ones are used. */
  readonly keys?: WarnOfKeys;
  /** A token was refused. */
  readonly refused?: (refused: TokenRefused) => void;
}

export function createAuthenticate(
  auth: Config['auth'],
  findKeyCaller: FindKeyCaller,
  log: TokenLog = {},
): Authenticate {
  const verify = createVerify(auth, log.keys);
  const refused = createRefusals(log.refused ?? (() => undefined));
  const callerOf = rememberingTokens(async (token) => {
    if (!isCanonical(token)) throw new TokenUnfit('it is not a signed token (JWT)');
    const { payload, protectedHeader, issuer } = await verify(token);
    if (!isOfAccess(protectedHeader, payload)) throw new TokenUnfit('it is not an access token');
    if (!isForUs(issuer, payload))
      throw new TokenUnfit(`its claim ${issuer.audienceClaim} is missing or another`);
    const caller = callerIn(auth, payload, issuer.jwksUrl === '');
    if (!caller) throw new TokenUnfit(`its claim ${auth.userClaim} names nobody`);
    return caller;
  });

  return async (authorization) => {
    if (!authorization) return null;
    const match = /^Bearer ([^\s]+)$/i.exec(authorization);
    if (!match?.[1]) throw new NotAuthenticated('Send the token as "Authorization: Bearer …".');
    if (isApiKey(match[1])) return keyCaller(findKeyCaller, match[1]);
    try {
      return await callerOf(match[1]);
    } catch (error) {
      if (error instanceof AuthenticationUnavailable) throw error;
      refused(match[1], error);
      throw new NotAuthenticated();
    }
  };
}

interface Verified {
  readonly payload: JWTPayload;
  readonly protectedHeader: JWTHeaderParameters;
  readonly issuer: TokenIssuer;
}

/** Checks a token with the keys of the issuer that it names; where there is one issuer, with its. */
function createVerify(auth: Config['auth'], warn?: WarnOfKeys): (token: string) => Promise<Verified> {
  const secret = new TextEncoder().encode(auth.jwtSecret);
  const lanes = auth.issuers.map((issuer) => {
    const options: JWTVerifyOptions = {
      clockTolerance: CLOCK_SKEW_SECONDS,
      requiredClaims: ['exp'],
      ...(issuer.issuer ? { issuer: issuer.issuer } : {}),
      ...(issuer.audiences.length > 0 && issuer.audienceClaim === 'aud'
        ? { audience: [...issuer.audiences] }
        : {}),
    };
    const published = issuer.jwksUrl ? createVerifyPublished(issuer.jwksUrl, warn) : null;
    // The algorithms belong to the kind of key: a public key must never serve as a shared secret.
    const verify = (token: string) =>
      published
        ? published(token, { ...options, algorithms: ALGORITHMS })
        : jwtVerify(token, secret, { ...options, algorithms: ['HS256'] });
    return { issuer, verify };
  });
  return async (token) => {
    const [only] = lanes;
    // What it says of itself chooses whose keys it is checked with, and is checked with them.
    const lane =
      lanes.length === 1 ? only : lanes.find(({ issuer }) => issuer.issuer === decodeJwt(token).iss);
    if (!lane) throw new TokenUnfit('its claim iss is missing or another');
    const { payload, protectedHeader } = await lane.verify(token);
    return { payload, protectedHeader, issuer: lane.issuer };
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
function isForUs({ audiences, audienceClaim }: TokenIssuer, payload: JWTPayload): boolean {
  if (audiences.length === 0 || audienceClaim === 'aud') return true;
  const named = claimAt(payload, audienceClaim);
  const names: readonly unknown[] = Array.isArray(named) ? named : [named];
  return audiences.some((audience) => names.includes(audience));
}

function isOfAccess(header: JWTHeaderParameters, payload: JWTPayload): boolean {
  if (!TYPES.includes(header.typ?.toUpperCase())) return false;
  if (FOREIGN_KEYS.some((name) => name in header)) return false;
  const use = payload.token_use ?? payload.typ;
  return typeof use !== 'string' || !/refresh|^id$/i.test(use);
}

const DEVELOPMENT_SECONDS = 7 * 24 * 3600;

/** A token for trying things out. Mock mode only: whoever can reach the gateway can be anybody there. */
export const issueDevelopmentToken = (auth: Config['auth'], caller: Caller): Promise<string> =>
  issueToken(auth, caller, DEVELOPMENT_SECONDS);

/** A token that this gateway believes. Whoever holds AUTH_JWT_SECRET can make one; it cannot be taken back. */
export function issueToken(auth: Config['auth'], caller: Caller, seconds: number): Promise<string> {
  const [issuer] = auth.issuers;
  const [audience] = issuer?.audiences ?? [];
  return new SignJWT({
    role: caller.role,
    [OWN_ROLE_CLAIM]: caller.role,
    ...(issuer && audience ? { [issuer.audienceClaim]: audience } : {}),
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(caller.id)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + Math.round(seconds))
    .setIssuer(issuer?.issuer || 'credits-gateway')
    .sign(new TextEncoder().encode(auth.jwtSecret));
}
