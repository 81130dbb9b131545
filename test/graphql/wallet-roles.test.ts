// What each may do with a shared wallet, for every field that names one: owner, manager and member, who does not belong to it, back
// ends and operators.
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/callers/caller';
import { formatError } from '../../src/graphql/errors';
import { createWallet } from '../../src/wallets/create-wallet';
import { removeWalletMember } from '../../src/wallets/remove-wallet-member';
import { setWalletMember } from '../../src/wallets/set-wallet-member';
import { service, support, useAsking, user } from './asking';

const asking = useAsking();
const shop = service('shop');
const CALLERS: Readonly<Record<string, Caller>> = {
  owner: user('olga'),
  manager: user('mary'),
  member: user('mel'),
  'who has left': user('lea'),
  stranger: user('sid'),
  service: shop,
  support,
  finance: { id: 'fin_1', role: 'finance' },
};
type Who = keyof typeof CALLERS;
let walletId = '';

beforeAll(async () => {
  const made = await createWallet(asking.deps, shop, {
    name: 'Acme',
    ownerId: 'olga',
    idempotencyKey: 'acme',
  });
  walletId = made.wallet.id;
  for (const [userId, role] of [
    ['mary', 'manager'],
    ['mel', 'member'],
    ['max', 'member'],
    ['lea', 'member'],
  ] as const)
    await setWalletMember(asking.deps, shop, { walletId, userId, role });
  await removeWalletMember(asking.deps, shop, { walletId, userId: 'lea' });
  await asking.data(
    CALLERS.finance as Caller,
    `mutation ($id: ID!) { adjustCredits(input: {walletId: $id, credits: 1000, reason: "r", idempotencyKey: "a"}) { errors { code } } }`,
    { id: walletId },
  );
  for (const who of ['owner', 'member'] as const)
    await asking.data(
      CALLERS[who] as Caller,
      `mutation ($id: ID!) { spendCredits(input: {walletId: $id, credits: 1, reason: "r", idempotencyKey: "${who}"}) { errors { code } } }`,
      { id: walletId },
    );
});

/** What each is told; whoever is not named: NOT_FOUND. */
const ALL: Who[] = ['owner', 'manager', 'member', 'service', 'support', 'finance'];
const READS: [call: string, of: string, may: Who[]][] = [
  [
    'balance(walletId: $id) { credits available spendable lots { remaining intent { id } } lowBalance { levels } }',
    'query',
    ALL,
  ],
  [
    'balanceAt(walletId: $id, at: "2026-01-01T00:00:00.000Z") { credits }',
    'query',
    ALL.filter((who) => who !== 'member'),
  ],
  ['creditTransactions(walletId: $id) { totalCount nodes { credits } }', 'query', ALL],
  ['holds(walletId: $id) { totalCount }', 'query', ALL],
  ['usage(walletId: $id) { operations { micro } }', 'query', ALL.filter((who) => who !== 'member')],
  ['intents(filter: {walletId: $id}) { totalCount }', 'query', ALL.filter((who) => who !== 'member')],
];
const ACTS: [call: string, may: Who[]][] = [
  [
    'spendCredits(input: {walletId: $id, credits: 1, reason: "r", idempotencyKey: $key})',
    ['owner', 'manager', 'member', 'service'],
  ],
  [
    'holdCredits(input: {walletId: $id, credits: 1, reason: "r", ttlSeconds: 60, idempotencyKey: $key})',
    ['owner', 'manager', 'member', 'service'],
  ],
  ['spendMany(input: {items: [{walletId: $id, credits: 1, reason: "r", key: $key}]})', ['service']],
  [
    'setLowBalance(input: {walletId: $id, levels: [{credits: 5}]})',
    ['owner', 'manager', 'service', 'support', 'finance'],
  ],
  [
    'setSpendLimit(input: {walletId: $id, memberId: "max", per: day, credits: 500})',
    ['owner', 'manager', 'service', 'finance'],
  ],
  [
    'setSpendLimit(input: {walletId: $id, memberId: "mary", per: day, credits: 500})',
    ['owner', 'service', 'finance'],
  ],
  ['setSpendLimit(input: {walletId: $id, per: day, credits: 500})', ['service', 'finance']],
];

const told = async (who: Who, source: string, more: object = {}) => {
  const { data, errors } = await asking.ask(CALLERS[who] as Caller, source, { id: walletId, ...more });
  const [payload] = Object.values(data ?? {}) as ({ errors?: { code: string }[] } | null)[];
  return [
    ...(errors?.map((error) => formatError(error.toJSON(), error, 'r').extensions?.code) ?? []),
    ...(payload?.errors?.map(({ code }) => code) ?? []),
  ];
};

it.each(READS)('%s', async (call, kind, may) => {
  for (const who of Object.keys(CALLERS))
    expect([who, await told(who, `${kind} ($id: ID!) { ${call} }`)]).toEqual([
      who,
      may.includes(who) ? [] : ['NOT_FOUND'],
    ]);
});

it.each(ACTS)('%s', async (call, may) => {
  for (const who of Object.keys(CALLERS)) {
    const needs = call.includes('$key') ? ', $key: String!' : '';
    const source = `mutation ($id: ID!${needs}) { ${call} { errors { code } } }`;
    expect([who, await told(who, source, { key: randomUUID() })]).toEqual([
      who,
      may.includes(who) ? [] : ['NOT_FOUND'],
    ]);
  }
});

