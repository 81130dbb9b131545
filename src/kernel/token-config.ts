// What has to be said of tokens that somebody else signs: by whom, for whom, and what their claims mean here.
import type { Mode } from './config';
import type { Variables } from './variables';

/** Whose tokens are believed, by which keys, and for whom they have to be. */
export interface TokenIssuer {
  /** The `iss` of its tokens; empty: not looked at. */
  readonly issuer: string;
  /** Where its keys are published; empty: its tokens are signed with AUTH_JWT_SECRET. */
  readonly jwksUrl: string;
  /** One of them has to be named; empty: not looked at. */
  readonly audiences: readonly string[];
  /** The claim that has to name it: aud, or what an issuer without it writes instead. */
  readonly audienceClaim: string;
}

export interface TokenSettings {
  readonly jwtSecret: string;
  readonly issuers: readonly [TokenIssuer, ...TokenIssuer[]];
  /** Of the first issuer, where operators sign in. */
  readonly jwksUrl: string;
  readonly issuer: string;
  readonly audience: string;
  /** The claim whose value is the user's id here. */
  readonly userClaim: string;
  /** The claims that say how users are called, and since when there is the account; risk judges by the e-mail's domain. */
  readonly emailClaim: string;
  /** Empty: neither a name nor more of an e-mail than its domain is kept. */
  readonly nameClaim: string;
  readonly createdClaim: string;
  readonly roleClaim: string;
  /** A product's words for roles, in order, and ours; null: none was given. */
  readonly roleMap: readonly (readonly [string, CallerRole])[] | null;
  /** Of the console at the issuer; empty: operators bring a token. */
  readonly clientId: string;
  readonly scope: string;
}

/** The roles of callers. */
export const CALLER_ROLES = ['user', 'service', 'support', 'finance', 'admin'] as const;
export type CallerRole = (typeof CALLER_ROLES)[number];

/** @param jwtSecret empty where keys are published */
export function tokenSettings(env: Variables, jwtSecret: string): TokenSettings {
  const count = Math.max(1, env.AUTH_JWKS_URL.length);
  // One value serves all issuers.
  const nth = (values: readonly string[], at: number) => values[values.length === 1 ? 0 : at] ?? '';
  const issuerOf = (_: unknown, at: number): TokenIssuer => ({
    issuer: env.AUTH_ISSUER[at] ?? '',
    jwksUrl: env.AUTH_JWKS_URL[at] ?? '',
    audiences: nth(env.AUTH_AUDIENCE, at).split(' ').filter(Boolean),
    audienceClaim: nth(env.AUTH_AUDIENCE_CLAIM, at),
  });
  const [first, ...more] = Array.from({ length: count }, issuerOf) as [TokenIssuer, ...TokenIssuer[]];
  return {
    jwtSecret,
    issuers: [first, ...more],
    jwksUrl: first.jwksUrl,
    issuer: first.issuer,
    audience: first.audiences[0] ?? '',
    userClaim: env.AUTH_USER_CLAIM,
    emailClaim: env.AUTH_EMAIL_CLAIM,
    nameClaim: env.AUTH_NAME_CLAIM,
    createdClaim: env.AUTH_CREATED_CLAIM,
    roleClaim: env.AUTH_ROLE_CLAIM,
    roleMap: env.AUTH_ROLE_MAP,
    clientId: env.AUTH_CLIENT_ID,
    scope: env.AUTH_SCOPE,
  };
}

/**
 * An issuer signs tokens for many: those of other gateways, and of other people's products. In live mode whose they are and
 * for whom has to be said (RFC 8725, 3.8 and 3.9).
 */
export function tokenProblems(env: Variables, mode: Mode): string[] {
  const { AUTH_JWKS_URL: urls, AUTH_ISSUER: issuers, AUTH_AUDIENCE: audiences } = env;
  const problems: string[] = [];
  if (mode === 'live' && urls.length > 0 && issuers.length < urls.length)
    problems.push(
      'AUTH_ISSUER: live mode needs it beside AUTH_JWKS_URL; set it to the `iss` of the tokens, or tokens of any issuer ' +
        'with a key there are believed',
    );
  if (mode === 'live' && urls.length > 0 && audiences.length === 0)
    problems.push(
      'AUTH_AUDIENCE: live mode needs it beside AUTH_JWKS_URL; set it to the `aud` of tokens for this gateway. Where the ' +
        'issuer writes no `aud`, name the claim that says it instead in AUTH_AUDIENCE_CLAIM, e.g. client_id',
    );
  const claim = env.AUTH_AUDIENCE_CLAIM.find((name) => name !== 'aud');
  if (claim && audiences.length === 0)
    problems.push(`AUTH_AUDIENCE: needed beside AUTH_AUDIENCE_CLAIM, as what ${claim} has to be`);
  return [...problems, ...countProblems(env)];
}

/** Several issuers are told apart by the `iss` of a token, and what is said of each stands at its place in each list. */
function countProblems(env: Variables): string[] {
  const count = Math.max(1, env.AUTH_JWKS_URL.length);
  const problems: string[] = [];
  if (count > 1 && new Set(env.AUTH_ISSUER).size !== count)
    problems.push(`AUTH_ISSUER: ${count} addresses in AUTH_JWKS_URL need as many issuers, each another`);
  for (const name of ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_AUDIENCE_CLAIM'] as const)
    if (env[name].length > 1 && env[name].length !== count && !problems.some((line) => line.startsWith(name)))
      problems.push(`${name}: one for each address in AUTH_JWKS_URL, in their order, or one for all`);
  return problems;
}
