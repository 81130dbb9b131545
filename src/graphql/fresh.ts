// Live streams read anew with each event.
import { forget, type Loaders } from './loaders';

/**
 * The same stream, whose every event is resolved from fresh reads: a subscription keeps one context for as long as it
 * lasts. Not a generator, because a generator could not be left while it waits for the next event.
 */
export function freshForEachEvent<Item>(
  loaders: Loaders,
  stream: AsyncIterableIterator<Item>,
): AsyncIterableIterator<Item> {
  return {
    next: async () => {
      const result = await stream.next();
      forget(loaders);
      return result;
    },
    return: async () => (await stream.return?.()) ?? { done: true, value: undefined },
    throw: async (error) => {
      if (stream.throw) return stream.throw(error);
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
