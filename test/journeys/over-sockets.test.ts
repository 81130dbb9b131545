// Live transports under callers that misbehave: what each is told, and that the process is still there afterwards.
import { createClient as eventClient } from 'graphql-sse';
import { createClient as socketClient } from 'graphql-ws';
import pg from 'pg';
import WebSocket from 'ws';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { converse, overEvents, overSocket, post, sendRaw } from './transports';

const database = useDatabase();
let gateway: GatewayProcess;
let client: Client;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
  client = await gateway.as('user_1');
});
afterAll(stopGateways);
// Whatever a caller does, it does it to nobody else.
afterEach(async () => expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200));

const BALANCE = { query: 'subscription { balanceChanged { kind balance { credits } } }' };
const SIGN_IN = { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };

describe('Over SSE', () => {
  const stream = (body: unknown, headers: Record<string, string>) =>
    post(`${gateway.url}/graphql/stream`, body, { authorization: `Bearer ${client.token}`, ...headers });

  it('nobody hears of a balance without a token, and with a bad one it is 401', async () => {
    expect(await overEvents(gateway.url, null, BALANCE)).toMatchObject({ status: 200, answers: [SIGN_IN] });
    const bad = await overEvents(gateway.url, 'x.y.z', BALANCE);
    expect(bad).toMatchObject({ status: 401, answers: [SIGN_IN] });
    // What the code is in HTTP is said by the status alone.
    expect(bad.answers[0].errors[0].extensions).toEqual({ code: 'UNAUTHENTICATED' });
  });

  it('a client that wants no stream is told what to send', async () => {
    for (const accept of ['application/json', '*/*', 'text/html']) {
      const { status, text } = await stream(BALANCE, { accept });
      expect([status, text]).toEqual([406, expect.stringContaining('Accept: text/event-stream')]);
    }
  });

  it('a name that a stream could be kept under opens none', async () => {
    for (const name of ['__proto__', 'constructor', 'mine']) {
      const headers = { accept: 'text/event-stream', 'x-graphql-event-stream-token': name };
      expect(await stream({ query: '{ viewer { id } }' }, headers)).toEqual({
        status: 200,
        text: expect.stringContaining('data: {"data":{"viewer":{"id":"user_1"}}}'),
      });
    }
  });

  it('clients that vanish in the middle of a stream leave nothing behind', async () => {
    const body = JSON.stringify(BALANCE);
    const request = [
      'POST /graphql/stream HTTP/1.1',
      'Host: gateway',
      'Accept: text/event-stream',
      'Content-Type: application/json',
      `Authorization: Bearer ${client.token}`,
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
    for (let at = 0; at < 20; at++) await sendRaw(gateway.url, request, at % 10);
  });
});

describe('Over a socket', () => {
  const init = (authorization?: unknown) => ({ type: 'connection_init', payload: { authorization } });
  const subscribe = (payload: unknown) => ({ id: '1', type: 'subscribe', payload });

  it('nobody hears of a balance without a token', async () => {
    expect(await overSocket(gateway.url, null, BALANCE)).toMatchObject({ status: 1000, answers: [SIGN_IN] });
  });

  it.each([
    ['a bad token', 'Bearer x.y.z'],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['a number for a token', 5],
    ['an object for a token', { toString: 1 }],
  ])('a connection with %s is closed with 4403', async (_what, authorization) => {
    expect(await converse(gateway.url, [init(authorization), subscribe(BALANCE)])).toEqual({
      status: 4403,
      answers: [],
    });
  });

  it.each<[string, unknown[], number]>([
    ['asks before it says who it is', [subscribe(BALANCE)], 4401],
    ['says who it is twice', [init(), init()], 4429],
    ['sends what is not JSON', [init(), '{"id": '], 4400],
    ['sends a list', [init(), '[]'], 4400],
    ['sends null', [init(), 'null'], 4400],
    ['sends a number for a document', [init(), subscribe({ query: 5 })], 4400],
    ['sends a list of variables', [init(), subscribe({ ...BALANCE, variables: [1] })], 4400],
    [
      'sends more than 64 kB',
      [init(), subscribe({ ...BALANCE, variables: { x: 'x'.repeat(65_536) } })],
      1009,
    ],
  ])('a client that %s is closed with a code', async (_what, messages, code) => {
    expect((await converse(gateway.url, messages)).status).toBe(code);
  });

  it.each([
    ['/elsewhere', {}, 404],
    ['//', {}, 404],
    ['/graphql', { origin: 'https://evil.example' }, 403],
  ])('%s from %j is no place to open one', async (path, headers, status) => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}${path}`, 'graphql-transport-ws', {
      headers,
    });
    const refused = await new Promise<Error>((resolve) => socket.on('error', resolve));
    expect(refused.message).toBe(`Unexpected server response: ${status}`);
  });

  it.each(['//', '/%zz', '/graphql?%', 'http://[', '*'])(
    'an upgrade of %s ends nothing but itself',
    async (target) => {
      await sendRaw(gateway.url, upgradeOf(target), 100);
    },
  );

  it('clients that vanish while they are refused end nothing but themselves', async () => {
    const rest = 'x'.repeat(1_000);
    for (let at = 0; at < 150; at++) await sendRaw(gateway.url, upgradeOf('/elsewhere') + rest, at % 4);
  });

  const upgradeOf = (target: string) =>
    [
      `GET ${target} HTTP/1.1`,
      'Host: gateway',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      '\r\n',
    ].join('\r\n');
});

describe('A fault in the middle of a stream', () => {
  const headers = () => ({ authorization: `Bearer ${client.token}` });
  it.each([
    [
      'SSE',
      () => eventClient({ url: `${gateway.url}/graphql/stream`, headers: headers(), retryAttempts: 0 }),
    ],
    [
      'a socket',
      () =>
        socketClient({
          url: `${gateway.url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          connectionParams: headers(),
          retryAttempts: 0,
        }),
    ],
  ])('over %s gives its request id and nothing else, and is logged whole', async (_name, connect) => {
    const made = await client.mutate('createIntent', { packageId: 'small' }, 'intent { id }');
    const { id } = made.intent;
    const query = 'subscription W($id: ID!) { intentStatusChanged(id: $id) { status } }';
    const live = connect();
    const stream = live.iterate({ query, variables: { id } });
    expect(await stream.next()).toMatchObject({
      value: { data: { intentStatusChanged: { status: 'pending' } } },
    });

    await asOwner('revoke select on events from credits_gateway_app');
    // Its event wakes the stream, which then cannot read it.
    await client.query('mutation C($id: ID!) { cancelIntent(input: {id: $id}) { errors { code } } }', { id });
    const told = await stream.next().then(
      ({ value }) => value.errors,
      (errors: unknown) => errors,
    );
    await asOwner('grant select on events to credits_gateway_app');

    expect(told).toEqual([
      {
        message: 'Internal error',
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
      },
    ]);
    const logged = gateway.log.find((line) => line.includes(told[0].extensions.requestId));
    expect(logged).toContain('permission denied for table events');
    await live.dispose();
  });

  async function asOwner(statement: string): Promise<void> {
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    await owner.query(statement).finally(() => owner.end());
  }
});
