// Relay: the artifacts of its compiler, its store, whose records are found by id alone, and graphql-ws for what is live.
import { createClient } from 'graphql-ws';
import {
  ConnectionHandler,
  commitMutation,
  createOperationDescriptor,
  Environment,
  type FetchFunction,
  fetchQuery,
  type GraphQLResponse,
  getSingularSelector,
  type MutationParameters,
  Network,
  Observable,
  type OperationType,
  type PayloadData,
  RecordSource,
  ROOT_ID,
  ROOT_TYPE,
  requestSubscription,
  Store,
} from 'relay-runtime';
import { eventually } from '../support/eventually';
import BalanceFragment, {
  type relayOperations_balance$data,
  type relayOperations_balance$key,
} from './generated/relay/relayOperations_balance.graphql';
import IntentFragment, {
  type relayOperations_intent$data,
  type relayOperations_intent$key,
} from './generated/relay/relayOperations_intent.graphql';
import TransactionsFragment, {
  type relayOperations_transactions$data,
} from './generated/relay/relayOperations_transactions.graphql';
import Refetch from './generated/relay/relayOperationsBalanceRefetchQuery.graphql';
import BalanceSubscription from './generated/relay/relayOperationsBalanceSubscription.graphql';
import Create, {
  type relayOperationsCreateMutation,
} from './generated/relay/relayOperationsCreateMutation.graphql';
import Export, {
  type relayOperationsExportMutation,
} from './generated/relay/relayOperationsExportMutation.graphql';
import IntentQuery, {
  type relayOperationsIntentQuery,
} from './generated/relay/relayOperationsIntentQuery.graphql';
import JobQuery, { type relayOperationsJobQuery } from './generated/relay/relayOperationsJobQuery.graphql';
import JobSubscription from './generated/relay/relayOperationsJobSubscription.graphql';
import Pay, { type relayOperationsPayMutation } from './generated/relay/relayOperationsPayMutation.graphql';
import Shop, { type relayOperationsShopQuery } from './generated/relay/relayOperationsShopQuery.graphql';
import Spend, {
  type relayOperationsSpendMutation,
} from './generated/relay/relayOperationsSpendMutation.graphql';
import StatusSubscription from './generated/relay/relayOperationsStatusSubscription.graphql';
import Transactions, {
  type relayOperationsTransactionsQuery,
} from './generated/relay/relayOperationsTransactionsQuery.graphql';
import { keepNewest } from './newest';
import { holdingFetch, type Party, spendBeside, trueBalance, useGateway, WebSocket } from './stand';

const stand = useGateway();
const open: (() => unknown)[] = [];
const warned = jest.spyOn(console, 'error').mockImplementation();
afterEach(() => {
  for (const close of open.splice(0)) close();
  // Relay says so when two things have one id.
  const said = warned.mock.calls.splice(0).map(([message]) => String(message));
  expect(said.filter((message) => message.includes('RelayResponseNormalizer'))).toEqual([]);
});

function connect({ authorization }: Party) {
  const asked: string[] = [];
  const network = holdingFetch();
  const newest = keepNewest();
  const ask: FetchFunction = async ({ name, text }, variables) => {
    asked.push(name);
    const response = await network.fetch(stand.http, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
      },
      body: JSON.stringify({ query: text, variables }),
    });
    const answer = (await response.json()) as { data?: PayloadData | null };
    return { ...answer, data: newest(answer.data) } as GraphQLResponse;
  };
  const socket = createClient({
    url: stand.ws,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
  });
  const environment = new Environment({
    network: Network.create(ask, ({ text }, variables) =>
      Observable.create<GraphQLResponse>((sink) =>
        socket.subscribe<PayloadData>(
          { query: text ?? '', variables },
          {
            next: (event) => sink.next({ ...event, data: newest(event.data) } as GraphQLResponse),
            error: (error) => sink.error(error as Error),
            complete: () => sink.complete(),
          },
        ),
      ),
    ),
    store: new Store(new RecordSource()),
    // A user may be called as a package is.
    getDataID: (record, type) => (type === 'Viewer' ? undefined : record.id),
    missingFieldHandlers: [
      {
        kind: 'linked',
        handle: (field, parent, args) =>
          parent?.getType() === ROOT_TYPE && ['intent', 'node'].includes(field.name) ? args['id'] : undefined,
      },
    ],
  });
  open.push(() => socket.dispose());
  return { environment, asked, network };
}

function ask<Query extends OperationType>(
  environment: Environment,
  query: any,
  variables: Query['variables'],
) {
  return fetchQuery<Query>(environment, query, variables, {
    fetchPolicy: 'store-or-network',
  }).toPromise() as Promise<Query['response']>;
}

function mutate<Mutation extends MutationParameters>(
  environment: Environment,
  mutation: any,
  variables: Mutation['variables'],
) {
  return new Promise<Mutation['response']>((resolve, reject) =>
    commitMutation<Mutation>(environment, {
      mutation,
      variables,
      onError: reject,
      onCompleted: (response) => resolve(response),
    }),
  );
}

