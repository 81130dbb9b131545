// How much anybody may ask, against a gateway in live mode, where limits cannot be switched off.
import { randomUUID } from 'node:crypto';
import net from 'node:net';
import WebSocket from 'ws';
import { Client } from '../support/client';
import { onServer, urlOf } from '../support/database';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { handMade, nowSeconds, SECRET, VIEWER } from './tokens';
import { overEvents, overHttp, overSocket, post } from './transports';

const database = `test_${randomUUID().replaceAll('-', '')}`;
let gateway: GatewayProcess;
beforeAll(async () => {
  await onServer(`create database ${database}`);
  gateway = await startGateway({
    DATABASE_URL: urlOf(database),
    AUTH_JWT_SECRET: SECRET,
    API_KEY_PEPPER: 'a-pepper-of-this-test-that-is-long-enough',
    SECRETS_KEY: 'a-key-of-this-test-that-is-long-enough-as-well',
    STRIPE_SECRET_KEY: 'sk_live_of_this_test',
    STRIPE_PUBLISHABLE_KEY: 'pk_live_of_this_test',
    STRIPE_WEBHOOK_SECRET: 'whsec_of_this_test',
    // Nothing listens on port 1.
    STRIPE_API_BASE: 'http://127.0.0.1:1',
    // What this machine says about where a request is from is believed.
    TRUSTED_PROXIES: '127.0.0.1',
    LOG_LEVEL: 'info',
  });
});
afterAll(async () => {
  await stopGateways();
  await onServer(`drop database ${database} with (force)`);
});

const tokenOf = (sub: string, role = 'user') => handMade({ sub, role, exp: nowSeconds() + 600 });
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
// Each costs about 900 points.
const DEAR = {
  query: `{ ${Array.from({ length: 8 }, (_, n) => `a${n}: packages { prices { formatted } }`).join(' ')} }`,
};
const from = (address: string) => ({ 'x-forwarded-for': address });
const ask = async (body: object, headers: Record<string, string>) => {
  const { status, text } = await post(`${gateway.url}/graphql`, body, headers);
  return { status, ...JSON.parse(text) };
};

it('an address without a token hears what it has left, then when to come back; others are not held up', async () => {
  const answers = [];
  for (let at = 0; at < 5; at++) answers.push(await ask(DEAR, from('203.0.113.1')));

  expect(answers[0].extensions.budget).toEqual({
    limit: 3_000,
    remaining: expect.any(Number),
    resetSeconds: expect.any(Number),
  });
  expect(answers[0].extensions.budget.remaining).toBeGreaterThan(1_800);
  expect(answers.at(-1)).toMatchObject({
    status: 429,
    errors: [{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) } }],
  });
  expect((await ask(DEAR, from('203.0.113.2'))).status).toBe(200);
  const signedIn = { ...from('203.0.113.1'), authorization: `Bearer ${tokenOf('user_1')}` };
  expect(await ask(VIEWER, signedIn)).toMatchObject({ data: { viewer: { id: 'user_1' } } });
});

it('what is asked over one transport counts on the others', async () => {
  const token = tokenOf('user_2');
  const page = { query: '{ intents(first: 100) { nodes { timeline { nodes { id } } } } }' };
  expect((await overHttp(gateway.url, token, page)).status).toBe(429);
  for (const transport of [overHttp, overEvents, overSocket]) {
    const { answers } = await transport(gateway.url, token, VIEWER);
    expect(JSON.stringify(answers)).toContain('RATE_LIMITED');
  }
});

describe.each([
  ['HTTP', overHttp],
  ['SSE', overEvents],
  ['a socket', overSocket],
])('Over %s', (_name, transport) => {
  const BAD = [
    { query: '{ viewer { id' },
    { query: '{ viwer { id } }' },
    { query: '{ viewer { id } }', operationName: 'Missing' },
    { query: '{ __schema { queryType { name } } }' },
    {
      query:
        'query ($n: Int) { intents(first: $n) { nodes { timeline(first: $n) { nodes { webhookEvent { id } } } } } }',
      variables: { n: 100 },
    },
    {
      query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      variables: { ids: new Array(101).fill('i') },
    },
    { query: '{ viewer { id } }', variables: { more: 'a\0b' } },
  ];

  it('a document that is refused costs its sender as much as one that is answered', async () => {
    const token = tokenOf(`guesser_${randomUUID()}`);
    for (let round = 0; round < 10; round++)
      for (const asked of BAD) {
        const { answers } = await transport(gateway.url, token, asked);
        expect(answers.at(-1).data ?? null).toBeNull();
      }
    const { answers } = await overHttp(gateway.url, token, VIEWER);
    expect(answers[0].extensions.budget.remaining).toBe(3_000 - 10 * BAD.length * 5 - 1);
  });

  it('whoever tries bad documents without end hears when to come back', async () => {
    const token = tokenOf(`endless_${randomUUID()}`);
    const page = { query: '{ intents(first: 100) { nodes { timeline(first: 26) { nodes { id } } } } }' };
    await overHttp(gateway.url, token, page);
    const codes: string[] = [];
    for (let at = 0; at < 100 && !codes.includes('RATE_LIMITED'); at++) {
      const { answers } = await transport(gateway.url, token, BAD[at % 3] as (typeof BAD)[0]);
      codes.push(...(answers.at(-1).errors ?? answers.at(-1)).map((error: any) => error.extensions.code));
    }
    expect(codes.at(-1)).toBe('RATE_LIMITED');
    expect(new Set(codes).size).toBeGreaterThan(1);
  });
});

