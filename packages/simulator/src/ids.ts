// Ids and fingerprints are hashes, so that a repeated request names the same object in whichever process it arrives.
import { createHash, randomBytes } from 'node:crypto';

// 96 bits: far from any collision, and as long as the providers' own ids.
const HEX_LENGTH = 24;

/** `prefix_{hex}`, the same for the same prefix and seed. */
export function derivedId(prefix: string, seed: string): string {
  return `${prefix}_${hash(`${prefix}:${seed}`).slice(0, HEX_LENGTH)}`;
}

/** A seed that nobody else has, for what carries no idempotency key. */
export function randomSeed(): string {
  return randomBytes(16).toString('hex');
}

/** SHA-256, in hex. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
