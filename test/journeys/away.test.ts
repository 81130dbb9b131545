// What a balancer, a program and a person are told while the database is away or closed for writing: not now, and when to ask
// again; nothing that looks like an answer, or like a fault of theirs.

import { onServer } from '../support/database';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { PostgresProxy } from '../support/proxy';

const database = useDatabase();
let proxy: PostgresProxy;
let gateway: GatewayProcess;
let token: string;
let key: string;

beforeAll(async () => {
  proxy = await PostgresProxy.open(database.url);
  gateway = await startGateway({ DATABASE_URL: proxy.url });
  token = (await gateway.as('ada')).token ?? '';
  const admin = await gateway.as('root_1', 'admin');
  const made = await admin.mutate('createApiKey', { name: 'a back end', role: 'service' }, 'secret');
  key = made.secret;
});
afterAll(async () => {
  await stopGateways();
  await proxy.close();
});

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';
const BALANCE = '{ balance { credits } }';
const OF_ADA = '{ balance(userId: "ada") { credits } }';
const SPEND = `mutation { spendCredits(input: {credits: 1, reason: "r", idempotencyKey: "k"}) { errors { code } } }`;

async function ask(query: string, accept: string, bearer: string) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': JSON_TYPE, accept, authorization: `Bearer ${bearer}` },
    body: JSON.stringify({ query }),
  });
  const { errors, data } = (await response.json()) as any;
  return {
    status: response.status,
    after: response.headers.get('retry-after'),
    code: errors?.[0]?.extensions?.code,
    data,
  };
}
const readyz = async () => (await fetch(`${gateway.url}/readyz`)).status;
const NOT_NOW = { status: 503, after: '2', code: 'UNAVAILABLE' };

/** Twice: the first time the document is new, the second time it is known and goes the short way. */
async function everybodyHears(expected: object): Promise<void> {
  for (const accept of [JSON_TYPE, GRAPHQL_TYPE, JSON_TYPE, GRAPHQL_TYPE])
    for (const [query, bearer] of [
      [BALANCE, token],
      [SPEND, token],
      [OF_ADA, key],
    ] as const)
      expect(await ask(query, accept, bearer)).toMatchObject(expected);
}

it('answers 503 with when to ask again while the database is away, and goes on when it is back', async () => {
  expect(await ask(BALANCE, JSON_TYPE, token)).toMatchObject({ status: 200, after: null });
  proxy.cut();
  await everybodyHears(NOT_NOW);
  expect(await readyz()).toBe(503);
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  // What needs no database is answered.
  expect(await ask('{ __typename }', JSON_TYPE, token)).toMatchObject({ status: 200 });

  proxy.mode = 'pass';
  await eventually(async () => expect(await readyz()).toBe(200));
  expect(await ask(BALANCE, JSON_TYPE, token)).toMatchObject({
    status: 200,
    after: null,
    data: { balance: { credits: 0 } },
  });
});

it('is not ready on a database that is closed for writing, and says so to who would write', async () => {
  const name = new URL(proxy.url).pathname.slice(1);
  const reconnect = async () => {
    proxy.cut();
    proxy.mode = 'pass';
  };
  await onServer(`alter database ${name} set default_transaction_read_only = on`);
  await reconnect();
  await eventually(async () => expect(await ask(SPEND, JSON_TYPE, token)).toMatchObject(NOT_NOW));
  expect(await readyz()).toBe(503);

  await onServer(`alter database ${name} set default_transaction_read_only = off`);
  await reconnect();
  await eventually(async () => expect(await readyz()).toBe(200));
});
