// A file of grants as a job: kept in sets, given set after set, carried on by whoever takes the job when its process ended.
import type { Caller } from '../callers/caller';
import type { Queryable } from '../db/transaction';
import type { JobDeps } from '../jobs/deps';
import type { Job } from '../jobs/job.entity';
import { startJob } from '../jobs/start';
import { newId } from '../kernel/ids';
import { invalidInput, notFound } from '../kernel/problems';
import type { MembershipDeps } from '../wallets/membership';
import { campaignsByKeys } from './find';
import { foreseeGrants } from './foresee-grants';
import { type GrantFileFormat, grantsIn, readGrants } from './import-file';
import { type ImportOutcome, NOTHING_YET, withFaults, withLines } from './import-outcome';
import { keepSets } from './import-sets';

type Needs = JobDeps & MembershipDeps;

/** The kind of job that an import is. */
export const GRANTS_IMPORT = 'grants_import';

// A request has 1 MiB at the most, and JSON writes each quote and line end of the file with two characters.
const FILE_BYTES_MAX = 512 * 1024;
// What a file of that size has of the shortest lines, and some seconds of work.
const FILE_ROWS_MAX = 10_000;

export interface StartGrantsImportInput {
  readonly campaign: string;
  /** The text of the file. */
  readonly file: string;
  readonly format: GrantFileFormat;
  /** Says what would become of each line, and gives nothing. */
  readonly dryRun: boolean;
}

/** The input of the job. */
export interface ImportRequest {
  readonly campaign: string;
  /** Of who asked for it, in whose name it gives. */
  readonly role: Caller['role'];
  readonly rows: number;
}

/**
 * Gives what a file says out of a campaign, in the background, each grant as grantCredits does: a key gives once in its campaign,
 * whichever way and however often its file comes. A file with a line that cannot be read gives nothing.
 * @returns the job; with dryRun none, and what it would come to
 * @throws Problem INVALID_INPUT that names the line, or for a file that is too large; NOT_FOUND when there is no such campaign
 */
export async function startGrantsImport(
  deps: Needs,
  caller: Caller,
  { campaign, file, format, dryRun }: StartGrantsImportInput,
): Promise<{ readonly import: Job | null; readonly outcome: ImportOutcome | null }> {
  const bytes = Buffer.from(file);
  if (bytes.length > FILE_BYTES_MAX)
    throw invalidInput(
      `A file has at most ${FILE_BYTES_MAX / 1024} KiB here: give a larger one with the command grants import, or in pieces.`,
      'file',
    );
  if (dryRun) {
    const { lines, faults } = readGrants(bytes, format, FILE_ROWS_MAX);
    const foreseen = await foreseeGrants(deps, caller, campaign, lines);
    return { import: null, outcome: withFaults(withLines(NOTHING_YET, foreseen), faults) };
  }
  const lines = grantsIn(bytes, format, FILE_ROWS_MAX);
  const [known] = await campaignsByKeys(deps, [campaign]);
  if (!known) throw notFound('The campaign', ['input', 'campaign']);
  const id = newId('grantsImport');
  const input: ImportRequest = { campaign, role: caller.role, rows: lines.length };
  const along = (client: Queryable) => keepSets(client, id, lines);
  const started = await startJob(
    deps,
    { id, kind: GRANTS_IMPORT, input, requestedBy: caller.id },
    { caller, action: 'startGrantsImport', diff: { campaign, rows: lines.length }, along },
  );
  return { import: started, outcome: null };
}
