// What a payment that is played costs beside what it changes: its events are sent by who wrote them, come in together, and are
// worked by one read of the provider and one settling.
import { type App, startApp } from '../../src/app';
import type { Wires } from '../../src/app/intents';
import { readConfig } from '../../src/providers/read-config';
import { Client } from '../support/client';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';

let app: App;
// Before the database goes.
afterAll(() => app.close());
const database = useDatabase();

const calls: string[] = [];
/** The simulator's own, and each request is written down. */
const counting: NonNullable<Wires['stripe']> = (request) => {
  calls.push(`${request.method} ${request.path.replace(/[?].*|(?<=\/)(pi|order)_\w+/g, '')}`);
  return app.deps.simulator?.handle(request) as ReturnType<NonNullable<Wires['stripe']>>;
};

beforeAll(async () => {
  const config = readConfig({ DATABASE_URL: database.url, PORT: '0', PAYMENTS_MOCK_MODE: 'true' });
  app = await startApp(config, silent, { stripe: counting, razorpay: counting });
});

it.each([
  ['stripe', 2, ['POST /v1/payment_intents', 'GET /v1/charges']],
  ['razorpay', 3, ['POST /v1/orders', 'GET /v1/orders/', 'GET /v1/orders//payments']],
])('The %s events of one payment are worked together, after one read', async (provider, events, expected) => {
  calls.length = 0;
  const client = await Client.signedIn(app.url, `payer_of_${provider}`, 'user');
  const { intent } = await client.mutate(
    'createIntent',
    { packageId: 'small', provider, idempotencyKey: 'k' },
    'intent { id }',
  );
  const paid = await client.mutate('simulatePayment', { id: intent.id }, 'intent { status }');
  expect(paid['intent'].status).toBe('succeeded');
  expect(calls.sort()).toEqual(expected.sort());

  const { rows } = await database.pool().query(
    `select count(*)::integer as events, count(distinct xid)::integer as settled from events
     where subject = $1 and kind = 'webhook_received'`,
    [intent.id],
  );
  expect(rows).toEqual([{ events, settled: 1 }]);
});
