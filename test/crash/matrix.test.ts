// A gateway that is killed while it waits for its providers, at each call that changes something there, before and after
// the provider acted; and the one that is started after it. In every cell: one object, one grant, one refund.
import pg from 'pg';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { type Fault, type Sent, Wire } from '../support/wire';

const database = useDatabase();
const PROVIDERS = ['stripe', 'razorpay'] as const;
const EFFECTS = ['before', 'after'] as const;
const CALLS = ['create', 'read', 'cancel', 'refund'] as const;

type Cell = {
  provider: (typeof PROVIDERS)[number];
  call: (typeof CALLS)[number];
  effect: (typeof EFFECTS)[number];
};
interface Purchase extends Cell {
  readonly userId: string;
  id: string;
  objectId: string;
}

const cells: Cell[] = CALLS.flatMap((call) =>
  PROVIDERS.flatMap((provider) => EFFECTS.map((effect) => ({ provider, call, effect }))),
);

let wire: Wire;
let owner: pg.Client;
let gateway: GatewayProcess;
const start = () =>
  startGateway({
    DATABASE_URL: database.url,
    STRIPE_API_BASE: wire.url,
    RAZORPAY_API_BASE: wire.url,
    // Long enough that nobody gives up before the kill; the lease after it is 2 × 3 s + 20 s.
    PROVIDER_TIMEOUT_MS: '3000',
  });

beforeAll(async () => {
  wire = await Wire.open(database.url);
  owner = new pg.Client({ connectionString: database.url });
  owner.on('error', () => undefined);
  await owner.connect();
});
afterAll(async () => {
  await stopGateways();
  await owner.end();
  await wire.close();
});

const isChange = ({ method, path }: Sent) => method === 'POST' && !/\/(payment_intents|orders)$/.test(path);
const held = (effect: Cell['effect']): Fault => (effect === 'before' ? 'hang' : 'hang_after');

/** Holds the request of each cell: creates by the package, the others by the object that they are about. */
function holdAll(purchases: readonly Purchase[]): void {
  const refunds = new Map<string, Cell['effect']>();
  wire.fault = (request) => {
    const { method, path, body } = request;
    if (method === 'POST' && /\/(payment_intents|orders)$/.test(path))
      return held(body.includes('large') ? 'before' : 'after');
    const isRefund = isChange(request) && /refund/.test(path);
    if (isRefund) {
      const effect = refunds.size % 2 === 0 ? 'before' : 'after';
      refunds.set(path + body, refunds.get(path + body) ?? effect);
      return held(refunds.get(path + body) ?? effect);
    }
    const purchase = purchases.find(
      (item) => item.objectId !== '' && (path.includes(item.objectId) || body.includes(item.objectId)),
    );
    if (purchase?.call === 'read' && method === 'GET') return held(purchase.effect);
    if (purchase?.call === 'cancel') return held(purchase.effect);
    return null;
  };
}

const packageFor = ({ call, effect }: Cell) =>
  call === 'create' ? (effect === 'before' ? 'large' : 'xlarge') : 'small';

async function begin(purchase: Purchase): Promise<void> {
  const client = await gateway.as(purchase.userId);
  const made = await client.mutate(
    'createIntent',
    { packageId: packageFor(purchase), provider: purchase.provider, idempotencyKey: 'k' },
    'intent { id providerIntentId }',
  );
  purchase.id = made.intent.id;
  purchase.objectId = made.intent.providerIntentId ?? '';
}

async function act(purchase: Purchase): Promise<unknown> {
  const client = await gateway.as(purchase.userId);
  const { id } = purchase;
  switch (purchase.call) {
    case 'create':
      return begin(purchase);
    case 'cancel':
      return client.mutate('cancelIntent', { id }, 'intent { id }');
    case 'read':
      return client.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { id }');
    case 'refund':
      return client.mutate('simulatePayment', { id, outcome: 'amount_mismatch' }, 'intent { id }');
  }
}

