// How users are called: said by a back end, kept sealed, found whole in whatever spelling, shown to operators alone.
import type { Caller } from '../../src/callers/caller';
import { eraseUser } from '../../src/deliveries/erase-user';
import { createSecretBox } from '../../src/kernel/secret-box';
import type { Logger } from '../../src/telemetry/logger';
import { profilesByIds } from '../../src/users/find-profiles';
import { marksOf } from '../../src/users/marks';
import { resealUsers } from '../../src/users/reseal-users';
import { saveUser } from '../../src/users/upsert-user';
import { paidIntents, service, support, useAsking, user } from '../graphql/asking';
import { silent } from '../support/intents';

const asking = useAsking();
const admin: Caller = { id: 'adm_1', role: 'admin' };
const shop = service('shop');

const UPSERT = `mutation ($input: UpsertUserInput!) { upsertUser(input: $input) {
  user { userId email name createdAt } errors { code message path } } }`;
const say = async (input: Record<string, unknown>, caller: Caller = shop) =>
  (await asking.data(caller, UPSERT, { input })).upsertUser;

const FOUND = `query ($search: String!) {
  intents(filter: { search: $search }) { nodes { userId user { name } } }
  admin { wallets(search: $search) { nodes { userId user { name email } } } } }`;
/** The users whose purchases, and the users whose balances, are found. */
async function found(search: string): Promise<{ purchases: string[]; balances: string[] }> {
  const { intents, admin: of } = await asking.data(support, FOUND, { search });
  const usersOf = (nodes: { userId: string }[]) => [...new Set(nodes.map(({ userId }) => userId))].sort();
  return { purchases: usersOf(intents.nodes), balances: usersOf(of.wallets.nodes) };
}
const only = (...users: string[]) => ({ purchases: users, balances: users });

test('what is left out stays, what is null is kept no more, and the rest is as it was said last', async () => {
  expect(await say({ id: 'u_1', email: ' Ada@Shop.example ', name: 'Ada Lovelace' })).toEqual({
    user: { userId: 'u_1', email: 'Ada@Shop.example', name: 'Ada Lovelace', createdAt: null },
    errors: [],
  });
  await say({ id: 'u_1', createdAt: '2024-02-03T00:00:00Z' });
  expect((await say({ id: 'u_1', name: 'Ada King' })).user).toEqual({
    ...{ userId: 'u_1', email: 'Ada@Shop.example', name: 'Ada King', createdAt: '2024-02-03T00:00:00.000Z' },
  });
  expect((await say({ id: 'u_1', email: null })).user).toMatchObject({ email: null, name: 'Ada King' });
});

test.each([
  [{ id: '', name: 'Ada' }, 'id'],
  [{ id: 'x'.repeat(256), name: 'Ada' }, 'id'],
  [{ id: 'u_2', email: 'ada' }, 'email'],
  [{ id: 'u_2', email: 'ada lovelace@shop.example' }, 'email'],
  [{ id: 'u_2', email: `${'a'.repeat(320)}@shop.example` }, 'email'],
  [{ id: 'u_2', name: '  ' }, 'name'],
  [{ id: 'u_2', name: 'x'.repeat(256) }, 'name'],
  [{ id: 'u_2', name: 'Ada\0' }, 'name'],
])('%j is refused, and names what is wrong with it', async (input, field) => {
  expect(await say(input)).toMatchObject({
    user: null,
    errors: [{ code: 'INVALID_INPUT', path: ['input', field] }],
  });
});

test('operators see how a user is called; users and back ends, who may see the purchase, do not', async () => {
  await paidIntents(asking, 'u_seen', 1);
  await say({ id: 'u_seen', email: 'seen@shop.example', name: 'Zoe Seen' });
  const SEEN = `query ($id: ID!) { balance(userId: $id) { user { name } }
    intents(filter: { userId: $id }) { nodes { user { email } } } }`;
  for (const caller of [user('u_seen'), shop])
    expect(await asking.data(caller, SEEN, { id: 'u_seen' })).toEqual({
      balance: { user: null },
      intents: { nodes: [{ user: null }] },
    });
  for (const caller of [support, admin])
    expect(await asking.data(caller, SEEN, { id: 'u_seen' })).toEqual({
      balance: { user: { name: 'Zoe Seen' } },
      intents: { nodes: [{ user: { email: 'seen@shop.example' } }] },
    });
});

