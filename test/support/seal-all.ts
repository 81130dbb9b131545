// Seals everything that was committed. A transaction of the same database holds sealing up for as long as it runs, also
// one of the server's own housekeeping, so this waits for it.
import type pg from 'pg';
import { sealPostings } from '../../src/credits/seal';
import { pause } from '../../src/kernel/clock';

const TRIES_MAX = 500;
const PAUSE_MS = 20;

/** @throws when something stays unsealed for 10 s: a transaction of the caller's own holds it up. */
export async function sealAll(pool: pg.Pool): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    while ((await sealPostings({ pool })) > 0);
    const { rows } = await pool.query(
      'select count(*)::int as left from journal where id not in (select journal_id from seals)',
    );
    if (rows[0].left === 0) return;
    await pause(PAUSE_MS);
  }
  throw new Error('Postings stay unsealed');
}
