// From the queue to receivers: real HTTP servers on this machine.
import { Webhook } from 'standardwebhooks';
import { arrayText } from '../../src/db/set-call';
import { createFinish, DELIVERY_END, takeDeliveries } from '../../src/deliveries/queue';
import { GIVE_UP, SCHEDULE_SECONDS } from '../../src/deliveries/send';
import { eventually } from '../support/eventually';
import { startReceiver } from './receiver';
import { faultsOf } from './schemas';
import { useStand } from './stand';

const stand = useStand();
const SHARES = { inAll: 200, perEndpoint: 16, perFailingEndpoint: 2 };

/** A canceled intent: one event, to every endpoint that hears of cancels. */
async function tell(): Promise<string> {
  const { id } = await stand.intent();
  await stand.cancel(id);
  await stand.relay();
  return id;
}

const attemptsOf = (deliveryId: string) =>
  stand.sql('select number, succeeded, error from delivery_attempts where delivery_id = $1 order by number', [
    deliveryId,
  ]);
const endpointOf = async (id: string) =>
  (await stand.sql('select * from webhook_endpoints where id = $1', [id]))[0];
/** The endpoint's only delivery, once it is as it should be. */
const deliveryOf = async (endpointId: string, status: string) => {
  const [delivery] = await eventually(
    () => stand.deliveries(endpointId),
    ([first]) => first?.status === status,
  );
  return delivery;
};

