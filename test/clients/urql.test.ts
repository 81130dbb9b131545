// urql with graphcache: fetch for what is asked, graphql-sse for what is live, one normalised cache that knows the schema.

import fs from 'node:fs';
import path from 'node:path';
import {
  type AnyVariables,
  Client,
  type DocumentInput,
  fetchExchange,
  mapExchange,
  subscriptionExchange,
} from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { createClient } from 'graphql-sse';
import { eventually } from '../support/eventually';
import {
  BalanceChangedDocument,
  BalanceDocument,
  CreateIntentDocument,
  IntentDocument,
  JobDocument,
  JobProgressDocument,
  PackagesDocument,
  SimulateDocument,
  SpendDocument,
  StartExportDocument,
  StatusDocument,
  TransactionsDocument,
} from './generated/codegen/graphql';
import { keepNewest } from './newest';
import { holdingFetch, type Party, spendBeside, trueBalance, useGateway } from './stand';

const stand = useGateway();
const open: (() => unknown)[] = [];
const warned: string[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
  expect(warned.splice(0)).toEqual([]);
});

const SCHEMA = fs.readFileSync(path.join(__dirname, '../../schema/schema.graphql'), 'utf8');
const schema = introspectionFromSchema(buildSchema(SCHEMA)) as never;

// docs/clients.md shows this.
const KEYLESS = ['Money', 'PageInfo', 'PaymentFailure', 'PaymentMethod', 'Progress', 'MockConfirm'];
const createCache = () =>
  cacheExchange({
    schema,
    keys: Object.fromEntries(KEYLESS.map((name) => [name, () => null])),
    resolvers: {
      Query: {
        creditTransactions: relayPagination(),
        intent: (_parent, { id }) => ({ __typename: 'PaymentIntent', id: String(id) }),
      },
    },
    logger: (severity, message) => severity !== 'debug' && warned.push(message),
  });

it('is answered as it comes, with reads by GET', async () => {
  const { authorization } = await stand.signIn('urql_0');
  const client = new Client({
    url: stand.http,
    fetchOptions: { headers: { authorization } },
    exchanges: [fetchExchange],
  });
  const { data, error, operation } = await client.query(PackagesDocument, {});
  expect(error).toBeUndefined();
  expect(data?.packages.length).toBeGreaterThan(0);
  expect(operation.context.preferGetMethod).toBe('within-url-limit');
});

function connect({ authorization }: Party) {
  const asked: string[] = [];
  const live = createClient({ url: stand.sse, headers: { authorization } });
  const network = holdingFetch();
  const newest = keepNewest();
  const client = new Client({
    url: stand.http,
    preferGetMethod: false,
    fetch: network.fetch,
    fetchOptions: { headers: { authorization } },
    exchanges: [
      createCache(),
      mapExchange({ onResult: (result) => ({ ...result, data: newest(result.data) }) }),
      mapExchange({ onOperation: (operation) => void asked.push(operation.kind) }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: live.subscribe({ query, variables }, sink as never) }),
        }),
      }),
    ],
  });
  open.push(() => live.dispose());
  return { client, asked, network };
}

/** What a page shows: each value that the cache gave it. */
function watch<Data, Variables extends AnyVariables>(
  client: Client,
  query: DocumentInput<Data, Variables>,
  variables: Variables,
): () => Data | undefined {
  let shown: Data | undefined;
  const { unsubscribe } = client.query(query, variables).subscribe(({ data, error }) => {
    if (error) throw error;
    shown = data;
  });
  open.push(unsubscribe);
  return () => shown;
}

function follow<Data, Variables extends AnyVariables>(
  client: Client,
  subscription: DocumentInput<Data, Variables>,
  variables: Variables,
): { readonly events: Data[] } {
  const events: Data[] = [];
  const { unsubscribe } = client.subscription(subscription, variables).subscribe(({ data, error }) => {
    if (error) throw error;
    if (data) events.push(data);
  });
  open.push(unsubscribe);
  return { events };
}

async function start(client: Client, idempotencyKey: string) {
  const input = { packageId: 'small', provider: 'razorpay' as const, idempotencyKey };
  const { data } = await client.mutation(CreateIntentDocument, { input });
  const intent = data?.createIntent.intent;
  if (!intent) throw new Error(JSON.stringify(data));
  return intent;
}

const pay = (client: Client, id: string) =>
  client.mutation(SimulateDocument, { input: { id, outcome: 'succeed' } });

const withoutNames = ({ __typename: _, ...figures }: any) => figures;

it('sells a package, and what is shown of intent and balance changes by what the streams bring', async () => {
  const user = await stand.signIn('urql_1');
  const { client, asked } = connect(user);
  const { data } = await client.query(PackagesDocument, {});
  expect(data?.packages[0]).toMatchObject({ id: 'small', credits: 50, price: { amountMinor: '5000' } });
  const balance = watch(client, BalanceDocument, {});
  await eventually(balance, (shown) => shown?.balance.credits === 0);
  follow(client, BalanceChangedDocument, {});
  const { id } = await start(client, 'urql-1');
  const intent = watch(client, IntentDocument, { id });
  // The mutation has brought it.
  expect(intent()?.intent?.status).toBe('pending');
  const { events } = follow(client, StatusDocument, { id });
  await eventually(
    () => events,
    ([first]) => first?.intentStatusChanged.kind === 'snapshot',
  );
  const before = asked.length;
  await pay(client, id);

  await eventually(
    intent,
    (shown) => shown?.intent?.status === 'succeeded' && shown.intent.creditsAdded === 50,
  );
  await eventually(balance, (shown) => shown?.balance.credits === 50);
  expect(asked.slice(before).filter((kind) => kind === 'query')).toEqual([]);
  expect(withoutNames(balance()?.balance)).toEqual(await trueBalance(user));
});

