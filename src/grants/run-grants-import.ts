import type pg from 'pg';
import type { Caller } from '../callers/caller';
import type { Job } from '../jobs/job.entity';
import type { JobKind, JobRun } from '../jobs/kind';
import { InvalidStateProblem } from '../kernel/problems';
import { GRANTS_MAX } from './grant';
import { importGrants } from './import-grants';
import { type ImportOutcome, type LineOutcome, NOTHING_YET, withLines } from './import-outcome';
import { dropSets, findSet } from './import-sets';
import { GRANTS_IMPORT, type ImportRequest } from './start-grants-import';

type Needs = Parameters<typeof importGrants>[0] & { readonly pool: pg.Pool };

/** How far an import has come: what became of all sets before `next`. */
interface Place {
  readonly next: number;
  readonly outcome: ImportOutcome;
}

/** What became of the lines so far. */
export const outcomeOf = ({ result, checkpoint }: Pick<Job, 'result' | 'checkpoint'>): ImportOutcome =>
  (result as ImportOutcome | null) ?? (checkpoint as Place | null)?.outcome ?? NOTHING_YET;

/** Gives the sets of a file one after the other. One that was given and not written down is given again, which its keys meet. */
export const grantsImportKind = (deps: Needs): JobKind => ({
  kind: GRANTS_IMPORT,
  run: async (run) => {
    const { role, rows, campaign } = run.job.input as ImportRequest;
    const caller: Caller = { id: run.job.requestedBy, role };
    const sets = Math.ceil(rows / GRANTS_MAX);
    let place = (run.job.checkpoint as Place | null) ?? { next: 0, outcome: NOTHING_YET };
    await run.save({ done: doneBefore(place, rows), total: rows });
    while (place.next < sets) {
      const given = await giveSet(deps, run, { caller, campaign, nth: place.next });
      place = { next: place.next + 1, outcome: withLines(place.outcome, given) };
      await run.save({
        checkpoint: place,
        done: doneBefore(place, rows),
        total: rows,
        message: `${place.outcome.granted} given, ${place.outcome.refused} refused`,
      });
      await dropSets(deps.pool, run.job.id, place.next);
    }
    return place.outcome;
  },
});

const doneBefore = ({ next }: Place, rows: number) => Math.min(rows, next * GRANTS_MAX);

interface SetOf {
  readonly caller: Caller;
  readonly campaign: string;
  readonly nth: number;
}

/** @throws Problem INVALID_STATE when the lines were let go of in the meantime */
async function giveSet(
  deps: Needs,
  { job }: Pick<JobRun, 'job'>,
  { caller, campaign, nth }: SetOf,
): Promise<LineOutcome[]> {
  const lines = await findSet(deps.pool, job.id, nth);
  if (!lines)
    throw new InvalidStateProblem(
      'The lines of this file are kept no longer. Start it again with the same file: what was given is not given twice.',
      'forgotten',
      [],
    );
  const credits = new Map(lines.map(({ line, grant }) => [line, grant.credits]));
  const given: LineOutcome[] = [];
  await importGrants(deps, caller, { campaign, lines }, async (results) => {
    given.push(...results.map((one) => ({ ...one, credits: credits.get(one.line) ?? 0n })));
  });
  return given;
}
