import path from 'node:path';
import type pg from 'pg';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { bePatient } from '../db/limited-client';
import type { Queryable } from '../db/transaction';
import { InvalidStateProblem } from '../kernel/problems';
import { forgetUser } from '../users/forget-user';
import { ERASED_BODY } from './delivery.entity';

export const ERASE_SQL = path.join(__dirname, 'erase-user.sql');

export interface Erased {
  readonly intents: number;
  /** Bodies of webhook events. */
  readonly bodies: number;
  readonly deliveries: number;
  /** Of those, which had not been received and are sent no more. */
  readonly givenUp: number;
  /** Postings whose reason, and the client's key, were emptied; those of the first format of seals stay. */
  readonly postings: number;
  /** Whether it was known how the user is called. */
  readonly named: boolean;
}

// Their own, and what they bought for wallets that others share: the wallet keeps the credits, and forgets who paid and with what.
const THEIRS = `(user_id = $1 or (user_id like 'wal\\_%' and created_by = $1))`;

const OPEN = `select count(*)::integer as n from intents where ${THEIRS} and status in ('pending', 'processing')`;

// The frozen request is for an intent that has not been answered; one that is over needs it no more.
const INTENTS = `
  update intents set fingerprint_id = null, return_url = null, payment_method = null, request = '{}', reference = null,
    metadata = null
  where ${THEIRS}`;

const BODIES = `
  update webhook_events set body = null
  where body is not null and intent_id in (select id from intents where ${THEIRS})`;

// What waits, also for an endpoint that is off, would tell of the user later. Locked by id, as whoever finishes attempts
// does; a late end of one that is under way finds that there is nothing left to do. Only what names the user is parsed: a
// body that somebody broke keeps nobody else from being erased.
const DELIVERIES = `
  with theirs as (
    select id, due_at from deliveries
    where case when strpos(body, to_json($1::text)::text) > 0 then body::jsonb ->> 'userId' = $1 end order by id for no key update
  ),
  erased as (
    update deliveries d set body = $2, due_at = null,
      status = case when t.due_at is null then d.status else 'dead' end
    from theirs t where d.id = t.id
  )
  select count(*)::integer as deliveries, count(due_at)::integer as "givenUp" from theirs`;

// Deliveries are not found by their user, so that sending them pays for no index: all are read, minutes for millions.
const PATIENCE = "set local statement_timeout = '1h'";

/**
 * Takes away what says who a user is: name and e-mail address, devices, return addresses, payment methods, requests, the bodies of webhook events
 * and those of deliveries, and what people wrote: reasons, notes, the reasons of holds, clients' keys. What is left is the
 * id, a pseudonym once the product has forgotten whose it was, and the ledger's figures. Repeats still find what was done.
 * @throws Problem INVALID_STATE while a purchase is open
 */
export async function eraseUser(pool: pg.Pool, caller: Caller, userId: string): Promise<Erased> {
  const { rows } = await pool.query<{ n: number }>(OPEN, [userId]);
  if ((rows[0]?.n ?? 0) > 0)
    throw new InvalidStateProblem('A purchase of this user is open: cancel it first.', 'open', ['closed']);
  return audited(
    pool,
    caller,
    (client) => erase(client, userId),
    (erased) => ({ action: 'eraseUser', targetId: userId, diff: { ...erased } }),
  );
}

async function erase(client: Queryable, userId: string): Promise<Erased> {
  bePatient(client);
  await client.query(PATIENCE);
  // First, while their intents can still be found.
  const bodies = await client.query(BODIES, [userId]);
  const intents = await client.query(INTENTS, [userId]);
  const { rows } = await client.query<Pick<Erased, 'deliveries' | 'givenUp'>>(DELIVERIES, [
    userId,
    ERASED_BODY,
  ]);
  const [{ deliveries, givenUp } = { deliveries: 0, givenUp: 0 }] = rows;
  const texts = await client.query<{ postings: number }>('select erase_texts($1) as postings', [userId]);
  const postings = texts.rows[0]?.postings ?? 0;
  const named = await forgetUser(client, userId);
  return {
    intents: intents.rowCount ?? 0,
    bodies: bodies.rowCount ?? 0,
    deliveries,
    givenUp,
    postings,
    named,
  };
}
