// Whether a process takes one more request, so that what it has taken is answered in time while more comes than it can work.
// What would wait is told by Little's law: as many requests as are under way, over as many as are answered a second
// (docs/decisions/0043). Who waits for a provider waits for nobody here and is not counted.

export interface Admission {
  /** False: the process has all that it can answer in time. What was taken leaves again by `leave`, once. */
  take(): boolean;
  leave(): void;
}

/** What was refused since the last word of it, and how many were under way then. */
export interface Refused {
  readonly refused: number;
  readonly underWay: number;
}

// A set of 64 shares nearly all that sets share (kernel/batch.ts): fewer under way are never too many.
const ALWAYS = 64;
// Until it is known better: what a small machine answers of its most costly requests.
const PER_SECOND_AT_FIRST = 1_000;
// So long has it to be too much before anything is refused: a burst is worked off, and what comes by chance is no load. And so long
// has it to be less before a burst is let in again: what is answered in sets is less for a moment after each.
const STANDS_MS = 100;
// More than this many times what is answered in time is refused at once: who comes last would wait as many times as long.
const BURST = 3;
const WINDOW_MS = 100;
// Of the newest window; the older ones have the rest, so that the number follows a change within half a second.
const SHARE = 0.3;
const TOLD_EVERY_MS = 10_000;

/**
 * @param withinMs so long may a request wait for those before it; 0: all are taken
 * @param elsewhere how many of those under way wait for somebody outside
 * @param told hears of refusals, once in 10 s
 */
export function createAdmission(options: {
  withinMs: number;
  elsewhere: () => number;
  told: (refused: Refused) => void;
  nowMs?: () => number;
}): Admission {
  const { withinMs, elsewhere, told, nowMs = () => performance.now() } = options;
  let [underWay, answered, refused] = [0, 0, 0];
  let perSecond = PER_SECOND_AT_FIRST;
  let windowFromMs = nowMs();
  let tooManySinceMs: number | null = null;
  let tooManyAtMs = Number.NEGATIVE_INFINITY;
  let toldMs = Number.NEGATIVE_INFINITY;

  const here = () => underWay - Math.min(underWay, elsewhere());
  const most = () => Math.max(ALWAYS, (perSecond * withinMs) / 1_000);

  /** What is answered a second says how much can be answered only while there was always something to do. */
  function look(atMs: number): void {
    const lastedMs = atMs - windowFromMs;
    if (lastedMs < WINDOW_MS) return;
    if (here() >= ALWAYS / 2) perSecond += SHARE * ((answered * 1_000) / lastedMs - perSecond);
    [answered, windowFromMs] = [0, atMs];
  }

  function isTooMuch(atMs: number): boolean {
    const [now, limit] = [here(), most()];
    if (now < limit) {
      if (atMs - tooManyAtMs >= STANDS_MS) tooManySinceMs = null;
      return false;
    }
    tooManyAtMs = atMs;
    tooManySinceMs ??= atMs;
    return atMs - tooManySinceMs >= STANDS_MS || now >= BURST * limit;
  }

  return {
    take: () => {
      const atMs = nowMs();
      look(atMs);
      if (withinMs > 0 && isTooMuch(atMs)) {
        refused++;
        if (atMs - toldMs >= TOLD_EVERY_MS) {
          told({ refused, underWay });
          [toldMs, refused] = [atMs, 0];
        }
        return false;
      }
      underWay++;
      return true;
    },
    leave: () => {
      underWay--;
      answered++;
    },
  };
}
