import path from 'node:path';
import type pg from 'pg';
import { walletSubject } from '../events/event.entity';
import type { Hub } from '../events/hub';
import type { Logger } from '../telemetry/logger';

export const EXPIRING_SQL = path.join(__dirname, 'expiring.sql');

interface Needs {
  readonly pool: pg.Pool;
  readonly hub: Hub;
  readonly log: Logger;
}

// A week to plan by, and the last day. As the rows of expiry_warnings.
const NOTICE_DAYS = [7, 1] as const;
// Wallets that are locked at a time.
const LOTS_MAX = 128;

/** Tells whose credits are about to expire: once for each lot, a week before and a day before. @returns how many users */
export async function tellExpiring({ pool, hub, log }: Needs): Promise<number> {
  let told = 0;
  for (const days of NOTICE_DAYS) {
    for (;;) {
      const { rows } = await pool.query<{ user_id: string | null }>({
        name: 'tell_expiring',
        text: 'select tell_expiring($1, $2) as user_id',
        values: [days, LOTS_MAX],
      });
      if (rows.length === 0) break;
      const users = rows.flatMap(({ user_id: id }) => (id === null ? [] : [id]));
      hub.publish(users.map(walletSubject));
      told += users.length;
    }
  }
  if (told > 0) log.info('credits.expiring', { wallets: told });
  return told;
}
