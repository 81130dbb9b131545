// What is kept for a number of days: deliveries and events of providers, with their attempts, go when nothing is left to do about them.
import { randomUUID } from 'node:crypto';
import { forgetDeliveries } from '../../src/deliveries/forget-deliveries';
import { readConfig } from '../../src/providers/read-config';
import { forgetWebhookEvents } from '../../src/webhooks/forget-events';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let pool: ReturnType<typeof database.pool>;
beforeAll(() => {
  pool = database.pool();
});
const rows = async (text: string, values: unknown[] = []) => (await pool.query(text, values)).rows;

async function delivery(status: string, days: number): Promise<string> {
  const id = `dlv_${randomUUID()}`;
  await rows(
    `insert into deliveries (id, endpoint_id, event_id, type, sequence, body, status, due_at, created_at)
     values ($1, 'ept_1', $1, 'credits.spent', 1, '{}', $2, case when $2 in ('pending', 'failed') then instant() end,
       instant() - make_interval(days => $3))`,
    [id, status, days],
  );
  await rows(
    `insert into delivery_attempts (delivery_id, number, claim_number, at, duration_ms, succeeded) values ($1, 1, 1, instant(), 1, true)`,
    [id],
  );
  return id;
}

async function event(status: string, days: number): Promise<string> {
  const id = `whe_${randomUUID()}`;
  await rows(
    `insert into webhook_events (id, provider, provider_event_id, type, subject, status, body_sha256, received_at, lease_until)
     values ($1, 'stripe', $1, 'payment_intent.succeeded', 'payment', $2, $1, instant() - make_interval(days => $3),
       case when $2 in ('parked', 'failed') then instant() end)`,
    [id, status, days],
  );
  await rows(
    `insert into webhook_attempts (event_id, number, at, duration_ms, succeeded) values ($1, 1, instant(), 1, true)`,
    [id],
  );
  return id;
}

const left = async (table: string, key: string) =>
  (await rows(`select distinct ${key} as id from ${table} order by 1`)).map(({ id }) => id);

it('deliveries that were received or given up go after their days, with their attempts; those that wait stay', async () => {
  await delivery('delivered', 31);
  await delivery('dead', 31);
  const kept = [
    await delivery('delivered', 29),
    await delivery('pending', 400),
    await delivery('failed', 400),
  ].sort();

  expect(await forgetDeliveries({ pool }, 0)).toBe(0);
  expect(await forgetDeliveries({ pool }, 30)).toBe(2);
  expect(await left('deliveries', 'id')).toEqual(kept);
  expect(await left('delivery_attempts', 'delivery_id')).toEqual(kept);
  expect(await forgetDeliveries({ pool }, 30)).toBe(0);
});

it('events of providers go when they are worked; what waits, gave up or was set apart stays', async () => {
  await event('processed', 31);
  await event('ignored', 31);
  const kept = [
    ...[await event('processed', 29), await event('parked', 400), await event('failed', 400)],
    ...[await event('dead', 400), await event('quarantined', 400)],
  ].sort();

  expect(await forgetWebhookEvents({ pool }, 0)).toBe(0);
  expect(await forgetWebhookEvents({ pool }, 30)).toBe(2);
  expect(await left('webhook_events', 'id')).toEqual(kept);
  expect(await left('webhook_attempts', 'event_id')).toEqual(kept);
});

it('processes drop beside each other, each its own rows, a thousand at a time', async () => {
  await rows(
    `insert into deliveries (id, endpoint_id, event_id, type, sequence, body, status, due_at, created_at)
     select 'many_' || n, 'ept_1', 'many_' || n, 'credits.spent', 1, '{}', 'delivered', null, instant() - interval '90 days'
     from generate_series(1, 2500) n`,
  );
  const dropped = await Promise.all([1, 2, 3].map(() => forgetDeliveries({ pool }, 30)));
  expect(Math.max(...dropped)).toBeLessThanOrEqual(1_000);
  while ((await forgetDeliveries({ pool }, 30)) > 0);
  expect(await rows(`select * from deliveries where id like 'many_%'`)).toEqual([]);
});

it('all is kept by default, and less than a month is refused', () => {
  expect(readConfig({})).toMatchObject({ deliveriesKeptDays: 0, webhookEventsKeptDays: 0 });
  expect(readConfig({ DELIVERIES_KEPT_DAYS: '90' })).toMatchObject({ deliveriesKeptDays: 90 });
  for (const name of ['DELIVERIES_KEPT_DAYS', 'WEBHOOK_EVENTS_KEPT_DAYS'])
    expect(() => readConfig({ [name]: '7' })).toThrow(new RegExp(`${name}: .*from 30 on, or 0`));
});
