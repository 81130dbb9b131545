// Every event of every subscription of this page, newest first.
import { useSyncExternalStore } from 'react';

export interface Heard {
  readonly number: number;
  readonly name: string;
  readonly at: Date;
  /** Since the subscription began. */
  readonly ms: number;
  /** Null: the gateway completed the stream. */
  readonly data: unknown;
}

// A person scrolls through hundreds at most, and the page stays light.
const KEPT = 500;

let events: readonly Heard[] = [];
const listeners = new Set<() => void>();
const tell = (next: readonly Heard[]) => {
  events = next;
  for (const listener of listeners) listener();
};

export const log = {
  add: (event: Heard) => tell([event, ...events].slice(0, KEPT)),
  clear: () => tell([]),
};

export const useLog = (): readonly Heard[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => events,
  );
