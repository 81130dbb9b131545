// Calls that come while a set is on its way leave as the next one, so that statements and commits are shared as load grows.
import DataLoader from 'dataloader';

// Two keep the database busy while results travel back.
const IN_FLIGHT_MAX = 2;
// The second one leaves beside the first when it is of so many: the start of a set costs the database as much as some twenty of it.
const BESIDE_MIN = 32;
// 64 already shares nearly all of the cost of a commit; far above this a set holds its locks too long.
const ITEMS_MAX = 256;

/**
 * Makes a function that sends single items in shared sets; a lone item waits for nothing.
 * @param send answers for each item in their order; an Error among the answers is thrown to that item's caller alone.
 */
export function inSets<Item, Result>(
  send: (items: readonly Item[]) => Promise<readonly (Result | Error)[]>,
): (item: Item) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let inFlight = 0;
  /** Items that have not left. */
  let queued = 0;
  const leave = () => {
    while (waiting.length > 0 && (inFlight === 0 || (inFlight < IN_FLIGHT_MAX && queued >= BESIDE_MIN))) {
      inFlight++;
      waiting.shift()?.();
    }
  };
  const loader = new DataLoader<Item, Result>(
    async (items) => {
      queued -= items.length;
      try {
        return await send(items);
      } finally {
        inFlight--;
        leave();
      }
    },
    {
      cache: false,
      maxBatchSize: ITEMS_MAX,
      batchScheduleFn(dispatch) {
        waiting.push(dispatch);
        queueMicrotask(leave);
      },
    },
  );
  return (item) => {
    queued++;
    if (queued >= BESIDE_MIN && inFlight < IN_FLIGHT_MAX) queueMicrotask(leave);
    return loader.load(item);
  };
}
