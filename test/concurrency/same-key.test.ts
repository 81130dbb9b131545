// One key, fifty calls at once, two processes on one database: one intent, one object at the provider, one grant. Also
// when one of the processes is killed in the middle.
import pg from 'pg';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const CALLS = 50;
const INPUT = { packageId: 'small', provider: 'stripe' };
const SELECTION = 'replayed intent { id status providerIntentId }';

// A short provider timeout makes a short lease, so that what a killed process held is taken over within the test.
const start = () => startGateway({ DATABASE_URL: database.url, PROVIDER_TIMEOUT_MS: '500' });

afterAll(stopGateways);

/** Asks until the answer is an intent; says so when somebody is at it, or when its process dies. */
async function persist(clients: () => readonly Client[], key: string, at: number): Promise<string> {
  const untilMs = Date.now() + 50_000;
  for (let tries = 0; Date.now() < untilMs; tries++) {
    const all = clients();
    const client = all[(at + tries) % all.length];
    try {
      const payload = await client?.mutate('createIntent', { ...INPUT, idempotencyKey: key }, SELECTION);
      if (payload?.intent?.providerIntentId) return payload.intent.id as string;
      expect(
        payload?.errors
          .map((error: { code: string }) => error.code)
          .filter((code: string) => code !== 'IN_PROGRESS'),
      ).toEqual([]);
    } catch (error) {
      if (!/ECONN|socket|terminated|other side closed/i.test(String((error as Error).cause ?? error)))
        throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('No intent within 50 s');
}

async function expectOneOfEach(userId: string, id: string): Promise<void> {
  const { rows } = await database.pool().query(
    `select (select count(*) from intents where user_id = $1)::int as intents,
            (select count(*) from journal where kind = 'grant' and reference = $2)::int as grants,
            (select balance from wallets where user_id = $1)::int as credits`,
    [userId, id],
  );
  expect(rows[0]).toEqual({ intents: 1, grants: 1, credits: 50 });
  expect(await objectsFor(id)).toBe(1);
}

/** Objects that the simulated provider keeps for one of our intents. */
async function objectsFor(id: string): Promise<number> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client
    .query(
      `select count(*)::int as n from simulator.objects
       where kind = 'payment_intent' and body #>> '{metadata,intent_id}' = $1`,
      [id],
    )
    .finally(() => client.end());
  return rows[0].n;
}

describe('The same key fifty times at once on two processes', () => {
  it('makes one intent, one object and one grant', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    const clients = await Promise.all([first.as('fifty'), second.as('fifty')]);
    const ids = await Promise.all(
      Array.from({ length: CALLS }, (_, at) => persist(() => clients, 'one-key', at)),
    );
    expect(new Set(ids).size).toBe(1);
    const [id] = ids as [string];
    const plays = await Promise.all(
      clients.map((client) =>
        client.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { status }'),
      ),
    );
    expect(plays.some((played) => played.intent?.status === 'succeeded')).toBe(true);
    await expectOneOfEach('fifty', id);
    await Promise.all([first.stop(), second.stop()]);
  });

  it.each([
    ['at once', 0],
    ['after 5 ms', 5],
    ['after 30 ms', 30],
  ])('makes the same when one process is killed %s and started again', async (when, killAfterMs) => {
    const userId = `killed ${when}`;
    let first: GatewayProcess = await start();
    const second = await start();
    const clients = await Promise.all([first.as(userId), second.as(userId)]);
    const calls = Array.from({ length: CALLS }, (_, at) => persist(() => clients, 'one-key', at));
    const killed = (async () => {
      await new Promise((resolve) => setTimeout(resolve, killAfterMs));
      await first.kill();
      first = await start();
      clients[0] = await first.as(userId);
    })();
    const [ids] = await Promise.all([Promise.all(calls), killed]);

    expect(new Set(ids).size).toBe(1);
    const [id] = ids as [string];
    await second
      .as(userId)
      .then((client) => client.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { status }'));
    await expectOneOfEach(userId, id);
    await Promise.all([first.stop(), second.stop()]);
  });
});
