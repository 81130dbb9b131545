// A shared wallet from outside, at two processes: bought for, spent by members and by keys that are bound to it, and lost within a
// second by who is removed.
import WebSocket from 'ws';
import { Client, type Subscription } from '../support/client';
import { eventually, inOneOfThree } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let first: GatewayProcess;
let second: GatewayProcess;
let shop: Client;
let admin: Client;

beforeAll(async () => {
  const env = { DATABASE_URL: database.url };
  [first, second] = await Promise.all([startGateway(env), startGateway(env)]);
  [shop, admin] = await Promise.all([first.as('shop', 'service'), first.as('adm_1', 'admin')]);
});
afterAll(stopGateways);

let count = 0;
async function company() {
  const nth = ++count;
  const [olga, mary, mel] = [`olga_${nth}`, `mary_${nth}`, `mel_${nth}`];
  const input = { name: `Company ${nth}`, ownerId: olga, idempotencyKey: `company-${nth}` };
  const { wallet } = await shop.mutate('createWallet', input, 'wallet { id }');
  const walletId: string = wallet.id;
  const set = (userId: string, role: string) =>
    shop.mutate('setWalletMember', { walletId, userId, role }, 'wallet { id }');
  await set(mary, 'manager');
  await set(mel, 'member');
  return { walletId, olga, mary, mel, set };
}
const give = (walletId: string, credits: number) =>
  admin.mutate(
    'adjustCredits',
    { walletId, credits, reason: 'To begin with', idempotencyKey: `give-${walletId}` },
    'balance { available }',
  );
const remove = (by: Client, walletId: string, userId: string) =>
  by.mutate('removeWalletMember', { walletId, userId }, 'wallet { id members { userId } }');
const spend = (by: Client, input: object) =>
  by.mutate(
    'spendCredits',
    { credits: 1, reason: 'A picture', ...input },
    'replayed transaction { memberId }',
  );
const codes = ({ errors }: Record<string, any>) => errors.map(({ code }: { code: string }) => code);
const watch = (by: Client, walletId: string): Subscription =>
  by.subscribe(
    `subscription ($id: ID!) { balanceChanged(walletId: $id) { kind delta balance { credits spendable } transaction { credits } } }`,
    { id: walletId },
  );

it('is bought for by a manager, whose purchase no other member sees or repeats, and a refund takes its credits back', async () => {
  const { walletId, olga, mary, mel } = await company();
  const [manager, owner, member] = await Promise.all([first.as(mary), second.as(olga), first.as(mel)]);
  const input = { walletId, packageId: 'small', provider: 'stripe', idempotencyKey: 'buy-1' };
  const INTENT = 'replayed intent { id userId nextAction { __typename } }';
  for (const who of [member, await first.as('stranger'), await first.as('sup_1', 'support')])
    expect(codes(await who.mutate('createIntent', input, INTENT))).toEqual(['NOT_FOUND']);
  const keyless = { walletId, packageId: 'small' };
  expect(codes(await manager.mutate('createIntent', keyless, INTENT))).toEqual(['INVALID_INPUT']);
  const bought = await manager.mutate('createIntent', input, INTENT);
  expect(bought).toMatchObject({
    ...{ replayed: false, errors: [] },
    intent: { userId: walletId, nextAction: { __typename: 'MockConfirm' } },
  });
  const { id } = bought.intent;
  expect((await manager.mutate('createIntent', input, INTENT)).replayed).toBe(true);
  expect(codes(await owner.mutate('createIntent', input, INTENT))).toEqual(['IDEMPOTENCY_CONFLICT']);

  const SEEN = 'query ($id: ID!) { intent(id: $id) { id nextAction { __typename } } }';
  expect((await owner.query(SEEN, { id })).data.intent).toEqual({ id, nextAction: null });
  expect((await member.query(SEEN, { id })).data.intent).toBeNull();
  expect(codes(await member.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { id }'))).toEqual([
    'NOT_FOUND',
  ]);
  await manager.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { id }');
  const LIST = `query ($id: ID!) { balance(walletId: $id) { credits lots { intent { id } } } intents(filter: {walletId: $id}) { nodes { id } } }`;
  const { data } = await owner.query(LIST, { id: walletId });
  expect(data).toEqual({
    ...{ balance: { credits: 50, lots: [{ intent: { id } }] }, intents: { nodes: [{ id }] } },
  });
  const HIDDEN = 'query ($id: ID!) { balance(walletId: $id) { credits lots { intent { id } } } }';
  expect((await member.query(HIDDEN, { id: walletId })).data.balance).toEqual({
    credits: 50,
    lots: [{ intent: null }],
  });
  expect((await manager.query('{ balance { credits } intents { totalCount } }')).data).toEqual({
    ...{ balance: { credits: 0 }, intents: { totalCount: 0 } },
  });

  const refund = { intentId: id, amountMinor: '2500', reason: 'Asked', idempotencyKey: 'back-1' };
  expect((await admin.mutate('refundIntent', refund, 'replayed')).errors).toEqual([]);
  await eventually(async () => {
    expect((await owner.query(HIDDEN, { id: walletId })).data.balance.credits).toBe(25);
  });
  await manager.mutate('simulatePayment', { id, outcome: 'dispute_open' }, 'intent { id }');
  await eventually(async () => {
    const { data: disputed } = await owner.query('query ($id: ID!) { balance(walletId: $id) { frozen } }', {
      id: walletId,
    });
    expect(disputed.balance.frozen).toBe(25);
  });
});

