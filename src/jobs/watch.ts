import { throughOutage } from '../db/outage';
import { follow, leavable } from '../events/feed';
import type { Listener } from '../events/hub';
import { notFound } from '../kernel/problems';
import type { JobDeps } from './deps';
import { findJob } from './find';
import { isFinished, type Job, type JobStatus } from './job.entity';

type Needs = Pick<JobDeps, 'hub' | 'pool' | 'readEvents'>;

/** How far a job has come. */
export interface JobStanding {
  readonly id: string;
  readonly status: JobStatus;
  readonly done: number;
  readonly total: number | null;
  readonly message: string | null;
  readonly etaSeconds: number | null;
}

/**
 * A job's progress, live: a snapshot first, then each change in order; ends with the job.
 * @throws Problem NOT_FOUND
 */
export async function watchJob(deps: Needs, id: string): Promise<AsyncIterableIterator<JobStanding>> {
  if (!(await throughOutage(() => findJob(deps, id)))) throw notFound('The job', ['id']);
  return leavable(deps.hub, id, (listener) => standings(deps, listener, id));
}

async function* standings(deps: Needs, listener: Listener, id: string): AsyncGenerator<JobStanding, void> {
  // The listener is there already: what is committed from here on wakes it.
  const now = await throughOutage(() => findJob(deps, id));
  if (!now) return;
  yield standingOf(now);
  if (isFinished(now.status)) return;
  for await (const event of follow(deps.readEvents, listener, id, now.version)) {
    const standing = event === 'gap' ? await standingAgain(deps, listener, id) : { id, ...event.data };
    if (!standing) return;
    yield standing as JobStanding;
    if (isFinished((standing as JobStanding).status)) return;
  }
}

async function standingAgain(deps: Needs, listener: Listener, id: string): Promise<JobStanding | null> {
  const job = await throughOutage(() => findJob(deps, id));
  if (job) listener.version = job.version;
  return job && standingOf(job);
}

const standingOf = ({ id, status, done, total, message, etaSeconds }: Job): JobStanding => ({
  id,
  status,
  done,
  total,
  message,
  etaSeconds,
});
