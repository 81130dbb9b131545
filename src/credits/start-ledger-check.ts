import type pg from 'pg';
import type { Caller } from '../callers/caller';
import { toJob } from '../jobs/change';
import type { JobDeps } from '../jobs/deps';
import type { Job } from '../jobs/job.entity';
import type { JobKind } from '../jobs/kind';
import { startJob } from '../jobs/start';
import { newId } from '../kernel/ids';
import type { ChainPlace } from './chain';
import { checkLedger, type LedgerCheckResult } from './check-ledger';

const KIND = 'ledger_check';

/**
 * Recomputes the ledger and its chain as a job. While one waits or runs, that one is the answer.
 * @param caller null: it is time for one.
 */
export async function startLedgerCheck(deps: JobDeps, caller: Caller | null): Promise<Job> {
  const { rows } = await deps.pool.query(
    `select * from jobs where kind = $1 and status in ('queued', 'running') order by created_at limit 1`,
    [KIND],
  );
  if (rows[0]) return toJob(rows[0]);
  return startJob(
    deps,
    { id: newId('ledgerCheck'), kind: KIND, input: {}, requestedBy: caller?.id ?? 'system' },
    caller && { caller, action: 'startLedgerCheck' },
  );
}

/** The newest check that came to its end, whatever it found. */
export async function lastLedgerCheck({ pool }: { readonly pool: pg.Pool }): Promise<Job | null> {
  const { rows } = await pool.query(
    `select * from jobs where kind = $1 and status = 'succeeded' order by created_at desc, id desc limit 1`,
    [KIND],
  );
  return rows[0] ? toJob(rows[0]) : null;
}

/** What that check found. */
export async function lastLedgerResult(deps: { readonly pool: pg.Pool }): Promise<LedgerCheckResult | null> {
  return ((await lastLedgerCheck(deps))?.result as LedgerCheckResult | undefined) ?? null;
}

export const ledgerCheckKind = (deps: JobDeps): JobKind => ({
  kind: KIND,
  run: async ({ job, save }) => {
    const known = await lastLedgerResult(deps);
    const result = await checkLedger(deps.pool, save, job.checkpoint as ChainPlace | null, known);
    if (!result.ok) deps.log.critical('ledger.broken', { id: job.id, problems: result.problems });
    return result;
  },
});
