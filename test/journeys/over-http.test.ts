// What is refused before, or instead of, running a document: bodies, addresses, transports and the document itself.
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { overEvents, overHttp, overSocket, post } from './transports';
import { leavingUntouched } from './untouched';

const database = useDatabase();
let gateway: GatewayProcess;
let operator: Client;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
  operator = await gateway.as('support_1', 'support');
});
afterAll(stopGateways);

const graphql = () => `${gateway.url}/graphql`;
const bearer = () => ({ authorization: `Bearer ${operator.token}` });

describe('A body is refused that', () => {
  const MUTATION = 'mutation { createIntent(input: {packageId: "small"}) { intent { id } } }';
  const JSON_TYPE = { 'content-type': 'application/json' };
  it.each<[string, string, Record<string, string>, number]>([
    [
      'is larger than 1 MB',
      JSON.stringify({ query: MUTATION, pad: 'x'.repeat(1024 * 1024) }),
      JSON_TYPE,
      413,
    ],
    ['is not JSON', '{"query": ', JSON_TYPE, 400],
    ['is empty', '', JSON_TYPE, 400],
    ['is a string', '"query"', JSON_TYPE, 400],
    ['is a number', '5', JSON_TYPE, 400],
    ['is null', 'null', JSON_TYPE, 400],
    ['is an empty list', '[]', JSON_TYPE, 400],
    ['is a batch', JSON.stringify([{ query: MUTATION }, { query: MUTATION }]), JSON_TYPE, 400],
    ['has no query', '{}', JSON_TYPE, 400],
    ['has a number for a query', '{"query": 5}', JSON_TYPE, 400],
    ['has a list of variables', JSON.stringify({ query: MUTATION, variables: [1] }), JSON_TYPE, 400],
    ['has variables in a string', JSON.stringify({ query: MUTATION, variables: '{}' }), JSON_TYPE, 400],
    ['has a number for a name', JSON.stringify({ query: MUTATION, operationName: 5 }), JSON_TYPE, 400],
    ['brings a prototype', `{"query": ${JSON.stringify(MUTATION)}, "__proto__": {"a": 1}}`, JSON_TYPE, 400],
    ['is a form', `query=${MUTATION}`, { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['is text', JSON.stringify({ query: MUTATION }), { 'content-type': 'text/plain' }, 415],
    ['is a bare document', MUTATION, { 'content-type': 'application/graphql' }, 415],
    [
      'is in parts',
      `--x\r\n\r\n${MUTATION}\r\n--x--`,
      { 'content-type': 'multipart/form-data; boundary=x' },
      415,
    ],
  ])('%s', async (_what, body, headers, status) => {
    for (const [path, accept] of [
      ['/graphql', 'application/graphql-response+json'],
      ['/graphql/stream', 'text/event-stream'],
    ]) {
      const told = await leavingUntouched(database.url, () =>
        post(`${gateway.url}${path}`, body, { ...bearer(), ...headers, accept: accept ?? '' }),
      );
      expect([path, told.status, told.text]).toEqual([path, status, expect.stringMatching(/"errors?":/)]);
    }
  });

  it('brings a number that no number type holds', async () => {
    const query = `mutation M($credits: Credits!) {
      spendCredits(input: {credits: $credits, reason: "r", idempotencyKey: "k"}) { errors { code } } }`;
    for (const credits of ['1e400', '1e16', '9007199254740993', '-1e400', '1.5', '"1"']) {
      const body = `{"query": ${JSON.stringify(query)}, "variables": {"credits": ${credits}}}`;
      const { text } = await leavingUntouched(database.url, () => post(graphql(), body, bearer()));
      expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    }
  });

  it('nests its variables deeper than a stack', async () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ]) {
      const nested = `${open?.repeat(50_000)}1${close?.repeat(50_000)}`;
      const body = `{"query": "query Q($id: ID!) { intent(id: $id) { id } }", "variables": {"id": ${nested}}}`;
      const { text } = await post(graphql(), body, bearer());
      expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    }
  });
});

