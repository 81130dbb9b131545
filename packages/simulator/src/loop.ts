// Work that goes on in the background: run when woken, else every now and then, so that what another process left
// behind is found too.
import { setTimeout as delay } from 'node:timers/promises';

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
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  delay(ms, undefined, { ref: false, signal }).catch(() => undefined);

export function makeLoop({ run, intervalMs, onFault }: LoopOptions): Loop {
  let running: Promise<void> | null = null;
  let stopped = false;
  let woken = false;
  let sleep = new AbortController();
  let stopping = new AbortController();
  let alarm: { readonly atMs: number; readonly timer: NodeJS.Timeout } | null = null;

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
    // One alarm, the earliest: what is due after it is found by the interval.
    const atMs = Date.now() + afterMs;
    if (alarm && alarm.atMs <= atMs) return;
    if (alarm) clearTimeout(alarm.timer);
    const timer = setTimeout(() => {
      alarm = null;
      wake();
    }, afterMs);
    alarm = { atMs, timer: timer.unref() };
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
      if (alarm) clearTimeout(alarm.timer);
      alarm = null;
      stopping.abort();
      sleep.abort();
      await running;
      running = null;
    },
    wake,
  };
}
