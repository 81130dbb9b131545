// Attack mode: see watch-attack.sql and docs/risk.md.
import path from 'node:path';
import type pg from 'pg';
import type { Logger } from '../telemetry/logger';

export const WATCH_ATTACK_SQL = path.join(__dirname, 'watch-attack.sql');

interface Needs {
  readonly pool: pg.Pool;
  readonly log: Logger;
}

/** Looks whether an attack begins or is over. @returns how many did: 0 or 1 */
export async function watchAttack({ pool, log }: Needs): Promise<number> {
  const { rows } = await pool.query<{ changed: 'started' | 'ended' | null }>({
    name: 'watch_attack',
    text: 'select watch_attack() as changed',
  });
  const changed = rows[0]?.changed ?? null;
  if (changed === 'started') log.error('attack.started', { code: 'attack' });
  if (changed === 'ended') log.info('attack.ended', {});
  return 0;
}
