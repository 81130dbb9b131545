// A process that is told to end says so first, serves on for a moment, tells whoever watches to come back, and ends.
import { randomUUID } from 'node:crypto';
import { pause } from '../../src/kernel/clock';
import type { Client } from '../support/client';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { PostgresProxy } from '../support/proxy';

const database = useDatabase();
afterAll(stopGateways);

// It serves on for so long after it was told; what a busy machine sends in the first of these seconds arrives within them.
const DRAIN_SECONDS = 3;
const SURE_MS = 1_000;
const SUCCEEDED = '200 succeeded';

const start = (drainSeconds: string) =>
  startGateway({ DATABASE_URL: database.url, DRAIN_SECONDS: drainSeconds });

/** A stream of server-sent events. @returns what came, when it has ended */
async function stream(gateway: GatewayProcess, token: string | null) {
  const response = await fetch(`${gateway.url}/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: 'subscription { balanceChanged { kind } }' }),
  });
  return response.text();
}

it('says that it ends, serves as before meanwhile, and ends well with streams open', async () => {
  const gateway = await start('2');
  const client = await gateway.as('watcher');
  const streamed = stream(gateway, client.token);
  const socket = client.subscribe('subscription { balanceChanged { kind } }');
  await socket.count(1);
  const toldMs = performance.now();
  const ended = gateway.stop('SIGTERM');

  await eventually(async () => expect((await fetch(`${gateway.url}/readyz`)).status).toBe(503));
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  const served = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${client.token}` },
    body: JSON.stringify({ query: '{ balance { credits } }' }),
  });
  expect(served.headers.get('connection')).toBe('close');
  expect(await served.json()).toEqual({ data: { balance: { credits: 0 } } });
  expect(socket.errors).toEqual([]);

  expect(await ended).toBe(0);
  // Below the 9 s after which it is cut off.
  expect(performance.now() - toldMs).toBeLessThan(8_000);
  await socket.until(({ errors }) => errors.length > 0);
  expect(socket.errors).toMatchObject([{ code: 1001 }]);
  // The one of a stream that is complete would keep its client from coming back.
  expect(await streamed).toContain('"kind":"snapshot"');
  expect(await streamed).not.toContain('event: complete');
});

it('is cut off, and says so, when the database is silent and a purchase cannot end', async () => {
  const proxy = await PostgresProxy.open(database.url);
  const gateway = await startGateway({ DATABASE_URL: proxy.url });
  const payer = await gateway.as('held');
  proxy.goSilent();
  const held = create(payer);
  await pause(200);
  const toldMs = performance.now();

  expect(await gateway.stop('SIGTERM')).toBe(1);
  expect(performance.now() - toldMs).toBeGreaterThanOrEqual(9_000);
  expect(gateway.log.filter((line) => line.includes('gateway.stopped_late'))).toHaveLength(1);
  expect(await held).toMatch(/ECONNRESET|SocketError/);
  await proxy.close();
});

it('waits for nobody when a person at a terminal ends it', async () => {
  const gateway = await start('5');
  const client = await gateway.as('watcher');
  const streamed = stream(gateway, client.token);
  await client.subscribe('subscription { balanceChanged { kind } }').count(1);
  const toldMs = performance.now();

  expect(await gateway.stop('SIGINT')).toBe(0);
  expect(performance.now() - toldMs).toBeLessThan(5_000);
  await streamed;
});

it('finishes the purchases that are under way, which wait for events and for whoever works them', async () => {
  const gateway = await start(String(DRAIN_SECONDS));
  const asked: { atMs: number; answer: string }[] = [];
  let isOver = false;
  const lane = async (nth: number) => {
    const payer = await gateway.as(`payer_${nth}`);
    for (let id: string | null = null; !isOver; ) {
      const atMs = performance.now();
      const answer: string = await (id === null ? create(payer) : pay(payer, id));
      asked.push({ atMs, answer });
      // Whoever is refused asks another process; here there is none.
      if (!answer.startsWith('200 ')) return;
      id = id === null ? answer.slice('200 '.length) : null;
    }
  };
  const lanes = Array.from({ length: 12 }, (_, nth) => lane(nth));
  await eventually(() =>
    expect(asked.filter(({ answer }) => answer === SUCCEEDED).length).toBeGreaterThan(5),
  );
  const toldMs = performance.now();
  const code = await gateway.stop('SIGTERM');
  isOver = true;
  await Promise.all(lanes);

  expect(code).toBe(0);
  // What came while it served on was answered in full, also by what has to happen elsewhere first.
  const taken = asked.filter(({ atMs }) => atMs < toldMs + SURE_MS);
  expect(taken.filter(({ answer }) => !answer.startsWith('200 '))).toEqual([]);
  expect(taken.filter(({ answer }) => answer === SUCCEEDED).length).toBeGreaterThan(5);
  // What came later was told so, or found nobody.
  const late = asked.filter(({ atMs }) => atMs >= toldMs + SURE_MS);
  expect(late.filter(({ answer }) => !/^(200 .*|503|.*(ECONNREFUSED|ECONNRESET).*)$/.test(answer))).toEqual(
    [],
  );
});

const create = (payer: Client) =>
  answered(
    payer,
    `mutation ($input: CreateIntentInput!) { call: createIntent(input: $input) { intent { what: id } } }`,
    { packageId: 'small', provider: 'stripe', idempotencyKey: randomUUID() },
  );
const pay = (payer: Client, id: string) =>
  answered(
    payer,
    `mutation ($input: SimulatePaymentInput!) { call: simulatePayment(input: $input) { intent { what: status } } }`,
    { id },
  );

/** @returns the status, with 200 also what was asked for, or why there was no answer */
async function answered({ url, token }: Client, query: string, input: object): Promise<string> {
  try {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables: { input } }),
    });
    const text = await response.text();
    return response.status === 200
      ? `200 ${JSON.parse(text).data.call.intent.what}`
      : String(response.status);
  } catch (error) {
    return String((error as Error).cause ?? error);
  }
}
