// Work that goes on in the background: run when woken, else every now and then, so that what another process left
// behind is found too.

export interface Loop {
  start(): void;
  /** Resolves when the current run is over. */
  stop(): Promise<void>;
  /** Runs soon, or `afterMs` milliseconds from now. Does nothing before start(). */
  wake(afterMs?: number): void;
}

export interface LoopOptions {
  /** Does what is due. Answers true when there may be more. */
  readonly run: () => Promise<boolean>;
  readonly intervalMs: number;
  readonly onFault: (error: unknown) => void;
}

/** Resolves after `ms` milliseconds, at once when `signal` aborts. Never keeps the process alive. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms).unref();
    signal?.addEventListener('abort', done);
  });
}

/** What `work` comes to, or null after `ms` milliseconds. */
export async function inTime<Value>(work: Promise<Value>, ms: number): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, ms, null).unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

// What is due within the same few milliseconds rings once.
const ALARM_MS = 20;

export function makeLoop({ run, intervalMs, onFault }: LoopOptions): Loop {
  let running: Promise<void> | null = null;
  let stopped = false;
  let woken = false;
  let sleep = new AbortController();
  let stopping = new AbortController();
  const alarms = new Map<number, NodeJS.Timeout>();

  async function go(): Promise<void> {
    while (!stopped) {
      woken = false;
      sleep = new AbortController();
      let more = false;
      try {
        more = await run();
      } catch (error) {
        onFault(error);
        // Not woken from this: a database that is down is not asked again for each call.
        await pause(intervalMs, stopping.signal);
      }
      if (!more && !woken && !stopped) await pause(intervalMs, sleep.signal);
    }
  }

  function wake(afterMs = 0): void {
    if (!running) return;
    if (afterMs <= 0) {
      woken = true;
      sleep.abort();
      return;
    }
    const at = Math.ceil((Date.now() + afterMs) / ALARM_MS) * ALARM_MS;
    if (alarms.has(at)) return;
    const ring = () => {
      alarms.delete(at);
      wake();
    };
    alarms.set(at, setTimeout(ring, at - Date.now()).unref());
  }

  return {
    start() {
      if (running) return;
      stopped = false;
      stopping = new AbortController();
      running = go();
    },
    async stop() {
      stopped = true;
      for (const timer of alarms.values()) clearTimeout(timer);
      alarms.clear();
      stopping.abort();
      sleep.abort();
      await running;
      running = null;
    },
    wake,
  };
}
