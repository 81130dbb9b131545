import type { Caller } from '../callers/caller';
import { InvalidStateProblem, notFound } from '../kernel/problems';
import { change, changeJob } from './change';
import type { JobDeps } from './deps';
import { findJob } from './find';
import type { Job } from './job.entity';

type Needs = Pick<JobDeps, 'hub' | 'log' | 'pool'>;

const RESUMABLE = ['canceled', 'failed'];

const RESUME = change(
  `status = 'queued', finished_at = null, lease_until = null, tries = 0, message = null`,
  `status in ('canceled', 'failed')`,
);

/**
 * Puts a job that was canceled or failed in the queue again; it goes on from its last checkpoint.
 * @throws Problem NOT_FOUND, INVALID_STATE for any other
 */
export async function resumeJob(deps: Needs, caller: Caller, id: string): Promise<Job> {
  const found = await findJob(deps, id);
  if (!found) throw notFound('The job', ['input', 'id']);
  const resumed = await changeJob(deps, RESUME, [id], { caller, action: 'resumeJob' });
  if (!resumed)
    throw new InvalidStateProblem(
      `This job is ${found.status}: only one that was canceled or failed can go on.`,
      found.status,
      RESUMABLE,
    );
  deps.log.info('job.resumed', { job: resumed.kind, id, by: caller.id });
  return resumed;
}
