// API keys as text: how one is made, told from a token, and checked. Pure but for its randomness.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

// Recognised in code and logs by scanners for leaked secrets.
const START = 'ck_';
const PREFIX_BYTES = 6;
// As hard to guess as a 256-bit key.
const SECRET_BYTES = 32;
const FORM = /^ck_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/;

export interface NewKey {
  /** The whole key, shown once. */
  readonly secret: string;
  /** Its beginning, e.g. ck_1f0e9d8c7b6a. */
  readonly prefix: string;
}

export function newKey(): NewKey {
  const prefix = START + randomBytes(PREFIX_BYTES).toString('hex');
  return { prefix, secret: `${prefix}_${randomBytes(SECRET_BYTES).toString('base64url')}` };
}

/** True for what claims to be an API key; anything else after "Bearer" is a JWT. */
export const isApiKey = (bearer: string): boolean => bearer.startsWith(START);

/** The prefix by which a key is found; null for text that no key has. */
export const prefixOf = (key: string): string | null =>
  FORM.test(key) ? key.slice(0, START.length + 2 * PREFIX_BYTES) : null;

/**
 * What is stored of a key. With a pepper that the database does not hold, because a copy of the database must not be
 * enough to try keys.
 */
export const hashOf = (key: string, pepper: string): Buffer =>
  createHmac('sha256', pepper).update(key).digest();

/** True when the key has this hash under any of the peppers; the time says nothing about how much of it fits. */
export const matches = (key: string, hash: Buffer, peppers: readonly string[]): boolean =>
  peppers
    .map((pepper) => timingSafeEqual(hashOf(key, pepper), hash))
    .reduce((anyDid, does) => anyDid || does, false);
