import type pg from 'pg';
import { type Caller, personOf } from '../callers/caller';
import { type ApprovalLimits, adjustLimits, refundLimits } from '../kernel/approval-limits';
import { isStorable } from '../kernel/text';

interface Needs {
  readonly pool: pg.Pool;
  readonly approvalLimits: ApprovalLimits;
}

/**
 * Whether so much more, sent back or given by hand, would wait for a second person. It says what would be now: somebody with the
 * same name may move more before.
 * @param what minor units of a currency that would go back to a user, or credits (`CREDIT`) that would be given or taken
 */
export async function needsSecondPerson(
  { pool, approvalLimits }: Needs,
  caller: Caller,
  { userId, unit, amount }: { readonly userId: string; readonly unit: string; readonly amount: bigint },
): Promise<boolean> {
  const limits = unit === 'CREDIT' ? adjustLimits(approvalLimits) : refundLimits(approvalLimits);
  // What cannot be stored is nobody's.
  if (!isStorable(userId) || !isStorable(unit)) return false;
  const { rows } = await pool.query<{ readonly waits: boolean }>(
    'select is_more_than_alone($1, $2, $3, $4, $5) as waits',
    [personOf(caller), userId, unit, amount, JSON.stringify(limits)],
  );
  return rows[0]?.waits ?? false;
}
