// graphile-worker wakes whoever is free when a job is queued, and keeps the schedules so that each comes once, however
// many processes there are. Who runs a job is decided by the lease on its row: graphile-worker itself would leave what a
// killed process had for four hours.
import { parseCronItems, Logger as QueueLogger, type RunnerOptions, run, type Task } from 'graphile-worker';
import { applicationOptions, HeardPool } from '../db/pool';
import { pause } from '../kernel/clock';
import type { Logger } from '../telemetry/logger';
import { WAKE_DUE } from './change';
import type { JobDeps } from './deps';
import { every } from './every';
import type { JobKind } from './kind';
import { runJob } from './run';

/** Something that comes by the clock, once for all processes. */
export interface Schedule {
  /** Letters, digits and underscores. */
  readonly name: string;
  /** Five fields, in UTC, e.g. `30 2 * * *`. */
  readonly cron: string;
  readonly work: () => Promise<unknown>;
}

// A reconciliation and an export at the same time, and the machine still serves.
const CONCURRENCY = 2;
// One listens, the others take and finish wake-ups.
const CONNECTIONS_MAX = 3;
// A lease of 30 s and this: what a killed process left is under way again within 40 s.
const WAKE_EVERY_MS = 5_000;
// The database went away under it; by then it may be back.
const RESTART_AFTER_MS = 2_000;
// A database that fails over is back before the third.
const SCHEDULE_TRIES_MAX = 3;

/** Runs jobs and schedules until `signal` aborts, then lets them reach their next checkpoint. */
export async function runQueue(
  deps: JobDeps,
  options: {
    readonly databaseUrl: string;
    readonly codeSchema: string;
    readonly kinds: readonly JobKind[];
    readonly schedules: readonly Schedule[];
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { databaseUrl, codeSchema, kinds, schedules, signal } = options;
  const pgPool = new HeardPool({
    connectionString: databaseUrl,
    options: applicationOptions(codeSchema),
    application_name: `credits-gateway jobs ${codeSchema}`,
    max: CONNECTIONS_MAX,
  });
  const onError = (error: Error) => deps.log.warn('database.connection_lost', { error: String(error) });
  pgPool.on('error', onError);
  const waking = every({
    name: 'wake-jobs',
    everyMs: WAKE_EVERY_MS,
    work: async () => {
      await deps.pool.query(WAKE_DUE);
      return 0;
    },
    log: deps.log,
    signal,
  });
  while (!signal.aborted) {
    try {
      const runner = await run({ pgPool, ...whatToRun(deps, kinds, schedules, signal) });
      await Promise.race([runner.promise, aborted(signal)]);
      await runner.stop();
    } catch (error) {
      if (!signal.aborted) deps.log.error('queue.failed', { error: String(error) });
    }
    await pause(RESTART_AFTER_MS, signal);
  }
  await waking;
  await pgPool.end();
}

function whatToRun(
  deps: JobDeps,
  kinds: readonly JobKind[],
  schedules: readonly Schedule[],
  signal: AbortSignal,
): RunnerOptions {
  const scheduled = schedules.map(({ name, work }): [string, Task] => [
    name,
    async () => {
      deps.log.info('schedule.due', { schedule: name });
      await work();
    },
  ]);
  const run_job: Task = async (payload) => {
    await runJob(deps, kinds, (payload as { id: string }).id, signal);
  };
  return {
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    logger: loggerTo(deps.log),
    taskList: { run_job, ...Object.fromEntries(scheduled) },
    parsedCronItems: parseCronItems(
      schedules.map(({ name, cron }) => ({
        task: name,
        match: cron,
        options: { jobKey: name, maxAttempts: SCHEDULE_TRIES_MAX },
      })),
    ),
  };
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Its warnings and errors in our log; how it gets on is its own business. */
const loggerTo = (log: Logger): QueueLogger =>
  new QueueLogger(() => (level, message) => {
    if (level === 'error' || level === 'warning') log.warn('queue.said', { said: message, as: level });
  });
