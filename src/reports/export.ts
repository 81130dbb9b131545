// An export as a job: a file that is written while the list is read, and its checksum with it.
import { createHash, randomBytes } from 'node:crypto';
import type { Caller } from '../callers/caller';
import type { ListDeps } from '../intents/list';
import type { JobDeps } from '../jobs/deps';
import type { Job } from '../jobs/job.entity';
import type { JobKind, JobRun } from '../jobs/kind';
import { startJob } from '../jobs/start';
import { newId } from '../kernel/ids';
import { invalidInput } from '../kernel/problems';
import { aboutOf, inColumns } from './bookkeeping';
import { EXPORTS, type ExportFilters, type ExportName } from './lists';
import { originOf } from './origin';
import { addPart, dropParts } from './parts';
import { type ListReader, readList } from './read-list';
import { type Format, rowWriter } from './rows';

export type ExportDeps = JobDeps & ListDeps;
export type ExportRunDeps = ExportDeps & Parameters<typeof originOf>[0];

export const EXPORT_KIND = 'export';

/** The input of the job. */
export interface ExportRequest {
  readonly name: ExportName;
  readonly filter: object;
  readonly format: Format;
}

/** What a finished export is. */
export interface ExportResult {
  readonly rows: number;
  readonly sha256: string;
  readonly bytes: number;
  /** Signs the links to the file. Never shown. */
  readonly secret: string;
  /** The one that wrote it. Missing of an export of an earlier version, whose file was on a disk. */
  readonly attempt?: number;
}

/**
 * Starts an export of one list by the list's own filter.
 * @throws Problem INVALID_INPUT for a filter that the list itself would refuse
 */
export async function startExport(
  deps: ExportDeps,
  caller: Caller,
  { select, format }: { readonly select: Partial<ExportFilters>; readonly format: Format },
): Promise<Job> {
  const [chosen] = Object.entries(select).filter(([, filter]) => filter !== null && filter !== undefined);
  if (!chosen) throw invalidInput('Choose one list to export.', 'select');
  const [name, filter] = chosen as [ExportName, object];
  if (format === 'journal' && name !== 'ledger')
    throw invalidInput('A journal is made of the ledger: choose that list.', 'format');
  // Refused now rather than by the job.
  (EXPORTS[name].where as (deps: ListDeps, filter: object) => unknown)(deps, filter);
  const input: ExportRequest = { name, filter, format };
  return startJob(
    deps,
    { id: newId('export'), kind: EXPORT_KIND, input, requestedBy: caller.id },
    { caller, action: 'startExport', diff: { name, format } },
  );
}

/** @param reads where the rows are read, which may be a replica; the file is written by `deps` */
export const exportKind = (deps: ExportRunDeps, reads = deps.pool): JobKind => ({
  kind: EXPORT_KIND,
  run: async (run) => {
    const { name, filter, format } = requestIn(run.job);
    const from = { ...deps, pool: reads };
    const result = await readList(from, name, filter as never, (reader) => write(deps, run, reader, format));
    return {
      ...result,
      secret: randomBytes(32).toString('hex'),
      attempt: run.job.tries,
    } satisfies ExportResult;
  },
});

/** A job's input with its instants as dates again. */
export const requestIn = (job: Job): ExportRequest =>
  JSON.parse(JSON.stringify(job.input), (key, value: unknown) =>
    (key === 'gte' || key === 'lt') && typeof value === 'string' ? new Date(value) : value,
  ) as ExportRequest;

/** Writes from the start, also after a crash: an export is one snapshot, and half of an older one is none. */
async function write(deps: ExportRunDeps, run: JobRun, read: ListReader, format: Format) {
  const { pool } = deps;
  const of = { exportId: run.job.id, attempt: run.job.tries };
  const hash = createHash('sha256');
  const { name, filter } = requestIn(run.job);
  const reader = name === 'ledger' ? inColumns(read, format) : read;
  const writer = rowWriter(format, reader.columns, aboutOf(name, filter, run.job.createdAt, originOf(deps)));
  let [parts, rows, bytes] = [0, 0, 0];
  const put = async (text: string) => {
    const part = Buffer.from(text);
    hash.update(part);
    bytes += part.length;
    await addPart(pool, of, parts++, part);
  };
  await dropParts(pool, of);
  try {
    await put(writer.head);
    for await (const page of reader.pages) {
      await put(page.map(writer.line).join(''));
      rows += page.length;
      await run.save({ done: rows, total: Math.max(rows, reader.total), message: `${rows} rows written` });
    }
  } catch (error) {
    // What cannot be let go of now, the daily sweep finds.
    await dropParts(pool, of).catch(() => undefined);
    throw error;
  }
  return { rows, bytes, sha256: hash.digest('hex') };
}
