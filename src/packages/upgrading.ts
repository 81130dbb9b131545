import type pg from 'pg';
import { listProcesses } from '../db/processes';
import { InvalidStateProblem } from '../kernel/problems';

// Versions that know no bonus would settle a purchase without it.
const KNOWS_BONUSES = 1_764_000_000_410;

/** No purchase promises a bonus while a process may settle it that knows none. @throws Problem INVALID_STATE */
export async function refuseWhileUpgrading(pool: pg.Pool): Promise<void> {
  if ((await listProcesses(pool, KNOWS_BONUSES)).length > 0)
    throw new InvalidStateProblem(
      'Processes of an older version still run, which know no bonus: try again when they have ended.',
      'upgrading',
      [],
    );
}
