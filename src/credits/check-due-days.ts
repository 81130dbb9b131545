// The daily check of the ledger. One check reads on from the check before, so that one that began after several days had ended is the
// check of all of them.

import type { JobDeps } from '../jobs/deps';
import { dueAt, takeDueDays, writeDownDays } from '../jobs/due-days';
import { LEDGER_CHECK, startLedgerCheck } from './start-ledger-check';

type Needs = Pick<JobDeps, 'hub' | 'log' | 'pool'>;

const DONE = `
  update due_days d set done_by = j.id from jobs j
  where d.work = 'ledger_check' and d.done_by is null and j.kind = $1 and j.status = 'succeeded'
    and j.created_at >= ${dueAt('ledger_check')}`;

/** One round: writes down what is due, and starts a check where a day has none. @returns 0: the next round comes in its time. */
export async function checkDueDays(deps: Needs): Promise<number> {
  await writeDownDays(deps.pool, 'ledger_check');
  await deps.pool.query(DONE, [LEDGER_CHECK]);
  const days = await takeDueDays(deps.pool, 'ledger_check');
  if (days.length > 0) await startLedgerCheck(deps, null);
  return 0;
}
