import type { Simulator } from '@credits-gateway/simulator';
import type pg from 'pg';
import type { Mode } from '../kernel/config';
import { findClock } from './find';

/**
 * Brings the simulated providers to where the gateway's clock stands: what moved one and died before the other is made up for.
 * Nothing to do outside mock mode.
 */
export async function followClock({
  pool,
  mode,
  simulator,
}: {
  readonly pool: pg.Pool;
  readonly mode: Mode;
  readonly simulator: Pick<Simulator, 'followClock'> | null;
}): Promise<void> {
  if (!simulator) return;
  const { offsetMs } = await findClock({ pool, mode });
  await simulator.followClock(offsetMs);
}
