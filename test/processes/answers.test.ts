// Generated answers of both providers (status, headers and body made from the fixtures) through the real SDKs over HTTP,
// and generated webhook bodies into a gateway that reads such a provider. `npm run test:answers` makes 100,000 of them.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pause } from '../../src/kernel/clock';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { claimIntents } from '../support/intents';
import { useDatabase } from '../support/pools';
import { Generator } from './generated';

const TOTAL = Number(process.env.ANSWERS ?? 2_000);
const SEED = Number(process.env.ANSWERS_SEED ?? 20_261_127);
const EVENTS = Math.round(TOTAL / 5);
const ANSWERS = TOTAL - EVENTS;
// What a warm heap may still gain.
const HEAP_GROWTH_MB_MAX = 8;
const RESIDENT_GROWTH_MB_MAX = 150;

jest.setTimeout(120_000 + TOTAL * 40);
const database = useDatabase();
let child: ChildProcess;
const lines: any[] = [];
const said = (key: string) => lines.find((line) => key in line);

beforeAll(async () => {
  const script = path.join(__dirname, 'answers-child.js');
  child = spawn(process.execPath, ['--expose-gc', script, String(ANSWERS), String(SEED)]);
  let rest = '';
  child.stdout?.on('data', (chunk) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts.map((line) => JSON.parse(line)));
  });
  await until(() => said('url') !== undefined, 30_000);
});
afterAll(async () => {
  await stopGateways();
  child.kill('SIGKILL');
});

async function until(isSo: () => boolean, withinMs: number) {
  for (const untilMs = Date.now() + withinMs; !isSo(); ) {
    if (child.exitCode !== null || Date.now() > untilMs) throw new Error(`Not so: ${JSON.stringify(lines)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

it(`No answer of a provider, of ${ANSWERS} generated ones, leaves a call without an outcome or a promise without an owner`, async () => {
  await until(() => said('calls') !== undefined, 60_000 + ANSWERS * 40);
  const { served, kinds, heapMb, broken, brokenCount } = said('calls');

  expect({ broken, brokenCount }).toEqual({ broken: [], brokenCount: 0 });
  expect(served.stripe + served.razorpay).toBeGreaterThanOrEqual(ANSWERS);
  // An answer that is right is read, so that the others were not refused at the door.
  expect(kinds.ok).toBeGreaterThan(ANSWERS / 20);
  expect(heapMb.at(-1) - heapMb[1]).toBeLessThan(HEAP_GROWTH_MB_MAX);
});

it(`No webhook body, of ${EVENTS} generated ones, ends a gateway that reads such a provider`, async () => {
  await knowTheFixtures();
  const { url } = said('url');
  const gateway = await startGateway({
    DATABASE_URL: database.url,
    STRIPE_API_BASE: url,
    RAZORPAY_API_BASE: url,
    PROVIDER_TIMEOUT_MS: '1000',
  });
  const generator = new Generator(SEED);
  const statuses: Record<number, number> = {};
  let [sent, residentMb] = [0, 0];
  const lane = async () => {
    while (sent < EVENTS) {
      const provider = sent++ % 2 === 0 ? 'stripe' : 'razorpay';
      const event = generator.event(provider);
      const status = await post(gateway, provider, event);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (sent === Math.round(EVENTS / 5)) residentMb = residentMbOf(gateway.pid);
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));

  expect(Object.keys(statuses).filter((status) => !['200', '400', '503'].includes(status))).toEqual([]);
  expect(statuses[200]).toBeGreaterThan(EVENTS / 5);
  expect(statuses[503] ?? 0).toBeLessThan(EVENTS / 20);
  expect(await readyWithin(gateway.url, READY_MS_MAX)).toBe(true);
  expect(gateway.log.filter((line) => line.includes('"event":"process.'))).toEqual([]);
  expect(residentMbOf(gateway.pid) - residentMb).toBeLessThan(RESIDENT_GROWTH_MB_MAX);
  expect(await gateway.stop()).toBe(0);
});

// A machine that is busy with 400 events may miss one probe; what hangs misses all of them.
const READY_MS_MAX = 20_000;

async function readyWithin(url: string, ms: number): Promise<boolean> {
  for (const untilMs = Date.now() + ms; Date.now() < untilMs; await pause(250))
    if ((await fetch(`${url}/readyz`)).status === 200) return true;
  return false;
}

/** Intents with the objects that the fixtures are about, so that their events are worked by reading the provider. */
async function knowTheFixtures(): Promise<void> {
  for (const provider of ['stripe', 'razorpay'] as const) {
    const folder = path.join(
      __dirname,
      '..',
      'fixtures',
      provider,
      provider === 'stripe' ? 'events' : 'webhooks',
    );
    const text = fs
      .readdirSync(folder)
      .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
      .join();
    const ids = [...new Set(text.match(provider === 'stripe' ? /\bpi_\w+/g : /\border_\w+/g))].filter(
      (id) => !id.includes('_secret_'),
    );
    const intents = await claimIntents(
      database.pool(),
      ids.map((_, nth) => `user_${nth}`),
      provider,
    );
    for (const [nth, id] of ids.entries())
      await database
        .pool()
        .query('update intents set provider_intent_id = $2 where id = $1', [intents[nth]?.id, id]);
  }
}

async function post(
  gateway: GatewayProcess,
  provider: string,
  { body, headers }: ReturnType<Generator['event']>,
) {
  try {
    const answer = await fetch(`${gateway.url}/webhooks/${provider}`, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch (error) {
    // A header that cannot be sent was never sent.
    if (error instanceof TypeError && !String(error.cause ?? '').includes('ECONN')) return 400;
    throw error;
  }
}

const residentMbOf = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
