// Operators sign in at the issuer: authorization code with PKCE, of a client without a secret. What binds the two halves
// together goes out sealed and comes back with the same browser, so that no process has to remember it.
// https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth, RFC 7636, RFC 9700.

import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import type { Config } from '../kernel/config';
import type { SecretBox } from '../kernel/secret-box';
import { type Caller, hasRole } from './caller';
import { CLOCK_SKEW_SECONDS } from './claims';
import type { Issuer } from './issuer';
import { AuthenticationUnavailable, type VerifyPublished } from './published-keys';
import { ALGORITHMS, type Authenticate, NotAuthenticated } from './token';

export interface SignInDeps {
  readonly auth: Config['auth'];
  readonly issuer: Issuer;
  readonly verifyPublished: VerifyPublished;
  readonly secrets: SecretBox;
  readonly authenticate: Authenticate;
}

export interface Begun {
  /** Where the browser goes. */
  readonly url: string;
  /** What the browser brings back, and nothing else can read. */
  readonly sealed: string;
}

const PURPOSE = 'sign-in';
// As hard to guess as a 256-bit key; a verifier of 43 characters, the least that RFC 7636 allows.
const RANDOM_BYTES = 32;
/** Time to type a password and find a telephone. */
export const SIGN_IN_SECONDS = 600;

const attempt = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  redirectUri: z.string(),
  untilMs: z.number(),
});

/** @param redirectUri a page of ours that the issuer knows. @throws IssuerUnavailable */
export async function beginSignIn(
  { auth, issuer, secrets }: SignInDeps,
  redirectUri: string,
): Promise<Begun> {
  const { authorization_endpoint } = await issuer.metadata();
  const random = () => randomBytes(RANDOM_BYTES).toString('base64url');
  const [state, nonce, verifier] = [random(), random(), random()];
  const url = new URL(authorization_endpoint);
  const asked = {
    response_type: 'code',
    client_id: auth.clientId,
    redirect_uri: redirectUri,
    scope: auth.scope,
    ...{ state, nonce },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    // Not of the standard: some issuers give a token for an API to those alone who name it, and the rest has to ignore it.
    ...(auth.audience ? { audience: auth.audience } : {}),
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  const untilMs = Date.now() + SIGN_IN_SECONDS * 1000;
  const sealed = secrets.sealText(JSON.stringify({ state, nonce, verifier, redirectUri, untilMs }), PURPOSE);
  return { url: url.href, sealed };
}

/**
 * Ends what was begun.
 * @returns who signed in, and the access token by which they call from now on.
 * @throws NotAuthenticated for whatever does not fit together, and for somebody who is no operator
 * @throws CodeRefused, IssuerUnavailable, AuthenticationUnavailable
 */
export async function finishSignIn(
  deps: SignInDeps,
  { code, state }: { readonly code: string; readonly state: string },
  sealed: string,
): Promise<{ caller: Caller; token: string }> {
  const begun = opened(deps.secrets, sealed);
  if (!begun || begun.untilMs < Date.now() || !isSame(begun.state, state))
    throw new NotAuthenticated('This sign-in was not begun here, or too long ago. Begin again.');
  const { id_token, access_token } = await deps.issuer.exchange({
    grant_type: 'authorization_code',
    client_id: deps.auth.clientId,
    redirect_uri: begun.redirectUri,
    code_verifier: begun.verifier,
    code,
  });
  const subject = await subjectOf(deps, id_token, begun.nonce);
  const caller = await deps.authenticate(`Bearer ${access_token}`);
  // The gateway may know its users by another claim; both tokens are about one person all the same.
  if (!caller || decodeJwt(access_token).sub !== subject) throw new NotAuthenticated();
  if (!hasRole(caller, 'support')) throw new NotAuthenticated('This account has no role of an operator.');
  return { caller, token: access_token };
}

function opened(secrets: SecretBox, sealed: string): z.infer<typeof attempt> | null {
  try {
    return attempt.parse(JSON.parse(secrets.openText(sealed, PURPOSE)));
  } catch {
    return null;
  }
}

/** Who the ID token is about, once it is known to be for this sign-in of this client. */
async function subjectOf(
  { auth, verifyPublished }: SignInDeps,
  idToken: string,
  nonce: string,
): Promise<string> {
  const verified = await verifyPublished(idToken, {
    algorithms: ALGORITHMS,
    issuer: auth.issuer,
    audience: auth.clientId,
    clockTolerance: CLOCK_SKEW_SECONDS,
    requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
  }).catch((error: unknown) => {
    throw error instanceof AuthenticationUnavailable ? error : new NotAuthenticated();
  });
  const { payload } = verified;
  const isOurs = payload.azp === undefined ? !isForSeveral(payload.aud) : payload.azp === auth.clientId;
  if (!isOurs || !isSame(String(payload.nonce), nonce)) throw new NotAuthenticated();
  return String(payload.sub);
}

const isForSeveral = (audience: unknown) => Array.isArray(audience) && audience.length > 1;

const isSame = (given: string, wanted: string) =>
  Buffer.byteLength(given) === Buffer.byteLength(wanted) &&
  timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
