// Works items in groups: those that wait under one key go together, one group of a key at a time, and only so many groups
// at all. A burst therefore neither floods what stands behind the work nor does the same work once for each item.

export interface LanesOptions<Item> {
  readonly keyOf: (item: Item) => string;
  /** Everything in `items` was waiting when it began. */
  readonly work: (items: readonly Item[]) => Promise<void>;
  /** Told of what `work` threw: nobody else waits for it. */
  readonly onFault: (error: unknown) => void;
  /** Groups that may be worked at the same time, asked whenever one could begin. At least 1. */
  readonly atOnce: () => number;
  /** Items in one group; the others of the key wait for the next one. */
  readonly itemsMax: number;
}

interface Waiting<Item> {
  readonly item: Item;
  readonly done: () => void;
}

/** Makes a function that takes an item and resolves when it has been worked. */
export function lanes<Item>(options: LanesOptions<Item>): (item: Item) => Promise<void> {
  const { keyOf, work, onFault, atOnce, itemsMax } = options;
  const waiting = new Map<string, Waiting<Item>[]>();
  const busy = new Set<string>();

  async function run(key: string, group: readonly Waiting<Item>[]): Promise<void> {
    try {
      await work(group.map(({ item }) => item));
    } catch (error) {
      onFault(error);
    } finally {
      busy.delete(key);
      for (const { done } of group) done();
      drain();
    }
  }

  // Oldest key first. Only keys that are busy are passed over, so the walk is never longer than `atOnce`.
  function drain(): void {
    for (const [key, queue] of waiting) {
      if (busy.size >= atOnce()) return;
      if (busy.has(key)) continue;
      const group = queue.splice(0, itemsMax);
      // What is left goes to the end: a key with many items does not keep the others waiting.
      waiting.delete(key);
      if (queue.length > 0) waiting.set(key, queue);
      busy.add(key);
      void run(key, group);
    }
  }

  // What came in one statement is heard of in one turn of the event loop, and goes together.
  let scheduled = false;
  const drainSoon = () => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      drain();
    });
  };

  return (item) =>
    new Promise((resolve) => {
      const key = keyOf(item);
      const queue = waiting.get(key);
      if (queue) queue.push({ item, done: resolve });
      else waiting.set(key, [{ item, done: resolve }]);
      drainSoon();
    });
}
