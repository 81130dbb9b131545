// Who in this process waits for news of which subject. A hint says that something may have happened; what happened is
// always read from PostgreSQL, so a hint may be lost, doubled or early without harm.

export interface Listener {
  /** Resolves when the subject was woken since the last call, at once when it already was; false: closed. */
  wait(): Promise<boolean>;
  /** The last version that its reader has passed on; what the poll compares with. */
  version: number;
  close(): void;
}

export interface Hub {
  listen(subject: string): Listener;
  /** Calls `ring` at each hint about a subject that has no events, such as work that waits. @returns what ends it */
  hear(subject: string, ring: () => void): () => void;
  /** Wakes this process's listeners of these subjects. */
  wake(subjects: readonly string[]): void;
  /** Wakes listeners here and, through the relay, in other processes. */
  publish(subjects: readonly string[]): void;
  /** Adds a way to other processes. */
  relayThrough(send: (subjects: readonly string[]) => void): void;
  /** Each subject that somebody waits for, with the lowest version passed on. */
  open(): ReadonlyMap<string, number>;
  /** Ends every wait; for shutdown. */
  close(): void;
}

export function createHub(): Hub {
  const listeners = new Map<string, Set<Waiter>>();
  const rings = new Map<string, Set<() => void>>();
  const relays: ((subjects: readonly string[]) => void)[] = [];

  function listen(subject: string): Listener {
    const waiter = new Waiter(() => {
      const set = listeners.get(subject);
      set?.delete(waiter);
      if (set?.size === 0) listeners.delete(subject);
    });
    const set = listeners.get(subject) ?? new Set();
    listeners.set(subject, set.add(waiter));
    return waiter;
  }

  function wake(subjects: readonly string[]): void {
    for (const subject of subjects) {
      for (const waiter of listeners.get(subject) ?? []) waiter.wake();
      for (const ring of rings.get(subject) ?? []) ring();
    }
  }

  return {
    listen,
    hear: (subject, ring) => {
      const set = rings.get(subject) ?? new Set();
      rings.set(subject, set.add(ring));
      return () => void set.delete(ring);
    },
    wake,
    publish: (subjects) => {
      wake(subjects);
      for (const send of relays) send(subjects);
    },
    relayThrough: (send) => {
      relays.push(send);
    },
    open: () =>
      new Map(
        [...listeners].map(([subject, set]) => [
          subject,
          Math.min(...[...set].map((waiter) => waiter.version)),
        ]),
      ),
    close: () => {
      for (const set of [...listeners.values()]) for (const waiter of [...set]) waiter.close();
    },
  };
}

/** One listener. Wake-ups that come while nobody waits are remembered as one: memory stays flat for a slow reader. */
class Waiter implements Listener {
  version = 0;
  private woken = false;
  private closed = false;
  private resolve: ((open: boolean) => void) | null = null;

  constructor(private readonly forget: () => void) {}

  wait(): Promise<boolean> {
    if (this.closed) return Promise.resolve(false);
    if (this.woken) {
      this.woken = false;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  wake(): void {
    if (!this.resolve) {
      this.woken = true;
      return;
    }
    this.resolve(true);
    this.resolve = null;
  }

  close(): void {
    this.closed = true;
    this.forget();
    this.resolve?.(false);
    this.resolve = null;
  }
}