test('a user cannot find out by searching whether an address is his', async () => {
  const { intents } = await asking.data(
    user('u_seen'),
    '{ intents(filter: { search: "seen@shop.example" }) { nodes { id } } }',
  );
  expect(intents.nodes).toEqual([]);
});

test('users are found by the whole name and the whole address in whatever spelling, and by no part of either', async () => {
  await paidIntents(asking, 'u_muller', 2);
  await say({ id: 'u_muller', email: 'Jörg.Müller@Shop.example', name: 'Jörg  Müller' });

  for (const text of ['jörg müller', ' JÖRG MÜLLER ', 'Jörg Müller'.normalize('NFD')])
    expect(await found(text)).toEqual(only('u_muller'));
  for (const text of ['jörg.müller@shop.example', 'JÖRG.MÜLLER@SHOP.EXAMPLE'.normalize('NFD')])
    expect(await found(text)).toEqual(only('u_muller'));
  for (const text of ['jörg', 'müller', '@shop.example', 'jorg muller'])
    expect(await found(text)).toEqual(only());
});

test.each(['अदिति शर्मा', 'İpek Şahin', '李小龙', 'Łukasz Żółć', "Siân O'Neill-Ó Briain"])(
  '%s is kept as it is written and found',
  async (name) => {
    const id = `u_${Buffer.from(name).toString('hex').slice(0, 20)}`;
    await paidIntents(asking, id, 1);
    expect((await say({ id, name })).user.name).toBe(name);
    expect(await found(name)).toEqual(only(id));
    expect(await found(name.toLowerCase().normalize('NFD'))).toEqual(only(id));
  },
);

test('two users with one name are both found, each with what is theirs', async () => {
  for (const id of ['u_twin_1', 'u_twin_2']) {
    await paidIntents(asking, id, 1);
    await say({ id, name: 'Priya Rao', email: `${id}@shop.example` });
  }
  expect(await found('priya rao')).toEqual(only('u_twin_1', 'u_twin_2'));
  expect(await found('u_twin_2@shop.example')).toEqual(only('u_twin_2'));
});

test('who never had credits is found by name, and a page of those who are called alike goes on after the last one', async () => {
  const ids = ['u_same_1', 'u_same_2', 'u_same_3'];
  for (const id of ids) await say({ id, name: 'u_s' });
  const PAGE = `query ($after: String) { admin { wallets(search: "u_s", first: 2, after: $after) {
    totalCount nodes { userId credits } pageInfo { hasNextPage endCursor } } } }`;
  const pages: string[][] = [];
  for (let after: string | null = null; ; ) {
    const { wallets }: any = (await asking.data(support, PAGE, { after })).admin;
    pages.push(wallets.nodes.map(({ userId }: { userId: string }) => userId));
    // With u_seen, whose id begins so.
    expect(wallets.totalCount).toBe(4);
    if (!wallets.pageInfo.hasNextPage) break;
    after = wallets.pageInfo.endCursor;
  }
  expect(pages).toEqual([ids.slice(0, 2), ['u_same_3', 'u_seen']]);
});

test('no table and no line of the log says a name or an address in clear', async () => {
  const lines: unknown[] = [];
  const write = (...line: unknown[]) => void lines.push(line);
  const log = { ...silent, info: write, warn: write, error: write } as unknown as Logger;
  const { log: before } = asking.deps;
  Object.assign(asking.deps, { log });
  await say({ id: 'u_quiet', email: 'quiet@hidden.example', name: 'Quentin Quiet' });
  await found('Quentin Quiet');
  Object.assign(asking.deps, { log: before });

  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines)).toContain('u_quiet');
  expect(JSON.stringify(lines)).not.toMatch(/quentin|hidden/i);
  const tables = await asking.sql("select tablename as name from pg_tables where schemaname = 'public'");
  for (const { name } of tables) {
    const rows = await asking.sql(`select t::text as said from ${name} t`);
    expect([name, rows.filter(({ said }) => /quentin|hidden\.example/i.test(said))]).toEqual([name, []]);
  }
});

