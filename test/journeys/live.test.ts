// Live status that loses nothing: a socket that is cut, a process that is killed, another process, with and without Redis.
import type { Client } from '../support/client';
import { inOneOfThree } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const WATCH = `subscription Watch($id: ID!, $after: String) { intentStatusChanged(id: $id, after: $after) {
  kind cursor sequence status previousStatus intent { id attemptCount } } }`;
let users = 0;

afterAll(stopGateways);

const start = (env: Record<string, string> = {}) => startGateway({ DATABASE_URL: database.url, ...env });

async function created(client: Client): Promise<string> {
  const made = await client.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe' },
    'intent { id }',
  );
  return made.intent.id;
}

const play = (client: Client, id: string, outcome: string) =>
  client.mutate('simulatePayment', { id, outcome }, 'intent { status version }');

const sequences = (events: readonly { sequence: number }[]) => events.map((event) => event.sequence);

describe('Live status', () => {
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await start();
  });

  it('gives a client that was cut off both changes that it missed, in order, once', async () => {
    const client = await gateway.as(`live_${++users}`);
    const id = await created(client);
    const first = client.subscribe(WATCH, { id });
    await first.count(1);
    const { cursor, sequence } = first.events[0];
    first.cut();
    await play(client, id, 'decline');
    await play(client, id, 'insufficient_funds');

    const again = client.subscribe(WATCH, { id, after: cursor });
    await again.count(2);
    expect(sequences(again.events)).toEqual([sequence + 1, sequence + 2]);
    expect(again.events.map((event) => event.kind)).toEqual(['change', 'change']);
    await play(client, id, 'succeed');
    await again.until(({ isComplete }) => isComplete);
    expect(sequences(again.events)).toEqual([1, 2, 3].map((step) => sequence + step));
    expect(again.events.at(-1)).toMatchObject({ status: 'succeeded', previousStatus: 'pending' });
  });

  it('gives the same to whoever comes back after kill -9 of the process between', async () => {
    const other = await start();
    const client = await other.as(`live_${++users}`);
    const elsewhere = await gateway.as(`live_${users}`);
    const id = await created(client);
    const first = client.subscribe(WATCH, { id });
    await first.count(1);
    await other.kill();
    await play(elsewhere, id, 'decline');
    await play(elsewhere, id, 'decline');

    const restarted = await start();
    const back = (await restarted.as(`live_${users}`)).subscribe(WATCH, {
      id,
      after: first.events[0].cursor,
    });
    await back.count(2);
    expect(sequences(back.events)).toEqual([1, 2].map((step) => first.events[0].sequence + step));
    await back.close();
    await restarted.stop();
  });

  it('reaches a subscriber of another process without Redis within 500 ms', async () => {
    const other = await start();
    await inOneOfThree(async () => {
      const client = await gateway.as(`live_${++users}`);
      const id = await created(client);
      const watching = (await other.as(`live_${users}`)).subscribe(WATCH, { id });
      await watching.count(1);
      const delaysMs: number[] = [];
      for (let round = 0; round < 8; round++) {
        await play(client, id, 'decline');
        // The answer comes after the commit, so this is at most what the subscriber waits longer.
        const answeredMs = performance.now();
        await watching.count(round + 2);
        delaysMs.push(performance.now() - answeredMs);
      }
      expect(Math.max(...delaysMs)).toBeLessThan(500);
      expect(sequences(watching.events)).toEqual(
        watching.events.map((_, at) => watching.events[0].sequence + at),
      );
      await watching.close();
    });
    await other.stop();
  });

  it('completes at once for a cursor at the end, and begins anew for one that is ahead of the database', async () => {
    const client = await gateway.as(`live_${++users}`);
    const id = await created(client);
    await play(client, id, 'succeed');
    const [last] = (await client.subscribe(WATCH, { id }).until(({ isComplete }) => isComplete)).events;
    expect(last).toMatchObject({ kind: 'snapshot', status: 'succeeded' });
    const atEnd = await client
      .subscribe(WATCH, { id, after: last.cursor })
      .until(({ isComplete }) => isComplete);
    expect(atEnd.events).toEqual([]);
    const ahead = Buffer.from(`1 ${last.sequence + 5} ${id}`).toString('base64url');
    const anew = await client.subscribe(WATCH, { id, after: ahead }).until(({ isComplete }) => isComplete);
    expect(anew.events).toMatchObject([{ kind: 'gap', sequence: last.sequence }]);
  });

  it('refuses a cursor of another stream', async () => {
    const client = await gateway.as(`live_${++users}`);
    const id = await created(client);
    const foreign = Buffer.from('1 1 int_other').toString('base64url');
    const refused = await client
      .subscribe(WATCH, { id, after: foreign })
      .until(({ errors }) => errors.length > 0);
    expect(refused.errors).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });

  it('streams over server-sent events what it streams over sockets', async () => {
    const client = await gateway.as(`live_${++users}`);
    const id = await created(client);
    const response = await fetch(`${gateway.url}/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${client.token}`,
      },
      body: JSON.stringify({ query: WATCH, variables: { id } }),
    });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const text = (async () => {
      let all = '';
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
        all += Buffer.from(chunk).toString();
      return all;
    })();
    await play(client, id, 'succeed');
    const events = (await text).split('\n\n').filter((block) => block.startsWith('event: next'));
    const statuses = events.map(
      (block) => JSON.parse(block.split('data: ')[1] ?? '').data.intentStatusChanged.status,
    );
    expect(statuses[0]).toBe('pending');
    expect(statuses.at(-1)).toBe('succeeded');
    expect(await text).toContain('event: complete');
  });

  it('follows a balance in the order of its changes, each with what it did', async () => {
    const client = await gateway.as(`live_${++users}`);
    const watching = client.subscribe(
      'subscription($after: String) { balanceChanged(after: $after) { kind cursor delta balance { credits version } transaction { id type credits } } }',
    );
    await watching.count(1);
    const id = await created(client);
    await play(client, id, 'succeed');
    await Promise.all(
      [1, 2, 3].map((n) =>
        client.mutate(
          'spendCredits',
          { credits: 10, reason: 'r', idempotencyKey: `k${n}` },
          'balance { credits }',
        ),
      ),
    );
    await watching.count(5);
    expect(
      watching.events.map((event) => [event.delta, event.balance.credits, event.balance.version]),
    ).toEqual([
      [null, 0, 0],
      [50, 50, 1],
      [-10, 40, 2],
      [-10, 30, 3],
      [-10, 20, 4],
    ]);
    const again = client.subscribe(
      'subscription($after: String) { balanceChanged(after: $after) { delta } }',
      { after: watching.events[2].cursor },
    );
    await again.count(2);
    expect(again.events).toEqual([{ delta: -10 }, { delta: -10 }]);
    await Promise.all([watching.close(), again.close()]);
  });

  it('drains at Ctrl-C: sockets are told to go away and the exit is clean', async () => {
    const other = await start();
    const client = await other.as(`live_${++users}`);
    const id = await created(client);
    const watching = client.subscribe(WATCH, { id });
    await watching.count(1);
    expect(await other.stop()).toBe(0);
    await watching.until(({ errors, isComplete }) => isComplete || errors.length > 0);
  });
});
