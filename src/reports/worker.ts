import type pg from 'pg';
import { listProcesses, type RunningProcess } from '../db/processes';
import type { HealthCheck } from './health';

/** Whether somebody does the background work: without it nothing that waits is ever looked at again. */
export function workerCheck(processes: readonly Pick<RunningProcess, 'role'>[]): HealthCheck {
  // Seen by who runs none itself.
  if (processes.length === 0)
    return {
      name: 'worker',
      ok: true,
      latencyMs: null,
      detail: 'No gateway runs on this database at the moment.',
    };
  const ok = processes.some(({ role }) => role !== 'api');
  const detail =
    'No process does the background work: payments whose event was lost, expiries and deliveries wait. Start one with ROLE=worker or ROLE=all.';
  return { name: 'worker', ok, latencyMs: null, detail: ok ? null : detail };
}

/** @throws what the database throws */
export const checkWorker = async (pool: pg.Pool): Promise<HealthCheck> =>
  workerCheck(await listProcesses(pool));
