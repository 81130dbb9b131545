// Stores webhook events and says how the work on them ended, in sets. See inbox.sql.
import path from 'node:path';
import type pg from 'pg';
import { setVerb } from '../db/set-verb';
import { invariant } from '../kernel/invariant';
import type { SecretBox } from '../kernel/secret-box';
import type { WebhookEvent, WebhookStatus } from './event.entity';

export const INBOX_SQL = path.join(__dirname, 'inbox.sql');

/** What the bodies are sealed for. */
export const BODY_PURPOSE = 'webhook body';

/** The process that stored an event works it at once; when it dies, another may after this long. */
export const LEASE_SECONDS = 30;

export interface NewWebhookEvent
  extends Pick<
    WebhookEvent,
    'id' | 'provider' | 'providerEventId' | 'type' | 'subject' | 'livemode' | 'providerIntentId' | 'intentId'
  > {
  readonly body: Buffer;
  readonly bodySha256: string;
}

export type StoreWebhookEvent = (event: NewWebhookEvent) => Promise<{ id: string; isNew: boolean }>;

/** How one attempt ended. */
export interface Finish {
  readonly id: string;
  /** Of the attempt, counted from 1. One that somebody else has ended meanwhile changes nothing. */
  readonly number: number;
  readonly status: WebhookStatus;
  readonly intentId: string | null;
  readonly error: string | null;
  /** Null: nothing left to do. */
  readonly againSeconds: number | null;
  readonly durationMs: number;
}

export type FinishWebhookEvent = (finish: Finish) => Promise<void>;

// Bodies that wait for a database that does not answer stay in memory. A burst of 5,000 must fit; so many of a few kB do.
const WAITING_MAX = 10_000;

/** @throws Fault (from the call) when too many wait already. */
export function createStore(pool: pg.Pool, secrets: SecretBox): StoreWebhookEvent {
  let waiting = 0;
  const verb = setVerb<NewWebhookEvent, { ord: number; id: string; is_new: boolean }>({
    pool,
    name: 'store_webhook_events',
    text: 'select * from store_webhook_events($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
    values: (events) => [
      events.map((event) => event.id),
      events.map((event) => event.provider),
      events.map((event) => event.providerEventId),
      events.map((event) => event.type),
      events.map((event) => event.subject),
      events.map((event) => event.livemode),
      events.map((event) => event.providerIntentId),
      events.map((event) => event.intentId),
      events.map((event) => secrets.seal(event.body, BODY_PURPOSE)),
      events.map((event) => event.bodySha256),
      LEASE_SECONDS,
    ],
  });
  return async (event) => {
    invariant(waiting < WAITING_MAX, 'Too many webhook events wait to be stored');
    waiting++;
    try {
      const [answer] = await verb([event]);
      invariant(answer, `Webhook event ${event.id} was not stored`);
      return { id: answer.id, isNew: answer.is_new };
    } finally {
      waiting--;
    }
  };
}

export function createFinish(pool: pg.Pool): FinishWebhookEvent {
  const verb = setVerb<Finish, { ord: number }>({
    pool,
    name: 'finish_webhook_events',
    text: 'select * from finish_webhook_events($1, $2, $3, $4, $5, $6, $7)',
    values: (ends) => [
      ends.map((end) => end.id),
      ends.map((end) => end.number),
      ends.map((end) => end.status),
      ends.map((end) => end.intentId),
      ends.map((end) => end.error),
      ends.map((end) => end.againSeconds),
      ends.map((end) => Math.round(end.durationMs)),
    ],
  });
  return async (finish) => {
    await verb([finish]);
  };
}