describe('A delivery', () => {
  it('arrives signed, as what was stored, and is over', async () => {
    const receiver = await startReceiver();
    const { id, secret } = await stand.endpoint(receiver.url);
    const intentId = await tell();
    stand.send();

    const [got] = await receiver.until((all) => all.length === 1);

    expect(new Webhook(secret).verify(got!.body, got!.headers)).toMatchObject({ data: { intentId } });
    expect(got!.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': got!.event.id });
    expect(faultsOf(got!.event)).toEqual([]);
    const delivery = await deliveryOf(id, 'delivered');
    expect(delivery).toMatchObject({ body: got!.body, event_id: got!.event.id, due_at: null });
    expect(await attemptsOf(delivery.id)).toEqual([{ number: 1, succeeded: true, error: null }]);
  });

  it('comes again until it is taken: the same id and body, a new time', async () => {
    const receiver = await startReceiver();
    receiver.answer(500, 'hang', { status: 302, headers: { location: '/elsewhere' } }, 200);
    const { id, secret } = await stand.endpoint(receiver.url);
    await tell();
    // Long enough for an answer on a busy machine.
    stand.send({ scheduleSeconds: [0, 1.1, 0, 0, 0], timeoutMs: 2_000 });

    const got = await receiver.until((all) => all.length === 4);

    const delivery = await deliveryOf(id, 'delivered');
    expect(await attemptsOf(delivery.id)).toEqual([
      { number: 1, succeeded: false, error: 'HTTP 500' },
      { number: 2, succeeded: false, error: 'no answer within 2000 ms' },
      { number: 3, succeeded: false, error: 'HTTP 302: redirects are not followed' },
      { number: 4, succeeded: true, error: null },
    ]);
    expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(got.map(({ body }) => body)).size).toBe(1);
    const [first, second] = got.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(second).toBeGreaterThan(first as number);
    for (const { body, headers } of got) expect(new Webhook(secret).verify(body, headers)).toBeTruthy();
    expect(await endpointOf(id)).toMatchObject({ failing_since: null, failed_count: 0, enabled: true });
  });

  it('is dead after its last attempt, and stays to be seen', async () => {
    const receiver = await startReceiver();
    receiver.answer(503);
    const { id } = await stand.endpoint(receiver.url);
    await tell();
    stand.send();

    const delivery = await deliveryOf(id, 'dead');

    expect(delivery).toMatchObject({ due_at: null, attempt_count: 10 });
    expect((await attemptsOf(delivery.id)).map(({ number }) => number)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(receiver.got).toHaveLength(10);
    expect(await endpointOf(id)).toMatchObject({ enabled: true, failed_count: 10 });
  });

  it('waits as the schedule says, a little longer by chance, never shorter', async () => {
    expect(SCHEDULE_SECONDS.map((seconds) => seconds / 60)).toEqual([
      0,
      5 / 60,
      5,
      30,
      120,
      300,
      600,
      840,
      1200,
      1440,
    ]);
    const receiver = await startReceiver();
    receiver.answer(500);
    const ids = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(async () => (await stand.endpoint(receiver.url)).id),
    );
    await tell();
    stand.send({ scheduleSeconds: [0, 1000] });

    const waits = await Promise.all(
      ids.map(async (id) => {
        const { id: deliveryId } = await deliveryOf(id, 'failed');
        const [row] = await stand.sql(
          `select extract(epoch from d.due_at - a.at) * 1000 - a.duration_ms as wait_ms
           from deliveries d join delivery_attempts a on a.delivery_id = d.id where d.id = $1`,
          [deliveryId],
        );
        return Number(row.wait_ms) / 1000;
      }),
    );

    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(999.9);
      expect(wait).toBeLessThan(1200.1);
    }
    expect(new Set(waits.map(Math.round)).size).toBeGreaterThan(1);
  });

  it('waits as long as its receiver asks, up to a day', async () => {
    const receiver = await startReceiver();
    const waitAfter = async (header: string) => {
      receiver.answer({ status: 429, headers: { 'retry-after': header } });
      const { id } = await stand.endpoint(receiver.url);
      await tell();
      const { stop } = stand.send({ scheduleSeconds: [0, 10] });
      const { id: deliveryId } = await deliveryOf(id, 'failed');
      await stop();
      await stand.sql('update webhook_endpoints set enabled = false');
      const [row] = await stand.sql(
        'select extract(epoch from due_at - clock_timestamp())::float as s from deliveries where id = $1',
        [deliveryId],
      );
      return row.s;
    };

    expect(Math.abs((await waitAfter('3600')) - 3600)).toBeLessThan(15);
    expect(await waitAfter('1')).toBeLessThan(13);
    expect(Math.abs((await waitAfter('999999999')) - 86_400)).toBeLessThan(15);
  });

  it('is signed with both secrets while one is being changed, and then with the new one alone', async () => {
    const receiver = await startReceiver();
    const { id, secret: old } = await stand.endpoint(receiver.url);
    const fresh = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    await stand.sql(
      `update webhook_endpoint_secrets set expires_at = clock_timestamp() + interval '24 hours' where endpoint_id = $1`,
      [id],
    );
    await stand.sql('insert into webhook_endpoint_secrets (endpoint_id, secret) values ($1, $2)', [
      id,
      fresh,
    ]);
    await tell();
    stand.send();
    const [both] = await receiver.until((all) => all.length === 1);
    await stand.sql(
      `update webhook_endpoint_secrets set expires_at = clock_timestamp() where endpoint_id = $1 and secret <> $2`,
      [id, fresh],
    );
    await tell();
    const [, alone] = await receiver.until((all) => all.length === 2);

    for (const secret of [old, fresh])
      expect(new Webhook(secret).verify(both!.body, both!.headers)).toBeTruthy();
    expect(new Webhook(fresh).verify(alone!.body, alone!.headers)).toBeTruthy();
    expect(() => new Webhook(old).verify(alone!.body, alone!.headers)).toThrow();
  });
});

