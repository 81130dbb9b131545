// Relays everything that was committed. Another process that relays, or a transaction of the same database that still runs
// (also one of the server's own housekeeping), leaves some of it for the next look.
import type pg from 'pg';
import { relayEvents } from '../../src/deliveries/relay';
import { pause } from '../../src/kernel/clock';
import { createSecretBox } from '../../src/kernel/secret-box';
import { silent } from './intents';

const secrets = createSecretBox(['the key of a relay']);
const WITHIN_MS = 30_000;
const PAUSE_MS = 20;

/** @throws when something stays behind: a transaction of the caller's own holds it up. */
export async function relayAll(pool: pg.Pool): Promise<void> {
  const untilMs = Date.now() + WITHIN_MS;
  for (;;) {
    while ((await relayEvents({ pool, log: silent, secrets })) > 0);
    const { rows } = await pool.query(`select count(*)::int as left from events e, positions p
      where p.name = 'deliveries' and (e.epoch, e.xid, e.id) > (p.epoch, p.xid, p.id)`);
    if (rows[0].left === 0) return;
    if (Date.now() > untilMs) throw new Error(`${rows[0].left} events were not relayed`);
    await pause(PAUSE_MS);
  }
}
