import type pg from 'pg';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { InvalidStateProblem } from '../kernel/problems';

export interface Erased {
  readonly intents: number;
  readonly bodies: number;
}

const OPEN = `select count(*)::integer as n from intents where user_id = $1 and status in ('pending', 'processing')`;

// The frozen request is for an intent that has not been answered; one that is over needs it no more.
const INTENTS = `
  update intents set fingerprint_id = null, return_url = null, payment_method = null, request = '{}'
  where user_id = $1`;

const BODIES = `
  update webhook_events set body = null
  where body is not null and intent_id in (select id from intents where user_id = $1)`;

/**
 * Takes away what says who a user is: devices, return addresses, payment methods, requests and the bodies of webhook
 * events. What is left is the id, a pseudonym once the product has forgotten whose it was, and the ledger, which has to
 * stay as it was written.
 * @throws Problem INVALID_STATE while a purchase is open
 */
export async function eraseUser(pool: pg.Pool, caller: Caller, userId: string): Promise<Erased> {
  const { rows } = await pool.query<{ n: number }>(OPEN, [userId]);
  if ((rows[0]?.n ?? 0) > 0)
    throw new InvalidStateProblem('A purchase of this user is open: cancel it first.', 'open', ['closed']);
  return audited(
    pool,
    caller,
    async (client) => ({
      // First, while their intents can still be found.
      bodies: (await client.query(BODIES, [userId])).rowCount ?? 0,
      intents: (await client.query(INTENTS, [userId])).rowCount ?? 0,
    }),
    (erased) => ({ action: 'eraseUser', targetId: userId, diff: { ...erased } }),
  );
}
