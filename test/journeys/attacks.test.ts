// The same attacks over HTTP, SSE and WebSocket against a gateway in live mode: refused alike, and without a word to
// callers who do not say who they are.
import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onServer, urlOf } from '../support/database';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { handMade, nowSeconds, SECRET } from './tokens';
import { type Asked, converse, overEvents, overHttp, overSocket, post, type Transport } from './transports';

const database = `test_${randomUUID().replaceAll('-', '')}`;
// Nothing listens on port 1.
const LIVE = {
  AUTH_JWT_SECRET: SECRET,
  STRIPE_SECRET_KEY: 'sk_live_of_this_test',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_of_this_test',
  STRIPE_WEBHOOK_SECRET: 'whsec_of_this_test',
  STRIPE_API_BASE: 'http://127.0.0.1:1',
  API_KEY_PEPPER: 'a-pepper-of-this-test-that-is-long-enough',
  SECRETS_KEY: 'a-key-of-this-test-that-is-long-enough-as-well',
};
let gateway: GatewayProcess;
beforeAll(async () => {
  await onServer(`create database ${database}`);
  gateway = await startGateway({ DATABASE_URL: urlOf(database), ...LIVE });
});
afterAll(async () => {
  await stopGateways();
  await onServer(`drop database ${database} with (force)`);
});

const tokenOf = (sub: string, role: string) => handMade({ sub, role, exp: nowSeconds() + 600 });
const user = () => tokenOf('user_1', 'user');
const support = () => tokenOf('sup_1', 'support');

const TRANSPORTS: [string, Transport][] = [
  ['HTTP', overHttp],
  ['SSE', overEvents],
  ['a socket', overSocket],
];

/** The errors of an answer; a socket brings a list of them, the others an object. */
async function errorsOver(transport: Transport, token: string | null, asked: Asked) {
  const { answers } = await transport(gateway.url, token, asked);
  const last = answers.at(-1);
  expect(last?.data ?? null).toBeNull();
  return (Array.isArray(last) ? last : last?.errors) as { message: string; extensions: { code: string } }[];
}

const circular = (levels: number) =>
  `{ intents { nodes { ${'creditsTransaction { intent { '.repeat(levels)} id ${'} }'.repeat(levels)} } } }`;
const nestedList = (levels: number) => JSON.parse(`${'['.repeat(levels)}1${']'.repeat(levels)}`);
const spend = (more: string) =>
  `mutation { spendCredits(input: {credits: 1, reason: "r", idempotencyKey: "k"${more}}) { errors { code } } }`;