it('a browser is told to come by TLS alone', async () => {
  const { headers } = await fetch(`${gateway.url}/healthz`);
  expect(headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}; includeSubDomains$/);
});

it('a forwarded address counts only as far as the trusted proxies vouch for it', async () => {
  // Written by the client, passed on by the proxy, which adds where it heard it from.
  for (let at = 0; at < 5; at++) await ask(DEAR, from(`198.51.100.${at}, 203.0.113.9`));
  expect((await ask(DEAR, from('198.51.100.99, 203.0.113.9'))).status).toBe(429);
});

it('an address that tries tokens is told to stop', async () => {
  const statuses = [];
  for (let at = 0; at < 61; at++)
    statuses.push((await ask(VIEWER, { ...from('203.0.113.3'), authorization: `Bearer a.b.${at}` })).status);
  expect(statuses.slice(0, 60).every((status) => status === 401)).toBe(true);
  expect(statuses[60]).toBe(429);
});

it('one user starts at most 30 purchases a minute, and hears so in the payload', async () => {
  const buyer = new Client(gateway.url, tokenOf('buyer'));
  const payloads = await Promise.all(
    Array.from({ length: 31 }, (_, n) =>
      buyer.mutate('createIntent', { packageId: 'none', idempotencyKey: `k${n}` }, ''),
    ),
  );
  const codes = payloads.map(({ errors }) => errors[0].code);
  expect(codes.filter((code: string) => code === 'RATE_LIMITED')).toHaveLength(1);
  const { data } = await buyer.query(
    `mutation { createIntent(input: {packageId: "none"}) { errors { code ... on RetryLaterError { retryAfterSeconds } } } }`,
  );
  expect(data.createIntent.errors).toEqual([{ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) }]);
});

describe('A stranger who names a user', () => {
  const purchaseFor = (userId: string) => ({
    query: `mutation { createIntent(input: {userId: "${userId}", packageId: "none"}) { errors { code } } }`,
  });
  const codesOf = async (client: Client, times: number, userId?: string) => {
    const payloads = await Promise.all(
      Array.from({ length: times }, (_, n) =>
        client.mutate('createIntent', { userId, packageId: 'none', idempotencyKey: `${n}` }, ''),
      ),
    );
    return new Set(payloads.map(({ errors }) => errors[0].code));
  };

  it.each([
    ['without a token', () => null],
    ['with a token of its own', () => tokenOf(`stranger_${randomUUID()}`)],
  ])('%s takes nothing of what that user may do, over any transport', async (_, token) => {
    const victim = `victim_${randomUUID()}`;
    for (const transport of [overHttp, overEvents, overSocket])
      for (let at = 0; at < 31; at++) await transport(gateway.url, token(), purchaseFor(victim));
    const codes = await codesOf(new Client(gateway.url, tokenOf(victim)), 30);
    expect(codes).toEqual(new Set(['NOT_FOUND']));
  });

  it('hears of its own limit, not of that of the user', async () => {
    const stranger = new Client(gateway.url, tokenOf('stranger'));
    expect(await codesOf(stranger, 31, 'victim')).toEqual(new Set(['INVALID_INPUT', 'RATE_LIMITED']));
  });

  it('is not a back end, which has for each of its users as many calls as that user has beside them', async () => {
    const shop = new Client(gateway.url, tokenOf('shop', 'service'));
    expect(await codesOf(shop, 31, 'served_1')).toEqual(new Set(['NOT_FOUND', 'RATE_LIMITED']));
    expect(await codesOf(shop, 30, 'served_2')).toEqual(new Set(['NOT_FOUND']));
    expect(await codesOf(new Client(gateway.url, tokenOf('served_1')), 30)).toEqual(new Set(['NOT_FOUND']));
  });
});

it('one operator starts at most 10 exports a minute, and the others go on', async () => {
  const started = async (sub: string, count: number) => {
    const finance = new Client(gateway.url, tokenOf(sub, 'finance'));
    const payloads = await Promise.all(
      Array.from({ length: count }, () => finance.mutate('startExport', { select: { intents: {} } }, '')),
    );
    return payloads.filter(({ errors }) => errors[0]?.code === 'RATE_LIMITED').length;
  };
  expect(await started('fin_1', 11)).toBe(1);
  expect(await started('fin_2', 10)).toBe(0);
});

