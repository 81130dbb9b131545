// The pacing of a provider's calls, counted in Redis, and in PostgreSQL while Redis is away.
import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';
import { Redis } from 'ioredis';
import { type CallStore, postgresCallStore, redisCallStore } from '../../src/limits/call-store';
import { createPace } from '../../src/limits/pace';
import { promisesOfPace } from '../limits/pace-promises';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let server: ChildProcess;
const clients: Redis[] = [];
let stores: [CallStore, CallStore];

beforeAll(async () => {
  const port = await new Promise<number>((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(free));
    });
  });
  server = spawn('redis-server', [
    ...['--port', String(port), '--bind', '127.0.0.1'],
    ...['--save', '', '--appendonly', 'no'],
  ]);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.stdout?.on('data', (chunk) => String(chunk).includes('Ready to accept') && resolve());
  });
  const otherwise = postgresCallStore(database.pool());
  stores = [0, 1].map(() => {
    const redis = new Redis({ port, commandTimeout: 500, maxRetriesPerRequest: 1, enableOfflineQueue: true });
    redis.on('error', () => undefined);
    clients.push(redis);
    return redisCallStore(redis, otherwise, silent);
  }) as [CallStore, CallStore];
});
afterAll(() => {
  for (const client of clients) client.disconnect();
  server.kill('SIGKILL');
});

describe('Pacing by Redis', () => {
  promisesOfPace(() => stores);

  it('goes on in PostgreSQL when Redis dies', async () => {
    const rate = { perSecond: 50, perOperation: 25 };
    const pace = createPace({ account: 'test:dies', rate, store: stores[0], log: silent });
    await pace.take('GET /x', 'payer');
    server.kill('SIGKILL');

    await Promise.all(Array.from({ length: 10 }, () => pace.take('GET /x', 'payer')));
  }, 20_000);
});
