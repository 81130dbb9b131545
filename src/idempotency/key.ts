// What a caller may use as an idempotency key.
import { invalidInput } from '../kernel/problems';

const LENGTH_MAX = 255; // As at the providers, so that a key can be passed on unchanged.
/** Keys that the gateway makes itself when the caller brings none. */
export const RESERVED_PREFIX = 'auto:';

/** @throws Problem INVALID_INPUT for an empty, over-long, unprintable or reserved key. */
export function checkKey(key: string): void {
  if (key.length === 0 || key.length > LENGTH_MAX)
    throw invalidInput(`An idempotency key has 1 to ${LENGTH_MAX} characters.`, 'idempotencyKey');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here.
  if (/[\u0000-\u001f\u007f]/.test(key))
    throw invalidInput('An idempotency key has no control characters.', 'idempotencyKey');
  if (key.startsWith(RESERVED_PREFIX))
    throw invalidInput(`Keys that begin with ${RESERVED_PREFIX} are the gateway's own.`, 'idempotencyKey');
}