function follow(environment: Environment, subscription: any, variables: object = {}) {
  const told = { events: [] as any[], isComplete: false };
  const { dispose } = requestSubscription<any>(environment, {
    subscription,
    variables,
    onNext: (event) => told.events.push(event),
    onCompleted: () => {
      told.isComplete = true;
    },
    onError: (error) => {
      throw error;
    },
  });
  open.push(dispose);
  return told;
}

/** What a component shows that has this fragment: only what the fragment names, and always as the store has it now. */
function show<Data>(environment: Environment, fragment: any, key: unknown): () => Data {
  const selector = getSingularSelector(fragment, key);
  if (!selector) throw new Error('No such fragment in what was read');
  const snapshot = environment.lookup(selector as any);
  let shown = snapshot.data;
  const { dispose } = environment.subscribe(snapshot, ({ data }) => {
    shown = data;
  });
  open.push(dispose);
  return () => shown as Data;
}

/** Keeps what a query read from being collected, as a page that shows it does. */
function retain(environment: Environment, query: any, variables: object = {}) {
  const { dispose } = environment.retain(createOperationDescriptor(query, variables as any));
  open.push(dispose);
}

async function start(environment: Environment, idempotencyKey: string) {
  const { createIntent } = await mutate<relayOperationsCreateMutation>(environment, Create, {
    input: { packageId: 'small', provider: 'stripe', idempotencyKey },
  });
  if (!createIntent.intent) throw new Error(JSON.stringify(createIntent.errors));
  return createIntent.intent;
}

const pay = (environment: Environment, id: string) =>
  mutate<relayOperationsPayMutation>(environment, Pay, { input: { id, outcome: 'succeed' } });

const spend = (environment: Environment, input: object, connections: string[] = []) =>
  mutate<relayOperationsSpendMutation>(environment, Spend, {
    input: { credits: 1, reason: 'pages', idempotencyKey: 'spend', ...input },
    connections,
  });

const showBalance = (environment: Environment, key: relayOperations_balance$key) =>
  show<relayOperations_balance$data>(environment, BalanceFragment, key);
const showIntent = (environment: Environment, key: relayOperations_intent$key) =>
  show<relayOperations_intent$data>(environment, IntentFragment, key);

it('sells a package, and what is shown of intent and balance changes by what the streams bring', async () => {
  const user = await stand.signIn('relay_1');
  const { environment, asked } = connect(user);
  const shop = await ask<relayOperationsShopQuery>(environment, Shop, {});
  retain(environment, Shop);
  expect(shop.packages[0]).toEqual({ id: 'small', credits: 50, price: { amountMinor: '5000' } });
  // Masked: whoever asks without the fragment's own words sees nothing of it.
  expect(Object.keys(shop.balance).filter((name) => !name.startsWith('__'))).toEqual(['id']);
  const balance = showBalance(environment, shop.balance);
  expect(balance().credits).toBe(0);
  follow(environment, BalanceSubscription);

  const intent = showIntent(environment, await start(environment, 'relay-1'));
  expect(intent().status).toBe('pending');
  retain(environment, IntentQuery, { id: intent().id });
  const status = follow(environment, StatusSubscription, { id: intent().id });
  await eventually(
    () => status.events,
    ([first]) => first?.intentStatusChanged.kind === 'snapshot',
  );
  const before = asked.length;
  await pay(environment, intent().id);

  await eventually(intent, ({ status, creditsAdded }) => status === 'succeeded' && creditsAdded === 50);
  await eventually(balance, ({ credits }) => credits === 50);
  await eventually(
    () => status,
    ({ isComplete }) => isComplete,
  );
  expect(asked.slice(before)).toEqual(['relayOperationsPayMutation']);
  expect(balance()).toEqual(await trueBalance(user));
});

it('finds an intent that it knows without asking, and a balance by its id as a node', async () => {
  const user = await stand.signIn('relay_2');
  const { environment, asked } = connect(user);
  const intent = showIntent(environment, await start(environment, 'relay-2'));
  await ask<relayOperationsIntentQuery>(environment, IntentQuery, { id: intent().id });
  expect(asked).toEqual(['relayOperationsCreateMutation']);

  const { balance } = await ask<relayOperationsShopQuery>(environment, Shop, {});
  retain(environment, Shop);
  const shown = showBalance(environment, balance);
  await user.plain.mutate('simulatePayment', { id: intent().id, outcome: 'succeed' }, 'intent { id }');
  await fetchQuery<any>(
    environment,
    Refetch as any,
    { id: balance.id },
    { fetchPolicy: 'network-only' },
  ).toPromise();
  expect(shown()).toEqual(await trueBalance(user));
  expect(shown().credits).toBe(50);
});

