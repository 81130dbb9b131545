// Gathers the calls that arrive while a set is in flight and sends them as the next one, so that commits and round
// trips are shared as load grows. A lone call waits for nothing: its set of one leaves at once.

export interface BatchOptions<Item, Result> {
  /** Sends one set. Answers with one result for each item, in the order of the items. */
  readonly send: (items: readonly Item[]) => Promise<readonly (Result | Rejected)[]>;
  /** Sets on their way at the same time. Two keep the database busy while results travel back. */
  readonly inFlightMax?: number;
  /** Items in one set. 64 already shares nearly all of the cost of a commit; far above 256 a set holds locks too long. */
  readonly itemsMax?: number;
  /** What an item is about: two items about the same thing are never under way in two sets. Left out: they may be. */
  readonly keyOf?: (item: Item) => string;
  /** How many items that may leave have to wait before a set does so beside another one. */
  readonly besideMin?: number;
}

/** The answer for one item that failed while its neighbours did not. */
export class Rejected {
  constructor(readonly error: unknown) {}
}

export type Batch<Item, Result> = (item: Item) => Promise<Result>;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes a function that sends single items in shared sets.
 * Each caller gets its own result or its own error. When `send` itself throws, every caller of that set gets the error.
 */
export function batch<Item, Result>(options: BatchOptions<Item, Result>): Batch<Item, Result> {
  const { send, keyOf, inFlightMax = 2, itemsMax = 256, besideMin = 1 } = options;
  let queue: Waiting<Item, Result>[] = [];
  const underWay = new Set<string>();
  let inFlight = 0;
  let scheduled = false;
  // No set can leave beside another one before the queue is so long.
  let worthLooking = besideMin;

  async function flush(set: readonly Waiting<Item, Result>[]): Promise<void> {
    inFlight++;
    if (keyOf) for (const { item } of set) underWay.add(keyOf(item));
    try {
      const results = await send(set.map((waiting) => waiting.item));
      set.forEach((waiting, at) => {
        const result = results[at];
        if (result instanceof Rejected) waiting.reject(result.error);
        else waiting.resolve(result as Result);
      });
    } catch (error) {
      for (const waiting of set) waiting.reject(error);
    } finally {
      inFlight--;
      if (keyOf) for (const { item } of set) underWay.delete(keyOf(item));
      worthLooking = besideMin;
      drain();
    }
  }

  function drain(): void {
    while (queue.length > 0 && inFlight < inFlightMax) {
      const set = nextSet();
      if (set.length === 0) return;
      void flush(set);
    }
  }

  /** What leaves now, out of the queue; nothing when it is too little to leave beside what is under way. */
  function nextSet(): Waiting<Item, Result>[] {
    if (inFlight === 0 || (!keyOf && besideMin <= queue.length)) return queue.splice(0, itemsMax);
    if (queue.length < worthLooking) return [];
    const free = queue.filter(({ item }) => !keyOf || !underWay.has(keyOf(item))).slice(0, itemsMax);
    if (free.length < besideMin) {
      worthLooking = queue.length + besideMin - free.length;
      return [];
    }
    const leaving = new Set(free);
    queue = queue.filter((waiting) => !leaving.has(waiting));
    return free;
  }

  // Calls made in the same turn of the event loop share a set even when nothing is in flight yet.
  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      drain();
    });
  }

  return (item) =>
    new Promise<Result>((resolve, reject) => {
      queue.push({ item, resolve, reject });
      schedule();
    });
}