describe('An endpoint', () => {
  it('that says 410 is switched off at once, and what is left waits', async () => {
    const receiver = await startReceiver();
    receiver.answer(410);
    const { id } = await stand.endpoint(receiver.url);
    await tell();
    stand.send();
    await deliveryOf(id, 'failed');
    await tell();

    await eventually(
      () => endpointOf(id),
      (endpoint) => !endpoint.enabled,
    );
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(receiver.got).toHaveLength(1);
    expect((await stand.deliveries(id)).map(({ status }) => status)).toEqual(['failed', 'pending']);
  });

  it('is switched off after five days and twenty attempts without a success, and not before', async () => {
    expect(GIVE_UP).toEqual({ seconds: 5 * 86_400, count: 20 });
    const receiver = await startReceiver();
    receiver.answer(500);
    const { id } = await stand.endpoint(receiver.url);
    const attempt = async (failingDays: number, failedCount: number) => {
      await stand.sql(
        `update webhook_endpoints set failing_since = clock_timestamp() - $2 * interval '1 day', failed_count = $3
         where id = $1`,
        [id, failingDays, failedCount],
      );
      const before = receiver.got.length;
      await tell();
      await receiver.until((all) => all.length > before);
      await eventually(
        () => endpointOf(id),
        (endpoint) => endpoint.failed_count > failedCount,
      );
      return (await endpointOf(id)).enabled;
    };
    stand.send({ scheduleSeconds: [0, 100] });

    expect(await attempt(4.9, 500)).toBe(true);
    expect(await attempt(30, 18)).toBe(true);
    expect(await attempt(5.1, 19)).toBe(false);
    expect((await endpointOf(id)).failing_since).not.toBeNull();
  });

  it('is not switched off by many failures in one set', async () => {
    const { id } = await stand.endpoint('http://127.0.0.1:9/');
    const intents = await Promise.all(Array.from({ length: 30 }, () => stand.intent()));
    await Promise.all(intents.map((intent) => stand.cancel(intent.id)));
    await stand.relay();
    const taken = await takeDeliveries(stand.pool, new Map(), { ...SHARES, perEndpoint: 30 }, 30);

    const [ended] = await stand.sql(
      `select count(*)::integer as attempts, bool_or(switched_off) as switched_off
       from finish_deliveries($1::delivery_end[], $2, $3)`,
      [
        arrayText(
          DELIVERY_END,
          taken.map(({ delivery }) => ({
            ...{ delivery, durationMs: 1, error: 'HTTP 500', againSeconds: 5, isGone: false },
          })),
        ),
        GIVE_UP.seconds,
        GIVE_UP.count,
      ],
    );

    expect(ended).toEqual({ attempts: 30, switched_off: false });
    expect(await endpointOf(id)).toMatchObject({ enabled: true, failed_count: 30 });
  });

  it('is never switched off by failures with a success between them', async () => {
    const receiver = await startReceiver();
    receiver.answer(500, 200, 500);
    const { id } = await stand.endpoint(receiver.url);
    await stand.sql(
      `update webhook_endpoints set failing_since = clock_timestamp() - interval '4 days', failed_count = 1000 where id = $1`,
      [id],
    );
    await tell();
    stand.send({ scheduleSeconds: [0, 0, 0, 100] });
    await deliveryOf(id, 'delivered');
    expect(await endpointOf(id)).toMatchObject({ enabled: true, failing_since: null, failed_count: 0 });

    await tell();
    await eventually(
      () => endpointOf(id),
      (endpoint) => endpoint.failed_count === 3,
    );
    expect((await endpointOf(id)).enabled).toBe(true);
  });

  it('that is slow delays no other one, and gets no more than its share at once', async () => {
    const [slow, quick] = [await startReceiver(), await startReceiver()];
    slow.answer('hang');
    await stand.endpoint(slow.url);
    await stand.endpoint(quick.url);
    const intents = await Promise.all(Array.from({ length: 60 }, () => stand.intent()));
    await Promise.all(intents.map(({ id }) => stand.cancel(id)));
    await stand.relay();
    stand.send();

    await quick.until((all) => all.length === 60);

    await eventually(() => expect(slow.got).toHaveLength(SHARES.perEndpoint));
    expect(quick.mostAtOnce).toBeLessThanOrEqual(SHARES.perEndpoint);
  });

  it('with a long queue leaves the next place to one with a short queue', async () => {
    const [long, short] = [
      await stand.endpoint('http://127.0.0.1:9/'),
      await stand.endpoint('http://127.0.0.1:9/'),
    ];
    const queue = (endpointId: string, count: number) =>
      stand.sql(
        `insert into deliveries (id, endpoint_id, event_id, type, sequence, body)
         select 'dlv_' || $1 || n, $1, n, 'intent.canceled', 1, '{}' from generate_series(1, $2::integer) n`,
        [endpointId, count],
      );
    await queue(long.id, 20);
    await queue(short.id, 1);

    const taken = await takeDeliveries(stand.pool, new Map(), { ...SHARES, inAll: 3 }, 30);

    const endpoints = taken.map(({ delivery }) => delivery.endpointId);
    expect(endpoints.sort()).toEqual([long.id, long.id, short.id].sort());
  });

  it('that hangs gets two at a time once an attempt has failed, and leaves room in all', async () => {
    const [dead, quick] = [await startReceiver(), await startReceiver()];
    dead.answer('hang');
    const { id } = await stand.endpoint(dead.url);
    await stand.sql('update webhook_endpoints set failing_since = now() where id = $1', [id]);
    await stand.endpoint(quick.url);
    const intents = await Promise.all(Array.from({ length: 30 }, () => stand.intent()));
    await Promise.all(intents.map(({ id: intentId }) => stand.cancel(intentId)));
    await stand.relay();
    stand.send({ shares: { ...SHARES, inAll: 4 } });

    await quick.until((all) => all.length === 30);

    await eventually(() => expect(dead.got).toHaveLength(2));
    expect(dead.mostAtOnce).toBe(2);
  });

  it('hears of each intent in the order in which it happened: the next one after it took the one before', async () => {
    const receiver = await startReceiver();
    receiver.delayMs = 20;
    await stand.endpoint(receiver.url, ['intent.*']);
    const intents = await Promise.all(Array.from({ length: 100 }, () => stand.intent()));
    // One by one, so that the two of one intent stand side by side in the queue.
    for (const { id } of intents) {
      await stand.fail(id);
      await stand.pay(id);
    }
    await stand.relay();
    // As two processes.
    stand.send();
    stand.send();

    const got = await receiver.until((all) => all.length === 200, 30_000);

    for (const { id } of intents) {
      const [first, second] = got.filter(({ event }) => event.data.intentId === id);
      expect([first?.event.type, second?.event.type]).toEqual(['intent.failed', 'intent.succeeded']);
      expect(second!.event.sequence).toBeGreaterThan(first!.event.sequence);
      expect(second!.atMs - first!.atMs).toBeGreaterThanOrEqual(19);
    }
    expect(new Set(got.map(({ event }) => event.id)).size).toBe(200);
  });

  it('hears of a success although the failure before it does not get through', async () => {
    const receiver = await startReceiver();
    receiver.answer(500, 200);
    await stand.endpoint(receiver.url, ['intent.*']);
    const { id } = await stand.intent();
    await stand.fail(id);
    await stand.pay(id);
    await stand.relay();
    stand.send({ scheduleSeconds: [0, 1000] });

    const got = await receiver.until((all) => all.length === 2);

    expect(got.map(({ event }) => event.type)).toEqual(['intent.failed', 'intent.succeeded']);
  });
});

