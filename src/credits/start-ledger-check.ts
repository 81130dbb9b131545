import type pg from 'pg';
import type { Caller } from '../callers/caller';
import { toJob } from '../jobs/change';
import type { JobDeps } from '../jobs/deps';
import type { Job } from '../jobs/job.entity';
import type { JobKind } from '../jobs/kind';
import { startJob } from '../jobs/start';
import { newId } from '../kernel/ids';
import { invariant } from '../kernel/invariant';
import type { ChainPlace } from './chain';
import { checkLedger, type LedgerCheckResult } from './check-ledger';
import { type LastCheck, partAfter } from './check-part';

type Needs = Pick<JobDeps, 'hub' | 'log' | 'pool'>;

/** The kind of job that a check is. */
export const LEDGER_CHECK = 'ledger_check';

/**
 * Recomputes the ledger and its chain as a job: the whole of it when somebody asks. While one waits or runs, that one is the answer.
 * @param caller null: it is time for one, which reads what is new and a piece of the rest.
 */
export async function startLedgerCheck(deps: Needs, caller: Caller | null): Promise<Job> {
  const { rows } = await deps.pool.query(
    `select * from jobs where kind = $1 and status in ('queued', 'running') order by created_at limit 1`,
    [LEDGER_CHECK],
  );
  if (rows[0]) return toJob(rows[0]);
  return startJob(
    deps,
    {
      id: newId('ledgerCheck'),
      kind: LEDGER_CHECK,
      input: { isWhole: caller !== null },
      requestedBy: caller?.id ?? 'system',
    },
    caller && { caller, action: 'startLedgerCheck' },
  );
}

/** The newest check that came to its end, whatever it found. */
export async function lastLedgerCheck({ pool }: { readonly pool: pg.Pool }): Promise<Job | null> {
  const { rows } = await pool.query(
    `select * from jobs where kind = $1 and status = 'succeeded' order by created_at desc, id desc limit 1`,
    [LEDGER_CHECK],
  );
  return rows[0] ? toJob(rows[0]) : null;
}

/** What that check found. */
export async function lastLedgerResult(deps: { readonly pool: pg.Pool }): Promise<LedgerCheckResult | null> {
  return ((await lastLedgerCheck(deps))?.result as LedgerCheckResult | undefined) ?? null;
}

/** Going on from nowhere would call a ledger whole that nobody looked at. */
function placeOf(checkpoint: unknown): ChainPlace | null {
  if (checkpoint === null) return null;
  const place = checkpoint as Partial<ChainPlace>;
  invariant(
    typeof place.number === 'string' && typeof place.hash === 'string' && Array.isArray(place.problems),
    'The checkpoint names no place in the chain',
  );
  return checkpoint as ChainPlace;
}

const lastOf = (job: Job | null): LastCheck | null => {
  const result = job?.result as LedgerCheckResult | null | undefined;
  return job && result
    ? {
        at: job.createdAt,
        ok: result.ok,
        place: job.checkpoint === null ? null : placeOf(job.checkpoint),
        // Absent from what was found before checks read a piece.
        rolling: result.rolling ?? null,
      }
    : null;
};

/**
 * @param days within which a check that nobody asked for reads everything again
 * @param wholeBelow of a ledger with fewer postings each check reads everything
 */
export const ledgerCheckKind = (deps: Needs, days: number, wholeBelow?: number): JobKind => ({
  kind: LEDGER_CHECK,
  run: async ({ job, save }) => {
    const last = await lastLedgerCheck(deps);
    const known = (last?.result as LedgerCheckResult | undefined) ?? null;
    const at = job.createdAt;
    // One that was queued by a release before reads everything.
    const isWhole = (job.input as { isWhole?: boolean }).isWhole ?? true;
    const part = isWhole ? null : partAfter(lastOf(last), days, at, wholeBelow);
    const result = await checkLedger(deps.pool, save, placeOf(job.checkpoint), known, part, at);
    if (!result.ok) deps.log.critical('ledger.broken', { id: job.id, problems: result.problems });
    return result;
  },
});
