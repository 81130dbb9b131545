// Two gateways on one database: one where each request goes the whole way through Apollo, and one where a document that was
// answered once goes the short way. From outside nobody can tell them apart.
import fs from 'node:fs';
import path from 'node:path';
import { ApolloServer } from '@apollo/server';
import { type App, startApp } from '../../src/app';
import { readConfig } from '../../src/providers/read-config';
import { Client } from '../support/client';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const OPERATIONS = path.join(__dirname, '../../schema/operations');
const made: { apollo?: App; compiled?: App } = {};
const tokens = new Map<string, string>();

beforeAll(async () => {
  for (const lane of ['apollo', 'compiled'] as const) {
    const config = { DATABASE_URL: database.url, PORT: '0', LOG_LEVEL: 'silent', GRAPHQL_LANE: lane };
    made[lane] = await startApp(readConfig(config), silent);
  }
  const { url } = made.compiled as App;
  const alice = await Client.signedIn(url, 'alice', 'user');
  const { intent } = await alice.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe' },
    'intent { id }',
  );
  await alice.mutate('simulatePayment', { id: intent.id }, 'intent { id }');
  tokens.set('alice', alice.token ?? '');
  tokens.set('support', (await Client.signedIn(url, 'sup_1', 'support')).token ?? '');
  tokens.set('intent', intent.id);
});
afterAll(() => Promise.all(Object.values(made).map((app) => app.close())));

const wholeWay = jest.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
/** How many requests went the whole way while `work` ran. */
async function throughApollo(work: () => Promise<unknown>): Promise<number> {
  wholeWay.mockClear();
  await work();
  return wholeWay.mock.calls.length;
}

type Asked = { body: unknown; headers?: Record<string, string> };