it("shows a user what a back end spent, and the back end's cache what it left", async () => {
  const user = await stand.signIn('relay_3');
  const { environment, asked } = connect(user);
  const service = connect(await stand.signIn('shop', 'service'));
  const { balance } = await ask<relayOperationsShopQuery>(environment, Shop, {});
  retain(environment, Shop);
  const shown = showBalance(environment, balance);
  follow(environment, BalanceSubscription);
  await pay(environment, (await start(environment, 'relay-3')).id);
  await eventually(shown, ({ credits }) => credits === 50);
  const before = asked.length;

  const answer = await spend(service.environment, { userId: user.userId, credits: 20 });

  const seen = showBalance(service.environment, answer.spendCredits.balance as relayOperations_balance$key);
  await eventually(shown, ({ credits }) => credits === 30);
  expect(asked.length).toBe(before);
  const figures = await trueBalance(user);
  expect([shown(), seen()]).toEqual([figures, figures]);
});

it('reads transactions page by page into one connection, and puts a new one in front of it', async () => {
  const user = await stand.signIn('relay_4');
  const { environment } = connect(user);
  await pay(environment, (await start(environment, 'relay-4')).id);
  for (const credits of [1, 2, 3, 4])
    await spend(environment, { credits, idempotencyKey: `spend-4-${credits}` });
  const root = await ask<relayOperationsTransactionsQuery>(environment, Transactions, { first: 2 });
  retain(environment, Transactions, { first: 2 });
  const list = show<relayOperations_transactions$data>(environment, TransactionsFragment, root);
  const credits = () => list().creditTransactions.edges.map(({ node }) => node.credits);
  const key = ConnectionHandler.getConnectionID(ROOT_ID, 'relayOperations_creditTransactions', {});
  const pageInfo = () =>
    environment.getStore().getSource().get(`${key}:pageInfo`) as {
      endCursor?: string;
      hasNextPage?: boolean;
    };
  expect(credits()).toEqual([-4, -3]);
  while (pageInfo().hasNextPage)
    await ask<relayOperationsTransactionsQuery>(environment, Transactions, {
      first: 2,
      after: pageInfo().endCursor,
    });
  expect(credits()).toEqual([-4, -3, -2, -1, 50]);

  await spend(environment, { credits: 5, idempotencyKey: 'spend-4-5' }, [key]);
  expect(credits()).toEqual([-5, -4, -3, -2, -1, 50]);
});

it('reads a problem as data, by its type, and a refusal as an error with its code', async () => {
  const user = await stand.signIn('relay_5');
  const { environment } = connect(user);
  expect((await spend(environment, { credits: 1 })).spendCredits.errors).toMatchObject([
    { __typename: 'GenericError', code: 'INSUFFICIENT_CREDITS', message: expect.any(String) },
  ]);
  expect((await spend(environment, { credits: 2 })).spendCredits.errors).toMatchObject([
    { __typename: 'IdempotencyConflictError', code: 'IDEMPOTENCY_CONFLICT' },
  ]);

  const stranger = connect({ ...user, authorization: 'Bearer forged' });
  const refused = ask<relayOperationsShopQuery>(stranger.environment, Shop, {});
  await expect(refused).rejects.toMatchObject({
    source: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
  });
});

it("changes an export's row by what its progress tells", async () => {
  const { environment, asked } = connect(await stand.signIn('ada', 'finance'));
  const { startExport } = await mutate<relayOperationsExportMutation>(environment, Export, {
    input: { select: { creditTransactions: {} } },
  });
  const id = startExport.export?.id ?? '';
  await ask<relayOperationsJobQuery>(environment, JobQuery, { id });
  retain(environment, JobQuery, { id });
  const before = asked.length;
  const progress = follow(environment, JobSubscription, { id });
  await eventually(
    () => progress,
    ({ isComplete }) => isComplete,
  );

  const { node } = await ask<relayOperationsJobQuery>(environment, JobQuery, { id });
  expect(node).toEqual({ __typename: 'ExportJob', id, status: 'succeeded', format: 'csv' });
  expect(asked.length).toBe(before);
});

it('keeps a user apart from a package of the same name', async () => {
  const { environment } = connect(await stand.signIn('small'));
  const { viewer, packages } = await ask<relayOperationsShopQuery>(environment, Shop, {});
  expect(viewer).toEqual({ userId: 'small', role: 'user' });
  expect(packages[0]).toEqual({ id: 'small', credits: 50, price: { amountMinor: '5000' } });
});

it('keeps the newest figures when an older answer comes late', async () => {
  const user = await stand.signIn('relay_6');
  const { environment, network } = connect(user);
  const { balance } = await ask<relayOperationsShopQuery>(environment, Shop, {});
  retain(environment, Shop);
  const shown = showBalance(environment, balance);
  follow(environment, BalanceSubscription);
  await pay(environment, (await start(environment, 'relay-6')).id);
  await eventually(shown, ({ credits }) => credits === 50);
  const letGo = network.hold('relayOperationsSpendMutation');
  const late = spend(environment, { credits: 1 });
  await eventually(shown, ({ credits }) => credits === 49);
  await spendBeside(stand, user, 9);
  await eventually(shown, ({ credits }) => credits === 40);

  letGo();
  await late;

  expect(shown()).toEqual(await trueBalance(user));
  expect(shown().credits).toBe(40);
});
