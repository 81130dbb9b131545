import { isObjectType } from 'graphql';
import type { Caller } from '../../src/callers/caller';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { type Answered, paidIntents, service, support, useAsking, user } from './asking';

const asking = useAsking();
const BALANCE = '{ __typename id userId credits available held frozen owed version updatedAt }';

const node = async (caller: Caller | null, id: string, selection = '{ __typename id }'): Promise<Answered> =>
  (await asking.data(caller, `query ($id: ID!) { node(id: $id) ${selection} }`, { id })).node;

const balanceById = (caller: Caller | null, id: string) => node(caller, id, `{ ... on Balance ${BALANCE} }`);

test('a balance has the id under which node() finds the same balance, before and after a purchase', async () => {
  const shown = async () => (await asking.data(user('buyer'), `{ balance ${BALANCE} }`)).balance;
  const empty = await shown();
  expect(await balanceById(user('buyer'), empty.id)).toEqual(empty);

  await paidIntents(asking, 'buyer', 1);
  const paid = await shown();
  expect(paid.credits).toBeGreaterThan(empty.credits);
  expect(paid.id).toBe(empty.id);
  expect(await balanceById(user('buyer'), paid.id)).toEqual(paid);
});

test('a balance by its id is for whom balance is, and null for others', async () => {
  await paidIntents(asking, 'owner_of_credits', 1);
  const { id } = (await asking.data(user('owner_of_credits'), '{ balance { id } }')).balance;

  for (const caller of [user('owner_of_credits'), service('shop'), support])
    expect(await balanceById(caller, id)).toMatchObject({ id, userId: 'owner_of_credits' });
  expect(await balanceById(user('other'), id)).toBeNull();
  const { errors } = await asking.ask(null, 'query ($id: ID!) { node(id: $id) { id } }', { id });
  expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('the balance of a user whose id is as long as one may be is found by its id, and no id without a user is one', async () => {
  const long = 'u'.repeat(255);
  const { id } = (await asking.data(user(long), '{ balance { id } }')).balance;

  expect(await balanceById(user(long), id)).toMatchObject({ userId: long });
  expect(await node(service('shop'), 'bal_')).toBeNull();
});

test('packages are found by their ids among others, also by who did not sign in', async () => {
  const { packages } = await asking.data(null, '{ packages { id name credits } }');
  const PACKAGES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Package { id name credits } } }';
  const ids = packages.map(({ id }: Answered) => id);

  expect(packages.length).toBeGreaterThan(0);
  expect((await asking.data(null, PACKAGES, { ids })).nodes).toEqual(packages);
  expect(await node(user('any'), ids[0])).toEqual({ __typename: 'Package', id: ids[0] });
  expect(await node(user('any'), 'no-package')).toBeNull();
});

test('a package says what it costs in each currency under a field of its own, as packages does in one', async () => {
  const asked = await asking.data(
    null,
    `{ own: packages { id price { amountMinor } usd: priceIn(currency: "USD") { ...P } none: priceIn(currency: "XYZ") { ...P } }
       usd: packages(currency: "USD") { id price { amountMinor } unitPrice { amountMinor } savingsPercent } }
     fragment P on PackagePrice { price { amountMinor } unitPrice { amountMinor } savingsPercent }`,
  );
  const sold = asked.own.filter(({ usd }: Answered) => usd !== null);
  expect(sold.map(({ id, usd }: Answered) => ({ id, ...usd })).sort(byId)).toEqual(asked.usd.sort(byId));
  expect(asked.own.map(({ none }: Answered) => none)).toEqual(asked.own.map(() => null));
});

const byId = (a: Answered, b: Answered) => a['id'].localeCompare(b['id']);

test.each(['int_1', 'bal_small'])(
  'no package may be called %s, which is the id of something else',
  async (id) => {
    const input = { id, name: 'n', credits: 1, prices: [{ currency: 'INR', amountCents: 5000 }] };
    const { savePackage } = await asking.data(
      { id: 'adm_1', role: 'admin' },
      'mutation ($input: SavePackageInput!) { savePackage(input: $input) { errors { code path } } }',
      { input },
    );
    expect(savePackage.errors).toEqual([{ code: 'INVALID_INPUT', path: ['input', 'id'] }]);
  },
);

test('what was left of a lot at a past instant has another id than the lot', async () => {
  await paidIntents(asking, 'past', 1);
  const { balance } = await asking.data(user('past'), '{ balance { lots { id createdAt } } }');
  const at = balance.lots[0].createdAt;
  const { balanceAt } = await asking.data(
    user('past'),
    'query ($at: DateTime!) { balanceAt(at: $at) { lots { id } } }',
    { at },
  );

  expect(balanceAt.lots).toEqual([{ id: `${balance.lots[0].id}@${at}` }]);
});

/** What has an id that no cache may take for the id of a node, and why none does. */
const OTHER_IDS = {
  Viewer: "the id of a user, in a type that is no user's balance",
  CreditLot: 'its own prefix, or an instant in it',
  RiskAttack: 'its own prefix, which names nothing else',
  RunningProcess: 'a random id that no prefix of ours begins',
};

test('what has an id is a node; the ids of the others are theirs alone', () => {
  const withId = Object.values(buildGatewaySchema().getTypeMap())
    .filter(isObjectType)
    .filter((type) => 'id' in type.getFields());
  const others = withId.filter((type) => !type.getInterfaces().some(({ name }) => name === 'Node'));
  expect(others.map(({ name }) => name).sort()).toEqual(Object.keys(OTHER_IDS).sort());
});