describe('Several processes', () => {
  it('send each delivery once', async () => {
    const receiver = await startReceiver();
    const { id } = await stand.endpoint(receiver.url);
    const intents = await Promise.all(Array.from({ length: 80 }, () => stand.intent()));
    await Promise.all(intents.map((intent) => stand.cancel(intent.id)));
    await stand.relay();
    for (let process = 0; process < 3; process++) stand.send();

    await eventually(
      () => stand.deliveries(id),
      (all) => all.length === 80 && all.every(({ status }) => status === 'delivered'),
    );

    expect(receiver.got).toHaveLength(80);
    expect(new Set(receiver.got.map(({ event }) => event.id)).size).toBe(80);
  });

  it('take over what one of them left behind, by the clock of the database', async () => {
    const receiver = await startReceiver();
    const { id } = await stand.endpoint(receiver.url);
    await tell();
    const [left] = await takeDeliveries(stand.pool, new Map(), SHARES, 30);
    expect(await takeDeliveries(stand.pool, new Map(), SHARES, 30)).toEqual([]);
    const [{ s }] = await stand.sql(
      'select extract(epoch from due_at - clock_timestamp())::float as s from deliveries where id = $1',
      [left!.delivery.id],
    );
    expect(Math.abs(s - 30)).toBeLessThan(2);

    await stand.sql('update deliveries set due_at = instant() where id = $1', [left!.delivery.id]);
    stand.send();

    await receiver.until((all) => all.length === 1);
    await deliveryOf(id, 'delivered');
  });

  it('that woke up too late adds its attempt, and changes nothing but by a success', async () => {
    const { id } = await stand.endpoint('http://127.0.0.1:9/');
    await tell();
    const finish = createFinish(stand.pool, GIVE_UP);
    const take = async () => {
      await stand.sql('update deliveries set due_at = instant() where endpoint_id = $1', [id]);
      return (await takeDeliveries(stand.pool, new Map(), SHARES, 30))[0]!.delivery;
    };
    const end = (delivery: any, error: string | null, againSeconds: number | null) =>
      finish({ delivery, durationMs: 5, error, againSeconds, isGone: false });
    const [frozen, alive] = [await take(), await take()];
    await end(alive, 'HTTP 500', 1000);
    const planned = (await stand.deliveries(id))[0].due_at;

    expect(await end(frozen, 'HTTP 502', null)).toMatchObject({ number: 2, status: 'failed' });
    expect((await stand.deliveries(id))[0]).toMatchObject({ status: 'failed', due_at: planned, step: 1 });

    const [second, third] = [await take(), await take()];
    await end(third, 'HTTP 500', 1000);
    expect(await end(second, null, null)).toMatchObject({ number: 4, status: 'delivered' });
    expect((await stand.deliveries(id))[0]).toMatchObject({ status: 'delivered', due_at: null });
  });

  it('may report an end twice, after an answer was lost', async () => {
    const { id } = await stand.endpoint('http://127.0.0.1:9/');
    await tell();
    const [taken] = await takeDeliveries(stand.pool, new Map(), SHARES, 30);
    const finish = createFinish(stand.pool, GIVE_UP);
    const end = { ...taken!, durationMs: 5, error: 'HTTP 500', againSeconds: 60, isGone: false };

    const first = await finish(end);
    const before = await stand.deliveries(id);
    expect(await finish(end)).toEqual(first);

    expect(await stand.deliveries(id)).toEqual(before);
    expect(await attemptsOf(taken!.delivery.id)).toHaveLength(1);
    expect((await endpointOf(id)).failed_count).toBe(1);
  });
});

