// Two processes are one provider: whatever they do at the same time, there is one truth.
import { installSimulator } from '../../packages/simulator/src/install';
import { createSimulator, type Simulator } from '../../packages/simulator/src/simulator';
import { systemClock } from '../../src/kernel/clock';
import { heardPool } from '../support/pools';
import { SECRETS, Stand } from './stand';

let stand: Stand;
let processes: [Simulator, Simulator];
beforeAll(async () => {
  stand = await Stand.open();
  processes = [stand.process(), stand.process()];
});
afterAll(() => stand.close());

const STRIPE = { authorization: 'Bearer sk_test_mock' };
const RAZORPAY = { authorization: `Basic ${Buffer.from('rzp_test_mock:secret').toString('base64')}` };
const both = <Result>(count: number, act: (simulator: Simulator, n: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, (_, n) => act(processes[n % 2] as Simulator, n)));

const createIntent = (simulator: Simulator, key?: string, body = 'amount=2000&currency=usd') =>
  simulator.handle({
    method: 'POST',
    path: '/v1/payment_intents',
    headers: { ...STRIPE, ...(key ? { 'Idempotency-Key': key } : {}) },
    body,
  });
const createOrder = (simulator: Simulator, receipt: string, amount = 5000) =>
  simulator.handle({
    method: 'POST',
    path: '/v1/orders',
    headers: RAZORPAY,
    body: JSON.stringify({ amount, receipt, unique_receipt: true }),
  });
const newIntent = async () => JSON.parse((await createIntent(processes[0])).body).id as string;
const count = async (kind: string) =>
  Number(
    (await stand.pool.query('select count(*) from simulator.objects where kind = $1', [kind])).rows[0].count,
  );
const statusOf = async (id: string) => {
  const read = { method: 'GET', path: `/v1/payment_intents/${id}`, headers: STRIPE, body: '' };
  return JSON.parse((await processes[1].handle(read)).body).status;
};

it('fifty creates under one key on two processes make one payment intent', async () => {
  const before = await count('payment_intent');

  const answers = await both(50, (simulator) => createIntent(simulator, 'storm-1'));

  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  expect(answers.filter(({ headers }) => headers['idempotent-replayed'] !== 'true')).toHaveLength(1);
  expect(await count('payment_intent')).toBe(before + 1);
});

it('a new intent is written without a look; one that is there all the same is looked at then', async () => {
  const [here, there] = processes;
  await newIntent();
  const made: string[] = [];
  const create = (simulator: Simulator) => async () => {
    made.push((await createIntent(simulator, 'unseen-1')).body);
  };

  expect(await stand.statementsOf(here, create(here))).toEqual(['simulator_commit_decisions']);
  await createIntent(there);
  expect(await stand.statementsOf(there, create(there))).toEqual([
    'simulator_commit_decisions',
    'simulator_read_families',
  ]);
  expect(made[1]).toBe(made[0]);
});

it('fifty creates without a key make fifty payment intents', async () => {
  const answers = await both(50, (simulator) => createIntent(simulator));

  expect(new Set(answers.map(({ body }) => JSON.parse(body).id)).size).toBe(50);
});

it('creates with one unique receipt on two processes make one order, whatever each asked for', async () => {
  const before = await count('order');

  // Many small races: in a big one the first process is done before the second has looked.
  for (let round = 0; round < 30; round++) {
    const answers = await both(2, (simulator, n) => createOrder(simulator, `raced-${round}`, 5000 + n));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
  }

  const storm = await both(50, (simulator, n) => createOrder(simulator, 'storm', 5000 + n));
  expect(new Set(storm.map(({ body }) => body)).size).toBe(1);
  expect(await count('order')).toBe(before + 31);
});

it('of twenty plays on one payment intent at once one succeeds and the others hear that it is paid', async () => {
  for (let round = 0; round < 5; round++) {
    const id = await newIntent();
    const before = await count('charge');

    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        (processes[n % 2] as Simulator).play({
          provider: 'stripe',
          providerIntentId: id,
          outcome: 'succeed',
          delayMs: 0,
        }),
      ),
    );

    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ currentStatus: 'succeeded' });
    expect(await count('charge')).toBe(before + 1);
  }
});

it('twenty declines on one payment intent at once are twenty charges', async () => {
  const id = await newIntent();
  const before = await count('charge');

  const played = await both(20, (simulator) =>
    simulator.play({ provider: 'stripe', providerIntentId: id, outcome: 'decline', delayMs: 0 }),
  );

  expect(await count('charge')).toBe(before + 20);
  expect(new Set(played.flatMap(({ providerEventIds }) => providerEventIds)).size).toBe(20);
});

