// What becomes of a stored webhook event: worked, parked, tried again, given up or kept from doing harm. A gateway without
// doors, whose provider answers what the test wants.

import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { type App, startApp } from '../../src/app';
import { readConfig } from '../../src/providers/read-config';
import type { WireRequest, WireResponse } from '../../src/providers/transport';
import type { Logger } from '../../src/telemetry/logger';
import { ATTEMPTS_MAX } from '../../src/webhooks/ends';
import { receiveWebhook } from '../../src/webhooks/receive';
import { workDueWebhookEvents } from '../../src/webhooks/work';
import { eventually } from '../support/eventually';
import { useDatabase } from '../support/pools';
import { letter, stripeBody } from './letters';
import { ownIntents } from './provider-objects';

const logged: { level: string; event: string; facts: any }[] = [];
const note = (level: string) => (event: string, facts?: object) => void logged.push({ level, event, facts });
const log: Logger = {
  info: note('info'),
  warn: note('warn'),
  error: note('error'),
  critical: note('critical'),
};

/** Keeps every answer back. @returns what lets them go. */
function holdAnswers(): () => void {
  let open: () => void = () => undefined;
  opened = new Promise((resolve) => {
    open = resolve;
  });
  return open;
}

/** What Stripe answers about an intent; null is an outage. */
const objects = new Map<string, object | null>();
const reads: string[] = [];
let readMs = 0;
/** Answers wait for it. */
let opened: Promise<void> = Promise.resolve();
let atOnce = 0;
let atOnceMost = 0;

