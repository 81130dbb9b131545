// A client that does not read what it asked for makes us keep it. It is sent away and told to come back and go on from
// its cursor, which loses nothing.

// A phone in a tunnel is back within this.
export const STANDSTILL_MS = 10_000;
const LOOK_EVERY_MS = 1_000;

/** Said to whoever is sent away. */
export const TOO_SLOW = 'Too slow: resume from your cursor';

export interface Reader {
  /** What was written and has not left this process. */
  waitingBytes(): number;
  /** More than this is too much at once, however it moves. */
  readonly waitingBytesMax: number;
  /** Called once. */
  sendAway(): void;
}

export interface SlowReaders {
  /** @returns what to call when the reader has gone by itself. */
  watch(reader: Reader): () => void;
  /** Watches over nobody any more. */
  close(): void;
}

interface Standing {
  bytes: number;
  sinceMs: number;
}

export function createSlowReaders(): SlowReaders {
  const standing = new Map<Reader, Standing>();
  const isTooSlow = (reader: Reader, before: Standing): boolean => {
    const bytes = reader.waitingBytes();
    const isStill = bytes > 0 && before.bytes === bytes;
    const now = { bytes, sinceMs: isStill ? before.sinceMs : performance.now() };
    standing.set(reader, now);
    return bytes > reader.waitingBytesMax || performance.now() - now.sinceMs > STANDSTILL_MS;
  };
  const looking = setInterval(() => {
    for (const [reader, before] of standing)
      if (isTooSlow(reader, before)) {
        standing.delete(reader);
        reader.sendAway();
      }
  }, LOOK_EVERY_MS);
  looking.unref();
  return {
    watch: (reader) => {
      standing.set(reader, { bytes: 0, sinceMs: performance.now() });
      return () => standing.delete(reader);
    },
    close: () => clearInterval(looking),
  };
}
