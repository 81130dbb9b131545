// A kind of work for tests: counts in steps, each with a checkpoint, and writes down who did which.
import pg from 'pg';
import { createReadEvents } from '../../src/events/feed';
import { createHub } from '../../src/events/hub';
import type { JobDeps } from '../../src/jobs/deps';
import type { JobKind } from '../../src/jobs/kind';
import { pause } from '../../src/kernel/clock';
import { silent } from '../support/intents';

export const jobDeps = (pool: pg.Pool): JobDeps => ({
  pool,
  hub: createHub(),
  log: silent,
  readEvents: createReadEvents(pool),
});

/** Counts to `input.to`; `onStep` may throw, wait, or cancel. */
export const counting = (onStep: (step: number) => unknown = () => undefined): JobKind => ({
  kind: 'counting',
  run: async ({ job, save, signal }) => {
    const { to, everyMs = 0 } = job.input as { to: number; everyMs?: number };
    const from = (job.checkpoint as { step: number } | null)?.step ?? 0;
    for (let step = from + 1; step <= to; step++) {
      await onStep(step);
      await pause(everyMs, signal);
      await save({ checkpoint: { step }, done: step, total: to, message: `step ${step}` });
    }
    return { from, to };
  },
});