async function stripe(request: WireRequest): Promise<WireResponse> {
  const id = /pi_\w+/.exec(request.path)?.[0] ?? '';
  const answer = (status: number, body: object) => ({
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (request.path.startsWith('/v1/charges'))
    return answer(200, { object: 'list', data: [], has_more: false, url: '/v1/charges' });
  reads.push(id);
  atOnceMost = Math.max(atOnceMost, ++atOnce);
  await pause(readMs);
  await opened;
  atOnce--;
  const object = objects.get(id);
  return object ? answer(200, object) : answer(500, { error: { type: 'api_error', message: 'Down' } });
}

let app: App;
afterAll(() => app.close());
const database = useDatabase();

beforeAll(async () => {
  const config = readConfig({
    DATABASE_URL: database.url,
    ROLE: 'api',
    PAYMENTS_MOCK_MODE: 'true',
    PORT: '0',
  });
  app = await startApp({ ...config, role: 'worker' }, log, { stripe });
});
beforeEach(() => {
  readMs = 0;
  atOnceMost = 0;
  reads.length = 0;
  logged.length = 0;
});

const intentObject = (id: string, metadata: object = {}, status = 'requires_payment_method') => ({
  id,
  object: 'payment_intent',
  amount: 5000,
  amount_received: 0,
  currency: 'inr',
  client_secret: `${id}_secret`,
  created: 1_795_000_000,
  latest_charge: null,
  last_payment_error: null,
  metadata,
  status,
});

let numbers = 0;
const unique = () => `pi_status_${++numbers}`;

async function ours(...objectIds: string[]): Promise<string[]> {
  const owned = objectIds.map((providerIntentId) => ({
    provider: 'stripe' as const,
    providerIntentId,
    amountMinor: 5000,
    currency: 'INR',
  }));
  return ownIntents(database.pool(), owner(), owned, `user_${numbers}`);
}

// The application's role may change these tables; only the simulator's are the owner's.
const owner = () => app.deps.pool as unknown as pg.ClientBase;

async function receive(object: object, event: { type?: string; livemode?: boolean; id?: string } = {}) {
  const { body, headers } = letter('stripe', stripeBody({ id: `evt_${++numbers}`, object, ...event }));
  return receiveWebhook(app.deps, 'stripe', Buffer.from(body), headers);
}

async function worked(object: object, event: { type?: string; livemode?: boolean } = {}) {
  const { id, worked } = await receive(object, event);
  await worked;
  return eventOf(id);
}

async function eventOf(id: string) {
  const { rows } = await app.deps.pool.query(
    `select e.*, extract(epoch from lease_until - (select max(at + make_interval(secs => duration_ms / 1000.0))
         from webhook_attempts where event_id = e.id))::float8 as again_seconds,
       (select json_agg(json_build_object('number', number, 'succeeded', succeeded, 'error', error,
          'ms', duration_ms, 'at', at) order by number) from webhook_attempts a where a.event_id = e.id) as attempts
     from webhook_events e where id = $1`,
    [id],
  );
  return rows[0];
}

/** Makes an event due and works what is due, as the loop does. */
async function again(id: string, changes = '') {
  await app.deps.pool.query(
    `update webhook_events set lease_until = now() - interval '1 ms' ${changes} where id = $1`,
    [id],
  );
  await workDueWebhookEvents(app.deps);
  return eventOf(id);
}

it('parks an event whose payment is not known yet, longer each time, and works it when it is', async () => {
  const objectId = unique();
  objects.set(objectId, intentObject(objectId));
  const parked = await worked(intentObject(objectId, { intent_id: 'int_to_come' }));
  expect(parked).toMatchObject({ status: 'parked', processed_at: null, attempt_count: 1 });
  expect(parked.again_seconds).toBeGreaterThan(4);
  expect(parked.again_seconds).toBeLessThanOrEqual(5);
  expect((await again(parked.id)).again_seconds).toBeGreaterThan(9);
  expect((await again(parked.id, ', attempt_count = 20')).again_seconds).toBeGreaterThan(3_590);
  expect((await eventOf(parked.id)).again_seconds).toBeLessThanOrEqual(3_600);
  expect(reads).toEqual([]);

  const [intentId] = await ours(objectId);
  expect(await again(parked.id)).toMatchObject({
    status: 'processed',
    intent_id: intentId,
    lease_until: null,
  });
});

it('takes news that overtook the answer which made its object, and gives the intent its object', async () => {
  const [objectId, other] = [unique(), unique()];
  const [intentId] = await ours(other);
  await app.deps.pool.query('update intents set provider_intent_id = null where id = $1', [intentId]);
  objects.set(objectId, intentObject(objectId, { intent_id: intentId }));

  expect(await worked(objects.get(objectId)!)).toMatchObject({ status: 'processed', intent_id: intentId });

  const intent = await app.deps.readIntent(intentId!);
  expect(intent?.providerIntentId).toBe(objectId);
});

it.each([
  ['is of live mode', () => ({ livemode: true, names: null })],
  [
    'says that its object belongs to an intent that has another one',
    () => ({ livemode: false, names: 'taken' }),
  ],
  [
    'is about an object that, when read, belongs to another intent',
    () => ({ livemode: false, names: 'foreign' }),
  ],
])('keeps an event from doing anything when it %s', async (_, given) => {
  const { livemode, names } = given();
  const [objectId, other] = [unique(), unique()];
  const [ownId, otherId] = await ours(objectId, other);
  const readId = names === 'taken' ? unique() : objectId;
  objects.set(readId, intentObject(readId, names ? { intent_id: otherId } : {}, 'canceled'));

  const event = await worked(objects.get(readId)!, { livemode });

  expect(event).toMatchObject({
    status: 'quarantined',
    processed_at: null,
    lease_until: null,
    attempt_count: 1,
  });
  expect(event.attempts).toMatchObject([{ number: 1, succeeded: false, error: event.last_error }]);
  expect(logged).toContainEqual(expect.objectContaining({ level: 'error', event: 'webhook.quarantined' }));
  for (const id of [ownId, otherId]) expect((await app.deps.readIntent(id!))?.status).toBe('pending');
});

it("keeps one provider's event from giving its object to an intent of the other provider", async () => {
  const [intentId] = await ours(unique());
  await app.deps.pool.query('update intents set provider_intent_id = null where id = $1', [intentId]);
  const order = { id: `order_of_another_${++numbers}`, entity: 'order', receipt: intentId, notes: {} };
  const body = JSON.stringify({
    entity: 'event',
    event: 'order.paid',
    payload: { order: { entity: order } },
  });
  const { headers } = letter('razorpay', body);

  const { id, worked } = await receiveWebhook(app.deps, 'razorpay', Buffer.from(body), headers);
  await worked;

  expect(await eventOf(id)).toMatchObject({ status: 'quarantined', attempt_count: 1 });
  expect((await app.deps.readIntent(intentId!))?.providerIntentId).toBeNull();
});

it('tries again after a failure, apart by chance, and keeps every attempt', async () => {
  const objectId = unique();
  await ours(objectId);
  objects.set(objectId, null);
  const failed = await worked(intentObject(objectId));
  expect(failed).toMatchObject({
    status: 'failed',
    last_error: 'The provider answered: unknown, server_error',
  });
  expect(failed.again_seconds).toBeGreaterThan(2);
  expect(failed.again_seconds).toBeLessThanOrEqual(5);
  objects.set(objectId, intentObject(objectId));
  readMs = 30;
  const done = await again(failed.id);
  expect(done).toMatchObject({ status: 'processed', last_error: null, lease_until: null });
  expect(done.attempts).toMatchObject([
    { number: 1, succeeded: false, error: failed.last_error },
    { number: 2, succeeded: true, error: null },
  ]);
  expect(done.attempts[1].ms).toBeGreaterThanOrEqual(30);
});

it('gives up after the last attempt, and says so', async () => {
  const objectId = unique();
  await ours(objectId);
  objects.set(objectId, null);
  const failed = await worked(intentObject(objectId));
  await again(failed.id, `, attempt_count = ${ATTEMPTS_MAX - 1}`);
  expect(await eventOf(failed.id)).toMatchObject({
    status: 'dead',
    lease_until: null,
    attempt_count: ATTEMPTS_MAX,
  });
  expect(logged).toContainEqual(expect.objectContaining({ level: 'error', event: 'webhook.dead' }));
});

it('ignores what says nothing about money', async () => {
  const event = await worked({ id: 'cus_1', object: 'customer' }, { type: 'customer.created' });
  expect(event).toMatchObject({ status: 'ignored', lease_until: null, subject: 'other' });
  expect(event.processed_at).not.toBeNull();
  expect(reads).toEqual([]);
});

it.each([
  ['refund', { id: 're_1', object: 'refund', payment_intent: 'pi_x' }],
  ['dispute', { id: 'dp_1', object: 'dispute', payment_intent: 'pi_x' }],
])(
  'parks an event about a %s of a payment that is not known yet, longer each time',
  async (subject, object) => {
    objects.set('pi_x', intentObject('pi_x', { intent_id: 'int_to_come' }));
    const event = await worked(object, { type: `${subject}.updated` });
    expect(event).toMatchObject({ status: 'parked', subject });
    const later = await again(event.id, ', attempt_count = 20');
    expect(later).toMatchObject({ status: 'parked', attempt_count: 21 });
    expect(later.again_seconds).toBeGreaterThan(3_590);
  },
);

it('leaves events about settlements to reconciliation, and says so', async () => {
  const event = await worked({ id: 'po_1', object: 'payout' }, { type: 'payout.paid' });
  expect(event).toMatchObject({ status: 'ignored', subject: 'settlement' });
});

it('reads once for all events about a payment that wait, never for one that was stored after the read began', async () => {
  const objectId = unique();
  const [intentId] = await ours(objectId);
  objects.set(objectId, intentObject(objectId));
  const open = holdAnswers();
  const first = await receive(intentObject(objectId));
  await eventually(() => expect(reads).toHaveLength(1));
  const waiting = await Promise.all(Array.from({ length: 10 }, () => receive(intentObject(objectId))));
  open();
  await Promise.all([first, ...waiting].map(({ worked }) => worked));

  expect(reads).toEqual([objectId, objectId]);
  for (const { id } of [first, ...waiting])
    expect(await eventOf(id)).toMatchObject({ status: 'processed', intent_id: intentId, attempt_count: 1 });
  const { rows } = await app.deps.pool.query(
    `select count(distinct data ->> 'webhookEventId')::int as n, count(*)::int as lines from events
     where subject = $1 and kind = 'webhook_received'`,
    [intentId],
  );
  expect(rows[0]).toEqual({ n: 11, lines: 11 });
});

it('asks a provider about 24 payments at the same time and no more', async () => {
  const ids = Array.from({ length: 60 }, unique);
  await ours(...ids);
  for (const id of ids) objects.set(id, intentObject(id));
  const open = holdAnswers();
  const received = await Promise.all(ids.map((id) => receive(intentObject(id))));
  await eventually(() => expect(atOnce).toBe(24));
  // Time for one more, if there were room.
  await pause(100);
  open();
  await Promise.all(received.map(({ worked }) => worked));
  expect(reads).toHaveLength(60);
  expect(atOnceMost).toBe(24);
});

it('believes the first of two that worked the same event because a lease ran out', async () => {
  const objectId = unique();
  const event = await worked(intentObject(objectId));
  const end = { id: event.id, number: 2, intentId: null, durationMs: 5 };
  await app.deps.finish({ ...end, status: 'ignored', error: null, againSeconds: null });
  await app.deps.finish({ ...end, status: 'failed', error: 'Too late', againSeconds: 5 });
  const after = await eventOf(event.id);
  expect(after).toMatchObject({ status: 'ignored', attempt_count: 2, lease_until: null });
  expect(after.attempts.map((attempt: any) => attempt.succeeded)).toEqual([false, true]);
});