describe('By address', () => {
  const ask = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${graphql()}?query=${encodeURIComponent(query)}`, { headers: { ...bearer(), ...headers } });

  it('a query is answered', async () => {
    const response = await ask('{ viewer { id } }', { 'apollo-require-preflight': 'true' });
    expect(await response.json()).toEqual({ data: { viewer: { id: 'support_1' } } });
  });

  it('a mutation is refused', async () => {
    const mutation = 'mutation { createIntent(input: {packageId: "small", userId: "u"}) { intent { id } } }';
    await leavingUntouched(database.url, async () => {
      expect((await ask(mutation, { 'apollo-require-preflight': 'true' })).status).toBe(405);
      const stream = `${gateway.url}/graphql/stream?query=${encodeURIComponent(mutation)}`;
      const headers = { ...bearer(), accept: 'text/event-stream' };
      expect((await fetch(stream, { headers })).status).toBe(405);
    });
  });

  it('what any page could make a browser ask is refused', async () => {
    const query = encodeURIComponent('{ packages { id } }');
    expect((await fetch(`${graphql()}?query=${query}`)).status).toBe(400);
    // A token is nothing that a browser adds by itself.
    expect((await ask('{ viewer { id } }')).status).toBe(200);
  });
});

describe('A subscription by POST', () => {
  it('is told where subscriptions run', async () => {
    const told = await overHttp(gateway.url, operator.token, {
      query: 'subscription { balanceChanged { kind } }',
    });
    expect(told).toMatchObject({
      status: 400,
      answers: [
        {
          errors: [
            {
              message: 'Subscriptions run over WebSocket (/graphql) or SSE (/graphql/stream).',
              extensions: { code: 'SUBSCRIPTION_TRANSPORT' },
            },
          ],
        },
      ],
    });
  });
});

describe.each([
  ['HTTP', overHttp],
  ['SSE', overEvents],
  ['a socket', overSocket],
])('Over %s a document is refused', (_name, transport) => {
  const INTENT = 'query Q($id: ID!) { intent(id: $id) { id } }';
  it.each<[string, { query: string; variables?: Record<string, unknown> }, string]>([
    ['that does not end', { query: '{ viewer { id ' }, 'GRAPHQL_PARSE_FAILED'],
    ['of 2,100 tokens', { query: `{ ${'viewer { id } '.repeat(525)} }` }, 'GRAPHQL_PARSE_FAILED'],
    ['with a field that does not exist', { query: '{ viwer { id } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['that defines types', { query: 'type Query { id: ID }' }, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'with two operations and no name',
      { query: 'query A { viewer { id } } query B { viewer { id } }' },
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['whose variable is missing', { query: INTENT }, 'BAD_USER_INPUT'],
    ['whose variable is an object', { query: INTENT, variables: { id: {} } }, 'BAD_USER_INPUT'],
    [
      'whose cursor is of another stream',
      { query: 'subscription { balanceChanged(after: "MSAxIHdhbGxldDp4") { kind } }' },
      transport === overHttp ? 'SUBSCRIPTION_TRANSPORT' : 'INVALID_INPUT',
    ],
  ])('%s', async (_what, asked, code) => {
    const { answers } = await transport(gateway.url, operator.token, asked);
    const errors = Array.isArray(answers.at(-1)) ? answers.at(-1) : answers.at(-1)?.errors;
    expect(errors).toMatchObject([{ message: expect.any(String), extensions: { code } }]);
  });
});

it('answers with the status that the media type asks for', async () => {
  const statusAs = async (accept: string) =>
    (await post(graphql(), { query: '{ viwer { id } }' }, { ...bearer(), accept })).status;
  expect(await statusAs('application/json')).toBe(200);
  expect(await statusAs('application/graphql-response+json')).toBe(400);
  expect(await statusAs('application/graphql-response+json, application/json;q=0.9')).toBe(400);
  expect(await statusAs('text/html')).toBe(406);
});