it("shows a user what a back end spent, and the back end's cache what it left", async () => {
  const user = await stand.signIn('urql_2');
  const { client, asked } = connect(user);
  const service = connect(await stand.signIn('shop', 'service'));
  const balance = watch(client, BalanceDocument, {});
  await eventually(balance, (shown) => shown?.balance.credits === 0);
  follow(client, BalanceChangedDocument, {});
  await pay(client, (await start(client, 'urql-2')).id);
  await eventually(balance, (shown) => shown?.balance.credits === 50);
  const seen = watch(service.client, BalanceDocument, { userId: user.userId });
  await eventually(seen, (shown) => shown?.balance.credits === 50);
  const before = [asked.length, service.asked.length];

  const input = { userId: user.userId, credits: 20, reason: 'pages', idempotencyKey: 'spend-2' };
  await service.client.mutation(SpendDocument, { input });

  await eventually(balance, (shown) => shown?.balance.credits === 30);
  await eventually(seen, (shown) => shown?.balance.credits === 30);
  expect(asked.slice(before[0])).toEqual([]);
  expect(service.asked.slice(before[1])).toEqual(['mutation']);
  const figures = await trueBalance(user);
  expect(withoutNames(balance()?.balance)).toEqual(figures);
  expect(withoutNames(seen()?.balance)).toEqual(figures);
});

it('reads a problem as data, by its type, and a refusal as an error with its code', async () => {
  const user = await stand.signIn('urql_3');
  const { client } = connect(user);
  const spend = (credits: number) =>
    client.mutation(SpendDocument, { input: { credits, reason: 'pages', idempotencyKey: 'spend-3' } });
  expect((await spend(1)).data?.spendCredits).toMatchObject({
    transaction: null,
    errors: [{ __typename: 'GenericError', code: 'INSUFFICIENT_CREDITS', message: expect.any(String) }],
  });
  expect((await spend(2)).data?.spendCredits.errors[0]).toMatchObject({
    __typename: 'IdempotencyConflictError',
    code: 'IDEMPOTENCY_CONFLICT',
  });

  const stranger = connect({ ...user, authorization: 'Bearer forged' });
  const { error } = await stranger.client.query(BalanceDocument, {});
  expect(error?.graphQLErrors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  expect(error?.response?.status).toBe(401);
});

it('reads transactions page by page into one list', async () => {
  const user = await stand.signIn('urql_4');
  const { client } = connect(user);
  await pay(client, (await start(client, 'urql-4')).id);
  for (const credits of [1, 2, 3, 4])
    await client.mutation(SpendDocument, {
      input: { credits, reason: 'pages', idempotencyKey: `spend-4-${credits}` },
    });
  let after: string | null | undefined = null;
  const lengths: number[] = [];
  let list: any;
  do {
    const { data } = await client.query(TransactionsDocument, { first: 2, after });
    list = data?.creditTransactions;
    lengths.push(list.edges.length);
    after = list.pageInfo.endCursor;
  } while (list.pageInfo.hasNextPage && lengths.length < 5);

  expect(lengths).toEqual([2, 4, 5]);
  expect(list.edges.map(({ node }: any) => node.credits)).toEqual([-4, -3, -2, -1, 50]);
});

it("changes an export's row by what its progress tells, and makes no second one of it", async () => {
  const { client, asked } = connect(await stand.signIn('ada', 'finance'));
  const { data } = await client.mutation(StartExportDocument, {
    input: { select: { creditTransactions: {} } },
  });
  const id = data?.startExport.export?.id ?? '';
  const job = watch(client, JobDocument, { id });
  await eventually(job, (shown) => shown?.node !== undefined);
  const before = asked.length;
  follow(client, JobProgressDocument, { id });

  await eventually(
    job,
    (shown) => shown?.node?.__typename === 'ExportJob' && shown.node.status === 'succeeded',
  );
  expect(job()?.node).toMatchObject({ __typename: 'ExportJob', id, format: 'csv' });
  expect(asked.slice(before).filter((kind) => kind === 'query')).toEqual([]);
});

it('keeps the newest figures when an older answer comes late', async () => {
  const user = await stand.signIn('urql_5');
  const { client, network } = connect(user);
  const balance = watch(client, BalanceDocument, {});
  await eventually(balance, (shown) => shown?.balance.credits === 0);
  follow(client, BalanceChangedDocument, {});
  await pay(client, (await start(client, 'urql-5')).id);
  await eventually(balance, (shown) => shown?.balance.credits === 50);
  const letGo = network.hold('Spend');
  const late = client
    .mutation(SpendDocument, { input: { credits: 1, reason: 'pages', idempotencyKey: 'spend-5' } })
    .toPromise();
  await eventually(balance, (shown) => shown?.balance.credits === 49);
  await spendBeside(stand, user, 9);
  await eventually(balance, (shown) => shown?.balance.credits === 40);

  letGo();
  await late;

  expect(client.readQuery(BalanceDocument, {})?.data?.balance.credits).toBe(40);
  expect(withoutNames(balance()?.balance)).toEqual(await trueBalance(user));
});
