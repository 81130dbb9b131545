// PostgreSQL that is cut off without a reset: no call waits for ever, who asks whether the gateway is ready hears the
// truth, and everything goes on when the database is back. Streams live through an outage of seconds.
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { PostgresProxy } from '../support/proxy';

// What the gateway allows a statement, an open door and a loaded machine.
const ERROR_WITHIN_MS = 20_000;
const BACK_WITHIN_MS = 45_000;
const STREAMS = 20;

jest.setTimeout(180_000);
const database = useDatabase();
let proxy: PostgresProxy;
let gateway: GatewayProcess;

beforeAll(async () => {
  proxy = await PostgresProxy.open(database.url);
  gateway = await startGateway({ DATABASE_URL: proxy.url });
});
afterAll(async () => {
  await stopGateways();
  await proxy.close();
});

const BALANCE = '{ balance { credits } }';
const WATCH = 'subscription ($id: ID!) { intentStatusChanged(id: $id) { sequence status } }';
const BALANCES = 'subscription { balanceChanged { delta balance { credits } } }';
const ready = async () => (await fetch(`${gateway.url}/readyz`)).status;

async function untilReady(): Promise<number> {
  const startedMs = performance.now();
  while ((await ready()) !== 200) {
    if (performance.now() - startedMs > BACK_WITHIN_MS) throw new Error('Not ready again');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return performance.now() - startedMs;
}

async function buy(userId: string, key: string) {
  const client = await gateway.as(userId);
  const made = await client.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe', idempotencyKey: key },
    'intent { id status }',
  );
  return { client, id: made.intent.id as string };
}
const pay = (client: Awaited<ReturnType<GatewayProcess['as']>>, id: string) =>
  client.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { status } balance { credits }');

it('A database that goes silent costs seconds, is told by /readyz, and everything goes on when it is back', async () => {
  const { client, id } = await buy('ann', 'before');
  const watching = client.subscribe(WATCH, { id });
  await watching.count(1);
  expect(await ready()).toBe(200);

  proxy.goSilent();
  const startedMs = performance.now();
  const reads = await Promise.all(Array.from({ length: 8 }, () => client.query(BALANCE)));
  const tookMs = performance.now() - startedMs;
  expect(reads.map(({ errors }) => errors?.[0]?.extensions?.code)).toEqual(reads.map(() => 'UNAVAILABLE'));
  expect(tookMs).toBeLessThan(ERROR_WITHIN_MS);
  expect(await ready()).toBe(503);
  const pending = client.query(
    'mutation ($input: CreateIntentInput!) { createIntent(input: $input) { intent { id } errors { code } } }',
    { input: { packageId: 'small', provider: 'stripe', idempotencyKey: 'during' } },
  );
  expect((await pending).errors?.length).toBe(1);

  proxy.mode = 'pass';
  await untilReady();

  expect((await client.query(BALANCE)).data.balance).toEqual({ credits: 0 });
  const during = await buy('ann', 'during');
  expect(await pay(during.client, during.id)).toMatchObject({ intent: { status: 'succeeded' } });
  // The one from before, watched all the while.
  expect(await pay(client, id)).toMatchObject({ intent: { status: 'succeeded' }, balance: { credits: 100 } });
  await watching.until(({ events }) => events.at(-1)?.status === 'succeeded', BACK_WITHIN_MS);
  expect(watching.errors).toEqual([]);
  // What is queued is run.
  const finance = await gateway.as('fin', 'finance');
  const { export: job } = await finance.mutate(
    'startExport',
    { select: { intents: {} }, format: 'csv' },
    'export { id }',
  );
  const status = async () =>
    (
      await finance.query('query ($id: ID!) { node(id: $id) { ... on ExportJob { status } } }', {
        id: job.id,
      })
    ).data.node.status;
  for (let tries = 0; (await status()) !== 'succeeded' && tries < 150; tries++)
    await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await status()).toBe('succeeded');
});

it(`${STREAMS} streams live through a database that is away for seconds, and miss nothing`, async () => {
  const intents = await Promise.all(Array.from({ length: STREAMS / 2 }, (_, nth) => buy(`user_${nth}`, 'k')));
  const admin = await gateway.as('adm', 'admin');
  const feed = admin.subscribe('subscription { adminFeed { kind subject { id } } }');
  const streams = intents.flatMap(({ client, id }) => [
    client.subscribe(WATCH, { id }),
    client.subscribe(BALANCES),
  ]);
  await Promise.all([feed, ...streams].map((stream) => stream.count(1)));

  for (const ms of [1_000, 4_000]) {
    await proxy.refuseFor(ms);
    await untilReady();
  }
  await Promise.all(intents.map(({ client, id }) => pay(client, id)));

  await Promise.all(
    streams.map((stream, nth) =>
      stream.until(
        ({ events }) =>
          nth % 2 === 0 ? events.at(-1).status === 'succeeded' : events.at(-1).balance.credits === 50,
        30_000,
      ),
    ),
  );
  expect([feed, ...streams].flatMap(({ errors }) => errors)).toEqual([]);
  expect(streams.filter((stream, nth) => nth % 2 === 1 && stream.isComplete)).toEqual([]);
  const told = ({ events }: typeof feed) => new Set(events.map(({ subject }) => subject?.id));
  await feed.until((stream) => intents.every(({ id }) => told(stream).has(id)), 30_000);
  expect(gateway.log.filter((line) => line.includes('"event":"process.'))).toEqual([]);
});
