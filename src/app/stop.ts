// How a process ends: by a signal, or because a fault reached the last handler. Either way it finishes what is under way.
import type { App } from '../app';
import { pause } from '../kernel/clock';
import type { Logger } from '../telemetry/logger';

// A deployment kills what has not stopped after 10 s or more.
const STOP_WITHIN_MS = 9_000;

/**
 * Drains and ends the process.
 * @param code its exit code: 0 for an end that was asked for
 * @param drainMs for how long it serves on after it said that it ends
 */
export type Stop = (why: string, code: number, drainMs?: number) => void;

/** @returns what stops the app, once; asked for a second time, by a person who waits, it means now. */
export function stopper(app: Pick<App, 'close' | 'announceEnd'>, log: Logger): Stop {
  let stopping = false;
  return (why, code, drainMs = 0) => {
    if (stopping) {
      // A second fault while draining is no reason to hurry.
      if (code === 0) process.exit(1);
      return;
    }
    stopping = true;
    log.info('gateway.stopping', { signal: why });
    setTimeout(() => {
      log.error('gateway.stopped_late', { afterMs: STOP_WITHIN_MS });
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    app.announceEnd();
    const drained = drainMs > 0 ? pause(drainMs) : Promise.resolve();
    drained.then(app.close).then(
      () => {
        log.info('gateway.stopped');
        process.exit(code);
      },
      (error: unknown) => {
        log.error('gateway.not_stopped_well', { error: wholeOf(error) });
        process.exit(1);
      },
    );
  };
}

/**
 * Hears what nobody else heard. After such a fault the process may be in any state, so it says what happened, drains and
 * ends with 1 for a supervisor to start it anew, rather than vanish in the middle of what others wait for.
 */
export function lastHandler(log: Logger, stop: Stop): void {
  const fault = (event: string) => (error: unknown) => {
    log.critical(event, { error: wholeOf(error) });
    stop(event, 1);
  };
  process.on('uncaughtException', fault('process.uncaught_exception'));
  process.on('unhandledRejection', fault('process.unhandled_rejection'));
}

const wholeOf = (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error));
