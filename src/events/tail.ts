// The newest events of all subjects, read once per process however many follow them. Who is further behind than what is
// kept here reads for itself until it has caught up, so that memory stays flat and nobody misses anything.
import type pg from 'pg';
import { throughOutage } from '../db/outage';
import { pause } from '../kernel/clock';
import type { Logger } from '../telemetry/logger';
import { eventsAfter, type Place, type PlacedEvent, placeNow } from './order';

export interface Tail {
  /**
   * Every event behind `from`, oldest first and a page at a time, until `signal` aborts. Each page waits for its reader.
   */
  follow(from: Place, signal: AbortSignal): AsyncGenerator<readonly PlacedEvent[], void>;
}

// A console shows what happened within a second.
const READ_EVERY_MS = 400;
const PAGE = 200;
// A reader that needs a moment for a page finds what came meanwhile.
const KEPT = 1_000;

/** What the process has read: everything behind `from`, which grows at one end and is let go of at the other. */
interface Kept {
  from: Place;
  at: Place;
  events: PlacedEvent[];
}

export function createTail({ pool, log }: { readonly pool: pg.Pool; readonly log: Logger }): Tail {
  let readers = 0;
  let kept: Kept | null = null;
  let waiting: (() => void)[] = [];
  let isReading = false;

  /** Reads on while anybody follows. A database that is away is asked again; it is logged once while it lasts. */
  async function read(): Promise<void> {
    isReading = true;
    let isAway = false;
    while (readers > 0) {
      try {
        kept ??= await begin(pool);
        const page = await eventsAfter(pool, kept.at, PAGE);
        isAway = false;
        if (page.length > 0) keep(kept, page);
        const woken = waiting;
        waiting = [];
        for (const wake of woken) wake();
        if (page.length === PAGE) continue;
      } catch (error) {
        if (!isAway) log.warn('events.tail_failed', { error: String(error) });
        isAway = true;
      }
      await pause(READ_EVERY_MS);
    }
    // Whoever comes next begins at its own now.
    kept = null;
    isReading = false;
  }

  /** Until the process has looked again, or the reader leaves. */
  const looked = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      if (signal.aborted) return done();
      waiting.push(done);
      signal.addEventListener('abort', done);
    });

  return {
    follow: async function* (from, signal) {
      let place = from;
      readers += 1;
      if (!isReading) void read();
      try {
        while (!signal.aborted) {
          const page = await throughOutage(() => nextPage(pool, kept, place));
          place = page.at;
          if (page.events.length > 0) yield page.events;
          else if (!page.isBehind) await looked(signal);
        }
      } finally {
        readers -= 1;
      }
    },
  };
}

async function begin(pool: pg.Pool): Promise<Kept> {
  const from = await placeNow(pool);
  return { from, at: from, events: [] };
}

function keep(kept: Kept, page: readonly PlacedEvent[]): void {
  kept.events.push(...page);
  kept.at = page.at(-1)?.place ?? kept.at;
  const gone = kept.events.splice(0, Math.max(0, kept.events.length - KEPT));
  kept.from = gone.at(-1)?.place ?? kept.from;
}

interface Page {
  readonly events: readonly PlacedEvent[];
  readonly at: Place;
  /** True: there may be more at once, from what the process has read. */
  readonly isBehind: boolean;
}

/** The events behind `place`: from what the process has read, or from the database by a reader that is further back. */
async function nextPage(pool: pg.Pool, kept: Kept | null, place: Place): Promise<Page> {
  if (!kept) return { events: [], at: place, isBehind: false };
  const { from } = kept;
  if (isBefore(place, from)) {
    const events = await eventsAfter(pool, place, PAGE);
    // All before `from` could be read when it was read there, so where nothing is found nothing is missing.
    return { events, at: events.at(-1)?.place ?? from, isBehind: true };
  }
  // From the end, where nearly everybody is.
  const last = kept.events.findLastIndex((event) => !isBefore(place, event.place));
  const events = kept.events.slice(last + 1, last + 1 + PAGE);
  return { events, at: events.at(-1)?.place ?? place, isBehind: false };
}

/** True when `one` comes before `other` in (epoch, transaction, id). */
function isBefore(one: Place, other: Place): boolean {
  if (one.epoch !== other.epoch) return one.epoch < other.epoch;
  const [xid, otherXid] = [BigInt(one.xid), BigInt(other.xid)];
  return xid === otherXid ? BigInt(one.id) < BigInt(other.id) : xid < otherXid;
}