it('a card number in free text is refused, and is in no log', async () => {
  const buyer = new Client(gateway.url, tokenOf('card'));
  const card = '4242 4242 4242 4242';
  const spent = await buyer.mutate(
    'spendCredits',
    { credits: 1, reason: `paid with ${card}`, idempotencyKey: 'k' },
    '',
  );
  expect(spent.errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'reason'] }]);
  expect(gateway.log.join('\n')).not.toContain('4242 4242');
  // One in ten timestamps has the check digit too: keys are not looked at.
  const key = await buyer.mutate(
    'spendCredits',
    { credits: 1, reason: 'a photo of 2026-01-01', idempotencyKey: '4242424242424242' },
    '',
  );
  expect(key.errors).toMatchObject([{ code: 'INSUFFICIENT_CREDITS' }]);
});

describe('A sender that is slow', () => {
  const closedAfter = (text: string) =>
    new Promise<number>((resolve) => {
      const { hostname, port } = new URL(gateway.url);
      const startedMs = performance.now();
      const socket = net.connect(Number(port), hostname, () => socket.write(text));
      socket.on('data', () => undefined);
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(performance.now() - startedMs));
    });

  it('with its headers or its body is closed after 10 s', async () => {
    const headers = 'POST /graphql HTTP/1.1\r\nHost: gateway\r\n';
    const body = `${headers}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"query":`;
    for (const ms of await Promise.all([closedAfter(headers), closedAfter(body)])) {
      expect(ms).toBeGreaterThan(8_000);
      expect(ms).toBeLessThan(20_000);
    }
  });
});

it('streams are at most 50 for one user, sockets among them, and one that closes makes room', async () => {
  const token = tokenOf('streamer');
  const streams: AbortController[] = [];
  const opened = async () => {
    const controller = new AbortController();
    const response = await fetch(`${gateway.url}/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query: 'subscription { balanceChanged { kind } }' }),
      signal: controller.signal,
    });
    streams.push(controller);
    return response;
  };
  const statuses = (await Promise.all(Array.from({ length: 51 }, opened))).map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(50);
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  expect(await (await opened()).json()).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  expect((await overSocket(gateway.url, token, VIEWER)).status).toBe(1013);
  for (const stream of streams) stream.abort();
  await eventually(async () => expect((await opened()).status).toBe(200));
  streams.at(-1)?.abort();
});

describe('Sockets', () => {
  /** Opens one and says who it is. @returns the code it was closed with, or `open`. */
  const connected = (token: string) =>
    new Promise<{ socket: WebSocket; state: number | 'open' }>((resolve) => {
      const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      socket.on('open', () =>
        socket.send(
          JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }),
        ),
      );
      socket.on('message', () => resolve({ socket, state: 'open' }));
      socket.on('error', () => undefined);
      socket.on('close', (code) => resolve({ socket, state: code }));
    });
  const closeOf = (socket: WebSocket) => new Promise<number>((resolve) => socket.on('close', resolve));
  const subscribe = (id: string, query: string) =>
    JSON.stringify({ id, type: 'subscribe', payload: { query } });

  it('are at most 50 for one user, and one that closes makes room', async () => {
    const token = tokenOf('crowd');
    const opened = await Promise.all(Array.from({ length: 51 }, () => connected(token)));
    expect(opened.filter(({ state }) => state === 'open')).toHaveLength(50);
    expect(opened.filter(({ state }) => state === 1013)).toHaveLength(1);
    for (const { socket } of opened) socket.close();
    const again = await eventually(
      () => connected(token),
      ({ state }) => state === 'open',
    );
    again.socket.close();
  });

  it('have at most 20 operations at once', async () => {
    const { socket } = await connected(tokenOf('eager'));
    const refused = new Promise<string>((resolve) =>
      socket.on('message', (data) => {
        const message = JSON.parse(String(data));
        if (message.type === 'error') resolve(`${message.id} ${message.payload[0].extensions.code}`);
      }),
    );
    for (let at = 1; at <= 21; at++)
      socket.send(subscribe(`s${at}`, 'subscription { balanceChanged { kind } }'));
    expect(await refused).toBe('s21 RATE_LIMITED');
    socket.close();
  });

  it('that never say who they are are closed', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    // Its own code: nothing else closes with it.
    expect(await closeOf(socket)).toBe(4408);
  });

  it('that babble are closed', async () => {
    const { socket } = await connected(tokenOf('babbler'));
    const closed = closeOf(socket);
    for (let at = 0; at < 200; at++) socket.send('{"type":"ping"}');
    expect(await closed).toBe(1008);
  });

  it('that do not read are closed with a code that says to resume', async () => {
    const { socket } = await connected(tokenOf('sup_slow', 'support'));
    const closed = closeOf(socket);
    socket.pause();
    // The answers fill what the system keeps for both ends, then what we keep.
    const query = `{ __schema { types { name description fields { name description type { name ofType { name ofType { name } } } args { name description } } } } }`;
    for (let round = 0; round < 14; round++) {
      for (let at = 0; at < 9; at++) socket.send(subscribe(`${round}-${at}`, query));
      await wait(250);
      // What is asked while a busy machine is behind would come all at once, as from somebody who babbles.
      await fetch(`${gateway.url}/healthz`);
    }
    await wait(2_500);
    socket.resume();
    expect(await closed).toBe(1013);
  });
});
