// API keys from outside: made once, known nowhere, good on every process and dead on every process. And the audit log,
// which is written with what it tells of.
import WebSocket from 'ws';
import { Client } from '../support/client';
import { eventually, inOneOfThree } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { AUTH, claims, expectRefused, handMade, nowSeconds, SECRET, VIEWER, viewerOf } from './tokens';
import { overEvents, overHttp, overSocket } from './transports';

const database = useDatabase();
let first: GatewayProcess;
let second: GatewayProcess;
let admin: Client;

beforeAll(async () => {
  const env = { DATABASE_URL: database.url };
  [first, second] = await Promise.all([startGateway(env), startGateway(env)]);
  admin = await first.as('adm_1', 'admin');
});
afterAll(stopGateways);

const KEY = 'apiKey { id name role prefix expiresAt revokedAt } secret';
const create = (input: object, client = admin) =>
  client.mutate('createApiKey', input as Record<string, unknown>, KEY);
const revoke = (id: string) => admin.mutate('revokeApiKey', { id }, 'apiKey { revokedAt }');
const sql = async (text: string, values: unknown[] = []) => (await database.pool().query(text, values)).rows;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Opens a socket that watches a balance. @returns when and how it was closed. */
function watching(gateway: GatewayProcess, token: string) {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const closed = new Promise<{ code: number; atMs: number }>((resolve) =>
    socket.on('close', (code) => resolve({ code, atMs: performance.now() })),
  );
  const opened = new Promise<void>((resolve) => {
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
    );
    socket.on('message', (data) =>
      JSON.parse(String(data)).type === 'connection_ack' ? resolve() : undefined,
    );
  });
  return { opened, closed };
}

