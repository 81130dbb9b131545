// Tells a repeat of the same call from another call under the same key.
import { createHash } from 'node:crypto';

type Value = string | number | boolean | null;

/** A hash of an input in one canonical form: the order of the fields and how the request was written do not matter. */
export function hashInput(input: Readonly<Record<string, Value>>): string {
  const fields = Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}
