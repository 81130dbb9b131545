// The state of a checkout: who listens to it, when waiting becomes slow, and the key that outlives the page.
import type { CheckoutState, Memory } from './types.ts';

// Cards confirm within a few seconds; whoever waits longer should know that closing the page loses nothing.
const SLOW_AFTER_MS = 15_000;
const REMEMBERED = 'credits-gateway:purchase';

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
}

/** The page's own. A server has many users and no page; and a page in a sandbox may not remember anything. */
function ofPage(): Memory | null {
  try {
    return typeof document === 'undefined' ? null : sessionStorage;
  } catch {
    return null;
  }
}

export function createStore(storage: Memory | null = ofPage()) {
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
      if (memory) storage?.setItem(REMEMBERED, memory);
      else storage?.removeItem(REMEMBERED);
    },
    remembered: (): Remembered | null => JSON.parse(storage?.getItem(REMEMBERED) ?? memory ?? 'null'),
    close: () => clearTimeout(slow),
  };
  return store;
}
