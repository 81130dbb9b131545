// State that parts of the page share, and what of it this browser keeps.
import { useSyncExternalStore } from 'react';

export interface Store<Value> {
  get(): Value;
  set(next: Value): void;
  /** A hook: the component is shown again when the value changes. */
  use(): Value;
}

/** @param changed is told each new value */
export function createStore<Value>(first: Value, changed?: (value: Value) => void): Store<Value> {
  let value = first;
  const listeners = new Set<() => void>();
  const subscribe = (listener: () => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const get = () => value;
  return {
    get,
    set: (next) => {
      value = next;
      changed?.(next);
      for (const listener of listeners) listener();
    },
    use: () => useSyncExternalStore(subscribe, get),
  };
}

/**
 * A store that this browser keeps under `name`.
 * @param read makes a value of what was kept, which another release or anybody may have written; undefined at first
 * @param shownAs what of the value is kept
 */
export function createKeptStore<Value>(
  name: string,
  read: (kept: unknown) => Value,
  shownAs: (value: Value) => unknown = (value) => value,
): Store<Value> {
  const key = `explorer:${name}`;
  return createStore(read(kept(key)), (value) => keep(key, JSON.stringify(shownAs(value))));
}

function kept(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** Where the browser keeps nothing, the page works all the same until it is closed. */
function keep(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // Full, or forbidden.
  }
}
