// A gateway that is killed while it waits for its providers, at each call that changes something there, before and after
// the provider acted; and the one that is started after it. In every cell: one object, one grant, one refund,
// one take-back, and the money is taken once. `refund` is money that bought nothing, sent back by policy.
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { heardPool, useDatabase } from '../support/pools';
import { type Fault, type Sent, Wire } from '../support/wire';

const database = useDatabase();
const PROVIDERS = ['stripe', 'razorpay'] as const;
const EFFECTS = ['before', 'after'] as const;
const CALLS = ['create', 'read', 'cancel', 'refund', 'refundIntent', 'capture'] as const;

type Cell = {
  provider: (typeof PROVIDERS)[number];
  call: (typeof CALLS)[number];
  effect: (typeof EFFECTS)[number];
};
interface Purchase extends Cell {
  readonly userId: string;
  id: string;
  objectId: string;
  paymentId: string;
}

const cells: Cell[] = CALLS.flatMap((call) =>
  PROVIDERS.flatMap((provider) => EFFECTS.map((effect) => ({ provider, call, effect }))),
);

let wire: Wire;
let owner: pg.Pool;
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
  owner = heardPool({ connectionString: database.url, max: 4 });
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
    const purchase = purchases.find(({ objectId, paymentId }) =>
      [objectId, paymentId].some((name) => name !== '' && (path.includes(name) || body.includes(name))),
    );
    if (purchase && isChange(request) && isSilent(purchase)) return held(purchase.effect);
    const isRefund = isChange(request) && /refund/.test(path);
    if (isRefund) {
      const effect = refunds.size % 2 === 0 ? 'before' : 'after';
      refunds.set(path + body, refunds.get(path + body) ?? effect);
      return held(refunds.get(path + body) ?? effect);
    }
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

/** Brings a purchase to where its call is made. */
async function prepare(purchase: Purchase): Promise<void> {
  await begin(purchase);
  if (!isSilent(purchase)) return;
  if (purchase.call === 'capture')
    // The provider only holds the money: a setting of the account that the gateway did not ask for.
    await owner.query(
      `update simulator.objects set body = (body::jsonb || case provider when 'stripe' then '{"capture_method": "manual"}'
         else jsonb_build_object('hidden', (body -> 'hidden')::jsonb || '{"capture": "manual"}') end)::json where id = $1`,
      [purchase.objectId],
    );
  const client = await gateway.as(purchase.userId);
  const input = { id: purchase.id, outcome: 'succeed' };
  const { intent } = await client.mutate('simulatePayment', input, 'intent { status }');
  expect(intent.status).toBe(purchase.call === 'capture' ? 'processing' : 'succeeded');
  const { rows } = await owner.query(
    `update simulator.objects set created = created - 700,
       body = (body::jsonb || jsonb_build_object(case provider when 'stripe' then 'created' else 'created_at' end, created - 700))::json
     where root_id = $1 and kind in ('charge', 'payment') returning id`,
    [purchase.objectId],
  );
  purchase.paymentId = rows[0].id;
}

const isSilent = ({ call }: Cell) => call === 'refundIntent' || call === 'capture';

/** No event tells of these from now on, so that nothing is booked but what a call or a read brought. */
const loseNewsOf = (purchases: readonly Purchase[]) =>
  owner.query(
    `create function simulator.lose() returns trigger language plpgsql as $$ begin
       if new.root_id = any ('{${purchases.map(({ objectId }) => objectId)}}'::text[]) then new.state := 'abandoned'; end if;
       return new; end $$;
     create trigger lose before insert on simulator.events for each row execute function simulator.lose()`,
  );

/** How many of them were booked. */
async function bookedOf(purchases: readonly Purchase[]): Promise<number> {
  const ids = [purchases.map(({ id }) => id)];
  const refunds = await owner.query(
    'select 1 from refunds where intent_id = any($1) and (provider_refund_id is not null or credits_revoked > 0)',
    ids,
  );
  const calls = purchases.filter(({ call }) => call === 'capture').map(({ id }) => id);
  const captures = await owner.query('select 1 from intents where id = any($1) and status = $2', [
    calls,
    'succeeded',
  ]);
  return Number(refunds.rowCount) + Number(captures.rowCount);
}

/** The time of the sweep, which alone captures. */
const comeToLook = (purchases: readonly Purchase[]) =>
  owner.query(
    `update intents set lease_until = clock_timestamp() - interval '1 second', lease_token = null where id = any($1)`,
    [purchases.map(({ id }) => id)],
  );

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
    case 'refundIntent':
      return (await gateway.as('fin_1', 'finance')).mutate(
        'refundIntent',
        { intentId: id, amountCents: 2000, reason: 'Bought twice', idempotencyKey: 'back' },
        'refund { id }',
      );
    case 'capture':
      return null; // Nobody asks for it.
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
  /** How often the provider took the money. */
  readonly payments: number;
  readonly takeBacks: number;
  readonly openBreaks: number;
}

