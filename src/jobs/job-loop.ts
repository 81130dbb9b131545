// Takes jobs that wait, whoever put them there, and what a killed process left when its lease ran out. Who runs a job is
// decided by the lease on its row (run.ts); the row is all that is known of it.
import { JOBS_WAIT } from './change';
import type { JobDeps } from './deps';
import type { JobKind } from './kind';
import type { Loop } from './loop';
import { release, setAside } from './quarantine';
import { runJob } from './run';

type Needs = Pick<JobDeps, 'hub' | 'log' | 'pool'>;

// A reconciliation and an export at the same time, and the machine still serves.
const AT_ONCE = 2;
// Between two rounds. What another process queued is found by the look at what is due; a queue in this process, or Redis, rings.
const LOOK_EVERY_MS = 200;

const NAME = 'run-jobs';

const WAITING = `
  select j.id, q.row_id is not null as "isAside"
  from jobs j left join quarantine q on q.loop = '${NAME}' and q.row_id = j.id
  where j.status in ('queued', 'running') and coalesce(j.lease_until, '-infinity') < (select instant())
    and j.id <> all($1) and coalesce(q.retry_at, '-infinity') <= clock_timestamp()
  order by j.created_at, j.id limit $2`;

const MAY_WAIT = `exists (select from jobs
  where status in ('queued', 'running') and coalesce(lease_until, '-infinity') < (select instant()))`;

/** The loop that runs long work of these kinds, two at a time. */
export function createJobLoop(deps: Needs, kinds: readonly JobKind[]): Loop {
  const underWay = new Map<string, Promise<void>>();

  async function run(id: string, isAside: boolean, stopping: AbortSignal): Promise<void> {
    try {
      await runJob(deps, kinds, id, stopping);
      if (isAside) await release(deps, NAME, id);
    } catch (error) {
      await setAside(deps, NAME, id, error);
    } finally {
      underWay.delete(id);
      // Its place is free.
      deps.hub.wake([JOBS_WAIT]);
    }
  }

  return {
    name: NAME,
    runs: 'in each process',
    everyMs: LOOK_EVERY_MS,
    wokenBy: JOBS_WAIT,
    due: MAY_WAIT,
    work: async (stopping) => {
      const free = AT_ONCE - underWay.size;
      if (free === 0) return 0;
      const { rows } = await deps.pool.query<{ id: string; isAside: boolean }>(WAITING, [
        [...underWay.keys()],
        free,
      ]);
      for (const { id, isAside } of rows) underWay.set(id, run(id, isAside, stopping));
      // Taken, not done: who is done rings.
      return 0;
    },
    drain: async () => {
      await Promise.all(underWay.values());
    },
  };
}
