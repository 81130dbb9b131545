// An export as a job: a file that is written while the list is read, and its checksum with it.
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { Caller } from '../callers/caller';
import type { ListDeps } from '../intents/list';
import type { JobDeps } from '../jobs/deps';
import type { Job } from '../jobs/job.entity';
import type { JobKind, JobRun } from '../jobs/kind';
import { startJob } from '../jobs/start';
import { newId } from '../kernel/ids';
import { invalidInput, Problem } from '../kernel/problems';
import { EXPORTS, type ExportFilters, type ExportName } from './lists';
import { type ListReader, readList } from './read-list';
import { type Format, rowWriter } from './rows';

export type ExportDeps = JobDeps & ListDeps & { readonly config: { readonly dataDir: string } };

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
  // Refused now rather than by the job.
  (EXPORTS[name].where as (deps: ListDeps, filter: object) => unknown)(deps, filter);
  const input: ExportRequest = { name, filter, format };
  return startJob(
    deps,
    { id: newId('export'), kind: EXPORT_KIND, input, requestedBy: caller.id },
    { caller, action: 'startExport', diff: { name, format } },
  );
}

/** Where the file of an export is. Every process that serves exports must see the same DATA_DIR. */
export const exportFile = (dataDir: string, id: string, format: Format): string =>
  path.join(dataDir, 'exports', `${id}.${format}`);

export const exportKind = (deps: ExportDeps): JobKind => ({
  kind: EXPORT_KIND,
  run: async (run) => {
    const { name, filter, format } = requestIn(run.job);
    const file = exportFile(deps.config.dataDir, run.job.id, format);
    // Only the owner: the rows are everybody's payments.
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    const result = await readList(deps, name, filter as never, (reader) => write(run, reader, file, format));
    return { ...result, secret: randomBytes(32).toString('hex') } satisfies ExportResult;
  },
});

/** A job's input with its instants as dates again. */
export const requestIn = (job: Job): ExportRequest =>
  JSON.parse(JSON.stringify(job.input), (key, value: unknown) =>
    (key === 'gte' || key === 'lt') && typeof value === 'string' ? new Date(value) : value,
  ) as ExportRequest;

/** Writes from the start, also after a crash: an export is one snapshot, and half of an older one is none. */
async function write(run: JobRun, reader: ListReader, file: string, format: Format) {
  const part = `${file}.${run.job.tries}.part`;
  const hash = createHash('sha256');
  const writer = rowWriter(format, reader.columns);
  let [rows, bytes] = [0, 0];
  try {
    // Each write is waited for: a stream would tell of a full disk by an event, when perhaps nobody listens.
    await using out = await open(part, 'w', 0o600);
    const put = async (text: string) => {
      hash.update(text);
      bytes += Buffer.byteLength(text);
      await out.appendFile(text);
    };
    await put(writer.head);
    for await (const page of reader.pages) {
      await put(page.map(writer.line).join(''));
      rows += page.length;
      await run.save({ done: rows, total: Math.max(rows, reader.total), message: `${rows} rows written` });
    }
  } catch (error) {
    fs.rmSync(part, { force: true });
    throw isDiskFull(error) ? new Problem('INVALID_STATE', DISK_FULL) : error;
  }
  fs.renameSync(part, file);
  return { rows, bytes, sha256: hash.digest('hex') };
}

const DISK_FULL = 'The disk that exports are written to is full. Make room, then resume.';

const isDiskFull = (error: unknown) =>
  ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException | null)?.code ?? '');
