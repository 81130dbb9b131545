// The one way in which a job's row changes: together with the event that tells of it.
import pg from 'pg';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { type Row, rowMapper } from '../db/columns';
import type { Queryable } from '../db/transaction';
import type { Hub } from '../events/hub';
import { InvalidStateProblem } from '../kernel/problems';
import { Job } from './job.entity';

export const toJob: (row: Row) => Job = rowMapper(Job);

/** The subject of the hub that rings when a job waits. */
export const JOBS_WAIT = 'jobs';

/** Appends the job's event to a statement `changed` that returns the row, and answers with that row. */
const told = (changed: string): string => `
  with changed as (${changed} returning *),
  told as (
    insert into events (subject, sequence, version, kind, actor, data, at, epoch)
    select id, version, version, 'job_changed', requested_by, jsonb_build_object('status', status, 'done', done,
      'total', total, 'etaSeconds', eta_seconds, 'message', message), updated_at, (select epoch from gateway)
    from changed
  )
  select * from changed`;

export const INSERT = told('insert into jobs (id, kind, input, requested_by) values ($1, $2, $3, $4)');

/** An update of one job, with its event. `set` and `where` use parameters from $2 on; $1 is the id. */
export const change = (set: string, where: string): string =>
  told(`update jobs set ${set}, version = version + 1, updated_at = instant() where id = $1 and ${where}`);

/** An operator who changes a job, and what is written down of it. */
export interface JobChangedBy {
  readonly caller: Caller;
  /** The mutation's name. */
  readonly action: string;
  readonly diff?: Readonly<Record<string, unknown>>;
  /** Stores what the job needs, in the transaction that stores the job. */
  readonly along?: (client: Queryable) => Promise<void>;
}

/**
 * Runs a statement made above and publishes. Null when no row was meant. `by` null: the gateway itself changes it.
 * @throws Problem INVALID_STATE when it would be under way beside another that a `jobs_one_` index rules out
 */
export async function changeJob(
  { pool, hub }: { readonly pool: pg.Pool; readonly hub: Hub },
  text: string,
  values: readonly unknown[],
  by: JobChangedBy | null = null,
): Promise<Job | null> {
  const change = async (client: Queryable) => {
    await by?.along?.(client);
    const { rows } = await client.query<Row>(text, [...values]);
    return rows[0] ? toJob(rows[0]) : null;
  };
  const job = await (by
    ? audited(
        pool,
        by.caller,
        change,
        (changed) =>
          changed && { action: by.action, targetId: changed.id, diff: { kind: changed.kind, ...by.diff } },
      )
    : change(pool)
  ).catch(refuseSecond);
  if (job) hub.publish(job.status === 'queued' ? [job.id, JOBS_WAIT] : [job.id]);
  return job;
}

function refuseSecond(error: unknown): never {
  if (error instanceof pg.DatabaseError && error.constraint?.startsWith('jobs_one_'))
    throw new InvalidStateProblem(
      'Another job over the same is under way. Wait for it or cancel it.',
      'running',
      ['succeeded', 'failed', 'canceled'],
    );
  throw error;
}
