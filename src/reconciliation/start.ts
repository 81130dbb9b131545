import type { Caller } from '../callers/caller';
import { readInstant } from '../db/instant';
import type { Job } from '../jobs/job.entity';
import { startJob } from '../jobs/start';
import { newId } from '../kernel/ids';
import { InvalidStateProblem, invalidInput, Problem } from '../kernel/problems';
import type { ProviderName } from '../providers/provider';
import type { ReconciliationDeps } from './deps';
import { RECONCILIATION, type RunInput } from './run';

type Needs = Pick<ReconciliationDeps, 'hub' | 'log' | 'pool' | 'providers'>;

// A quarter: Razorpay's report is read by the day, and longer than that is several runs.
const DAYS_MAX = 92;
const DAY_MS = 86_400_000;

export interface StartReconciliation {
  readonly provider: ProviderName;
  readonly range: { readonly gte?: Date | null; readonly lt?: Date | null };
  /** Count what differs; open no break and book nothing. */
  readonly dryRun: boolean;
}

/**
 * Starts a run over the provider's books of a time that is past.
 * @param caller null: the schedule.
 * @throws Problem INVALID_INPUT for a range without both ends, too long, or empty; INVALID_STATE while a run over this
 * provider is under way; PROVIDER_UNAVAILABLE when it has no keys.
 */
export async function startReconciliation(
  deps: Needs,
  caller: Caller | null,
  { provider, range, dryRun }: StartReconciliation,
): Promise<Job> {
  const { gte, lt } = range;
  if (!gte || !lt) throw invalidInput('Give both ends of the range.', 'range');
  // What has not happened yet is nobody's difference.
  const to = Math.min(lt.getTime(), (await readInstant(deps.pool)).getTime());
  if (to <= gte.getTime()) throw invalidInput('The range is empty, or all of it is to come.', 'range');
  if (to - gte.getTime() > DAYS_MAX * DAY_MS)
    throw invalidInput(`Ask for at most ${DAYS_MAX} days.`, 'range');
  if (!deps.providers.has(provider)) throw new Problem('PROVIDER_UNAVAILABLE', `${provider} is not enabled.`);
  const underWay = await deps.pool.query<{ id: string }>(
    `select id from jobs where kind = $1 and input ->> 'provider' = $2 and status in ('queued', 'running') limit 1`,
    [RECONCILIATION, provider],
  );
  if (underWay.rows[0])
    throw new InvalidStateProblem(
      `A run over ${provider} is under way: ${underWay.rows[0].id}. Wait for it or cancel it.`,
      'running',
      ['succeeded', 'failed', 'canceled'],
    );
  const input: RunInput = {
    provider,
    from: Math.floor(gte.getTime() / 1000),
    to: Math.ceil(to / 1000),
    dryRun,
  };
  const id = newId('reconciliationRun');
  return startJob(
    deps,
    { id, kind: RECONCILIATION, input, requestedBy: caller?.id ?? 'schedule' },
    caller && { caller, action: 'startReconciliation', diff: { ...input } },
  );
}
