// Reads runs and breaks: by id for relations, and as lists for finance.

import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { type Row, rowMapper } from '../db/columns';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { Job } from '../jobs/job.entity';
import { PROVIDER_NAMES } from '../providers/descriptors';
import { type ProviderName } from '../providers/provider';
import { Break, type BreakStatus } from './break.entity';
import type { ReconciliationDeps } from './deps';
import type { BreakKind, BreakSubject } from './match';
import { RECONCILIATION } from './run';

type Reader = Pick<ReconciliationDeps, 'pool'>;
type Lister = { readonly dataSource: DataSource };

/** SQL for the run of a break. */
export const runOfSql = (runId: string, provider: string) => `coalesce(${runId},'${SEEN}'||${provider})`;
const SEEN = 'run_seen_';

/**
 * The run of a break. One that was seen as it happened, by no run over the books, belongs to the run of its provider that
 * stands for all of those, until a run over the books finds it too.
 */
export const runOf = ({ runId, provider }: Pick<Break, 'runId' | 'provider'>): string =>
  runId ?? `${SEEN}${provider}`;

const SEEN_RUNS: ReadonlyMap<string, ProviderName> = new Map(
  PROVIDER_NAMES.map((provider) => [runOf({ runId: null, provider }), provider]),
);

/** All given conditions must hold; a list means any of. */
export interface BreakFilter {
  readonly runId?: string | null;
  readonly kind?: readonly BreakKind[] | null;
  readonly subject?: readonly BreakSubject[] | null;
  readonly status?: readonly BreakStatus[] | null;
}

const NEWEST_FIRST: Ordering = {
  name: 'breaks',
  keys: [
    { property: 'break.openedAt', type: 'timestamp' },
    { property: 'break.id', type: 'bigint' },
  ],
  direction: 'desc',
};

/** One page of breaks, newest first. @throws Problem INVALID_INPUT for a bad page. */
export const listBreaks = (deps: Lister, filter: BreakFilter, page: PageRequest): Promise<Page<Break>> =>
  readPage(breaksWhere(deps, filter), NEWEST_FIRST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countBreaks = (deps: Lister, filter: BreakFilter): Promise<number> =>
  countRows(breaksWhere(deps, filter));

/** The query for the breaks that a filter means, to be ordered and cut by the caller. */
export function breaksWhere({ dataSource }: Lister, filter: BreakFilter): SelectQueryBuilder<Break> {
  const { runId, kind, subject, status } = filter;
  const query = dataSource.createQueryBuilder(Break, 'break');
  const seenAt = SEEN_RUNS.get(runId ?? '');
  if (seenAt) query.andWhere('break.runId is null and break.provider = :seenAt', { seenAt });
  else if (typeof runId === 'string')
    query.andWhere('break.id in (select break_id from run_breaks where run_id = :runId)', {
      // PostgreSQL's text refuses NUL; no run has one.
      runId: runId.replaceAll('\0', ''),
    });
  if (kind) query.andWhere('break.kind = any(:kind)', { kind });
  if (subject) query.andWhere('break.subject = any(:subject)', { subject });
  if (status) query.andWhere('break.status = any(:status)', { status });
  return query;
}

/** Breaks in the order of their numbers; null where there is none. */
export async function breaksByIds({ pool }: Reader, ids: readonly string[]): Promise<(Break | null)[]> {
  const { rows } = await pool.query<Row>('select * from breaks where id = any($1::bigint[])', [ids]);
  const found = new Map(rows.map(rowMapper(Break)).map((item) => [item.id, item]));
  return ids.map((id) => found.get(id) ?? null);
}

/** How many breaks of each status each run has found. */
export async function breakCountsOf(
  { pool }: Reader,
  runIds: readonly string[],
): Promise<ReadonlyMap<BreakStatus, number>[]> {
  const { rows } = await pool.query<{ run_id: string; status: BreakStatus; count: bigint }>(
    `select r.run_id, b.status, count(*) from run_breaks r join breaks b on b.id = r.break_id
     where r.run_id = any($1) group by r.run_id, b.status
     union all
     select ${runOfSql('b.run_id', 'b.provider')}, b.status, count(*) from breaks b
     where b.run_id is null and b.provider = any($2) group by 1, b.status`,
    [runIds, runIds.flatMap((id) => SEEN_RUNS.get(id) ?? [])],
  );
  const counts = new Map(runIds.map((id) => [id, new Map<BreakStatus, number>()]));
  for (const { run_id, status, count } of rows) counts.get(run_id)?.set(status, Number(count));
  return runIds.map((id) => counts.get(id) ?? new Map());
}

const RUNS_NEWEST_FIRST: Ordering = {
  name: 'reconciliation-runs',
  keys: [
    { property: 'job.createdAt', type: 'timestamp' },
    { property: 'job.id', type: 'text' },
  ],
  direction: 'desc',
};

/** One page of runs over the books, newest first. @throws Problem INVALID_INPUT for a bad page. */
export const listRuns = ({ dataSource }: Lister, page: PageRequest): Promise<Page<Job>> =>
  readPage(runsIn(dataSource), RUNS_NEWEST_FIRST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countRuns = ({ dataSource }: Lister): Promise<number> => countRows(runsIn(dataSource));

const runsIn = (dataSource: DataSource) =>
  dataSource.createQueryBuilder(Job, 'job').where('job.kind = :kind and job.id <> all(:seen)', {
    kind: RECONCILIATION,
    seen: [...SEEN_RUNS.keys()],
  });
