// Each metric stands on the page that says what it means, and each that stands there is told; and what the figures say is so.
import fs from 'node:fs';
import path from 'node:path';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const TOKEN = 'a-token-of-this-test';
let gateway: GatewayProcess;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url, METRICS_TOKEN: TOKEN });
});
afterAll(stopGateways);

const scraped = async (url = gateway.url) =>
  (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${TOKEN}` } })).text();
const value = (text: string, sample: string) => {
  const line = text.split('\n').find((one) => one.startsWith(`${sample} `));
  return line === undefined ? null : Number(line.split(' ').at(-1));
};
// Those of Node itself, by whatever name its version has for them.
const ofNode = (name: string) => /^(nodejs_|process_)/.test(name) && !name.startsWith('process_heartbeat');

it('Each metric has its line on the page, and each line its metric', async () => {
  const told = [...(await scraped()).matchAll(/^# HELP (\S+)/gm)].map(([, name]) => name as string);
  const page = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', 'operations', 'metrics.md'), 'utf8');
  // Told where there is a replica.
  told.push('database_replica_read', 'database_replica_behind_seconds');
  const written = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name as string);
  expect(written.sort()).toEqual(told.filter((name) => !ofNode(name)).sort());
});

it('Names follow one scheme: lower case, with the unit last, and counters end in _total', async () => {
  const types = [...(await scraped()).matchAll(/^# TYPE (\S+) (\S+)/gm)];
  const wrong = types
    .filter(([, name = '']) => !ofNode(name))
    .filter(
      ([, name = '', type]) =>
        !/^[a-z][a-z_]*[a-z]$/.test(name) ||
        /milliseconds|_ms$|_kb$/.test(name) ||
        (type === 'counter') !== name.endsWith('_total'),
    );
  expect(wrong.map(([line]) => line)).toEqual([]);
});

it('Says what was asked and how it ended, what a purchase is about, and who is alive', async () => {
  const client = await gateway.as('ann');
  const made = await client.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe' },
    'intent { id }',
  );
  await client.mutate(
    'spendCredits',
    { credits: 5, reason: 'work', idempotencyKey: 'k' },
    'transaction { id }',
  );
  await client.query('{ balance { credits } }');
  // Of all processes is what was read within two seconds.
  await eventually(async () => expect(value(await scraped(), 'intents_open{status="pending"}')).toBe(1));
  const open = await scraped();

  const calls = (operation: string, code: string) =>
    value(open, `graphql_operation_duration_seconds_count{operation="${operation}",code="${code}"}`);
  expect(calls('createIntent', 'ok')).toBe(1);
  expect(calls('spendCredits', 'INSUFFICIENT_CREDITS')).toBe(1);
  expect(calls('balance', 'ok')).toBe(1);
  expect(open).toMatch(
    /provider_call_duration_seconds_count\{provider="stripe",operation="[^"]+",outcome="ok"\} [1-9]/,
  );
  expect(open).toMatch(/database_set_rows_count\{set="spend_credits"\} 1/);
  expect(value(open, 'intents_open{status="pending"}')).toBe(1);
  expect(value(open, 'intents_oldest_open_seconds{status="pending"}')).toBeLessThan(60);
  expect(value(open, 'processes_alive{role="all"}')).toBe(1);
  expect(value(open, 'process_heartbeat_age_seconds{role="all"}')).toBeLessThan(30);
  expect(value(open, 'redis_up')).toBe(-1);
  expect(value(open, 'webhook_events_waiting{status="dead"}')).toBe(0);
  expect(open).toMatch(/gateway_info\{version="[\d.]+",role="all",mode="mock"\} 1/);

  await client.mutate('simulatePayment', { id: made.intent.id, outcome: 'succeed' }, 'intent { status }');
  await eventually(async () => {
    const paid = await scraped();
    expect(value(paid, 'intents_open{status="pending"}')).toBe(0);
    expect(value(paid, 'intents_ended_last_hour{status="succeeded"}')).toBe(1);
  });
});

it('Sees the transaction that seals and deliveries wait for, and says nothing of it when it is over', async () => {
  const client = await database.pool().connect();
  try {
    await client.query('begin');
    await client.query('select pg_current_xact_id()');
    const buyer = await gateway.as('bea');
    // What was committed after it waits for it; and its age is how long it was seen.
    await buyer.mutate('createIntent', { packageId: 'small', provider: 'stripe' }, 'intent { id }');
    await eventually(async () => expect(value(await scraped(), 'horizon_age_seconds')).toBeGreaterThan(2));
  } finally {
    await client.query('rollback');
    client.release();
  }
  await eventually(async () => expect(value(await scraped(), 'horizon_age_seconds')).toBe(0));
});