test('an export by a name has the purchases that the list shows, and its job does not say whose name', async () => {
  const finance: Caller = { id: 'fin_1', role: 'finance' };
  await asking.data(
    finance,
    'mutation { startExport(input: { select: { intents: { search: "Priya Rao" } }, format: csv }) { errors { code } } }',
  );
  const [job] = await asking.sql("select input::text as said from jobs where kind = 'export'");
  expect(job?.said).not.toContain('Priya');
  const marks = marksOf(asking.deps.secrets, 'Priya Rao');
  expect(JSON.parse(job?.said).filter).toMatchObject({ search: '', searchMarks: marks });
});

test('a user who is erased is called nothing any more, and is not found', async () => {
  await paidIntents(asking, 'u_gone', 1);
  await asking.sql("update intents set status = 'succeeded' where user_id = 'u_gone' and status = 'pending'");
  await say({ id: 'u_gone', email: 'gone@shop.example', name: 'Gone Girl' });
  const pool = asking.database.pool();

  expect(await eraseUser(pool, admin, 'u_gone')).toMatchObject({ named: true });

  expect(await profilesByIds(asking.deps, ['u_gone'])).toEqual([null]);
  expect(await found('gone girl')).toEqual(only());
  expect(await eraseUser(pool, admin, 'u_gone')).toMatchObject({ named: false });
});

describe('when another key stands first in SECRETS_KEY', () => {
  const [old, next] = ['an-old-key-of-enough-length', 'a-new-key-of-enough-length'] as const;
  const boxes = {
    before: createSecretBox([old]),
    meanwhile: createSecretBox([next, old]),
    after: createSecretBox([next]),
  };
  const under = (secrets: ReturnType<typeof createSecretBox>) => ({ ...asking.deps, secrets });
  const idsBy = async (secrets: ReturnType<typeof createSecretBox>, text: string) => {
    const sql = 'select id from users where name_mark = any($1) or email_mark = any($1) order by id';
    return (await asking.sql(sql, [marksOf(secrets, text)])).map(({ id }) => id);
  };

  beforeAll(async () => {
    await asking.sql('delete from users');
    for (const id of ['u_a', 'u_b'])
      await saveUser(under(boxes.before), { id, name: 'Rota Tion', email: `${id}@shop.example` });
    await saveUser(under(boxes.before), { id: 'u_half', name: 'Half Old', email: 'half@shop.example' });
  });

  test('who was sealed under the old one is read and found meanwhile', async () => {
    expect(await idsBy(boxes.meanwhile, 'rota tion')).toEqual(['u_a', 'u_b']);
    expect(await profilesByIds(under(boxes.meanwhile), ['u_a'])).toMatchObject([{ name: 'Rota Tion' }]);
  });

  test('all are sealed anew, also who is changed by halves, and found when the old key is gone', async () => {
    await saveUser(under(boxes.meanwhile), { id: 'u_half', name: 'Half New' });
    expect(await resealUsers(under(boxes.meanwhile))).toBe(3);
    expect(await resealUsers(under(boxes.meanwhile))).toBe(0);

    expect(await idsBy(boxes.after, 'rota tion')).toEqual(['u_a', 'u_b']);
    expect(await idsBy(boxes.after, 'HALF@shop.example')).toEqual(['u_half']);
    expect(await profilesByIds(under(boxes.after), ['u_half', 'u_b'])).toMatchObject([
      { name: 'Half New', email: 'half@shop.example' },
      { name: 'Rota Tion', email: 'u_b@shop.example' },
    ]);
    expect(await idsBy(boxes.before, 'rota tion')).toEqual([]);
  });

  test('a user whose key is gone has no name, is set aside, and keeps nobody else from being read or sealed', async () => {
    await saveUser(under(createSecretBox(['a-key-that-was-thrown-away'])), { id: 'u_lost', name: 'Lost' });
    await saveUser(under(boxes.before), { id: 'u_z', name: 'Last' });

    expect(await profilesByIds(under(boxes.meanwhile), ['u_lost', 'u_z'])).toMatchObject([
      { userId: 'u_lost', name: null },
      { userId: 'u_z', name: 'Last' },
    ]);
    expect(await resealUsers(under(boxes.meanwhile))).toBe(1);
    expect(await asking.sql("select row_id from quarantine where loop = 'reseal-users'")).toEqual([
      { row_id: 'u_lost' },
    ]);
    expect(await resealUsers(under(boxes.meanwhile))).toBe(0);
  });
});
