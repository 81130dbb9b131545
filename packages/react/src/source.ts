// Something of the gateway that many components show: read once, kept with the gateway, and told to all of them.
import type { Gateway, Trouble } from '@credits-gateway/client';
import { useCallback, useSyncExternalStore } from 'react';

export interface Known<Value> {
  /** Null until the first answer. */
  readonly value: Value | null;
  readonly trouble: Trouble | null;
}

export interface Source<Value, More extends object = object> {
  readonly state: Known<Value> & More;
  /** What a page shows that a server has rendered, until it has read for itself. */
  readonly start: Known<Value> & More;
  subscribe(listener: () => void): () => void;
  /** Reads, once for all who ask at the same time. */
  load(): Promise<void>;
}

type Change<Value, More extends object> = Partial<Known<Value> & More>;

/**
 * @param read asks the gateway
 * @param follow while anybody listens, tells it from the first answer on; what it returns ends that. Left out, it is read.
 */
export function createSource<Value, More extends object>(
  more: More,
  read: () => Promise<Value>,
  follow?: (set: (change: Change<Value, More>) => void) => () => void,
): Source<Value, More> {
  const start: Known<Value> & More = { value: null, trouble: null, ...more };
  const listeners = new Set<() => void>();
  let loading: Promise<void> | null = null;
  let unfollow = () => {};
  const set = (change: Change<Value, More>) => {
    source.state = { ...source.state, ...change };
    for (const listener of listeners) listener();
  };
  const load = async () => {
    try {
      set({ value: await read(), trouble: null } as Change<Value, More>);
    } catch (error) {
      const { code = 'FAILED', message = 'Try again.' } = error as Partial<Trouble>;
      set({ trouble: { code, message } } as Change<Value, More>);
    } finally {
      loading = null;
    }
  };
  const source = {
    state: start,
    start,
    subscribe: (listener: () => void) => {
      if (listeners.size === 0 && follow) unfollow = follow(set);
      listeners.add(listener);
      if (!follow && source.state.value === null && source.state.trouble === null) void source.load();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) unfollow();
      };
    },
    load: () => {
      loading ??= load();
      return loading;
    },
  };
  return source;
}

const kept = new WeakMap<Gateway, Map<string, unknown>>();

/** The one source of this name that a gateway has. */
export function sourceOf<Kept>(gateway: Gateway, name: string, create: () => Kept): Kept {
  const sources = kept.get(gateway) ?? new Map<string, unknown>();
  kept.set(gateway, sources);
  if (!sources.has(name)) sources.set(name, create());
  return sources.get(name) as Kept;
}

/**
 * The state of a source. With `suspense` the component waits until there is a value, under the nearest <Suspense>, and what kept
 * it from coming is thrown to the nearest error boundary.
 */
export function useSource<Value, More extends object>(
  source: Source<Value, More>,
  suspense = false,
): Known<Value> & More {
  const now = useCallback(() => source.state, [source]);
  const state = useSyncExternalStore(source.subscribe, now, suspense ? now : () => source.start);
  if (suspense && state.value === null) {
    if (state.trouble) throw Object.assign(new Error(state.trouble.message), { code: state.trouble.code });
    throw source.load();
  }
  return state;
}
