// A back end sets a user's credits aside, settles for what was used, and time does the rest; finance gives and looks.
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let gateway: GatewayProcess;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url, ADJUST_APPROVAL_ABOVE: '1000' });
});
afterAll(stopGateways);

async function buyer(userId: string): Promise<Client> {
  const client = await gateway.as(userId);
  const { intent } = await client.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe' },
    'intent { id }',
  );
  await client.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  return client;
}

const PAYLOAD =
  'hold { id status credits settledCredits userId } transaction { type credits } balance { credits available held }';

it('holds, settles for what was used, and shows the user each change', async () => {
  const user = await buyer('ada');
  const service = await gateway.as('backend', 'service');
  const live = user.subscribe(
    'subscription { balanceChanged { kind delta balance { credits available held } transaction { type } } }',
  );
  await live.count(1);

  const held = await holdPayload(service, 'holdCredits', {
    userId: 'ada',
    credits: 30,
    reason: 'A film',
    idempotencyKey: 'h',
  });
  expect(held).toEqual({
    hold: { id: held.hold.id, status: 'open', credits: 30, settledCredits: null, userId: 'ada' },
    transaction: null,
    balance: { credits: 50, available: 20, held: 30 },
    errors: [],
  });
  const { hold } = held;
  const own = await holdPayload(user, 'settleHold', { id: hold.id, credits: 30, idempotencyKey: 's' });
  expect(own.errors).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'id'] }]);
  const settled = await holdPayload(service, 'settleHold', { id: hold.id, credits: 12, idempotencyKey: 's' });
  expect(settled).toEqual({
    hold: { ...hold, status: 'settled', settledCredits: 12 },
    transaction: { type: 'spend', credits: -12 },
    balance: { credits: 38, available: 38, held: 0 },
    errors: [],
  });
  const again = await holdPayload(service, 'releaseHold', { id: hold.id });
  expect(again.errors).toMatchObject([{ __typename: 'InvalidStateError', code: 'INVALID_STATE' }]);

  await live.count(3);
  expect(live.events.slice(1)).toEqual([
    { kind: 'change', delta: 0, balance: { credits: 50, available: 20, held: 30 }, transaction: null },
    {
      kind: 'change',
      delta: -12,
      balance: { credits: 38, available: 38, held: 0 },
      transaction: { type: 'spend' },
    },
  ]);
  await live.close();
});

/** The payload of each of the three. */
async function holdPayload(client: Client, name: string, input: Record<string, unknown>) {
  return client.mutate(name, input, PAYLOAD);
}

it('ends a hold by time alone: the user hears of it without asking', async () => {
  const user = await buyer('bea');
  const live = user.subscribe('subscription { balanceChanged { balance { available held } } }');
  await live.count(1);

  const { hold } = await holdPayload(user, 'holdCredits', {
    credits: 20,
    reason: 'r',
    ttlSeconds: 1,
    idempotencyKey: 'h',
  });
  await live.count(3);

  expect(live.events.map((event) => event.balance)).toEqual([
    { available: 50, held: 0 },
    { available: 30, held: 20 },
    { available: 50, held: 0 },
  ]);
  await live.close();
  const { data } = await user.query(
    'query ($id: ID!) { node(id: $id) { ... on CreditHold { status } } open: holds { nodes { id } } holds(status: [expired]) { nodes { id status } } }',
    { id: hold.id },
  );
  expect(data).toEqual({
    node: { status: 'expired' },
    open: { nodes: [] },
    holds: { nodes: [{ id: hold.id, status: 'expired' }] },
  });
});

it('says where a balance comes from, what expires next, and what it was', async () => {
  const user = await buyer('cid');
  const finance = await gateway.as('fin', 'finance');
  const before = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const given = await finance.mutate(
    'adjustCredits',
    { userId: 'cid', credits: 10, expiresAt, reason: 'Sorry', idempotencyKey: 'a' },
    'transaction { id type credits reason balanceAfter } balance { credits }',
  );
  expect(given).toMatchObject({
    transaction: { type: 'adjustment', credits: 10, reason: 'Sorry', balanceAfter: 60 },
    balance: { credits: 60 },
    errors: [],
  });

  const { data } = await user.query(
    `query ($at: DateTime!) {
      balance { credits owed frozen nextExpiry { credits at } lots { source granted remaining expiresAt intent { packageName } } }
      balanceAt(at: $at) { credits available held lots { source remaining } }
      creditTransactions(filter: {type: [adjustment]}) { nodes { id } }
    }`,
    { at: before },
  );

  expect(data).toEqual({
    balance: {
      credits: 60,
      owed: 0,
      frozen: 0,
      nextExpiry: { credits: 10, at: expiresAt },
      lots: [
        { source: 'adjustment', granted: 10, remaining: 10, expiresAt, intent: null },
        { source: 'purchase', granted: 50, remaining: 50, expiresAt: null, intent: { packageName: 'Small' } },
      ],
    },
    balanceAt: { credits: 50, available: 50, held: 0, lots: [{ source: 'purchase', remaining: 50 }] },
    creditTransactions: { nodes: [{ id: given.transaction.id }] },
  });
});

it('adjusts no more than one person may, and only for finance', async () => {
  const finance = await gateway.as('fin', 'finance');
  const input = { userId: 'dan', credits: 1001, reason: 'Much', idempotencyKey: 'a' };
  const much = await finance.mutate('adjustCredits', input, 'balance { credits }');
  expect(much.balance).toBeNull();
  expect(much.errors).toHaveLength(1);
  const { data } = await finance.query('{ balance(userId: "dan") { credits version } }');
  expect(data.balance).toEqual({ credits: 0, version: 0 });

  const support = await gateway.as('sup', 'support');
  const refused = await support.query(
    'mutation { adjustCredits(input: {userId: "dan", credits: 1, reason: "r", idempotencyKey: "b"}) { errors { code } } }',
  );
  expect(refused.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
});

it('shows support the wallets by how their users are called, page by page', async () => {
  const finance = await gateway.as('fin', 'finance');
  for (const userId of ['wal_a', 'wal_b', 'walnut', 'WAL_c'])
    await finance.mutate(
      'adjustCredits',
      { userId, credits: 5, reason: 'r', idempotencyKey: 'w' },
      'balance { credits }',
    );
  const support = await gateway.as('sup', 'support');
  const page = async (after: string | null) =>
    (
      await support.query(
        'query ($after: String) { admin { wallets(search: "wal_", first: 1, after: $after) { nodes { userId credits } pageInfo { hasNextPage endCursor } } } }',
        { after },
      )
    ).data.admin.wallets;

  const first = await page(null);
  const second = await page(first.pageInfo.endCursor);

  expect([first, second]).toMatchObject([
    { nodes: [{ userId: 'wal_a', credits: 5 }], pageInfo: { hasNextPage: true } },
    { nodes: [{ userId: 'wal_b', credits: 5 }], pageInfo: { hasNextPage: false } },
  ]);
});
