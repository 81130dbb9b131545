import { randomUUID } from 'node:crypto';
import { paidIntents, service, support, useAsking, user } from './asking';

const asking = useAsking();
const QUESTION = `{ admin { wallets(first: 50) { nodes {
  userId credits available held frozen owed version nextExpiry { credits at }
  lots { id source granted remaining expiresAt createdAt intent { id packageName } } } } } }`;

const hold = (userId: string, ttlSeconds: number) =>
  asking.data(
    user(userId),
    `mutation { holdCredits(input: {credits: 10, reason: "r", ttlSeconds: ${ttlSeconds}, idempotencyKey: "${randomUUID()}"}) {
      hold { id } errors { code } } }`,
  );

beforeAll(async () => {
  for (let nth = 0; nth < 12; nth++) await paidIntents(asking, `user_${nth}`, 2);
});

test('a page of wallets with everything in them takes one statement for each kind of thing', async () => {
  await asking.data(support, QUESTION);

  let nodes: any[] = [];
  const statements = await asking.statementsOf(async () => {
    nodes = (await asking.data(support, QUESTION)).admin.wallets.nodes;
  });

  expect(nodes).toHaveLength(12);
  expect(nodes.every(({ lots }) => lots.length === 2 && lots[0].intent.packageName === 'Small')).toBe(true);
  expect(statements).toBeLessThanOrEqual(4);
});

test('what has run out is over in the list of wallets, in the list of holds and by id', async () => {
  const { holdCredits } = await hold('user_3', 60);
  await asking.sql(
    `update holds set created_at = created_at - interval '61 s', expires_at = expires_at - interval '61 s'`,
  );

  const { admin } = await asking.data(support, QUESTION);
  const seen = await asking.data(
    user('user_3'),
    `query ($id: ID!) { holds(status: [expired]) { nodes { id } } node(id: $id) { ... on CreditHold { status } } }`,
    { id: holdCredits.hold.id },
  );

  expect(admin.wallets.nodes.find((node: any) => node.userId === 'user_3').held).toBe(0);
  expect(seen).toEqual({ holds: { nodes: [holdCredits.hold] }, node: { status: 'expired' } });
});

test('a hold of another user is nothing by id', async () => {
  const { holdCredits } = await hold('user_4', 60);

  const { node } = await asking.data(user('user_5'), 'query ($id: ID!) { node(id: $id) { id } }', {
    id: holdCredits.hold.id,
  });

  expect(node).toBeNull();
});

test('operators find shared wallets by how their name begins, beside users of that id, and see what they are called', async () => {
  for (const name of ['Banyan Films', 'banyan 100%', 'Acme'])
    await asking.data(
      service('shop'),
      `mutation ($name: String!) { createWallet(input: {name: $name, ownerId: "olga", idempotencyKey: $name}) { errors { code } } }`,
      { name },
    );
  const found = async (search: string) => {
    const { admin } = await asking.data(
      support,
      `query ($search: String) { admin { wallets(search: $search) { totalCount nodes { userId walletName } } } }`,
      { search },
    );
    const names = admin.wallets.nodes.map(({ walletName, userId }: any) => walletName ?? userId).sort();
    expect(admin.wallets.totalCount).toBe(names.length);
    return names;
  };
  expect(await found('BANYAN')).toEqual(['Banyan Films', 'banyan 100%'].sort());
  expect(await found('banyan 100%')).toEqual(['banyan 100%']);
  expect(await found('%anyan')).toEqual([]);
  expect(await found('user_1')).toEqual(['user_1', 'user_10', 'user_11']);
});
