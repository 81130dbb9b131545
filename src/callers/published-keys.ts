// The keys that an issuer publishes (RFC 7517), and tokens checked with them. Issuers are away now and then, and change
// their keys without a new id for them, or give none: neither may sign anybody out.
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
  jwtVerify,
} from 'jose';
import { z } from 'zod';

/** Nobody can tell now whether the token is good. Taken for a bad one, every user would be signed out. */
export class AuthenticationUnavailable extends Error {
  override readonly name = 'AuthenticationUnavailable';
  constructor(cause: unknown) {
    super('Tokens cannot be checked at the moment.', { cause });
  }
}

/** Checks a token with the published keys. @throws what jwtVerify throws, AuthenticationUnavailable */
export type VerifyPublished = (token: string, options: JWTVerifyOptions) => Promise<JWTVerifyResult>;

/** Told when the last good keys are used because newer ones cannot be had. */
export type WarnOfKeys = (facts: { readonly error: string; readonly ageSeconds: number }) => void;

// A key that is taken back is believed for so long at the most, while its issuer can be asked.
const FRESH_MS = 600_000;
// While its issuer cannot be asked: an outage over a night; after that nobody knows whether a key was taken back.
const LAST_GOOD_MS = 24 * 3_600_000;
// Anybody can send a token that no key fits; the issuer is asked no oftener for all of them.
const ASK_AGAIN_MS = 5_000;
// Who asks an issuer that is away waits for it.
const ASK_AGAIN_AWAY_MS = 30_000;
// Somebody waits for it.
const ANSWER_WITHIN_MS = 5_000;
const WARN_EVERY_MS = 60_000;

const setSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).min(1) });

interface KeySet {
  readonly getKey: ReturnType<typeof createLocalJWKSet>;
  readonly atMs: number;
}

/** @param url where the keys are published. @param nowMs a clock that never goes back. */
export function createVerifyPublished(
  url: string,
  warn: WarnOfKeys = () => undefined,
  nowMs: () => number = () => performance.now(),
): VerifyPublished {
  const current = createKeySets(url, warn, nowMs);
  return async (token, options) => {
    // What is no token at all is that also while nobody can be asked.
    decodeProtectedHeader(token);
    const set = await current(false);
    try {
      return await verifyWith(set, token, options);
    } catch (error) {
      // It may be signed by a key that is newer than what is kept here, also under an id that is known.
      if (!isAboutTheKey(error)) throw error;
      const newer = await current(true);
      if (newer === set) throw error;
      return verifyWith(newer, token, options);
    }
  };
}

/** With one key after the other where the token does not say which. */
async function verifyWith(set: KeySet, token: string, options: JWTVerifyOptions): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, set.getKey as JWTVerifyGetKey, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error)
      try {
        return await jwtVerify(token, key, options);
      } catch (failed) {
        if (!(failed instanceof errors.JWSSignatureVerificationFailed)) throw failed;
      }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

const isAboutTheKey = (error: unknown) =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWSSignatureVerificationFailed;

/** The set to use now: fetched at most every few seconds, and the last good one while none can be fetched. */
function createKeySets(
  url: string,
  warn: WarnOfKeys,
  nowMs: () => number,
): (isNewWanted: boolean) => Promise<KeySet> {
  let kept: KeySet | null = null;
  let [notBeforeMs, warnedMs] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let asking: Promise<KeySet> | null = null;

  const ask = (): Promise<KeySet> => {
    asking ??= fetchKeys(url, nowMs)
      .then(
        (set) => {
          notBeforeMs = nowMs() + ASK_AGAIN_MS;
          return set;
        },
        (error: unknown) => {
          notBeforeMs = nowMs() + ASK_AGAIN_AWAY_MS;
          throw error;
        },
      )
      .finally(() => {
        asking = null;
      });
    return asking;
  };

  return async (isNewWanted) => {
    const ageMs = kept ? nowMs() - kept.atMs : Number.POSITIVE_INFINITY;
    const isDue = isNewWanted || ageMs > FRESH_MS;
    const mayAsk = asking !== null || nowMs() > notBeforeMs;
    if (kept && (!isDue || (!mayAsk && ageMs < LAST_GOOD_MS))) return kept;
    try {
      kept = await ask();
      return kept;
    } catch (error) {
      if (!kept || ageMs >= LAST_GOOD_MS) throw new AuthenticationUnavailable(error);
      if (nowMs() - warnedMs > WARN_EVERY_MS) {
        warnedMs = nowMs();
        warn({ error: String(error), ageSeconds: Math.round(ageMs / 1000) });
      }
      return kept;
    }
  };
}

async function fetchKeys(url: string, nowMs: () => number): Promise<KeySet> {
  const keys = await askForKeys(url);
  return { getKey: createLocalJWKSet(keys), atMs: nowMs() };
}

/** What is published there now. @throws what fetch throws, and where it is no set of keys */
export async function askForKeys(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json, application/jwk-set+json' },
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  if (!response.ok) throw new Error(`The keys' publisher answered ${response.status}`);
  return setSchema.parse(await response.json()) as unknown as JSONWebKeySet;
}
