// What has to be said of tokens that somebody else signs.
import type { Mode } from './config';
import type { Variables } from './variables';

/**
 * An issuer signs tokens for many: those of other gateways, and of other people's products. In live mode whose they are and
 * for whom has to be said (RFC 8725, 3.8 and 3.9).
 */
export function tokenProblems(env: Variables, mode: Mode): string[] {
  const problems: string[] = [];
  if (mode === 'live' && env.AUTH_JWKS_URL && !env.AUTH_ISSUER)
    problems.push(
      'AUTH_ISSUER: live mode needs it beside AUTH_JWKS_URL; set it to the `iss` of the tokens, or tokens of any issuer ' +
        'with a key there are believed',
    );
  if (mode === 'live' && env.AUTH_JWKS_URL && !env.AUTH_AUDIENCE)
    problems.push(
      'AUTH_AUDIENCE: live mode needs it beside AUTH_JWKS_URL; set it to the `aud` of tokens for this gateway. Where the ' +
        'issuer writes no `aud`, name the claim that says it instead in AUTH_AUDIENCE_CLAIM, e.g. client_id',
    );
  if (env.AUTH_AUDIENCE_CLAIM !== 'aud' && !env.AUTH_AUDIENCE)
    problems.push(
      `AUTH_AUDIENCE: needed beside AUTH_AUDIENCE_CLAIM, as what ${env.AUTH_AUDIENCE_CLAIM} has to be`,
    );
  return problems;
}