async function until(what: string, isTrue: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const untilMs = Date.now() + timeoutMs;
  while (!(await isTrue())) {
    if (Date.now() > untilMs) throw new Error(`Not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface End {
  readonly status: string;
  readonly objects: number;
  readonly grants: number;
  readonly refunds: number;
  readonly openBreaks: number;
}

async function endOf(purchase: Purchase): Promise<End> {
  const { rows } = await owner.query<End>(
    `select i.status,
      (select count(*)::int from simulator.objects o where o.kind in ('payment_intent', 'order')
        and (o.body #>> '{metadata,intent_id}' = i.id or o.body #>> '{notes,intent_id}' = i.id)) as objects,
      (select count(*)::int from journal j where j.kind = 'grant' and j.reference = i.id) as grants,
      (select count(*)::int from simulator.objects o where o.kind = 'refund' and o.root_id = i.provider_intent_id) as refunds,
      (select count(*)::int from breaks b where b.intent_id = i.id and b.status = 'open') as "openBreaks"
     from intents i where i.user_id = $1`,
    [purchase.userId],
  );
  return rows[0] ?? { status: 'absent', objects: 0, grants: 0, refunds: 0, openBreaks: 0 };
}

const EXPECTED: Record<Cell['call'], End> = {
  create: { status: 'succeeded', objects: 1, grants: 1, refunds: 0, openBreaks: 0 },
  read: { status: 'succeeded', objects: 1, grants: 1, refunds: 0, openBreaks: 0 },
  cancel: { status: 'canceled', objects: 1, grants: 0, refunds: 0, openBreaks: 0 },
  refund: { status: 'failed', objects: 1, grants: 0, refunds: 1, openBreaks: 0 },
};

it('leaves one object, one grant and one refund in every cell', async () => {
  gateway = await start();
  const purchases: Purchase[] = cells.map((cell) => ({
    ...cell,
    userId: Object.values(cell).join('_'),
    id: '',
    objectId: '',
  }));
  await Promise.all(purchases.filter(({ call }) => call !== 'create').map(begin));
  holdAll(purchases);
  const acts = purchases.map((purchase) => act(purchase).catch(() => undefined));
  await until(
    'every cell waits at its provider',
    async () => wire.met('hang') >= 8 && wire.met('hang_after') >= 8,
    15_000,
  );
  await gateway.kill();
  await Promise.all(acts);

  wire.fault = () => null;
  gateway = await start();
  await until(
    'what was held is done',
    async () => {
      const { rows } =
        await owner.query(`select count(*)::int as n from intents where provider_intent_id is null
      or (cancel_requested_at is not null and status in ('pending', 'processing'))`);
      return rows[0].n === 0;
    },
    50_000,
  );
  // The creates are paid now, by a client that asks again with its key.
  for (const purchase of purchases.filter(({ call }) => call === 'create')) {
    await begin(purchase);
    const client = await gateway.as(purchase.userId);
    await client.mutate('simulatePayment', { id: purchase.id, outcome: 'succeed' }, 'intent { id }');
  }
  const ends = async () => {
    const reached: End[] = [];
    for (const purchase of purchases) reached.push(await endOf(purchase));
    return reached;
  };
  await until(
    'every cell is at its end',
    async () => {
      const now = await ends();
      return purchases.every(
        (purchase, at) => JSON.stringify(now[at]) === JSON.stringify(EXPECTED[purchase.call]),
      );
    },
    60_000,
  ).catch(() => undefined);
  const reached = await ends();
  print(purchases, reached);
  expect(reached).toEqual(purchases.map(({ call }) => EXPECTED[call]));
}, 180_000);

function print(purchases: readonly Purchase[], ends: readonly End[]): void {
  const lines = purchases.map(({ provider, call, effect }, at) => {
    const { status, objects, grants, refunds } = ends[at] as End;
    return `  ${call.padEnd(8)}${provider.padEnd(10)}killed ${effect.padEnd(6)} the provider acted: ${status}, ${objects} object, ${grants} grant, ${refunds} refund`;
  });
  process.stdout.write(`${lines.join('\n')}\n`);
}
