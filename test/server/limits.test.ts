// Limits that two gateways share through a Redis of their own, and what happens to them and to money when it dies.
import { Redis } from 'ioredis';
import { createRates, type Rates } from '../../src/limits/rates';
import { startGateway, stopGateways } from '../support/gateway';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { type RedisServer, startRedis } from '../support/redis';

const database = useDatabase();
let redis: RedisServer;
let first: Rates;
let second: Rates;
const connections: Redis[] = [];

const connect = () => {
  const connection = new Redis(redis.port, '127.0.0.1', {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 500,
  });
  connection.on('error', () => undefined);
  connections.push(connection);
  return new Promise<Redis>((resolve) => connection.once('ready', () => resolve(connection)));
};

beforeAll(async () => {
  redis = await startRedis();
  first = createRates({ mode: 'live', redis: await connect(), log: silent });
  second = createRates({ mode: 'live', redis: await connect(), log: silent });
});
afterAll(async () => {
  for (const connection of connections) connection.disconnect();
  await stopGateways();
  await redis.kill();
});

const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (problem: { code: string }) => problem.code,
  );
const calls = async (rates: Rates, user: string, count: number) =>
  Promise.all(
    Array.from({ length: count }, () =>
      refusalOf(rates.money({ id: user, role: 'user' }, null, 'createIntent')),
    ),
  );
const refusedIn = (codes: (string | null)[]) => codes.filter((code) => code === 'RATE_LIMITED').length;

it('two processes count together', async () => {
  const both = await Promise.all([calls(first, 'shared', 20), calls(second, 'shared', 20)]);
  expect(refusedIn(both.flat())).toBe(10);
});

it('when Redis dies in the middle, limits hold in each process and money goes on', async () => {
  const env = { DATABASE_URL: database.url, REDIS_URL: `redis://127.0.0.1:${redis.port}`, RATE_LIMITS: 'on' };
  const gateway = await startGateway(env);
  const buyer = await gateway.as('buyer');
  const buy = async () => {
    const made = await buyer.mutate('createIntent', { packageId: 'small' }, 'intent { id }');
    const paid = await buyer.mutate(
      'simulatePayment',
      { id: made.intent.id, outcome: 'succeed' },
      'intent { status }',
    );
    return paid.intent.status;
  };
  expect(await buy()).toBe('succeeded');
  expect(refusedIn(await calls(first, 'orphan', 20))).toBe(0);

  await redis.kill();

  const startedMs = performance.now();
  const [one, two] = await Promise.all([calls(first, 'orphan', 40), calls(second, 'orphan', 40)]);
  expect([refusedIn(one), refusedIn(two)]).toEqual([10, 10]);
  // Not each of them the half second that a command may take, one after the other.
  expect(performance.now() - startedMs).toBeLessThan(8_000);
  expect(await buy()).toBe('succeeded');
  expect(await buy()).toBe('succeeded');
  expect((await buyer.query('{ balance { credits } }')).data.balance.credits).toBe(150);
});
