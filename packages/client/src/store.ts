// The state of a checkout: who listens to it, when waiting becomes slow, and the key that outlives the page.
import type { CheckoutState, Memory } from './checkout-types.ts';

// Cards confirm within a few seconds; whoever waits longer should know that closing the page loses nothing.
const SLOW_AFTER_MS = 15_000;
export const REMEMBERED = 'credits-gateway:purchase';

export const START: CheckoutState = {
  phase: 'choose',
  packages: [],
  intent: null,
  decline: null,
  trouble: null,
  live: true,
};

/** What is needed to find the same intent again. */
export interface Remembered {
  readonly key: string;
  readonly packageId: string;
  /** The payer went back to the packages: only who buys the same again finds it. */
  readonly isLeft?: boolean;
}

/** The site's own, so that a second tab sees it. A server has many users and no page. */
const ofPage = (): Memory | null => (typeof document === 'undefined' ? null : localStorage);

/** Where a page in a sandbox may keep nothing, or its memory is full, it is kept as long as the page is there. */
function tried<Value>(keep: () => Value): Value | null {
  try {
    return keep();
  } catch {
    return null;
  }
}

function parsed(text: string | null): Remembered | null {
  const found = tried(() => JSON.parse(text ?? 'null') as Remembered | null);
  return typeof found?.key === 'string' ? found : null;
}

export function createStore(storage: Memory | null = tried(ofPage)) {
  const listeners = new Set<() => void>();
  let memory: string | null = null;
  let slow: ReturnType<typeof setTimeout> | undefined;
  const store = {
    state: START,
    set: (change: Partial<CheckoutState>): void => {
      const { phase } = store.state;
      store.state = { ...store.state, ...change };
      if (store.state.phase !== phase) {
        clearTimeout(slow);
        if (store.state.phase === 'waiting')
          slow = setTimeout(() => store.set({ phase: 'slow' }), SLOW_AFTER_MS);
      }
      for (const listener of listeners) listener();
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    remember: (purchase: Remembered | null): void => {
      memory = purchase && JSON.stringify(purchase);
      tried(() => (memory ? storage?.setItem(REMEMBERED, memory) : storage?.removeItem(REMEMBERED)));
    },
    remembered: (): Remembered | null => parsed(tried(() => storage?.getItem(REMEMBERED)) ?? memory),
    close: () => clearTimeout(slow),
  };
  return store;
}