/** A stream that is open. @returns when it ended. */
async function streaming(gateway: GatewayProcess, token: string): Promise<{ ended: Promise<number> }> {
  const response = await fetch(`${gateway.url}/graphql/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: 'subscription { balanceChanged(userId: "u") { kind } }' }),
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  const ended = (async () => {
    while (!(await reader.read().catch(() => ({ done: true }))).done);
    return performance.now();
  })();
  return { ended };
}

it('a key is shown once, kept as a hash, and is its back end on every process', async () => {
  const { apiKey, secret, errors } = await create({ name: 'shop', role: 'service' });
  expect(errors).toEqual([]);
  expect(secret).toMatch(/^ck_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
  expect(secret.startsWith(apiKey.prefix)).toBe(true);

  for (const gateway of [first, second])
    expect(await viewerOf(gateway, secret)).toEqual({ id: 'key:shop', role: 'service' });
  const buyer = new Client(second.url, secret);
  const bought = await buyer.mutate(
    'createIntent',
    { userId: 'u_1', packageId: 'small' },
    'intent { userId }',
  );
  expect(bought.intent.userId).toBe('u_1');

  const { data } = await admin.query('{ admin { apiKeys { id prefix lastUsedAt } } }');
  expect(data.admin.apiKeys[0]).toMatchObject({ id: apiKey.id, prefix: apiKey.prefix });
  expect(data.admin.apiKeys[0].lastUsedAt).not.toBeNull();
  const stored = await sql(
    'select row_to_json(k)::text as row from api_keys k union all select row_to_json(a)::text from audit_log a',
  );
  expect(stored.length).toBeGreaterThan(1);
  expect(JSON.stringify(stored)).not.toContain(secret.slice(-43));
});

it('a revoked key is dead on every process within a second, and so is what it had open', async () => {
  await inOneOfThree(async () => {
    const { apiKey, secret } = await create({ name: 'gone', role: 'support' });
    const socket = watching(second, secret);
    await socket.opened;
    const stream = await streaming(second, secret);
    expect(await viewerOf(second, secret)).toMatchObject({ role: 'support' });

    const revokedMs = performance.now();
    expect((await revoke(apiKey.id)).errors).toEqual([]);
    const { code, atMs } = await socket.closed;
    expect(code).toBe(4403);
    const endedMs = await stream.ended;
    await wait(Math.max(0, 1_000 - (performance.now() - revokedMs)));

    expect(atMs - revokedMs).toBeLessThan(1_000);
    expect(endedMs - revokedMs).toBeLessThan(1_000);
    for (const gateway of [first, second]) await expectRefused(gateway, secret);
    expect((await revoke(apiKey.id)).errors).toEqual([]);
  });
});

it('a key that ends is refused afterwards, and its socket is closed when it ends', async () => {
  const { secret } = await create({
    name: 'short',
    role: 'service',
    // Long enough to open a socket on a busy machine.
    expiresAt: new Date(Date.now() + 3_000).toISOString(),
  });
  const socket = watching(first, secret);
  await socket.opened;
  expect((await socket.closed).code).toBe(4403);
  await eventually(() => expectRefused(first, secret));
});

it.each([
  ['of nobody', (secret: string) => `ck_000000000000_${secret.slice(-43)}`],
  ['with another secret', (secret: string) => `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`],
  ['that is cut short', (secret: string) => secret.slice(0, -1)],
  ['of a prefix alone', (secret: string) => secret.slice(0, 15)],
  ['with something behind it', (secret: string) => `${secret}=`],
  ['in another case', (secret: string) => secret.toUpperCase().replace('CK_', 'ck_')],
])('a key %s is refused', async (_what, changed) => {
  const { secret } = await create({ name: 'abused', role: 'service' });
  await expectRefused(first, changed(secret));
});

it.each([
  ['for a user', { name: 'x', role: 'user' }, ['input', 'role']],
  ['without a name', { name: '', role: 'service' }, ['input', 'name']],
  ['with a line break in its name', { name: 'a\nb', role: 'service' }, ['input', 'name']],
  [
    'that is over',
    { name: 'x', role: 'service', expiresAt: '2020-01-01T00:00:00.000Z' },
    ['input', 'expiresAt'],
  ],
])('no key is made %s', async (_what, input, path) => {
  expect((await create(input)).errors).toMatchObject([{ code: 'INVALID_INPUT', path }]);
});

it('a key makes no keys and is no second person, whatever its role', async () => {
  const { secret } = await create({ name: 'robot', role: 'admin' });
  const { errors } = await new Client(first.url, secret).query(
    'mutation { createApiKey(input: {name: "more", role: admin}) { errors { code } } }',
  );
  expect(errors).toMatchObject([
    { extensions: { code: 'FORBIDDEN' }, message: expect.stringContaining('a person') },
  ]);
});

it('an operator sees the mutations that are theirs, and so does everybody else', async () => {
  const allowedFor = async (role: string) => {
    const { data } = await (await first.as('x', role)).query('{ viewer { allowedMutations } }');
    return data.viewer.allowedMutations as string[];
  };
  expect(await allowedFor('user')).toContain('createIntent');
  expect(await allowedFor('user')).not.toContain('replayWebhookEvents');
  expect(await allowedFor('service')).not.toContain('replayWebhookEvents');
  expect(await allowedFor('support')).toContain('replayWebhookEvents');
  expect(await allowedFor('support')).not.toContain('createApiKey');
  expect(await allowedFor('admin')).toEqual(expect.arrayContaining(['createApiKey', 'replayWebhookEvents']));
});

describe('The audit log', () => {
  const LOG =
    'query ($targetId: ID, $actor: ID) { admin { auditLog(targetId: $targetId, actor: $actor) { nodes { id actor role action targetId reason diff } } } }';
  const entries = async (variables: Record<string, unknown>) =>
    (await admin.query(LOG, variables)).data.admin.auditLog.nodes;

  it('has every action of an operator, and none of a user', async () => {
    const url = 'http://127.0.0.1:9/hooks';
    const { data } = await admin.query(
      `mutation ($input: WebhookEndpointInput!) { createWebhookEndpoint(input: $input) { endpoint { id } secret } }`,
      { input: { url, events: ['*'] } },
    );
    const made = data.createWebhookEndpoint;
    const { id } = made.endpoint;
    await admin.mutate('updateWebhookEndpoint', { id, events: ['intent.*'] }, '');
    const endpointCall = (name: string) =>
      admin.query(`mutation ($id: ID!) { ${name}(input: {id: $id}) { errors { code } } }`, { id });
    await endpointCall('sendTestDelivery');
    await endpointCall('rotateWebhookEndpointSecret');
    await endpointCall('deleteWebhookEndpoint');

    const logged = await entries({ targetId: id });
    expect(logged.map((entry: { action: string }) => entry.action)).toEqual([
      'deleteWebhookEndpoint',
      'rotateWebhookEndpointSecret',
      'sendTestDelivery',
      'updateWebhookEndpoint',
      'createWebhookEndpoint',
    ]);
    expect(logged.at(-1)).toMatchObject({ actor: 'adm_1', role: 'admin', diff: { url, events: ['*'] } });
    expect(JSON.stringify(logged)).not.toContain(made.secret);
    const answer = await admin.query('query ($id: ID!) { node(id: $id) { __typename id } }', {
      id: logged[0].id,
    });
    expect(answer.data.node).toEqual({ __typename: 'AuditEntry', id: logged[0].id });
  });

  it('says who canceled and asked about an intent for a user, and not what the user did', async () => {
    const user = await first.as('u_2');
    const support = await second.as('sup_1', 'support');
    const bought = await user.mutate('createIntent', { packageId: 'small' }, 'intent { id }');
    const { id } = bought.intent;
    await user.mutate('syncIntent', { id }, '');
    await support.mutate('syncIntent', { id }, '');
    await support.mutate('cancelIntent', { id, reason: 'asked by phone' }, '');

    expect(await entries({ targetId: id })).toMatchObject([
      { action: 'cancelIntent', actor: 'sup_1', role: 'support', reason: 'asked by phone' },
      { action: 'syncIntent', actor: 'sup_1', role: 'support' },
    ]);
  });

  it('cannot be changed by the application', async () => {
    await expect(sql("update audit_log set actor = 'nobody'")).rejects.toThrow('permission denied');
    await expect(sql('delete from audit_log')).rejects.toThrow('permission denied');
  });
});

describe('Tokens', () => {
  let strict: GatewayProcess;
  beforeAll(async () => {
    strict = await startGateway({ DATABASE_URL: database.url, AUTH_JWT_SECRET: SECRET, ...AUTH });
  });

  it.each<[string, () => string]>([
    ['whose last character says the same in another way', () => otherwise(handMade(claims()))],
    ['with padding', () => `${handMade(claims())}=`],
    ['of the type of a refresh token', () => handMade(claims(), { alg: 'HS256', typ: 'rt+jwt' })],
    ['of a logout', () => handMade(claims(), { alg: 'HS256', typ: 'logout+jwt' })],
    ['that says it is a refresh token', () => handMade(claims({ token_use: 'refresh' }))],
    ["of Keycloak's refresh type", () => handMade(claims({ typ: 'Refresh' }))],
    [
      'that names where its key is',
      () => handMade(claims(), { alg: 'HS256', jku: 'https://evil.example/keys' }),
    ],
    ['that brings its key', () => handMade(claims(), { alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } })],
    ['that brings a certificate', () => handMade(claims(), { alg: 'HS256', x5c: ['AAAA'] })],
    ['whose end is more than a minute ago', () => handMade(claims({ exp: nowSeconds() - 62 }))],
  ])('%s are refused', async (_what, make) => {
    await expectRefused(strict, make());
  });

  it.each([['JWT'], ['at+jwt'], ['application/at+jwt']])('of type %s are believed', async (typ) => {
    expect(await viewerOf(strict, handMade(claims(), { alg: 'HS256', typ }))).toEqual({
      id: 'user_1',
      role: 'support',
    });
  });

  it.each<[string, string]>([
    ['a path', '../../../../dev/null'],
    ['a statement', "x' union select 'key' --"],
  ])('with %s for a key id are judged by their signature alone', async (_what, kid) => {
    expect(await viewerOf(strict, handMade(claims(), { alg: 'HS256', kid }))).toMatchObject({ id: 'user_1' });
    await expectRefused(strict, handMade(claims(), { alg: 'HS256', kid }, ''));
  });

  it('that end close what they opened', async () => {
    // Good for four more seconds, by the minute that clocks may differ.
    const token = handMade(claims({ exp: nowSeconds() - 56 }));
    const socket = watching(strict, token);
    await socket.opened;
    const stream = await streaming(strict, token);
    expect((await socket.closed).code).toBe(4403);
    await stream.ended;
    for (const transport of [overHttp, overEvents, overSocket])
      expect((await transport(strict.url, token, VIEWER)).answers[0]?.data).toBeUndefined();
  });

  /** The last character of a signature of 32 bytes has two bits that say nothing. */
  function otherwise(token: string): string {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    return token.slice(0, -1) + alphabet[alphabet.indexOf(token.at(-1) as string) + 1];
  }
});
