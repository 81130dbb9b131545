// graphql-sse alone, as a page without a cache uses it: live events over plain HTTP, from where the connection broke.
import { createClient } from 'graphql-sse';
import { eventually } from '../support/eventually';
import { type Party, useGateway } from './stand';

const stand = useGateway();

const STATUS = `subscription ($id: ID!, $after: String) {
  intentStatusChanged(id: $id, after: $after) { kind sequence cursor status }
}`;

async function created({ plain }: Party): Promise<string> {
  const input = { packageId: 'small', provider: 'stripe' };
  return (await plain.mutate('createIntent', input, 'intent { id }')).intent.id;
}

const pay = ({ plain }: Party, id: string, outcome = 'succeed') =>
  plain.mutate('simulatePayment', { id, outcome }, 'intent { status }');

it('tells each change as an event, and ends with the payment', async () => {
  const user = await stand.signIn('sse_1');
  const id = await created(user);
  const client = createClient({ url: stand.sse, headers: { authorization: user.authorization } });
  const statuses: string[] = [];
  for await (const { data, errors } of client.iterate<any>({ query: STATUS, variables: { id } })) {
    expect(errors).toBeUndefined();
    statuses.push(data?.intentStatusChanged.status);
    if (statuses.length === 1) await pay(user, id);
  }
  expect([statuses[0], statuses.at(-1)]).toEqual(['pending', 'succeeded']);
});

it('goes on where it was when the connection breaks, and misses and repeats nothing', async () => {
  const user = await stand.signIn('sse_2');
  const id = await created(user);
  let cursor: string | undefined;
  const variables = {
    id,
    get after() {
      return cursor;
    },
  };
  const controllers: AbortController[] = [];
  const client = createClient({
    url: stand.sse,
    headers: { authorization: user.authorization },
    // The network of this test: each connection can be cut by itself.
    fetchFn: (url: string, init: RequestInit) => {
      const controller = new AbortController();
      controllers.push(controller);
      init.signal?.addEventListener('abort', () => controller.abort());
      return fetch(url, { ...init, signal: controller.signal });
    },
    retry: async () => {},
  });
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
  await eventually(
    () => events.length,
    (count) => count === 1,
  );
  controllers[0]?.abort(new TypeError('cut'));
  await pay(user, id, 'decline');
  await eventually(
    () => events.length,
    (count) => count >= 2,
  );
  controllers.at(-1)?.abort(new TypeError('cut'));
  await pay(user, id);
  await ended;

  expect(controllers.length).toBeGreaterThanOrEqual(3);
  expect(events.filter(({ kind }) => kind === 'snapshot').length).toBe(1);
  const sequences = events.map(({ sequence }) => sequence);
  expect(sequences).toEqual(sequences.map((_, at) => (sequences[0] ?? 0) + at));
  expect(events.at(-1)?.status).toBe('succeeded');
});

it('is told by the status and the code what was refused', async () => {
  const client = createClient({
    url: stand.sse,
    headers: { authorization: 'Bearer forged' },
    retryAttempts: 0,
  });
  const refused = new Promise((_resolve, reject) =>
    client.subscribe(
      { query: 'subscription { balanceChanged { kind } }' },
      { next: reject, error: reject, complete: () => reject(new Error('complete')) },
    ),
  );
  await expect(refused).rejects.toMatchObject({ response: { status: 401 } });
});
