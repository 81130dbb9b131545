// How often keys came again, for whoever runs the gateway. One count for every mutation that takes a key.

/** hits: it was used before, for the same. misses: it is new. conflicts: it was used before, for something else. */
export type KeyResult = 'hits' | 'misses' | 'conflicts';
/** Where it was found, or not: kept answers come before PostgreSQL, which decides. */
export type KeyBackend = 'redis' | 'memory' | 'postgresql';

export interface KeyCount {
  /** The mutation. */
  readonly operation: string;
  readonly result: KeyResult;
  readonly backend: KeyBackend;
}

/** Of this process since its start. */
export interface KeyCounts {
  add(count: KeyCount): void;
  all(): readonly (KeyCount & { readonly count: number })[];
}

export function createKeyCounts(): KeyCounts {
  const counts = new Map<string, KeyCount & { count: number }>();
  return {
    add: (count) => {
      const name = `${count.operation} ${count.result} ${count.backend}`;
      const known = counts.get(name);
      if (known) known.count++;
      else counts.set(name, { ...count, count: 1 });
    },
    all: () => [...counts.values()],
  };
}
