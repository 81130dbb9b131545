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
  /** Kept with other functions, where what one has under way would hold up another's. Left out: with none. */
  readonly underWay?: UnderWay;
  /** What observers call it; left out: they do not hear of it. */
  readonly name?: string;
  /** How many items that may leave have to wait before a set does so beside another one. */
  readonly besideMin?: number;
}

/** What the sets that are on their way are about. */
export class UnderWay {
  private readonly keys = new Set<string>();
  private readonly waiting: (() => void)[] = [];

  get isNone(): boolean {
    return this.keys.size === 0;
  }

  has(key: string): boolean {
    return this.keys.has(key);
  }

  /** @param look called whenever something is free again */
  join(look: () => void): void {
    this.waiting.push(look);
  }

  begin(keys: readonly string[]): void {
    for (const key of keys) this.keys.add(key);
  }

  /** Who ended has the last turn: two that want the same take turns. */
  end(keys: readonly string[], mine: () => void): void {
    for (const key of keys) this.keys.delete(key);
    this.waiting.splice(this.waiting.indexOf(mine), 1);
    this.waiting.push(mine);
    for (const look of [...this.waiting]) look();
  }
}

/**
 * While a set of reads is on its way, a second one leaves beside it when it is of so many: what a statement costs by itself is
 * as much as some twenty rows by their keys, and a set is back within a millisecond or two.
 */
export const READS_BESIDE_MIN = 24;

/** The answer for one item that failed while its neighbours did not. */
export class Rejected {
  constructor(readonly error: unknown) {}
}

export type Batch<Item, Result> = (item: Item) => Promise<Result>;

export interface ObservedSet {
  readonly set: string;
  readonly rows: number;
  /** For how long its first item waited. */
  readonly waitedMs: number;
}

let observers: readonly ((set: ObservedSet) => void)[] = [];

/** From now on each set that has a name is told of as it leaves. @returns ends it */
export function observeSets(observer: (set: ObservedSet) => void): () => void {
  observers = [...observers, observer];
  return () => {
    observers = observers.filter((one) => one !== observer);
  };
}

/** Told of a set as it leaves. @returns what is called when it is back; null: nothing */
export type WholeSetObserver = (set: string, items: readonly unknown[]) => (() => void) | null;

let wholeObservers: readonly WholeSetObserver[] = [];

/** As observeSets, with what is in each set. @returns ends it */
export function observeSetsWhole(observer: WholeSetObserver): () => void {
  wholeObservers = [...wholeObservers, observer];
  return () => {
    wholeObservers = wholeObservers.filter((one) => one !== observer);
  };
}

interface Waiting<Item, Result> {
  readonly item: Item;
  /** 0 where nobody observes. */
  readonly sinceMs: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes a function that sends single items in shared sets.
 * Each caller gets its own result or its own error. When `send` itself throws, every caller of that set gets the error.
 */
export function batch<Item, Result>(options: BatchOptions<Item, Result>): Batch<Item, Result> {
  const { send, keyOf, name, underWay = new UnderWay() } = options;
  const { inFlightMax = 2, itemsMax = 256, besideMin = 1 } = options;
  let queue: Waiting<Item, Result>[] = [];
  let inFlight = 0;
  let scheduled = false;
  // No set can leave beside another one before the queue is so long.
  let worthLooking = besideMin;
  // So many of the first that wait are about what is under way.
  let held = 0;

  async function flush(set: readonly Waiting<Item, Result>[]): Promise<void> {
    inFlight++;
    if (name !== undefined && observers.length > 0) tell(name, set);
    const back = name === undefined || wholeObservers.length === 0 ? [] : tellWhole(name, set);
    const keys = keyOf ? set.map(({ item }) => keyOf(item)) : [];
    underWay.begin(keys);
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
      for (const isBack of back) isBack?.();
      underWay.end(keys, look);
    }
  }

  function look(): void {
    worthLooking = besideMin;
    held = 0;
    drain();
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
    const least = inFlight === 0 ? 1 : besideMin;
    if (!keyOf) return queue.length < least ? [] : queue.splice(0, itemsMax);
    if (least > 1 && queue.length < worthLooking) return [];
    if (underWay.isNone) return queue.splice(0, itemsMax);
    const isFree = ({ item }: Waiting<Item, Result>) => !underWay.has(keyOf(item));
    while (held < queue.length && !isFree(queue[held] as Waiting<Item, Result>)) held++;
    const free = queue.slice(held).filter(isFree).slice(0, itemsMax);
    if (free.length < least) {
      worthLooking = queue.length + least - free.length;
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

  underWay.join(look);
  return (item) =>
    new Promise<Result>((resolve, reject) => {
      queue.push({ item, resolve, reject, sinceMs: observers.length > 0 ? performance.now() : 0 });
      schedule();
    });
}

function tell(set: string, items: readonly { readonly sinceMs: number }[]): void {
  const waitedMs = performance.now() - (items[0]?.sinceMs ?? 0);
  for (const observer of observers) observer({ set, rows: items.length, waitedMs });
}

function tellWhole(
  set: string,
  waiting: readonly { readonly item: unknown }[],
): readonly ((() => void) | null)[] {
  const items = waiting.map(({ item }) => item);
  return wholeObservers.map((observer) => observer(set, items));
}
