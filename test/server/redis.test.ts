// With a Redis of its own beside two gateways: what it speeds up, and that nothing depends on it.
import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const WATCH = `subscription Watch($id: ID!) { intentStatusChanged(id: $id) { sequence status } }`;

let redis: ChildProcess;
let port: number;
let first: GatewayProcess;
let second: GatewayProcess;
let users = 0;

const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = net.createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(free));
    });
  });

function startRedis(): Promise<void> {
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
  return new Promise((resolve, reject) => {
    redis.once('error', reject);
    redis.stdout?.on('data', (chunk) => String(chunk).includes('Ready to accept') && resolve());
  });
}

function stopRedis(): Promise<void> {
  const gone = new Promise<void>((resolve) => redis.once('exit', () => resolve()));
  redis.kill('SIGKILL');
  return gone;
}

beforeAll(async () => {
  port = await freePort();
  await startRedis();
  const env = { DATABASE_URL: database.url, REDIS_URL: `redis://127.0.0.1:${port}` };
  [first, second] = await Promise.all([startGateway(env), startGateway(env)]);
});
afterAll(async () => {
  await stopGateways();
  await stopRedis();
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
    expect(await slowestMs(5)).toBeLessThan(500);
  });

  it('goes on without it when it is killed: purchases, idempotency and live status', async () => {
    await stopRedis();
    const user = `redis_${++users}`;
    const [here, there] = await Promise.all([first.as(user), second.as(user)]);
    const id = await created(here, 'gone');
    expect(await created(there, 'gone')).toBe(id);
    const watching = there.subscribe(WATCH, { id });
    await watching.count(1);
    expect((await play(here, id, 'succeed')).balance.credits).toBe(50);
    await watching.until(({ isComplete }) => isComplete, 5_000);
    expect(watching.events.at(-1).status).toBe('succeeded');
  });

  it('uses it again when it is back, empty', async () => {
    await startRedis();
    const untilMs = Date.now() + 20_000;
    let slowest = await slowestMs(2);
    while (slowest > 500 && Date.now() < untilMs) slowest = await slowestMs(2);
    expect(slowest).toBeLessThan(500);
  });
});
