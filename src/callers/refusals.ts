// Why a token was refused, for the log of whoever runs the gateway. The caller never hears it: what was nearly right is a hint.
import { decodeJwt, errors } from 'jose';

// Anybody can send bad tokens: within this time each kind is told once, and no more kinds than these.
const EVERY_MS = 10_000;
const KINDS_MAX = 20;
const WORDS_MAX = 200;

export interface TokenRefused {
  readonly reason: string;
  /** Who the token says that made it, as far as it can be read. Nobody has checked it. */
  readonly issuer: string | null;
  /** How many were refused before it without a line of their own. */
  readonly more: number;
}

/** A token that is signed well and is not good here all the same. */
export class TokenUnfit extends Error {
  override readonly name = 'TokenUnfit';
}

/** @param tell writes a line. @returns what is called with each refused token and what was wrong with it */
export function createRefusals(
  tell: (refused: TokenRefused) => void,
  nowMs: () => number = () => performance.now(),
): (token: string, error: unknown) => void {
  let [untilMs, more] = [Number.NEGATIVE_INFINITY, 0];
  const told = new Set<string>();
  return (token, error) => {
    if (nowMs() >= untilMs) {
      untilMs = nowMs() + EVERY_MS;
      told.clear();
    }
    const [reason, issuer] = [reasonOf(error), issuerOf(token)];
    const kind = `${reason} ${issuer}`;
    if (told.has(kind) || told.size >= KINDS_MAX) {
      more += 1;
      return;
    }
    told.add(kind);
    tell({ reason, issuer, more });
    more = 0;
  };
}

// A closed list: the words are ours, so that nothing of a token gets into the log but its issuer.
function reasonOf(error: unknown): string {
  if (error instanceof TokenUnfit) return error.message;
  if (error instanceof errors.JWTExpired) return 'it is over (exp)';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `its claim ${error.claim} is missing or another`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'it is signed by a key that is not published';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is not of this key';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not allowed';
  return 'it is not a signed token (JWT)';
}

function issuerOf(token: string): string | null {
  try {
    const { iss } = decodeJwt(token);
    return typeof iss === 'string' ? iss.slice(0, WORDS_MAX) : null;
  } catch {
    return null;
  }
}
