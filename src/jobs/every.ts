// Work that comes round: each round starts a while after the last one ended, so that rounds never overlap.
import { pause } from '../kernel/clock';
import type { Logger } from '../telemetry/logger';

export interface RoundOptions {
  /** Name in the log. */
  readonly name: string;
  readonly everyMs: number;
  /** One round. @returns how much was done; more than nothing means: look again at once. */
  readonly work: () => Promise<number>;
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Runs until `signal` aborts; a round that fails is logged and the next one comes in its time. */
export async function every(options: RoundOptions): Promise<void> {
  const { name, everyMs, work, log, signal } = options;
  while (!signal.aborted) {
    await pause(everyMs, signal);
    if (signal.aborted) return;
    try {
      while ((await work()) > 0 && !signal.aborted);
    } catch (error) {
      log.error('job.failed', { job: name, error: String(error) });
    }
  }
}
