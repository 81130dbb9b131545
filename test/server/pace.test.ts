// The pacing of a provider's calls, counted in Redis, and in PostgreSQL while Redis is away.
import { Redis } from 'ioredis';
import { type CallStore, postgresCallStore, redisCallStore } from '../../src/limits/call-store';
import { createPace } from '../../src/limits/pace';
import { promisesOfPace } from '../limits/pace-promises';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { type RedisServer, startRedis } from '../support/redis';

const database = useDatabase();
let server: RedisServer;
const clients: Redis[] = [];
let stores: [CallStore, CallStore];

beforeAll(async () => {
  server = await startRedis();
  const otherwise = postgresCallStore(database.pool());
  stores = [0, 1].map(() => {
    const redis = new Redis({
      port: server.port,
      commandTimeout: 500,
      maxRetriesPerRequest: 1,
      enableOfflineQueue: true,
    });
    redis.on('error', () => undefined);
    clients.push(redis);
    return redisCallStore(redis, otherwise, silent);
  }) as [CallStore, CallStore];
});
afterAll(async () => {
  for (const client of clients) client.disconnect();
  await server.kill();
});

describe('Pacing by Redis', () => {
  promisesOfPace(() => stores);

  it('goes on in PostgreSQL when Redis dies', async () => {
    const rate = { perSecond: 50, perOperation: 25 };
    const pace = createPace({ account: 'test:dies', rate, store: stores[0], log: silent });
    await pace.take('GET /x', 'payer');
    await server.kill();

    await Promise.all(Array.from({ length: 10 }, () => pace.take('GET /x', 'payer')));
  }, 20_000);
});
