// Reads again where lines of the books could not be read: one that is mended is judged by the run that reads it, one that is gone
// is forgotten, and one that is broken still stays aside.
import { Problem } from '../kernel/problems';
import type { Provider } from '../providers/provider';
import { leaveAside, nextAside, takeBack } from './aside';
import type { ReconciliationDeps } from './deps';
import { stagePayout, stageSlice } from './stage';

type Needs = Pick<ReconciliationDeps, 'log' | 'pool' | 'providerTimeoutMs'>;

interface Staging {
  readonly runId: string;
  readonly provider: Provider;
  readonly onRead: (entries: number) => Promise<void>;
}

/**
 * Reads one place again.
 * @returns false when there is none that this run has not read.
 * @throws Error when the provider cannot be asked right now.
 */
export async function readAgain(deps: Needs, staging: Staging): Promise<boolean> {
  const found = { runId: staging.runId, provider: staging.provider.name };
  const place = await nextAside(deps, found);
  if (!place) return false;
  const { from, to, payoutId } = place;
  try {
    // In parts, where the whole is too much for one reading.
    for (let at = from; at !== null && to !== null && at < to; )
      at = await stageSlice(deps, staging, { from: at, to, inWindow: false });
    if (payoutId !== null) await stagePayout(deps, staging, payoutId);
    await takeBack(deps, found, place);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    deps.log.warn('reconciliation.line_left_aside', { ...found, ...place, error: error.message });
    await leaveAside(deps, found, place);
  }
  return true;
}
