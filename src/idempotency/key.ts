// What a caller may use as an idempotency key.
import path from 'node:path';
import { invalidInput } from '../kernel/problems';

const LENGTH_MAX = 255; // As at the providers, so that a key can be passed on unchanged.

/** What stands beside this file for the database. */
export const KEY_SQL = ['hashed-key', 'keep-keys'].map((name) => path.join(__dirname, `${name}.sql`));

/** Keys that the gateway makes itself: when the caller brings none, and of those that went with their user. */
const RESERVED = /^(auto|erased):/;

/** @throws Problem INVALID_INPUT for an empty, over-long, unprintable or reserved key. */
export function checkKey(key: string): void {
  if (key.length === 0 || key.length > LENGTH_MAX)
    throw invalidInput(`An idempotency key has 1 to ${LENGTH_MAX} characters.`, 'idempotencyKey');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here.
  if (/[\u0000-\u001f\u007f]/.test(key))
    throw invalidInput('An idempotency key has no control characters.', 'idempotencyKey');
  const [reserved] = RESERVED.exec(key) ?? [];
  if (reserved)
    throw invalidInput(`Keys that begin with ${reserved} are the gateway's own.`, 'idempotencyKey');
}
