// The days that have to be reconciled, a row for each day and provider, so that none is skipped because nobody was there at
// the hour or another run was under way: they are made up for in their order.
import { dueAt, writeDownDays } from '../jobs/due-days';
import { Problem } from '../kernel/problems';
import type { ProviderName } from '../providers/provider';
import type { ReconciliationDeps } from './deps';
import { RECONCILIATION } from './run';
import { startReconciliation } from './start';

type Needs = Pick<ReconciliationDeps, 'hub' | 'log' | 'pool' | 'providers'>;

const DAY_MS = 86_400_000;
// A run that failed is tried again in an hour; its day is not given up, and those after it wait.
const AGAIN = `interval '1 hour'`;

// A day is done by any run over all of it, also one that a person started.
const DONE = `
  update due_days d set done_by = j.id from jobs j
  where d.work = 'reconciliation' and d.done_by is null and j.kind = $1 and j.status = 'succeeded' and j.input ->> 'provider' = d.provider
    and j.input ->> 'dryRun' = 'false'
    and (j.input ->> 'from')::bigint <= extract(epoch from d.day at time zone 'UTC')
    and (j.input ->> 'to')::bigint >= extract(epoch from (d.day + 1) at time zone 'UTC')`;

const OLDEST = `
  select distinct on (d.provider) d.provider, to_char(d.day, 'YYYY-MM-DD') as day, d.retry_at <= (select instant()) as is_now
  from due_days d where d.work = 'reconciliation' and d.done_by is null and d.provider = any($1)
    and ${dueAt('reconciliation')} <= (select instant()) order by d.provider, d.day`;

const TRIED = `
  update due_days set tries = least(tries, 2147483646) + 1, retry_at = instant() + ${AGAIN} where work = 'reconciliation' and provider = $1 and day = $2`;

/** One round: writes down what is due, and starts the oldest day of each provider. @returns how many runs it started. */
export async function reconcileDueDays(deps: Needs): Promise<number> {
  const providers = [...deps.providers.keys()];
  await writeDownDays(deps.pool, 'reconciliation', providers);
  await deps.pool.query(DONE, [RECONCILIATION]);
  const { rows } = await deps.pool.query<{ provider: ProviderName; day: string; is_now: boolean }>(OLDEST, [
    providers,
  ]);
  let started = 0;
  for (const { provider, day } of rows.filter(({ is_now }) => is_now)) {
    const gte = new Date(`${day}T00:00:00Z`);
    const range = { gte, lt: new Date(gte.getTime() + DAY_MS) };
    try {
      await startReconciliation(deps, null, { provider, range, dryRun: false });
      await deps.pool.query(TRIED, [provider, day]);
      started++;
    } catch (error) {
      // Another run is under way: the next round comes soon.
      if (!(error instanceof Problem)) throw error;
      deps.log.info('reconciliation.waits', { provider, day, error: error.message });
    }
  }
  return started;
}