it('a cancel and a payment at the same time have one winner', async () => {
  for (let round = 0; round < 20; round++) {
    const id = await newIntent();
    const path = `/v1/payment_intents/${id}/cancel`;

    const [canceled, paid] = await Promise.allSettled([
      processes[round % 2]?.handle({ method: 'POST', path, headers: STRIPE, body: '' }),
      processes[1 - (round % 2)]?.play({
        provider: 'stripe',
        providerIntentId: id,
        outcome: 'succeed',
        delayMs: 0,
      }),
    ]);

    const didCancel = canceled.status === 'fulfilled' && canceled.value?.status === 200;
    const didPay = paid.status === 'fulfilled';
    expect([didCancel, didPay].filter(Boolean)).toHaveLength(1);
    expect(await statusOf(id)).toBe(didCancel ? 'canceled' : 'succeeded');
  }
});

it('two refunds at the same time never give back more than was taken', async () => {
  for (let round = 0; round < 10; round++) {
    const id = await newIntent();
    await processes[0].play({ provider: 'stripe', providerIntentId: id, outcome: 'succeed', delayMs: 0 });

    const answers = await both(2, (simulator) =>
      simulator.handle({
        method: 'POST',
        path: '/v1/refunds',
        headers: STRIPE,
        body: `payment_intent=${id}&amount=1500`,
      }),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  }
});

it('a key raced by two different requests belongs to one of them, and the other changed nothing', async () => {
  for (let round = 0; round < 10; round++) {
    const id = await newIntent();
    const key = `raced-${round}`;
    const before = await count('payment_intent');
    const cancel = processes[1].handle({
      method: 'POST',
      path: `/v1/payment_intents/${id}/cancel`,
      headers: { ...STRIPE, 'Idempotency-Key': key },
      body: '',
    });

    const [create, canceled] = await Promise.all([createIntent(processes[0], key), cancel]);

    expect([create.status, canceled.status].sort()).toEqual([200, 400]);
    expect((await count('payment_intent')) - before).toBe(create.status === 200 ? 1 : 0);
    expect(await statusOf(id)).toBe(canceled.status === 200 ? 'canceled' : 'requires_payment_method');
  }
});

it('a request that the database refuses fails alone among its neighbours', async () => {
  // PostgreSQL's text knows no NUL.
  const poison = 'a receipt with \0 in it';

  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) => createOrder(processes[0], n === 7 ? poison : `healthy-${n}`)),
  );

  expect(results.map(({ status }) => status).indexOf('rejected')).toBe(7);
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
});

it('sixty-four creates and sixty-four reads at once share a handful of statements', async () => {
  const pool = heardPool({ connectionString: stand.url, max: 4 });
  let statements = 0;
  const query = pool.query.bind(pool) as (...values: unknown[]) => unknown;
  pool.query = ((...values: unknown[]) => {
    statements++;
    return query(...values);
  }) as typeof pool.query;
  const deliver = async () => ({ status: 200 });
  const simulator = createSimulator({ pool, deliver, secrets: SECRETS, clock: systemClock });

  const created = await Promise.all(
    Array.from({ length: 64 }, (_, n) => createIntent(simulator, `set-${n}`)),
  );
  const forCreates = statements;
  const read = await Promise.all(
    created.map(({ body }) =>
      simulator.handle({
        method: 'GET',
        path: `/v1/payment_intents/${JSON.parse(body).id}`,
        headers: STRIPE,
        body: '',
      }),
    ),
  );
  await pool.end();

  expect(read.map(({ body }) => JSON.parse(body))).toEqual(created.map(({ body }) => JSON.parse(body)));
  expect(forCreates).toBeLessThanOrEqual(8);
  expect(statements - forCreates).toBeLessThanOrEqual(4);
});

it('installing again changes nothing', async () => {
  const id = await newIntent();
  await stand.pool.query('update simulator.clock set offset_ms = 5');

  await installSimulator(stand.pool);

  expect(await statusOf(id)).toBe('requires_payment_method');
  expect((await stand.pool.query('select offset_ms from simulator.clock')).rows).toEqual([
    { offset_ms: '5' },
  ]);
});

it('a process whose view of the clock is old looks at it before it makes anything', async () => {
  const [here, there] = processes;
  await newIntent();
  const DAY_S = 86_400;
  await there.followClock(DAY_S * 1_000);

  const { created } = JSON.parse((await createIntent(here)).body);
  expect(created).toBeGreaterThan(Date.now() / 1_000 + DAY_S - 60);
});