it('who is removed hears the last event, and no other: the stream ends within a second, at another process too', async () => {
  await inOneOfThree(async () => {
    const { walletId, mary, mel } = await company();
    await give(walletId, 100);
    const [manager, member] = await Promise.all([first.as(mary), second.as(mel)]);
    const [stays, ends] = [watch(await second.as(mary), walletId), watch(member, walletId)];
    await eventually(async () => expect([stays.events.length, ends.events.length]).toEqual([1, 1]));
    await spend(manager, { walletId, credits: 5, idempotencyKey: 's1' });
    await spend(member, { walletId, credits: 2, idempotencyKey: 's2' });
    await eventually(async () => expect(ends.events).toHaveLength(3));
    const shown = (of: Subscription) =>
      of.events.map(({ delta, transaction }) => [delta, transaction?.credits ?? null]);
    expect(shown(stays)).toEqual([
      [null, null],
      [-5, -5],
      [-2, -2],
    ]);
    expect(shown(ends)).toEqual([
      [null, null],
      [-5, null],
      [-2, -2],
    ]);

    expect(codes(await remove(manager, walletId, mel))).toEqual([]);
    const removedAtMs = performance.now();
    await eventually(async () => expect(ends.errors.length + Number(ends.isComplete)).toBeGreaterThan(0));
    expect(performance.now() - removedAtMs).toBeLessThan(1_000);
    expect(JSON.stringify(ends.errors)).toContain('NOT_FOUND');
    await spend(manager, { walletId, credits: 1, idempotencyKey: 's3' });
    await eventually(async () => expect(stays.events.length).toBeGreaterThanOrEqual(4));
    expect(ends.events).toHaveLength(3);
    // The retry of what was spent, and everything else.
    expect(codes(await spend(member, { walletId, credits: 2, idempotencyKey: 's2' }))).toEqual(['NOT_FOUND']);
    const { errors } = await member.query('query ($id: ID!) { balance(walletId: $id) { credits } }', {
      id: walletId,
    });
    expect(errors?.[0]?.extensions?.code).toBe('NOT_FOUND');
  });
});

it('what a member may spend is live: a limit that another process sets, lowers or takes away is an event', async () => {
  const { walletId, mary, mel } = await company();
  await give(walletId, 100);
  const [manager, stream] = [await first.as(mary), watch(await second.as(mel), walletId)];
  const limit = (credits: number | null) =>
    manager.mutate('setSpendLimit', { walletId, memberId: mel, per: 'day', credits }, 'balance { version }');
  const heard = async (spendable: number[]) =>
    eventually(async () => expect(stream.events.map(({ balance }) => balance.spendable)).toEqual(spendable));
  await heard([100]);
  await limit(30);
  await heard([100, 30]);
  await spend(await first.as(mel), { walletId, credits: 10, idempotencyKey: 'l1' });
  await heard([100, 30, 20]);
  await limit(5);
  await heard([100, 30, 20, 0]);
  await limit(null);
  await heard([100, 30, 20, 0, 90]);
  expect(stream.events.map(({ kind, delta }) => [kind, delta])).toEqual([
    ['snapshot', null],
    ['change', 0],
    ['change', -10],
    ['change', 0],
    ['change', 0],
  ]);
});

/** A socket of a key. @returns when it was closed */
function socketOf(gateway: GatewayProcess, token: string) {
  const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const closed = new Promise<number>((resolve) => socket.on('close', () => resolve(performance.now())));
  const opened = new Promise<void>((resolve) => {
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
    );
    socket.on('message', (data) =>
      JSON.parse(String(data)).type === 'connection_ack' ? resolve() : undefined,
    );
  });
  return { opened, closed };
}

