// Settings that are well formed, each by itself, and cannot work beside each other or in their mode: a line for each, variable first.
import type { Mode } from './config';
import { DEVELOPMENT_SECRETS } from './development-secrets';
import { givenTo, type ProviderKeys } from './provider-settings';
import type { Variables } from './variables';

export type Environment = Variables & Readonly<Record<string, unknown>>;

/** A purchase calls its provider, and where no answer came once more, before its caller hears anything. */
export function timeProblems(env: Variables, mode: Mode): string[] {
  const least = 2 * env.PROVIDER_TIMEOUT_MS;
  // The simulator is in this process and takes no time.
  if (mode === 'mock' || env.OPERATION_TIMEOUT_MS >= least) return [];
  return [
    `OPERATION_TIMEOUT_MS: ${env.OPERATION_TIMEOUT_MS} ends a purchase before its provider was asked twice; give it at least ` +
      `${least}, or lower PROVIDER_TIMEOUT_MS (${env.PROVIDER_TIMEOUT_MS})`,
  ];
}

/** Tokens that the issuer gives are worth signing in for where they are believed and were meant for this gateway. */
export function signInProblems(env: Variables, mode: Mode): string[] {
  if (!env.AUTH_CLIENT_ID) return [];
  const problems: string[] = [];
  for (const name of ['AUTH_ISSUER', 'AUTH_JWKS_URL', 'AUTH_AUDIENCE'] as const)
    if (env[name].length === 0)
      problems.push(`${name}: needed beside AUTH_CLIENT_ID, for operators to sign in`);
  if (env.AUTH_ROLE_MAP === null)
    problems.push(
      'AUTH_ROLE_MAP: needed beside AUTH_CLIENT_ID; it says which words of the tokens make an operator, such as ' +
        'credits-admin=admin, or everybody who signs in is a user',
    );
  const [issuer] = env.AUTH_ISSUER;
  if (issuer && !(mode === 'live' ? /^https:\/\/./ : /^https?:\/\/./).test(issuer))
    problems.push('AUTH_ISSUER: the address where operators sign in begins with https://');
  if (!env.AUTH_SCOPE.split(' ').includes('openid')) problems.push('AUTH_SCOPE: openid is among its words');
  return problems;
}

/** Secrets that are missing, short or public knowledge. */
export function secretProblems(env: Environment, mode: Mode, providers: readonly ProviderKeys[]): string[] {
  if (mode === 'mock') return [];
  const problems: string[] = [];
  if (!env.AUTH_JWT_SECRET && env.AUTH_JWKS_URL.length === 0)
    problems.push('AUTH_JWT_SECRET or AUTH_JWKS_URL: one of them says whose tokens are believed');
  if (mode === 'live') problems.push(...liveProblems(env));
  const development = new Set<string>([
    ...Object.values(DEVELOPMENT_SECRETS),
    ...providers.map(({ mock }) => mock.webhookSecret),
  ]);
  const used = [
    env.AUTH_JWT_SECRET,
    ...providers.flatMap((keys) => givenTo(keys, env).webhookSecrets),
    ...[...env.API_KEY_PEPPER, ...env.SECRETS_KEY],
  ];
  if (used.some((secret) => development.has(secret)))
    problems.push(`a development secret is public knowledge and cannot be used in ${mode} mode`);
  return problems;
}

// Shorter ones can be tried out.
const SECRET_LENGTH_MIN = 32;

function liveProblems(env: Variables): string[] {
  const problems: string[] = [];
  for (const name of ['API_KEY_PEPPER', 'SECRETS_KEY'] as const)
    if (env[name].length === 0 || env[name].some((secret) => secret.length < SECRET_LENGTH_MIN))
      problems.push(
        `${name}: live mode needs one of ${SECRET_LENGTH_MIN} characters or more, e.g. from "openssl rand -hex 32"`,
      );
  if (env.AUTH_JWT_SECRET && env.AUTH_JWT_SECRET.length < SECRET_LENGTH_MIN)
    problems.push(`AUTH_JWT_SECRET: live mode needs ${SECRET_LENGTH_MIN} characters or more`);
  if (env.RATE_LIMITS === 'off') problems.push('RATE_LIMITS: cannot be off in live mode');
  return problems;
}
