// One event that many follow: executed once for all who ask the same as the same caller, and never shared beyond.
import { buildSchema, type ExecutionArgs, type ExecutionResult, GraphQLError, parse } from 'graphql';
import WebSocket from 'ws';
import { sharedText, subscribeTogether } from '../../src/graphql/together';
import { pause } from '../../src/kernel/clock';
import { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const schema = buildSchema(`
  type Query { nothing: Int }
  type Subscription { happened(of: String): Happening }
  type Happening { name: String seenBy: String broken: Int }`);
const document = parse('subscription S($of: String) { happened(of: $of) { name seenBy } }');

let seen: string[] = [];
afterEach(() => {
  seen = [];
});

/** What a caller is told of events that all readers have the same objects of. */
async function toldOf(
  caller: { id: string; role: string } | null,
  events: readonly object[],
  changes: Partial<ExecutionArgs> = {},
): Promise<ExecutionResult[]> {
  async function* happenings() {
    yield* events;
  }
  const stream = await subscribeTogether({
    schema,
    document,
    contextValue: { caller },
    rootValue: { happened: happenings },
    ...changes,
  });
  const told: ExecutionResult[] = [];
  for await (const result of stream as AsyncGenerator<ExecutionResult>) told.push(result);
  return told;
}

const happening = (name: string) => ({
  happened: {
    name,
    seenBy: (_: unknown, { caller }: { caller: { id: string } | null }) => {
      seen.push(`${name} by ${caller?.id}`);
      return caller?.id;
    },
    broken: () => {
      throw new Error('It broke');
    },
  },
});

const ann = { id: 'ann', role: 'user' };

test('Those who ask the same as the same caller are told the same object, in their order, by one execution', async () => {
  const events = [happening('first'), happening('second')];
  const told = await Promise.all(Array.from({ length: 5 }, () => toldOf(ann, events)));

  expect(seen).toEqual(['first by ann', 'second by ann']);
  for (const one of told) {
    expect(one.map(({ data }) => data?.['happened'])).toMatchObject([{ name: 'first' }, { name: 'second' }]);
    expect(one[0]).toBe(told[0]?.[0]);
  }
  expect(sharedText(told[0]?.[1] as ExecutionResult)).toBe(
    '{"data":{"happened":{"name":"second","seenBy":"ann"}}}',
  );
});

test.each([
  ['another caller', { id: 'bob', role: 'user' }, {}],
  ['another role', { id: 'ann', role: 'support' }, {}],
  ['nobody', null, {}],
  ['other variables', ann, { variableValues: { of: 'x' } }],
  ['another document', ann, { document: parse('subscription { happened { seenBy } }') }],
])('%s is told by an execution of their own', async (_, caller, changes) => {
  const events = [happening('first')];
  const [mine] = await toldOf(ann, events);
  const [theirs] = await toldOf(caller, events, changes);

  expect(seen).toHaveLength(2);
  expect(theirs).not.toBe(mine);
  expect(theirs?.data?.['happened']).toMatchObject({ seenBy: caller?.id ?? null });
});

test('Who comes to an event later is shown what is so then', async () => {
  const events = [happening('first')];
  await toldOf(ann, events);
  await pause(300);
  await toldOf(ann, events);

  expect(seen).toHaveLength(2);
});

test('An answer with errors has no shared text: each names its own request', async () => {
  const failing = { document: parse('subscription { happened { broken } }') };
  const [told] = await toldOf(ann, [happening('first')], failing);

  expect(told?.errors?.[0]).toBeInstanceOf(GraphQLError);
  expect(sharedText(told as ExecutionResult)).toBeNull();
});

describe('Over sockets', () => {
  let gateway: GatewayProcess;
  // Before the database goes.
  afterAll(stopGateways);
  const database = useDatabase();
  beforeAll(async () => {
    gateway = await startGateway({ DATABASE_URL: database.url });
  });

  test('many who follow one payment are told each change, and only its payer what pays it', async () => {
    const payer = await gateway.as('payer');
    const support = await gateway.as('sup_1', 'support');
    const input = { packageId: 'small', provider: 'stripe', idempotencyKey: 'k' };
    const { intent } = await payer.mutate('createIntent', input, 'intent { id }');
    const watch = (client: Client) =>
      client.subscribe(
        `subscription($id: ID!) { intentStatusChanged(id: $id) {
          kind sequence status intent { attemptCount nextAction { ... on MockConfirm { clientSecret } } } } }`,
        { id: intent.id },
      );
    const payers = Array.from({ length: 30 }, () => watch(payer));
    const operators = Array.from({ length: 30 }, () => watch(support));
    await Promise.all([...payers, ...operators].map((one) => one.count(1)));

    await payer.mutate('simulatePayment', { id: intent.id, outcome: 'decline' }, 'intent { status }');
    const declined = ({ events }: { events: any[] }) =>
      events.some((event) => event.intent.attemptCount === 1);
    await Promise.all([...payers, ...operators].map((one) => one.until(declined)));

    for (const one of [...payers, ...operators]) {
      expect(one.errors).toEqual([]);
      const sequences = one.events.map(({ sequence }) => sequence);
      expect(sequences).toEqual(sequences.map((_, at) => sequences[0] + at));
    }
    const secretsOf = (one: { events: any[] }) =>
      one.events.map(({ intent: { nextAction } }) => nextAction?.clientSecret ?? null);
    for (const one of payers) expect(secretsOf(one)).not.toContain(null);
    for (const one of operators) expect(new Set(secretsOf(one))).toEqual(new Set([null]));
    for (const one of [...payers, ...operators]) await one.close();
  });

  test('each subscription hears an event under its own id, once, and after its end nothing more', async () => {
    const payer = await gateway.as('numbered');
    const query = 'subscription { balanceChanged { kind cursor balance { credits version } } }';
    const ids = [['1', '2'], ['1'], ['of "mine" \u2028 \u00fc', '1']];
    const sockets = await Promise.all(ids.map((own) => heard(gateway.url, String(payer.token), query, own)));
    await Promise.all(sockets.map((socket) => socket.until(({ length }) => length === socket.ids.length)));

    const { intent } = await payer.mutate('createIntent', BUY('a'), 'intent { id }');
    await payer.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
    await Promise.all(
      sockets.map((socket) => socket.until(({ length }) => length === 2 * socket.ids.length)),
    );

    const [first] = sockets;
    first?.say({ id: '1', type: 'complete' });
    // Answered after it was heard.
    first?.say({ type: 'ping' });
    await first?.until((texts) => texts.some((text) => text.includes('"pong"')));
    const again = await payer.mutate('createIntent', BUY('b'), 'intent { id }');
    await payer.mutate('simulatePayment', { id: again.intent.id, outcome: 'succeed' }, 'intent { status }');
    await first?.until((texts) => texts.filter((text) => text.includes('"id":"2"')).length === 3);
    for (const socket of sockets.slice(1))
      await socket.until(({ length }) => length === 3 * socket.ids.length);

    const answers = sockets.flatMap(({ texts }) => texts.filter((text) => text.includes('"next"')));
    const versions = (id: string, { texts }: { texts: string[] }) =>
      texts
        .map((text) => JSON.parse(text))
        .filter((message) => message.id === id)
        .map(({ payload }) => payload.data.balanceChanged.balance.version);
    for (const [at, own] of ids.entries())
      for (const id of own)
        expect(versions(id, sockets[at] as Heard)).toEqual(at === 0 && id === '1' ? [0, 1] : [0, 1, 2]);
    for (const text of answers) {
      const { id, type, payload } = JSON.parse(text);
      expect(text).toBe(JSON.stringify({ id, type, payload }));
    }
    for (const socket of sockets) socket.close();
  });
});

const BUY = (idempotencyKey: string) => ({ packageId: 'small', provider: 'stripe', idempotencyKey });

type Heard = Awaited<ReturnType<typeof heard>>;

/** A socket with a subscription of each id, and every text that came on it after it was let in. */
async function heard(url: string, token: string, query: string, ids: readonly string[]) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const texts: string[] = [];
  const looking = new Set<() => void>();
  const say = (message: object) => socket.send(JSON.stringify(message));
  socket.on('open', () => say({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  socket.on('message', (data) => {
    const text = String(data);
    if (text.includes('connection_ack')) {
      for (const id of ids) say({ id, type: 'subscribe', payload: { query } });
      return;
    }
    texts.push(text);
    for (const look of looking) look();
  });
  const until = (isSo: (texts: readonly string[]) => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isSo(texts)) return;
        looking.delete(look);
        resolve();
      };
      looking.add(look);
      look();
    });
  return { ids, texts, say, until, close: () => socket.close() };
}
