// Apollo Client 4: HTTP for what is asked, graphql-ws for what is live, one normalised cache.

import { createHash } from 'node:crypto';
import {
  ApolloClient,
  ApolloLink,
  CombinedGraphQLErrors,
  HttpLink,
  InMemoryCache,
  type ObservableQuery,
} from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { createClient } from 'graphql-ws';
import { map } from 'rxjs';
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
import { holdingFetch, type Party, spendBeside, trueBalance, useGateway, WebSocket } from './stand';

const stand = useGateway();
const open: (() => unknown)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

// docs/clients.md shows this.
const createCache = () =>
  new InMemoryCache({
    typePolicies: {
      Query: {
        fields: {
          creditTransactions: relayStylePagination(['userId', 'filter']),
          intent: {
            read: (known, { args, toReference }) =>
              known === undefined ? toReference({ __typename: 'PaymentIntent', id: args?.['id'] }) : known,
          },
        },
      },
    },
  });

function connect({ authorization }: Party) {
  const asked: string[] = [];
  const count = new ApolloLink((operation, forward) => {
    asked.push(operation.operationName ?? '');
    return forward(operation);
  });
  const network = holdingFetch();
  const http = new HttpLink({ uri: stand.http, headers: { authorization }, fetch: network.fetch });
  const socket = createClient({
    url: stand.ws,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
  });
  const newest = keepNewest();
  const onlyNewest = new ApolloLink((operation, forward) =>
    forward(operation).pipe(map((result) => ({ ...result, data: newest(result.data) }))),
  );
  const client = new ApolloClient({
    cache: createCache(),
    link: ApolloLink.from([
      count,
      onlyNewest,
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        new GraphQLWsLink(socket),
        http,
      ),
    ]),
  });
  open.push(
    () => client.stop(),
    () => socket.dispose(),
  );
  return { client, asked, network };
}

/** What a page shows: each value that the cache gave it. */
function watch<Data>(query: ObservableQuery<Data, any>): () => Data | undefined {
  let shown: Data | undefined;
  const subscription = query.subscribe(({ data, dataState }) => {
    if (dataState === 'complete') shown = data as Data;
  });
  open.push(() => subscription.unsubscribe());
  return () => shown;
}

type Client = ReturnType<typeof connect>['client'];

async function start(client: Client, idempotencyKey: string) {
  const input = { packageId: 'small', provider: 'stripe' as const, idempotencyKey };
  const { data } = await client.mutate({ mutation: CreateIntentDocument, variables: { input } });
  const intent = data?.createIntent.intent;
  if (!intent) throw new Error(JSON.stringify(data));
  return intent;
}

const pay = (client: Client, id: string) =>
  client.mutate({ mutation: SimulateDocument, variables: { input: { id, outcome: 'succeed' } } });

const withoutNames = ({ __typename: _, ...figures }: any) => figures;

it('sells a package, and what is shown of intent and balance changes by what the streams bring', async () => {
  const user = await stand.signIn('apollo_1');
  const { client, asked } = connect(user);
  const { data } = await client.query({ query: PackagesDocument });
  expect(data?.packages[0]).toMatchObject({ id: 'small', credits: 50, price: { amountMinor: '5000' } });
  const balance = watch(client.watchQuery({ query: BalanceDocument }));
  await eventually(balance, (shown) => shown?.balance.credits === 0);
  follow(client);

  const { id } = await start(client, 'apollo-1');
  const intent = watch(client.watchQuery({ query: IntentDocument, variables: { id } }));
  // The mutation has brought it.
  await eventually(intent, (shown) => shown?.intent?.status === 'pending');
  expect(asked).not.toContain('Intent');
  const kinds: (string | undefined)[] = [];
  const completed = new Promise<void>((complete, error) =>
    client.subscribe({ query: StatusDocument, variables: { id } }).subscribe({
      next: ({ data }) => kinds.push(data?.intentStatusChanged.kind),
      error,
      complete,
    }),
  );
  await eventually(
    () => kinds,
    ([first]) => first === 'snapshot',
  );
  const before = asked.length;
  await pay(client, id);

  await eventually(
    intent,
    (shown) => shown?.intent?.status === 'succeeded' && shown.intent.creditsAdded === 50,
  );
  await eventually(balance, (shown) => shown?.balance.credits === 50);
  await completed;
  expect(kinds).toEqual(['snapshot', ...kinds.slice(1).map(() => 'change')]);
  expect(asked.slice(before)).toEqual(['Simulate']);
  expect(withoutNames(balance()?.balance)).toEqual(await trueBalance(user));
});

function follow(client: Client) {
  const live = client.subscribe({ query: BalanceChangedDocument }).subscribe({});
  open.push(() => live.unsubscribe());
}

it("shows a user what a back end spent, and the back end's cache what it left", async () => {
  const user = await stand.signIn('apollo_2');
  const { client, asked } = connect(user);
  const service = connect(await stand.signIn('shop', 'service'));
  const balance = watch(client.watchQuery({ query: BalanceDocument }));
  follow(client);
  await pay(client, (await start(client, 'apollo-2')).id);
  await eventually(balance, (shown) => shown?.balance.credits === 50);
  const seen = watch(
    service.client.watchQuery({ query: BalanceDocument, variables: { userId: user.userId } }),
  );
  await eventually(seen, (shown) => shown?.balance.credits === 50);
  const before = [asked.length, service.asked.length];

  const input = { userId: user.userId, credits: 20, reason: 'pages', idempotencyKey: 'spend-2' };
  await service.client.mutate({ mutation: SpendDocument, variables: { input } });

  await eventually(balance, (shown) => shown?.balance.credits === 30);
  await eventually(seen, (shown) => shown?.balance.credits === 30);
  expect([asked.length, service.asked.length]).toEqual([before[0], (before[1] ?? 0) + 1]);
  const figures = await trueBalance(user);
  expect(withoutNames(balance()?.balance)).toEqual(figures);
  expect(withoutNames(seen()?.balance)).toEqual(figures);
});