async function endOf(purchase: Purchase): Promise<End> {
  const { rows } = await owner.query<End>(
    `select i.status,
      (select count(*)::int from simulator.objects o where o.kind in ('payment_intent', 'order')
        and (o.body #>> '{metadata,intent_id}' = i.id or o.body #>> '{notes,intent_id}' = i.id)) as objects,
      (select count(*)::int from journal j where j.kind = 'grant' and j.reference = i.id) as grants,
      (select count(*)::int from simulator.objects o where o.kind = 'refund' and o.root_id = i.provider_intent_id) as refunds,
      (select count(*)::int from simulator.balance_entries b where b.category in ('charge', 'payment')
        and b.root_id = i.provider_intent_id) as payments,
      (select count(*)::int from journal j where j.kind = 'refund' and j.intent_id = i.id
        and exists (select from entries e where e.journal_id = j.id and e.unit = 'CREDIT')) as "takeBacks",
      (select count(*)::int from breaks b where b.intent_id = i.id and b.status = 'open') as "openBreaks"
     from intents i where i.user_id = $1`,
    [purchase.userId],
  );
  return (
    rows[0] ?? {
      status: 'absent',
      objects: 0,
      grants: 0,
      refunds: 0,
      payments: 0,
      takeBacks: 0,
      openBreaks: 0,
    }
  );
}

const PAID = {
  status: 'succeeded',
  objects: 1,
  grants: 1,
  payments: 1,
  refunds: 0,
  takeBacks: 0,
  openBreaks: 0,
};
const EXPECTED: Record<Cell['call'], End> = {
  create: PAID,
  read: PAID,
  cancel: { ...PAID, status: 'canceled', grants: 0, payments: 0 },
  refund: { ...PAID, status: 'failed', grants: 0, refunds: 1 },
  refundIntent: { ...PAID, refunds: 1, takeBacks: 1 },
  capture: PAID,
};

it('leaves one object, one payment, one grant, one refund and one take-back in every cell', async () => {
  gateway = await start();
  const purchases: Purchase[] = cells.map((cell) => ({
    ...cell,
    userId: Object.values(cell).join('_'),
    id: '',
    objectId: '',
    paymentId: '',
  }));
  await Promise.all(purchases.filter(({ call }) => call !== 'create').map(prepare));
  const silent = purchases.filter(isSilent);
  await loseNewsOf(silent);
  holdAll(purchases);
  // The sweep comes by itself, so the others begin when it waits at its providers.
  await comeToLook(purchases.filter(({ call }) => call === 'capture'));
  await until(
    'the captures wait at their providers',
    async () => wire.met('hang') + wire.met('hang_after') === 4,
    15_000,
  );
  const acts = purchases.map((purchase) => act(purchase).catch(() => undefined));
  await until(
    'every cell waits at its provider',
    async () => wire.met('hang') >= cells.length / 2 && wire.met('hang_after') >= cells.length / 2,
    15_000,
  );
  await gateway.kill();
  await Promise.all(acts);
  expect(await bookedOf(silent)).toBe(0);

  wire.fault = () => null;
  gateway = await start();
  const startedMs = Date.now();
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
  // The lease of a capture runs out like that of any other call, and within 60 s of the start somebody has it.
  await until(
    'what was to be captured is',
    async () => (await bookedOf(purchases.filter(({ call }) => call === 'capture'))) === 4,
    Math.max(60_000 - (Date.now() - startedMs), 1_000),
  );
  // The creates are paid now, by a client that asks again with its key.
  for (const purchase of purchases.filter(({ call }) => call === 'create')) {
    await begin(purchase);
    const client = await gateway.as(purchase.userId);
    await client.mutate('simulatePayment', { id: purchase.id, outcome: 'succeed' }, 'intent { id }');
  }
  // Whoever asks for the money again with the same key has asked once.
  await Promise.all(purchases.filter(({ call }) => call === 'refundIntent').map(act));
  const ends = async () => {
    const reached: End[] = [];
    for (const purchase of purchases) reached.push(await endOf(purchase));
    return reached;
  };
  await until(
    'every cell is at its end',
    async () => {
      const now = await ends();
      return purchases.every((purchase, at) => isDeepStrictEqual(now[at], EXPECTED[purchase.call]));
    },
    60_000,
  ).catch(() => undefined);
  const reached = await ends();
  print(purchases, reached);
  expect(reached).toEqual(purchases.map(({ call }) => EXPECTED[call]));
  expect(repeated(gateway.log.filter((line) => line.includes('"event":"intent.recovered"')))).toEqual([]);
}, 180_000);

function print(purchases: readonly Purchase[], ends: readonly End[]): void {
  const lines = purchases.map(({ provider, call, effect }, at) => {
    const { status, objects, payments, grants, refunds, takeBacks } = ends[at] as End;
    return `  ${call.padEnd(13)}${provider.padEnd(10)}killed ${effect.padEnd(6)} the provider acted: ${status}, ${objects} object, ${payments} payment, ${grants} grant, ${refunds} refund, ${takeBacks} take-back`;
  });
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What the log says more than once of one try. */
function repeated(lines: readonly string[]): string[] {
  const tries = lines.map((line) => {
    const { intentId, tries } = JSON.parse(line);
    return `${intentId} ${tries}`;
  });
  expect(tries.length).toBeGreaterThan(0);
  return tries.filter((name, at) => tries.indexOf(name) !== at);
}
