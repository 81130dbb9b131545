import { Fault } from '../kernel/invariant';
import { changeJob, INSERT, type JobChangedBy } from './change';
import type { JobDeps } from './deps';
import type { Job } from './job.entity';

/**
 * Queues long work; a worker takes it at once, or when one is free.
 * @param job.id with the prefix of what it makes, so that its public type is known from it.
 * @param job.kind that of a JobKind registered in app/loops.ts.
 * @param by the operator who starts it; null: the gateway itself does.
 */
export async function startJob(
  deps: Pick<JobDeps, 'pool' | 'hub' | 'log'>,
  job: { readonly id: string; readonly kind: string; readonly input: unknown; readonly requestedBy: string },
  by: JobChangedBy | null = null,
): Promise<Job> {
  const { id, kind, input, requestedBy } = job;
  const made = await changeJob(deps, INSERT, [id, kind, JSON.stringify(input), requestedBy], by);
  if (!made) throw new Fault(`Job ${id} was not stored`);
  deps.log.info('job.queued', { job: kind, id, requestedBy });
  return made;
}
