import type { Caller } from '../callers/caller';
import { InvalidStateProblem, notFound } from '../kernel/problems';
import { change, changeJob } from './change';
import type { JobDeps } from './deps';
import { findJob } from './find';
import type { Job } from './job.entity';

type Needs = Pick<JobDeps, 'hub' | 'log' | 'pool'>;

const CANCELABLE = ['queued', 'running'];

const CANCEL = change(
  `status = 'canceled', finished_at = instant(), lease_until = null, lease_token = null, eta_seconds = null`,
  `status in ('queued', 'running')`,
);

/**
 * Stops a job. It counts as canceled at once; the process that runs it stops at its next checkpoint, within seconds,
 * and what it did up to the last one is kept for resumeJob.
 * @throws Problem NOT_FOUND, INVALID_STATE when it is finished
 */
export async function cancelJob(deps: Needs, caller: Caller, id: string): Promise<Job> {
  const found = await findJob(deps, id);
  if (!found) throw notFound('The job', ['input', 'id']);
  const canceled = await changeJob(deps, CANCEL, [id], { caller, action: 'cancelJob' });
  if (!canceled)
    throw new InvalidStateProblem(
      `This job is over (${found.status}): only one that waits or runs can be canceled.`,
      found.status,
      CANCELABLE,
    );
  deps.log.info('job.canceled', { job: canceled.kind, id, by: caller.id });
  return canceled;
}
