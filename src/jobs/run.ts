// Runs one job under a lease of our own: it is renewed while the process lives, so that what a dead one left is taken
// over within a minute, and every word about the row must come with the lease's token, so that a process that was only
// slow cannot speak for its successor.
import { randomUUID } from 'node:crypto';
import { pause } from '../kernel/clock';
import { Problem } from '../kernel/problems';
import { change, changeJob } from './change';
import type { JobDeps } from './deps';
import type { Job } from './job.entity';
import { type JobKind, type JobProgress, type JobRun, JobStopped } from './kind';

type Needs = Pick<JobDeps, 'hub' | 'log' | 'pool'>;

const LEASE_SECONDS = 30;
// Three renewals may fail before somebody else takes it.
const RENEW_EVERY_MS = 8_000;
// Often enough for a bar that moves, seldom enough for a loop over a million rows.
const TELL_EVERY_MS = 250;
const TRIES_MAX = 3;

const MINE = `status = 'running' and lease_token = $2`;
const LEASED = `lease_until = instant() + interval '${LEASE_SECONDS} seconds'`;
const DONE_WITH = `lease_until = null, lease_token = null, eta_seconds = null, finished_at = instant()`;

const CLAIM = change(
  `status = 'running', lease_token = $2, ${LEASED}, tries = least(tries, 2147483646) + 1,
   started_at = coalesce(started_at, instant())`,
  `status in ('queued', 'running') and coalesce(lease_until, '-infinity') < (select instant())`,
);
const RENEW = `update jobs set ${LEASED} where id = $1 and ${MINE}`;
const SAVE = change(
  `${LEASED}, done = $3, total = $4, message = $5, eta_seconds = $6,
   checkpoint = case when $7::boolean then $8::jsonb else checkpoint end, tries = case when $7 then 0 else tries end`,
  MINE,
);
const SUCCEED = change(
  `${DONE_WITH}, status = 'succeeded', result = $3, done = coalesce(total, done), message = null`,
  MINE,
);
const FAIL = change(`${DONE_WITH}, status = 'failed', message = $3`, MINE);
const PUT_BACK = change(
  `status = 'queued', lease_token = null, lease_until = instant() + $3 * interval '1 second',
   tries = greatest(tries - $4::integer, 0)`,
  MINE,
);

/** Runs the job if it waits or its lease ran out. @returns false when there was nothing to do. */
export async function runJob(
  deps: Needs,
  kinds: readonly JobKind[],
  id: string,
  stopping: AbortSignal,
): Promise<boolean> {
  const token = randomUUID();
  const job = stopping.aborted ? null : await changeJob(deps, CLAIM, [id, token]);
  if (!job) return false;
  const kind = kinds.find((known) => known.kind === job.kind);
  if (job.tries > TRIES_MAX || !kind) {
    const why = kind ? 'It ended the process that ran it, several times.' : `Nothing here runs ${job.kind}.`;
    await changeJob(deps, FAIL, [id, token, why]);
    deps.log.error('job.failed', { job: job.kind, id, error: why });
    return true;
  }
  const over = new AbortController();
  const signal = AbortSignal.any([stopping, over.signal]);
  const renewing = renew(deps, id, token, over);
  try {
    const result = await kind.run({ job, signal, save: saver(deps, job, token, stopping) });
    const done = await changeJob(deps, SUCCEED, [id, token, JSON.stringify(result ?? null)]);
    if (done) deps.log.info('job.succeeded', { job: job.kind, id });
  } catch (error) {
    await giveUp(deps, job, token, error, { signal, stopping });
  } finally {
    over.abort();
    await renewing;
  }
  return true;
}

/** Keeps the lease until `over` aborts; aborts it when the lease is gone. */
async function renew({ pool, log }: Needs, id: string, token: string, over: AbortController): Promise<void> {
  for (;;) {
    await pause(RENEW_EVERY_MS, over.signal);
    if (over.signal.aborted) return;
    try {
      const { rowCount } = await pool.query(RENEW, [id, token]);
      if (rowCount === 0) over.abort();
    } catch (error) {
      log.warn('job.renewal_failed', { id, error: String(error) });
    }
  }
}

function saver(deps: Needs, job: Job, token: string, stopping: AbortSignal): JobRun['save'] {
  const startedMs = performance.now();
  const first = job.done;
  let toldMs = Number.NEGATIVE_INFINITY;
  let { total, message } = job;
  return async (progress: JobProgress) => {
    if (stopping.aborted) throw new JobStopped(`Job ${job.id} stops with its process`);
    if (progress.total !== undefined) total = progress.total;
    if (progress.message !== undefined) message = progress.message;
    const nowMs = performance.now();
    const hasCheckpoint = progress.checkpoint !== undefined;
    if (!hasCheckpoint && nowMs - toldMs < TELL_EVERY_MS) return;
    toldMs = nowMs;
    const rate = (progress.done - first) / (nowMs - startedMs);
    const eta = total !== null && rate > 0 ? Math.ceil((total - progress.done) / rate / 1000) : null;
    const values = [job.id, token, progress.done, total, message, eta === null ? null : Math.max(0, eta)];
    const checkpoint = hasCheckpoint ? JSON.stringify(progress.checkpoint) : null;
    const saved = await changeJob(deps, SAVE, [...values, hasCheckpoint, checkpoint]);
    if (!saved) throw new JobStopped(`Job ${job.id} was canceled or taken over`);
  };
}

async function giveUp(
  deps: Needs,
  job: Job,
  token: string,
  error: unknown,
  { signal, stopping }: { readonly signal: AbortSignal; readonly stopping: AbortSignal },
): Promise<void> {
  const { id } = job;
  if (error instanceof JobStopped || signal.aborted) {
    // Not its fault: the try does not count, and the next process may take it at once.
    if (stopping.aborted) await changeJob(deps, PUT_BACK, [id, token, 0, 1]);
    return;
  }
  const isExpected = error instanceof Problem;
  deps.log.error('job.failed', { job: job.kind, id, error: isExpected ? error.message : wholeOf(error) });
  if (!isExpected && job.tries < TRIES_MAX) {
    await changeJob(deps, PUT_BACK, [id, token, 2 ** job.tries, 0]);
    return;
  }
  const why = isExpected ? error.message : `It failed ${TRIES_MAX} times; the log tells why, under this id.`;
  await changeJob(deps, FAIL, [id, token, why]);
}

const wholeOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