async function ask(app: App | undefined, { body, headers = {} }: Asked) {
  const response = await fetch(`${app?.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const { date: _date, ...told } = Object.fromEntries(response.headers);
  const text = await response.text();
  return {
    status: response.status,
    headers: { ...told, 'content-length': null },
    text: text.replace(/"(latencyMs|now|upTo|requestId)":("[^"]*"|\d+)/g, '"$1":0'),
  };
}

const as = (who: string | null): Record<string, string> =>
  who === null ? {} : { authorization: `Bearer ${tokens.get(who) ?? who}` };

/** The first answer of the short way's gateway is Apollo's own. */
async function alike(asked: Asked) {
  const answers = [];
  for (const app of [made.apollo, made.compiled, made.compiled]) answers.push(await ask(app, asked));
  expect(answers[2]).toEqual(answers[0]);
  expect(answers[1]).toEqual(answers[0]);
  return answers[0];
}

const saved = fs
  .readdirSync(OPERATIONS)
  .map((name): [string, string] => [name, fs.readFileSync(path.join(OPERATIONS, name), 'utf8')])
  // Health tells of the process: its limits and its time.
  .filter(([name, text]) => !/^(mutation|subscription)/m.test(text) && name !== 'health.graphql');

it.each(saved)('%s is answered alike', async (_name, query) => {
  const id = tokens.get('intent');
  const variables = { id, ids: [id], first: 2, userId: 'alice', at: '2030-01-01T00:00:00Z' };
  for (const who of ['alice', 'support', null]) await alike({ body: { query, variables }, headers: as(who) });
});

const BALANCE = 'query B { balance { credits available } }';
const INTENT = 'query I($id: ID!) { intent(id: $id) { id status } }';

it('a document that was answered once goes the short way, and nothing else does', async () => {
  const once = 'query Once { viewer { id } }';
  const asked = (more: object = {}, headers = {}): Asked => ({
    body: { query: once, ...more },
    headers: { ...as('alice'), ...headers },
  });
  const compiled = (request: Asked) => throughApollo(() => ask(made.compiled, request));
  expect(await compiled(asked())).toBe(1);
  expect(await compiled(asked())).toBe(0);
  expect(await compiled(asked({ variables: null, extensions: { clientLibrary: { name: 'c' } } }))).toBe(0);
  expect(await compiled(asked({ operationName: 'Once' }))).toBe(1);
  expect(await compiled(asked({ operationName: 'Once' }))).toBe(0);
  expect(await compiled(asked({ operationName: 'Other' }))).toBe(1);
  expect(await compiled(asked({ variables: [] }))).toBe(1);
  expect(await compiled(asked({ extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } }))).toBe(1);
  const accept = { accept: 'application/graphql-response+json' };
  expect(await compiled(asked({}, accept))).toBe(1);
  expect(await compiled(asked({}, accept))).toBe(0);
  expect(await throughApollo(() => ask(made.apollo, asked()))).toBe(1);
  expect(await throughApollo(() => ask(made.apollo, asked()))).toBe(1);
  const schema = { body: { query: '{ __schema { description } }' }, headers: as('alice') };
  expect([await compiled(schema), await compiled(schema)]).toEqual([1, 1]);
});

it.each<[string, Asked, string]>([
  ['a token that is no good', { body: { query: BALANCE }, headers: as('no.good.token') }, 'UNAUTHENTICATED'],
  ['no token where one is needed', { body: { query: BALANCE } }, 'UNAUTHENTICATED'],
  [
    'a role that is too small',
    { body: { query: 'query W { admin { wallets { totalCount } } }' }, headers: { as: 'alice' } },
    'FORBIDDEN',
  ],
  [
    'what costs too much',
    {
      body: {
        query: `query C { ${'abcdefgh'
          .split('')
          .map((a) => `${a}: intents(first: 100) { nodes { timeline(first: 100) { nodes { id } } } }`)
          .join(' ')} }`,
      },
      headers: { as: 'alice' },
    },
    'TOO_COSTLY',
  ],
  ['a variable that is missing', { body: { query: INTENT }, headers: { as: 'alice' } }, 'BAD_USER_INPUT'],
  [
    'a variable of the wrong kind',
    { body: { query: INTENT, variables: { id: {} } }, headers: { as: 'alice' } },
    'BAD_USER_INPUT',
  ],
  [
    'a variable that cannot be stored',
    { body: { query: INTENT, variables: { id: 'a\0b' } }, headers: { as: 'alice' } },
    'BAD_USER_INPUT',
  ],
  [
    'a subscription',
    { body: { query: 'subscription { balanceChanged { kind } }' }, headers: { as: 'alice' } },
    'SUBSCRIPTION_TRANSPORT',
  ],
  [
    'a page that is too large',
    { body: { query: 'query P { intents(first: 101) { totalCount } }' }, headers: { as: 'alice' } },
    'INVALID_INPUT',
  ],
])('%s is refused alike, whatever is accepted', async (_what, { body, headers = {} }, code) => {
  const { as: who, ...rest } = headers;
  for (const accept of ['*/*', 'application/json', 'application/graphql-response+json', 'text/html']) {
    // So that the short way knows the document, and what to answer with.
    await ask(made.compiled, { body: { query: BALANCE }, headers: { ...as('alice'), accept } });
    const answer = await alike({ body, headers: { ...(who ? as(who) : rest), accept } });
    if (accept !== 'text/html') expect(answer?.text).toContain(`"code":"${code}"`);
  }
});

it('a mutation and a refusal of the business are answered alike', async () => {
  const spend = (key: string, credits: number, app: App | undefined) =>
    ask(app, {
      body: {
        query: `mutation S($input: SpendCreditsInput!) { spendCredits(input: $input) {
          transaction { credits reason } replayed errors { __typename code message path } } }`,
        variables: { input: { credits, reason: 'A picture', idempotencyKey: key } },
      },
      headers: as('alice'),
    });
  for (const [nth, credits] of [1, 1, 100_000, 0].entries()) {
    const whole = await spend(`whole_${nth}`, credits, made.apollo);
    expect(await spend(`short_${nth}`, credits, made.compiled)).toEqual(whole);
  }
  expect(await throughApollo(() => spend('short_9', 1, made.compiled))).toBe(0);
  expect((await spend('short_9', 1, made.compiled)).text).toContain('"replayed":true');
});

it('an operation and a refusal are counted once', async () => {
  const remaining = async (app: App | undefined) => {
    const headers = as('support');
    const costly = {
      query: 'query R { intents(first: 100) { nodes { timeline(first: 40) { nodes { id } } } } }',
    };
    const left: number[] = [];
    // What is left is told below nine tenths.
    while (left.length < 2) {
      const { text } = await ask(app, { body: costly, headers });
      const { extensions } = JSON.parse(text);
      if (extensions) left.push(extensions.budget.remaining);
    }
    const refused = { query: INTENT, variables: { id: 'a\0b' } };
    for (let nth = 0; nth < 3; nth++) await ask(app, { body: refused, headers });
    const { extensions } = JSON.parse((await ask(app, { body: costly, headers })).text);
    return [left[0]! - left[1]!, left[1]! - extensions.budget.remaining];
  };
  const [whole, short] = [await remaining(made.apollo), await remaining(made.compiled)];
  expect(whole[1]! - whole[0]!).toBe(15);
  expect(short).toEqual(whole);
});