it('wallet and myWallets are for members, the first for services and operators too', async () => {
  for (const [who, caller] of Object.entries(CALLERS)) {
    const { wallet, myWallets } = await asking.data(
      caller,
      'query ($id: ID!) { wallet(id: $id) { id name role members { userId role } balance { userId } } myWallets { id } }',
      { id: walletId },
    );
    const role = { owner: 'owner', manager: 'manager', member: 'member' }[who] ?? null;
    expect([who, myWallets.length]).toEqual([who, role === null ? 0 : 1]);
    if (role === null && !ALL.includes(who)) expect([who, wallet]).toEqual([who, null]);
    else
      expect(wallet).toEqual({
        ...{ id: walletId, name: 'Acme', role, balance: { userId: walletId } },
        members: [
          { userId: 'olga', role: 'owner' },
          { userId: 'mary', role: 'manager' },
          { userId: 'mel', role: 'member' },
          { userId: 'max', role: 'member' },
        ],
      });
  }
});

it('a member sees the balance, what they spent themselves and the limits that bind them; a manager sees all', async () => {
  const SEEN = `query ($id: ID!) {
    balance(walletId: $id) { credits spendable spendLimits { memberId per } }
    creditTransactions(walletId: $id) { totalCount nodes { id type memberId } } }`;
  const limits: [string | null, string][] = [
    [null, 'month'],
    ['mel', 'month'],
    ['max', 'week'],
  ];
  for (const [memberId, per] of limits)
    await asking.data(
      shop,
      'mutation ($input: SetSpendLimitInput!) { setSpendLimit(input: $input) { errors { code } } }',
      { input: { walletId, memberId, per, credits: memberId === 'mel' ? 100 : 700 } },
    );
  const all = await asking.data(CALLERS.manager as Caller, SEEN, { id: walletId });
  const own = await asking.data(CALLERS.member as Caller, SEEN, { id: walletId });
  expect(own.balance.credits).toBe(all.balance.credits);
  expect(
    new Set(own.creditTransactions.nodes.map(({ type, memberId }: any) => `${type} ${memberId}`)),
  ).toEqual(new Set(['spend mel']));
  expect(own.creditTransactions.totalCount).toBe(own.creditTransactions.nodes.length);
  expect(all.creditTransactions.totalCount).toBeGreaterThan(own.creditTransactions.totalCount);
  const shown = (seen: typeof all) =>
    seen.balance.spendLimits.map(({ memberId, per }: any) => `${memberId} ${per}`);
  expect(shown(all)).toEqual(expect.arrayContaining(['null month', 'mel month', 'max week']));
  expect(shown(own)).toEqual(expect.arrayContaining(['null month', 'mel month']));
  expect(shown(own).join()).not.toContain('max');
  expect(own.balance.spendable).toBeLessThanOrEqual(100);
  expect(all.balance.spendable).toBeGreaterThan(100);

  // By its id as in the list; and no other member's room.
  const NODE = 'query ($id: ID!) { node(id: $id) { id } }';
  const [spent] = own.creditTransactions.nodes;
  const other = all.creditTransactions.nodes.find(({ memberId }: any) => memberId === 'olga');
  expect((await asking.data(CALLERS.member as Caller, NODE, { id: spent.id })).node).toEqual({
    id: spent.id,
  });
  expect((await asking.data(CALLERS.member as Caller, NODE, { id: other.id })).node).toBeNull();
  expect((await asking.data(CALLERS.manager as Caller, NODE, { id: other.id })).node).toEqual({
    id: other.id,
  });
  const room = 'query ($id: ID!) { balance(walletId: $id) { spendable(memberId: "max") } }';
  expect(await told('member', room)).toEqual(['NOT_FOUND']);
  expect(await told('manager', room)).toEqual([]);
});

it('operators are told which wallets a user belongs to, who made one and how members are called, and nobody else is', async () => {
  await asking.data(
    shop,
    'mutation { upsertUser(input: {id: "mary", name: "Mary Manager"}) { errors { code } } }',
  );
  const OF = `query ($userId: ID!) { admin { walletMemberships(userId: $userId) {
    role since wallet { id name createdBy balance { userId } members { userId user { name } } } } } }`;
  const of = async (userId: string) => (await asking.data(support, OF, { userId })).admin.walletMemberships;
  const [mine, ...others] = await of('mary');
  expect(others).toEqual([]);
  expect(mine).toMatchObject({
    ...{ role: 'manager', since: expect.any(String) },
    wallet: { id: walletId, name: 'Acme', createdBy: 'shop', balance: { userId: walletId } },
  });
  expect(mine.wallet.members.slice(0, 2)).toEqual([
    { userId: 'olga', user: null },
    { userId: 'mary', user: { name: 'Mary Manager' } },
  ]);
  for (const nobody of ['lea', 'sid', walletId, 'a\0b']) expect(await of(nobody)).toEqual([]);
  const SEEN_BY_OTHERS = 'query ($id: ID!) { wallet(id: $id) { createdBy members { user { name } } } }';
  for (const who of ['owner', 'service'] as const) {
    const { wallet } = await asking.data(CALLERS[who] as Caller, SEEN_BY_OTHERS, { id: walletId });
    expect(wallet.createdBy).toBeNull();
    expect(new Set(wallet.members.map(({ user: named }: any) => named))).toEqual(new Set([null]));
  }
});
