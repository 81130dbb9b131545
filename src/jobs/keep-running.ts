// Work that must go on for as long as the process does.
import { pause } from '../kernel/clock';
import type { Logger } from '../telemetry/logger';

// Long enough not to spin, short enough that nobody waits for what the work does.
const AGAIN_AFTER_MS = 2_000;

/** Starts `run` anew whenever it fails or ends before `signal` aborts, and says so. Never throws. */
export async function keepRunning(options: {
  /** Name in the log. */
  readonly name: string;
  readonly run: () => Promise<void>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { name, run, log, signal } = options;
  while (!signal.aborted) {
    try {
      await run();
      if (!signal.aborted) log.error('loop.ended', { loop: name });
    } catch (error) {
      log.error('loop.failed', { loop: name, error: String(error) });
    }
    if (signal.aborted) return;
    await pause(AGAIN_AFTER_MS, signal);
    if (!signal.aborted) log.warn('loop.restarted', { loop: name });
  }
}
