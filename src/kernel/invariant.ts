/**
 * A fault: a bug or a broken promise of something below us. It is never shown to a caller; the edge masks it and
 * logs it whole.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
}

/**
 * States what must be true here.
 * @throws Fault with `message` when `condition` does not hold.
 */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Fault(message);
}