it('reads a problem as data, by its type, and a refusal as an error with its code', async () => {
  const user = await stand.signIn('apollo_3');
  const { client } = connect(user);
  const spend = (credits: number) =>
    client.mutate({
      mutation: SpendDocument,
      variables: { input: { credits, reason: 'pages', idempotencyKey: 'spend-3' } },
    });
  const tooMuch = (await spend(1)).data?.spendCredits;
  expect(tooMuch).toMatchObject({
    transaction: null,
    errors: [{ __typename: 'GenericError', code: 'INSUFFICIENT_CREDITS', message: expect.any(String) }],
  });
  await pay(client, (await start(client, 'apollo-3')).id);
  const conflict = (await spend(2)).data?.spendCredits.errors[0];
  expect(conflict).toMatchObject({ __typename: 'IdempotencyConflictError', code: 'IDEMPOTENCY_CONFLICT' });

  const stranger = connect({ ...user, authorization: 'Bearer forged' });
  const refused = await stranger.client.query({ query: BalanceDocument }).catch((error: unknown) => error);
  expect(CombinedGraphQLErrors.is(refused) && refused.errors[0]?.extensions?.['code']).toBe(
    'UNAUTHENTICATED',
  );
});

it('reads transactions page by page into one list', async () => {
  const user = await stand.signIn('apollo_4');
  const { client } = connect(user);
  await pay(client, (await start(client, 'apollo-4')).id);
  for (const credits of [1, 2, 3, 4])
    await client.mutate({
      mutation: SpendDocument,
      variables: { input: { credits, reason: 'pages', idempotencyKey: `spend-4-${credits}` } },
    });
  const query = client.watchQuery({ query: TransactionsDocument, variables: { first: 2 } });
  const list = watch(query);
  const length = () => list()?.creditTransactions.edges.length;
  await eventually(length, (count) => count === 2);
  for (const expected of [4, 5]) {
    const { endCursor } = list()?.creditTransactions.pageInfo ?? {};
    await query.fetchMore({ variables: { after: endCursor } });
    await eventually(length, (count) => count === expected);
  }

  expect(list()?.creditTransactions.edges.map(({ node }) => node.credits)).toEqual([-4, -3, -2, -1, 50]);
  expect(list()?.creditTransactions.pageInfo).toMatchObject({ hasNextPage: false });
});

it("changes an export's row by what its progress tells, and makes no second one of it", async () => {
  const { client, asked } = connect(await stand.signIn('ada', 'finance'));
  const { data } = await client.mutate({
    mutation: StartExportDocument,
    variables: { input: { select: { creditTransactions: {} } } },
  });
  const id = data?.startExport.export?.id ?? '';
  const job = watch(client.watchQuery({ query: JobDocument, variables: { id } }));
  await eventually(job, (shown) => shown?.node !== undefined);
  const before = asked.length;
  await new Promise<void>((complete, error) =>
    client
      .subscribe({ query: JobProgressDocument, variables: { id } })
      .subscribe({ next: () => undefined, error, complete }),
  );

  await eventually(
    job,
    (shown) => shown?.node?.__typename === 'ExportJob' && shown.node.status === 'succeeded',
  );
  expect(job()).toMatchObject({ node: { __typename: 'ExportJob', id, format: 'csv' } });
  expect(asked.length).toBe(before + 1);
  expect(Object.keys(client.cache.extract() as object).filter((key) => key.includes(id))).toEqual([
    `ExportJob:${id}`,
  ]);
});

it('goes on with the whole text when it asks by a hash that nobody keeps', async () => {
  const { authorization } = await stand.signIn('apollo_5');
  const hashed = new PersistedQueryLink({
    sha256: (text) => createHash('sha256').update(text).digest('hex'),
    useGETForHashedQueries: true,
  });
  const client = new ApolloClient({
    cache: createCache(),
    link: hashed.concat(new HttpLink({ uri: stand.http, headers: { authorization } })),
  });
  open.push(() => client.stop());
  for (const _ of [1, 2]) {
    const { data } = await client.query({ query: PackagesDocument, fetchPolicy: 'network-only' });
    expect(data?.packages[0]?.id).toBe('small');
  }
});

it('keeps the newest figures when an older answer comes late', async () => {
  const user = await stand.signIn('apollo_6');
  const { client, network } = connect(user);
  const balance = watch(client.watchQuery({ query: BalanceDocument }));
  follow(client);
  await pay(client, (await start(client, 'apollo-6')).id);
  await eventually(balance, (shown) => shown?.balance.credits === 50);
  const letGo = network.hold('Spend');
  const late = client.mutate({
    mutation: SpendDocument,
    variables: { input: { credits: 1, reason: 'pages', idempotencyKey: 'spend-6' } },
  });
  await eventually(balance, (shown) => shown?.balance.credits === 49);
  await spendBeside(stand, user, 9);
  await eventually(balance, (shown) => shown?.balance.credits === 40);

  letGo();
  await late;

  expect(client.readQuery({ query: BalanceDocument })?.balance.credits).toBe(40);
  expect(withoutNames(balance()?.balance)).toEqual(await trueBalance(user));
});
