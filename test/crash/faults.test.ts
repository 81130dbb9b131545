// A provider that times out, cuts its answers, fails after it acted, or says something that is not an answer: the money
// is right all the same, no intent fails by an error of the network, and the next step arrives live.
import pg from 'pg';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { type Fault, type Sent, Wire } from '../support/wire';

const database = useDatabase();
const WATCH = `subscription Watch($id: ID!) { intentStatusChanged(id: $id) {
  sequence status intent { providerIntentId nextAction { __typename } } } }`;
const FAULTS: Fault[] = [
  'hang',
  'hang_after',
  'cut',
  'cut_after',
  '500',
  '500_after',
  'html',
  'html_after',
  'bare',
  'bare_after',
  'empty_after',
  'conflict',
  'limited',
];

let wire: Wire;
let gateway: GatewayProcess;

beforeAll(async () => {
  wire = await Wire.open(database.url);
  gateway = await startGateway({
    DATABASE_URL: database.url,
    STRIPE_API_BASE: wire.url,
    RAZORPAY_API_BASE: wire.url,
    // Far above what the simulator needs on a machine that is busy: an answer that comes too late is one more fault than
    // the test chose, each doubles the pause, and the test's patience would end before the third.
    PROVIDER_TIMEOUT_MS: '2500',
  });
});
afterAll(async () => {
  await stopGateways();
  await wire.close();
});

const isCreate = ({ method, path }: Sent) => method === 'POST' && /\/(payment_intents|orders)$/.test(path);
const INTENT = 'intent { id status failure { code } nextAction { __typename } }';

/** Buys with a first call that meets a fault, until the credits are there. */
async function buy(provider: string, nth: number): Promise<string> {
  const client = await gateway.as(`${provider}_${nth}`);
  const input = { packageId: 'small', provider, idempotencyKey: 'k' };
  const made = await client.mutate('createIntent', input, INTENT);
  // The SDK may have sent a request that was cut once more by itself; then the next action is there at once.
  expect(made).toMatchObject({ errors: [], intent: { status: 'pending', failure: null } });
  const { id } = made.intent;
  const watching = client.subscribe(WATCH, { id });
  await watching.until(({ events }) => events.some((event) => event.intent.nextAction !== null), 30_000);
  await watching.close();
  const again = await client.mutate('createIntent', input, `replayed ${INTENT}`);
  expect(again).toMatchObject({ replayed: true, intent: { id, nextAction: { __typename: 'MockConfirm' } } });
  const paid = await client.mutate(
    'simulatePayment',
    { id, outcome: 'succeed' },
    'intent { status } balance { credits }',
  );
  expect(paid).toMatchObject({ intent: { status: 'succeeded' }, balance: { credits: 50 } });
  return id;
}

it.each(['stripe', 'razorpay'] as const)(
  'A purchase through %s whose first call meets any fault is pending, goes on by itself and grants once',
  async (provider) => {
    const left = [...FAULTS];
    const met = new Map<string, Fault | undefined>();
    wire.fault = (request) => {
      const id = isCreate(request) ? /int_[0-9a-z]{26}/.exec(request.body)?.[0] : undefined;
      if (!id || met.has(id)) return null;
      met.set(id, left.shift());
      return met.get(id) ?? null;
    };
    const ids = await Promise.all(FAULTS.map((_, nth) => buy(provider, nth)));
    // Each fault was met by an intent of its own, and the provider has one object for each.
    expect(ids.map((id) => met.get(id)).sort()).toEqual([...FAULTS].sort());
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client
      .query(
        `select count(*)::int as n from simulator.objects
         where kind in ('payment_intent', 'order')
           and coalesce(body #>> '{metadata,intent_id}', body #>> '{notes,intent_id}') = any($1)`,
        [ids],
      )
      .finally(() => client.end());
    expect(rows[0].n).toBe(ids.length);
  },
);

it.each(['hang', '500', 'cut', 'html'] as const)(
  'settles a payment whose reads meet %s at first',
  async (fault) => {
    const client = await gateway.as(`reads_${fault}`);
    const made = await client.mutate(
      'createIntent',
      { packageId: 'small', provider: 'stripe' },
      'intent { id }',
    );
    let left = 2;
    wire.fault = ({ method }) => (method === 'GET' && left-- > 0 ? fault : null);
    void client
      .mutate('simulatePayment', { id: made.intent.id, outcome: 'succeed' }, 'intent { status }')
      .catch(() => undefined);
    const watching = client.subscribe(WATCH, { id: made.intent.id });
    await watching.until(({ isComplete }) => isComplete, 30_000);
    expect(watching.events.at(-1).status).toBe('succeeded');
  },
);