it('a key that is bound to it reaches nothing else, spends in the name of its member, and ends with the membership', async () => {
  const { walletId, mel, olga, set } = await company();
  const other = await company();
  await give(walletId, 100);
  await give(other.walletId, 100);
  const KEY = 'apiKey { id walletId memberId } secret';
  const make = (input: object) =>
    admin.mutate('createApiKey', { name: 'bound', role: 'service', ...input }, KEY);
  expect(codes(await make({ walletId: 'wal_none' }))).toEqual(['NOT_FOUND']);
  expect(codes(await make({ walletId, memberId: 'stranger' }))).toEqual(['NOT_FOUND']);
  expect(codes(await make({ memberId: mel }))).toEqual(['INVALID_INPUT']);
  expect(codes(await make({ walletId, role: 'finance' }))).toEqual(['INVALID_INPUT']);
  const [mels, all] = [await make({ walletId, memberId: mel }), await make({ walletId, name: 'till' })];
  expect(mels.apiKey).toMatchObject({ walletId, memberId: mel });
  const [bound, till] = [new Client(first.url, mels.secret), new Client(second.url, all.secret)];

  expect(await spend(bound, { walletId, idempotencyKey: 'k1' })).toMatchObject({
    transaction: { memberId: mel },
  });
  expect(await spend(till, { walletId, idempotencyKey: 'k2' })).toMatchObject({
    transaction: { memberId: null },
  });
  expect(await spend(till, { walletId, memberId: olga, idempotencyKey: 'k3' })).toMatchObject({ errors: [] });
  for (const key of [bound, till]) {
    for (const input of [{ walletId: other.walletId }, { userId: mel }, {}, { walletId: mel }])
      expect([input, codes(await spend(key, { ...input, idempotencyKey: 'k4' }))]).toEqual([
        input,
        ['NOT_FOUND'],
      ]);
    const grants = [{ walletId, credits: 1, key: 'g', reason: 'r' }];
    expect(codes(await key.mutate('grantCredits', { campaign: 'none', grants }, 'results { key }'))).toEqual([
      'NOT_FOUND',
    ]);
    expect(
      codes(await key.mutate('setWalletMember', { walletId, userId: 'eve', role: 'owner' }, 'wallet { id }')),
    ).toEqual(['NOT_FOUND']);
    expect(codes(await key.mutate('createIntent', { userId: mel, packageId: 'small' }, 'replayed'))).toEqual([
      'NOT_FOUND',
    ]);
    for (const query of [
      'query ($id: ID!) { balance(walletId: $id) { credits } }',
      'query ($id: ID!) { balance(userId: $id) { credits } }',
      'query ($id: ID!) { intents(filter: {userId: $id}) { totalCount } }',
      'query ($id: ID!) { holds(userId: $id) { totalCount } }',
      'query ($id: ID!) { creditTransactions(userId: $id) { totalCount } }',
    ])
      for (const id of [other.walletId, other.mel])
        expect([query, id, (await key.query(query, { id })).errors?.length]).toEqual([query, id, 1]);
    const none = await key.query(
      'query ($id: ID!) { node(id: $id) { id } wallet(id: $wallet) { id } }'.replace(
        '$wallet',
        `"${other.walletId}"`,
      ),
      { id: `bal_${other.mel}` },
    );
    expect(none.data).toEqual({ node: null, wallet: null });
  }
  expect(codes(await spend(bound, { walletId, memberId: olga, idempotencyKey: 'k5' }))).toEqual([
    'NOT_FOUND',
  ]);
  const SEEN = 'query ($id: ID!) { creditTransactions(walletId: $id) { nodes { memberId } } }';
  expect((await bound.query(SEEN, { id: walletId })).data.creditTransactions.nodes).toEqual([
    { memberId: mel },
  ]);
  expect((await till.query(SEEN, { id: walletId })).data.creditTransactions.nodes.length).toBeGreaterThan(3);

  await inOneOfThree(async () => {
    await set(mel, 'member');
    const made = await make({ walletId, memberId: mel });
    const key = new Client(second.url, made.secret);
    await spend(key, { walletId, idempotencyKey: `once-${made.apiKey.id}` });
    const socket = socketOf(second, made.secret);
    await socket.opened;
    await remove(await first.as(olga), walletId, mel);
    const removedAtMs = performance.now();
    expect((await socket.closed) - removedAtMs).toBeLessThan(1_000);
    await eventually(async () => {
      const { errors } = await key.query('query ($id: ID!) { balance(walletId: $id) { credits } }', {
        id: walletId,
      });
      expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
    });
    expect(performance.now() - removedAtMs).toBeLessThan(1_200);
  });
  expect(await spend(till, { walletId, idempotencyKey: 'k6' })).toMatchObject({ errors: [] });
});

it('nobody signs in under the id of a shared wallet', async () => {
  const { walletId } = await company();
  await give(walletId, 100);
  const thief = await first.as(walletId);
  const { errors } = await thief.query('{ balance { credits } }');
  expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
});
