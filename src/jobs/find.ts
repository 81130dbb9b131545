import type { Row } from '../db/columns';
import { toJob } from './change';
import type { JobDeps } from './deps';
import type { Job } from './job.entity';

/** Jobs in the order of the ids; null where there is none. */
export async function jobsByIds(
  { pool }: Pick<JobDeps, 'pool'>,
  ids: readonly string[],
): Promise<(Job | null)[]> {
  const { rows } = await pool.query<Row>('select * from jobs where id = any($1)', [ids]);
  const found = new Map(rows.map((row) => [row.id as string, toJob(row)]));
  return ids.map((id) => found.get(id) ?? null);
}

export async function findJob(deps: Pick<JobDeps, 'pool'>, id: string): Promise<Job | null> {
  if (id.includes('\0')) return null;
  return (await jobsByIds(deps, [id]))[0] ?? null;
}
