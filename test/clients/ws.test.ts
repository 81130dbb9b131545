// graphql-ws alone: queries, mutations and live events over one WebSocket, from where the connection broke.
import { createClient } from 'graphql-ws';
import { eventually } from '../support/eventually';
import { type Party, useGateway, WebSocket } from './stand';

const stand = useGateway();
const open: (() => unknown)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

const STATUS = `subscription ($id: ID!, $after: String) {
  intentStatusChanged(id: $id, after: $after) { kind sequence cursor status }
}`;

function connect(connectionParams: Record<string, unknown>) {
  const sockets: WebSocket[] = [];
  const client = createClient({
    url: stand.ws,
    connectionParams,
    retryAttempts: 5,
    retryWait: async () => {},
    shouldRetry: () => true,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols);
        sockets.push(this);
      }
    },
  });
  open.push(() => client.dispose());
  return { client, sockets };
}

const one = async (client: ReturnType<typeof createClient>, query: string, variables = {}) => {
  const { value } = await client.iterate<any>({ query, variables }).next();
  return value;
};

async function created({ plain }: Party): Promise<string> {
  const input = { packageId: 'small', provider: 'stripe' };
  return (await plain.mutate('createIntent', input, 'intent { id }')).intent.id;
}

it('asks, buys and watches over one socket', async () => {
  const user = await stand.signIn('ws_1');
  const { client, sockets } = connect({ authorization: user.authorization });
  const balances: number[] = [];
  client.subscribe<any>(
    { query: 'subscription { balanceChanged { balance { credits } } }' },
    {
      next: ({ data }) => balances.push(data?.balanceChanged.balance.credits),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  const bought = await one(
    client,
    'mutation ($input: CreateIntentInput!) { createIntent(input: $input) { intent { id } errors { code } } }',
    { input: { packageId: 'small', provider: 'razorpay' } },
  );
  const { id } = bought.data.createIntent.intent;
  const paid = await one(
    client,
    'mutation ($input: SimulatePaymentInput!) { simulatePayment(input: $input) { balance { credits } errors { code } } }',
    { input: { id, outcome: 'succeed' } },
  );
  expect(paid.data.simulatePayment).toEqual({ balance: { credits: 50 }, errors: [] });
  await eventually(
    () => balances,
    (seen) => seen.at(-1) === 50,
  );
  const asked = await one(
    client,
    '{ balance { credits } creditTransactions(first: 1) { nodes { credits } } }',
  );
  expect(asked.data).toEqual({ balance: { credits: 50 }, creditTransactions: { nodes: [{ credits: 50 }] } });
  expect(sockets.length).toBe(1);
});

it('goes on where it was when the connection breaks, and misses and repeats nothing', async () => {
  const user = await stand.signIn('ws_2');
  const id = await created(user);
  const { client, sockets } = connect({ authorization: user.authorization });
  let cursor: string | undefined;
  // docs/clients.md shows this: the library sends the same object again on each connection, and the getter says how far we are.
  const variables = {
    id,
    get after() {
      return cursor;
    },
  };
  const events: { sequence: number; status: string; kind: string }[] = [];
  const ended = new Promise<void>((complete, error) =>
    client.subscribe<any>(
      { query: STATUS, variables },
      {
        next: ({ data }) => {
          cursor = data?.intentStatusChanged.cursor;
          events.push(data?.intentStatusChanged);
        },
        error,
        complete,
      },
    ),
  );
  for (const [count, outcome] of [
    [1, 'decline'],
    [2, 'succeed'],
  ] as const) {
    await eventually(
      () => events.length,
      (seen) => seen >= count,
    );
    sockets.at(-1)?.terminate();
    await user.plain.mutate('simulatePayment', { id, outcome }, 'intent { status }');
  }
  await ended;

  expect(sockets.length).toBe(3);
  expect(events.filter(({ kind }) => kind === 'snapshot').length).toBe(1);
  const sequences = events.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.map((_, at) => (sequences[0] ?? 0) + at));
  expect(events.at(-1)?.status).toBe('succeeded');
});

it('closes with 4403 for whoever says a wrong token', async () => {
  const codes: number[] = [];
  const client = createClient({
    url: stand.ws,
    connectionParams: { authorization: 'Bearer forged' },
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    on: { closed: (event) => codes.push((event as { code: number }).code) },
  });
  await expect(one(client, '{ viewer { id } }')).rejects.toMatchObject({ code: 4403 });
  expect(codes).toEqual([4403]);
});
