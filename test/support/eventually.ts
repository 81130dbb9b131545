// What the background does is seen when it is done, on a busy machine later than on a free one: looked at again and again
// until it is so, or until far beyond the time that it should take.
import { setTimeout as pause } from 'node:timers/promises';

// A bar against waiting for ever, not a promise of the product: a machine that does three other things is within it.
const WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;

/**
 * @param look an expectation that fails until it is so, or a read of what `isSo` judges.
 * @returns what the last look answered.
 * @throws what the last look threw, or what it saw, when it is not so within `withinMs`.
 */
export async function eventually<Seen>(
  look: () => Seen | Promise<Seen>,
  isSo: (seen: Seen) => unknown = () => true,
  withinMs = WITHIN_MS,
): Promise<Seen> {
  for (const untilMs = performance.now() + withinMs; ; await pause(LOOK_EVERY_MS)) {
    const isLast = performance.now() > untilMs;
    try {
      const seen = await look();
      if (isSo(seen)) return seen;
      if (isLast) throw new Error(`Not so within ${withinMs} ms; at last: ${JSON.stringify(seen)}`);
    } catch (error) {
      if (isLast) throw error;
    }
  }
}

/**
 * For bars in milliseconds: a machine that does other things as well is late once, code that is too slow is late each time.
 * @param scenario with expectations; tried up to three times, each time from its beginning.
 * @throws what the third one threw.
 */
export async function inOneOfThree(scenario: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await scenario();
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}
