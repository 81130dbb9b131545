// Limits that two gateways share through a Redis of their own, and what happens to them and to money when it dies.
import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';
import { Redis } from 'ioredis';
import { createRates, type Rates } from '../../src/limits/rates';
import { startGateway, stopGateways } from '../support/gateway';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let redis: ChildProcess;
let port: number;
let first: Rates;
let second: Rates;
const connections: Redis[] = [];

const connect = () => {
  const connection = new Redis(port, '127.0.0.1', {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: 500,
  });
  connection.on('error', () => undefined);
  connections.push(connection);
  return new Promise<Redis>((resolve) => connection.once('ready', () => resolve(connection)));
};

beforeAll(async () => {
  port = await new Promise<number>((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(free));
    });
  });
  redis = spawn('redis-server', [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
  ]);
  await new Promise<void>((resolve) =>
    redis.stdout?.on('data', (chunk) => String(chunk).includes('Ready to accept') && resolve()),
  );
  first = createRates({ mode: 'live', redis: await connect(), log: silent });
  second = createRates({ mode: 'live', redis: await connect(), log: silent });
});
afterAll(async () => {
  for (const connection of connections) connection.disconnect();
  await stopGateways();
  redis.kill('SIGKILL');
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
  const env = { DATABASE_URL: database.url, REDIS_URL: `redis://127.0.0.1:${port}`, RATE_LIMITS: 'on' };
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

  const gone = new Promise((resolve) => redis.once('exit', resolve));
  redis.kill('SIGKILL');
  await gone;

  const startedMs = performance.now();
  const [one, two] = await Promise.all([calls(first, 'orphan', 40), calls(second, 'orphan', 40)]);
  expect([refusedIn(one), refusedIn(two)]).toEqual([10, 10]);
  expect(performance.now() - startedMs).toBeLessThan(2_000);
  expect(await buy()).toBe('succeeded');
  expect(await buy()).toBe('succeeded');
  expect((await buyer.query('{ balance { credits } }')).data.balance.credits).toBe(150);
});
