// What became of a file of grants, or would become of it: counts, and the first of what was refused.
import type { ProblemCode } from '../kernel/problems';
import type { LineFault } from './import-file';
import type { ImportedGrant } from './import-grants';

// Some 20 kB of a row that each set writes again; whoever needs more of them mends these first.
export const REFUSALS_MAX = 200;

export interface LineRefusal {
  readonly line: number;
  readonly code: ProblemCode;
  readonly message: string;
}

export interface ImportOutcome {
  readonly granted: number;
  readonly replayed: number;
  /** All of them, also beyond those that are named. */
  readonly refused: number;
  /** Of the refused: lines that cannot be read. */
  readonly unreadable: number;
  /** Of the granted, in digits. */
  readonly credits: string;
  /** At most REFUSALS_MAX, by line. */
  readonly refusals: readonly LineRefusal[];
}

export const NOTHING_YET: ImportOutcome = {
  ...{ granted: 0, replayed: 0, refused: 0, unreadable: 0 },
  ...{ credits: '0', refusals: [] },
};

/** One line more of it: what became of it, and how many credits it asks for. */
export interface LineOutcome {
  readonly line: number;
  readonly credits: bigint;
  readonly result: ImportedGrant['result'];
}

/** An outcome with these lines, which stand behind those that it has. */
export function withLines(outcome: ImportOutcome, lines: readonly LineOutcome[]): ImportOutcome {
  const counts = { granted: outcome.granted, replayed: outcome.replayed, refused: outcome.refused };
  const refusals = [...outcome.refusals];
  let credits = BigInt(outcome.credits);
  for (const { line, result, credits: asked } of lines) {
    counts[result.outcome]++;
    if (result.outcome === 'granted') credits += asked;
    if (result.outcome === 'refused' && refusals.length < REFUSALS_MAX)
      refusals.push({ line, code: result.problem.code, message: result.problem.message });
  }
  return { ...outcome, ...counts, credits: String(credits), refusals };
}

/** An outcome with the lines that cannot be read among the others that are refused. */
export function withFaults(outcome: ImportOutcome, faults: readonly LineFault[]): ImportOutcome {
  const unreadable = faults.map(
    ({ line, message }): LineRefusal => ({
      ...{ line, code: 'INVALID_INPUT', message },
    }),
  );
  const refusals = [...outcome.refusals, ...unreadable].sort((a, b) => a.line - b.line);
  return {
    ...outcome,
    refused: outcome.refused + faults.length,
    unreadable: faults.length,
    refusals: refusals.slice(0, REFUSALS_MAX),
  };
}