describe('A stop', () => {
  it('waits for what is under way', async () => {
    const receiver = await startReceiver();
    receiver.delayMs = 500;
    const { id } = await stand.endpoint(receiver.url);
    await tell();
    const { stop } = stand.send();
    await receiver.until((all) => all.length === 1);

    await stop();

    expect(await stand.deliveries(id)).toMatchObject([{ status: 'delivered' }]);
  });

  it('does not wait for ever, and does not blame the receiver', async () => {
    const receiver = await startReceiver();
    receiver.answer('hang');
    const { id } = await stand.endpoint(receiver.url);
    await tell();
    const { stop } = stand.send();
    await receiver.until((all) => all.length === 1);

    const startedMs = performance.now();
    await stop();

    expect(performance.now() - startedMs).toBeLessThan(9_000);
    const [delivery] = await stand.deliveries(id);
    expect(delivery).toMatchObject({ status: 'pending', attempt_count: 0, claim_number: 1 });
    expect(await attemptsOf(delivery.id)).toEqual([]);
  });
});

test('a backlog of twenty thousand is taken from its index', async () => {
  const { id } = await stand.endpoint('http://127.0.0.1:9/');
  await stand.sql(
    `insert into deliveries (id, endpoint_id, event_id, type, order_key, sequence, body)
     select 'dlv_' || lpad(n::text, 5, '0'), $1, 'evt_' || n, 'intent.canceled', 'int_' || n, 1, '{}' from generate_series(1, 20000) n`,
    [id],
  );

  const startedMs = performance.now();
  const taken = await takeDeliveries(stand.pool, new Map(), SHARES, 30);

  // Some milliseconds; how it is found, test/jobs/sweep-plans.test.ts asks PostgreSQL.
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect(taken.map(({ delivery }) => delivery.id)).toEqual(
    Array.from({ length: SHARES.perEndpoint }, (_, at) => `dlv_${String(at + 1).padStart(5, '0')}`),
  );
});
