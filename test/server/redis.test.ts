// With a Redis of its own beside two gateways: what it speeds up, and that nothing depends on it.
import type { Client } from '../support/client';
import { eventually, inOneOfThree } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { type RedisServer, startRedis } from '../support/redis';

const database = useDatabase();
const WATCH = `subscription Watch($id: ID!) { intentStatusChanged(id: $id) { sequence status } }`;

let redis: RedisServer;
let first: GatewayProcess;
let second: GatewayProcess;
let users = 0;

beforeAll(async () => {
  redis = await startRedis();
  const env = { DATABASE_URL: database.url, REDIS_URL: `redis://127.0.0.1:${redis.port}` };
  [first, second] = await Promise.all([startGateway(env), startGateway(env)]);
});
afterAll(async () => {
  await stopGateways();
  await redis.kill();
});

async function created(client: Client, key: string): Promise<string> {
  const made = await client.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe', idempotencyKey: key },
    'intent { id }',
  );
  return made.intent.id;
}

const play = (client: Client, id: string, outcome: string) =>
  client.mutate('simulatePayment', { id, outcome }, 'intent { status } balance { credits }');

/** The longest that a subscriber of the other process waited after the answer, over several changes. */
async function slowestMs(rounds: number): Promise<number> {
  const user = `redis_${++users}`;
  const [here, there] = await Promise.all([first.as(user), second.as(user)]);
  const id = await created(here, 'k');
  const watching = there.subscribe(WATCH, { id });
  await watching.count(1);
  let slowest = 0;
  for (let round = 0; round < rounds; round++) {
    await play(here, id, 'decline');
    const answeredMs = performance.now();
    await watching.count(round + 2);
    slowest = Math.max(slowest, performance.now() - answeredMs);
  }
  await watching.close();
  return slowest;
}

describe('With Redis', () => {
  it('carries hints between processes at once, not with the poll that comes every 2 s', async () => {
    await inOneOfThree(async () => expect(await slowestMs(5)).toBeLessThan(500));
  });

  it('goes on without it when it is killed: purchases, idempotency and live status', async () => {
    await redis.kill();
    const user = `redis_${++users}`;
    const [here, there] = await Promise.all([first.as(user), second.as(user)]);
    const id = await created(here, 'gone');
    expect(await created(there, 'gone')).toBe(id);
    const watching = there.subscribe(WATCH, { id });
    await watching.count(1);
    expect((await play(here, id, 'succeed')).balance.credits).toBe(50);
    await watching.until(({ isComplete }) => isComplete);
    expect(watching.events.at(-1).status).toBe('succeeded');
  });

  it('uses it again when it is back, empty', async () => {
    await redis.start();
    await eventually(async () => expect(await slowestMs(2)).toBeLessThan(500));
  });
});