/** What is asked, and the code that somebody hears who signed in. */
const ATTACKS: [string, Asked, string][] = [
  ['asks the schema', { query: '{ __schema { types { name } } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['asks for one type', { query: '{ __type(name: "Query") { name } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'asks the schema in a fragment',
    { query: 'query { ...F } fragment F on Query { ... on Query { s: __schema { types { name } } } }' },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'has 500 aliases',
    { query: `{ ${Array.from({ length: 500 }, (_, n) => `a${n}: viewer { id }`).join(' ')} }` },
    'GRAPHQL_PARSE_FAILED',
  ],
  [
    'has 16 aliases',
    { query: `{ ${Array.from({ length: 16 }, (_, n) => `a${n}: viewer { id }`).join(' ')} }` },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'has 101 aliases of its own type',
    { query: `{ ${Array.from({ length: 101 }, (_, n) => `a${n}: __typename`).join(' ')} }` },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'hides aliases of its own type in a fragment that it spreads twice',
    {
      query: `{ ...F viewer { id } ...F } fragment F on Query { ${Array.from({ length: 8 }, (_, n) => `a${n}: __typename`).join(' ')} }`,
    },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'writes out a list of 101 ids',
    { query: `{ nodes(ids: [${'"int_1" '.repeat(101)}]) { id } }` },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'sends a list of 101 ids',
    {
      query: 'query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      variables: { ids: new Array(101).fill('int_1') },
    },
    'BAD_USER_INPUT',
  ],
  [
    'filters by 101 packages',
    {
      query: 'query Q($filter: IntentFilter) { intents(filter: $filter) { nodes { id } } }',
      variables: { filter: { packageId: new Array(101).fill('small') } },
    },
    'BAD_USER_INPUT',
  ],
  ['goes round in a circle', { query: circular(6) }, 'GRAPHQL_VALIDATION_FAILED'],
  ['nests 30,000 levels', { query: '{a'.repeat(30_000) }, 'GRAPHQL_PARSE_FAILED'],
  [
    'spreads a fragment in itself',
    { query: '{ ...F } fragment F on Query { ...F }' },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'repeats a directive',
    { query: `{ viewer ${'@include(if: true) '.repeat(5)} { id } }` },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'has two mutations',
    {
      query: `mutation { a: syncIntent(input: {id: "i"}) { errors { code } } b: syncIntent(input: {id: "i"}) { errors { code } } }`,
    },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  [
    'hides a second mutation in a fragment',
    {
      query: `mutation { syncIntent(input: {id: "i"}) { errors { code } } ...F }
        fragment F on Mutation { cancelIntent(input: {id: "i"}) { errors { code } } }`,
    },
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['misspells a field', { query: '{ viwer { id } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['misspells an argument', { query: '{ intents(frist: 1) { nodes { id } } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['does not end', { query: '{ viewer { id' }, 'GRAPHQL_PARSE_FAILED'],
  ['has no operation', { query: 'fragment F on Query { viewer { id } }' }, 'GRAPHQL_VALIDATION_FAILED'],
  ['sets the owner of a balance', { query: spend(', balance: 1000000') }, 'GRAPHQL_VALIDATION_FAILED'],
  [
    'sends a list nested 1,000 deep',
    { query: 'query Q($id: ID!) { intent(id: $id) { id } }', variables: { id: nestedList(1_000) } },
    'BAD_USER_INPUT',
  ],
  [
    'sends a field that an input does not have',
    {
      query: 'mutation M($input: SyncIntentInput!) { syncIntent(input: $input) { errors { code } } }',
      variables: { input: { id: 'int_1', isAdmin: true } },
    },
    'BAD_USER_INPUT',
  ],
  [
    'asks for too much of everything',
    {
      query: `query Q($n: Int!) { intents(first: $n) { nodes { timeline(first: $n) { nodes { id } } a: timeline(first: $n) {
        nodes { id } } } } }`,
      variables: { n: 100 },
    },
    'TOO_COSTLY',
  ],
];

describe.each(TRANSPORTS)('Over %s', (_name, transport) => {
  it.each(ATTACKS)('a document that %s is refused', async (_what, asked, code) => {
    const errors = await errorsOver(transport, user(), asked);
    expect(errors.map(({ extensions }) => extensions.code)).toContain(code);
    expect(JSON.stringify(errors)).not.toMatch(/Did you mean/i);
  });

  it.each(ATTACKS)('nobody hears more than that it is bad when it %s', async (_what, asked) => {
    expect(await errorsOver(transport, null, asked)).toEqual([
      { message: 'Bad request.', extensions: { code: 'BAD_REQUEST' } },
    ]);
  });

  it('a document that support may send is not open to the next caller', async () => {
    const asked = { query: `{ __schema { queryType { name } } } # ${_name}` };
    const { answers } = await transport(gateway.url, support(), asked);
    expect(answers.at(-1).data.__schema.queryType.name).toBe('Query');
    expect(await errorsOver(transport, user(), asked)).toMatchObject([
      { message: 'The schema is not shown here.' },
    ]);
    expect(await errorsOver(transport, null, asked)).toMatchObject([{ message: 'Bad request.' }]);
  });

  it('a fragment is no level: three spreads over seven levels of fields are seven levels', async () => {
    const query = `{ viewer { id } ...A }
      fragment A on Query { intents(first: 1) { nodes { ...B } } }
      fragment B on PaymentIntent { creditsTransaction { ...C } }
      fragment C on CreditTransaction { intent { refunds { nodes { id } } } }`;
    const { answers } = await transport(gateway.url, user(), { query });
    expect(answers.at(-1).errors).toBeUndefined();
    const deep = query.replace(
      'nodes { id } }',
      `nodes { ${'intent { refunds { nodes { '.repeat(2)} id ${'} } }'.repeat(2)} } }`,
    );
    expect(await errorsOver(transport, user(), { query: deep })).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });

  it('a document that was cheap is dear with other variables', async () => {
    const query =
      'query Q($n: Int!) { intents(first: $n) { nodes { timeline(first: $n) { nodes { webhookEvent { id } } } } } }';
    const small = await transport(gateway.url, user(), { query, variables: { n: 10 } });
    expect(small.answers.at(-1).errors).toBeUndefined();
    expect(await errorsOver(transport, user(), { query, variables: { n: 100_000 } })).toMatchObject([
      { extensions: { code: 'TOO_COSTLY' } },
    ]);
  });

  it('who says not who he is may ask for little', async () => {
    const pages = Array.from(
      { length: 12 },
      (_, n) => `p${n}: packages { id prices { formatted } price { formatted } }`,
    );
    const query = `{ ${pages.join(' ')} }`;
    // In live mode a stranger is not told what is wrong with it.
    expect(await errorsOver(transport, null, { query })).toMatchObject([
      { extensions: { code: 'BAD_REQUEST' } },
    ]);
  });

  it('fragments that use each other twice cost no time', async () => {
    const fragments = Array.from(
      { length: 40 },
      (_, n) => `fragment F${n} on Viewer { ${n === 39 ? 'id' : `...F${n + 1} ...F${n + 1}`} }`,
    );
    const startedMs = performance.now();
    await transport(gateway.url, user(), { query: `{ viewer { ...F0 } } ${fragments.join(' ')}` });
    // Spread out they are 2^39: no machine is done with them.
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  });

  it('a list of a million variables is too large', async () => {
    const asked = { query: '{ viewer { id } }', variables: { ids: new Array(1_000_000).fill(0) } };
    const { status } = await transport(gateway.url, user(), asked);
    expect(status).toBe(transport === overSocket ? 1009 : 413);
  });
});

it('a batch is no operation, over any transport', async () => {
  const batch = [{ query: '{ viewer { id } }' }, { query: '{ viewer { id } }' }];
  const headers = { authorization: `Bearer ${user()}`, accept: 'text/event-stream' };
  expect((await post(`${gateway.url}/graphql`, batch)).status).toBe(400);
  expect((await post(`${gateway.url}/graphql/stream`, batch, headers)).status).toBe(400);
  const init = { type: 'connection_init', payload: headers };
  expect((await converse(gateway.url, [init, { id: '1', type: 'subscribe', payload: batch }])).status).toBe(
    4400,
  );
});

describe('Over each transport', () => {
  const headers = () => ({ authorization: `Bearer ${user()}` });
  const STREAM = { accept: 'text/event-stream' };
  const overSocketRaw = (payload: string) =>
    converse(gateway.url, [
      { type: 'connection_init', payload: headers() },
      `{"id": "1", "type": "subscribe", "payload": ${payload}}`,
    ]);

  it('a prototype that comes along changes nothing', async () => {
    const body = '{"query": "{ viewer { id role } }", "variables": {"__proto__": {"role": "admin"}}}';
    const other = body.replace('"__proto__": {', '"constructor": {"prototype": {').replace('}}}', '}}}}');
    for (const brought of [body, other]) {
      expect((await post(`${gateway.url}/graphql`, brought, headers())).status).toBe(400);
      expect((await post(`${gateway.url}/graphql/stream`, brought, { ...headers(), ...STREAM })).status).toBe(
        400,
      );
      const told = await overSocketRaw(brought);
      expect(told.answers.map(({ data }) => data)).toEqual([{ viewer: { id: 'user_1', role: 'user' } }]);
    }
  });

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('variables of %s, 40,000 levels deep, are no value, and end nothing', async (_what, open, close) => {
    const nesting = (levels: number) =>
      `{"query": "query Q($id: ID!) { intent(id: $id) { id } }", "variables": {"id": ${open.repeat(levels)}1${close.repeat(levels)}}}`;
    const code = (error: { extensions: { code: string } }) => error.extensions.code;
    const { text } = await post(`${gateway.url}/graphql`, nesting(40_000), headers());
    expect(JSON.parse(text).errors.map(code)).toEqual(['BAD_USER_INPUT']);
    const streamed = await post(`${gateway.url}/graphql/stream`, nesting(40_000), {
      ...headers(),
      ...STREAM,
    });
    expect(streamed.text).toContain('BAD_USER_INPUT');
    // More than a message may have; what fits into one is refused like everywhere.
    expect((await overSocketRaw(nesting(40_000))).status).toBe(1009);
    const told = await overSocketRaw(nesting(10_000));
    expect(
      told.answers.flat().map(({ errors, extensions }) => extensions?.code ?? errors.map(code)[0]),
    ).toEqual(['BAD_USER_INPUT']);
    expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  });
});

it("the schema's text is as open as introspection", async () => {
  const statusFor = async (token: string | null) =>
    (
      await fetch(`${gateway.url}/schema.graphql`, {
        headers: token ? { authorization: `Bearer ${token}` } : {},
      })
    ).status;
  expect([await statusFor(null), await statusFor(user()), await statusFor(support())]).toEqual([
    404, 404, 200,
  ]);
});

describe('A gateway with a list of documents', () => {
  const LISTED = '{ viewer { id } }';
  const documentId = `sha256:${createHash('sha256').update(LISTED).digest('hex')}`;
  let listed: GatewayProcess;
  beforeAll(async () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'documents-')), 'documents.json');
    fs.writeFileSync(file, JSON.stringify({ [documentId.slice(7)]: LISTED }));
    const env = { DATABASE_URL: urlOf(database), ...LIVE, TRUSTED_DOCUMENTS: file };
    listed = await startGateway(env);
  });

  it.each(TRANSPORTS)('over %s runs those alone, by text or by hash', async (_name, transport) => {
    const told = async (asked: object) => {
      const { answers } = await transport(listed.url, user(), asked as Asked);
      const last = answers.at(-1);
      const [error] = (Array.isArray(last) ? last : last.errors) ?? [];
      return last.data ?? error.extensions?.code;
    };
    expect(await told({ query: LISTED })).toEqual({ viewer: { id: 'user_1' } });
    // A client of the socket protocol has to send a text.
    if (transport !== overSocket) expect(await told({ documentId })).toEqual({ viewer: { id: 'user_1' } });
    expect(await told({ query: '{ viewer { id role } }' })).toBe('FORBIDDEN');
    if (transport === overSocket) return;
    const extensions = { persistedQuery: { version: 1, sha256Hash: documentId.slice(7) } };
    expect(await told({ extensions })).toEqual({ viewer: { id: 'user_1' } });
    // Automatic persisted queries would let anyone add to the list.
    const other = '{ viewer { id role } }';
    const hash = createHash('sha256').update(other).digest('hex');
    const unlisted = { extensions: { persistedQuery: { version: 1, sha256Hash: hash } } };
    for (const asked of [{ ...unlisted, query: other }, unlisted, { documentId: `sha256:${hash}` }])
      expect(await told(asked)).toMatch(/^(FORBIDDEN|PERSISTED_QUERY_NOT_SUPPORTED)$/);
  });
});
