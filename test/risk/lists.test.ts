// Who is blocked and who is let through: what an entry names, when it counts, and which of several decides.
import type { Caller } from '../../src/callers/caller';
import { addToAllowlist } from '../../src/risk/add-to-allowlist';
import { addToBlocklist } from '../../src/risk/add-to-blocklist';
import type { RiskListKind } from '../../src/risk/list-entry.entity';
import { removeFromAllowlist } from '../../src/risk/remove-from-allowlist';
import { removeFromBlocklist } from '../../src/risk/remove-from-blocklist';
import { support, useAsking } from '../graphql/asking';
import { freshSubject } from './subjects';

const asking = useAsking();
const other: Caller = { id: 'sup_2', role: 'support' };

type Given = [kind: RiskListKind, value: string, expiresAt?: Date | null];
const block = (...[kind, value, expiresAt]: Given) =>
  addToBlocklist(asking.deps, support, { kind, value, reason: 'seen', expiresAt });
const allow = (...[kind, value, expiresAt]: Given) =>
  addToAllowlist(asking.deps, support, { kind, value, reason: 'known', expiresAt });

/** What the lists say of one payer with these subjects: `blocked by card`, `allowed by user`, or nothing. */
async function saidOf(subjects: Partial<Record<RiskListKind, string | null>>): Promise<string> {
  const kinds = Object.keys(subjects);
  const rows = await asking.sql('select blocked_by, allowed_by from listed_subjects($1, $2, $3)', [
    kinds.map(() => 7),
    kinds,
    Object.values(subjects),
  ]);
  expect(rows.length).toBeLessThan(2);
  const [{ blocked_by, allowed_by } = {} as Record<string, string | null>] = rows;
  return blocked_by ? `blocked by ${blocked_by}` : allowed_by ? `allowed by ${allowed_by}` : 'nothing';
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    ({ code, message }) => `${code}: ${message}`,
  );

const auditOf = (id: string) =>
  asking.sql('select action, actor, reason, diff from audit_log where target_id = $1 order by id', [id]);

const ONE_OF_EACH: [RiskListKind, listed: string, stored: string, another: string][] = [
  ['user', 'ada ', 'ada ', 'ada'],
  ['device', 'fp-1', 'fp-1', 'FP-1'],
  ['card', 'Xt5EWLLDS7FJjR1c', 'Xt5EWLLDS7FJjR1c', 'xt5EWLLDS7FJjR1c'],
  ['address', '203.0.113.77', '203.0.113.0/24', '203.0.114.0/24'],
  ['address', '198.51.0.0/16', '198.51.0.0/16', '198.52.0.0/24'],
  ['address', '::ffff:192.0.2.1', '192.0.2.0/24', '192.0.3.0/24'],
  ['address', '2001:DB8:1:2::7', '2001:db8:1::/48', '2001:db8:2::/48'],
  ['address', '2400:cb00::/32', '2400:cb00::/32', '2400:cb01::/48'],
  ['email_domain', '@Mail.Example', 'mail.example', 'sub.mail.example'],
  ['email_domain', 'bücher.example', 'xn--bcher-kva.example', 'bucher.example'],
  ['country', 'xk', 'XK', 'XA'],
];

test.each(ONE_OF_EACH)(
  '%s %s is kept as %s, and counts for nothing else',
  async (kind, listed, stored, another) => {
    const entry = await block(kind, listed);
    expect(entry).toMatchObject({ list: 'block', kind, value: stored, createdBy: 'sup_1', expiresAt: null });
    expect(await saidOf({ [kind]: stored })).toBe(`blocked by ${kind}`);
    expect(await saidOf({ [kind]: another })).toBe('nothing');

    expect(await removeFromBlocklist(asking.deps, other, entry.id)).toMatchObject({ removedBy: 'sup_2' });
    expect(await saidOf({ [kind]: stored })).toBe('nothing');
  },
);

test.each<[RiskListKind, string, RegExp]>([
  ['user', '', /1 to 255 characters/],
  ['user', 'x'.repeat(256), /1 to 255 characters/],
  ['device', 'a\0b', /1 to 255 characters/],
  ['country', 'IND', /two letters/],
  ['country', '1N', /two letters/],
  ['email_domain', 'ada@example.com', /what stands after the @/],
  ['email_domain', 'localhost', /what stands after the @/],
  ['email_domain', 'example.com/x', /what stands after the @/],
  ['email_domain', '192.0.2.1', /what stands after the @/],
  ['address', '203.0.113', /one of IPv4 or IPv6/],
  ['address', '203.0.113.0/24/24', /one of IPv4 or IPv6/],
  ['address', '203.0.113.0/', /one of IPv4 or IPv6/],
  ['address', 'fe80::1%eth0', /one of IPv4 or IPv6/],
  ['address', '203.0.113.0/33', /at most 32 bits/],
  ['address', '10.0.0.0/7', /at least 8 bits/],
  ['address', '0.0.0.0/0', /at least 8 bits/],
  ['address', '2000::/18', /at least 19 bits/],
  ['address', '::ffff:0.0.0.0/96', /at least 8 bits/],
])('%s %j is refused, and the message says why', async (kind, value, why) => {
  const told = await refusal(block(kind, value));
  expect(told).toMatch(/^INVALID_INPUT: /);
  expect(told).toMatch(why);
});

test('the widest ranges that one network is given are taken', async () => {
  expect((await block('address', '44.0.0.0/8')).value).toBe('44.0.0.0/8');
  expect((await block('address', '2a00:e000::/19')).value).toBe('2a00:e000::/19');
  expect(await saidOf({ address: '44.255.0.0/24' })).toBe('blocked by address');
});

test('an entry has a reason', async () => {
  for (const reason of ['', '  ', 'x'.repeat(501)])
    expect(await refusal(addToBlocklist(asking.deps, support, { kind: 'user', value: 'x', reason }))).toMatch(
      /1 to 500/,
    );
});

test('an entry ends by the clock, at its very instant', async () => {
  const user = freshSubject();
  const [{ now, soon }] = (await asking.sql(
    `select instant() as now, instant() + interval '1 hour' as soon`,
  )) as [{ now: Date; soon: Date }];
  expect(await refusal(block('user', user, now))).toMatch(/lies in the future/);
  const first = await block('user', user, soon);
  expect(await saidOf({ user })).toBe('blocked by user');

  await asking.sql('update gateway set clock_offset_ms = clock_offset_ms + 3600000');
  expect(await saidOf({ user })).toBe('nothing');
  const listed = 'query Q { admin { blocklist(kind: [user]) { nodes { id } } } }';
  const ids = async () =>
    (await asking.data(support, listed)).admin.blocklist.nodes.map(({ id }: { id: string }) => id);
  expect(await ids()).not.toContain(first.id);

  // What is put on it after its end is another entry, and the old one tells when it ended.
  const second = await block('user', user);
  expect(second.id).not.toBe(first.id);
  expect(await ids()).toContain(second.id);
  expect(await saidOf({ user })).toBe('blocked by user');
});

test('who is added again stays one entry: the same changes nothing, another reason or end is taken', async () => {
  const user = freshSubject();
  const first = await block('user', user);
  expect(await block('user', user)).toEqual(first);
  expect(await auditOf(first.id)).toHaveLength(1);

  const end = new Date('2100-01-01T00:00:00Z');
  const again = await addToBlocklist(asking.deps, other, {
    kind: 'user',
    value: user,
    reason: 'worse',
    expiresAt: end,
  });
  expect(again).toMatchObject({ id: first.id, reason: 'worse', expiresAt: end, createdBy: 'sup_1' });
  expect(await auditOf(first.id)).toEqual([
    { action: 'addToBlocklist', actor: 'sup_1', reason: 'seen', diff: { kind: 'user', expiresAt: null } },
    {
      ...{ action: 'addToBlocklist', actor: 'sup_2', reason: 'worse' },
      diff: { kind: 'user', expiresAt: end.toISOString() },
    },
  ]);
});

test('of twenty adds at one instant one entry comes, written down once', async () => {
  const user = freshSubject();
  const entries = await Promise.all(Array.from({ length: 20 }, () => block('user', user)));
  expect(new Set(entries.map(({ id }) => id)).size).toBe(1);
  expect(await auditOf(entries[0]?.id as string)).toHaveLength(1);
});

test('adds and removals at one instant leave the entry on or off, never twice', async () => {
  const user = freshSubject();
  const { id } = await block('user', user);
  await Promise.all(
    Array.from({ length: 10 }, (_, at) =>
      at % 2 ? block('user', user) : removeFromBlocklist(asking.deps, support, id),
    ),
  );
  const live = await asking.sql('select id from risk_lists where value = $1 and removed_at is null', [user]);
  expect(live.length).toBeLessThan(2);
  expect(await saidOf({ user })).toBe(live.length === 1 ? 'blocked by user' : 'nothing');
});

test('what is removed twice answers twice and is written down once; what is on the other list is not there', async () => {
  const entry = await allow('device', freshSubject());
  expect(await refusal(removeFromBlocklist(asking.deps, support, entry.id))).toMatch(/^NOT_FOUND/);
  const first = await removeFromAllowlist(asking.deps, support, entry.id);
  expect(await removeFromAllowlist(asking.deps, other, entry.id)).toEqual(first);
  expect((await auditOf(entry.id)).map(({ action }) => action)).toEqual([
    'addToAllowlist',
    'removeFromAllowlist',
  ]);
  expect(await refusal(removeFromAllowlist(asking.deps, support, 'alw_none\0'))).toMatch(/^NOT_FOUND/);
});

const BROADER: [RiskListKind, RiskListKind][] = [
  ['card', 'user'],
  ['user', 'device'],
  ['device', 'address'],
  ['address', 'email_domain'],
  ['email_domain', 'country'],
];
const sampleOf = (kind: RiskListKind, nth: number) =>
  ({ address: `10.0.${nth}.0/24`, email_domain: `d${nth}.example`, country: `Q${'ABCDEFGHIJ'[nth]}` })[
    kind as string
  ] ?? `${kind}-${nth}`;

test.each(BROADER.map((pair, nth) => [...pair, nth] as const))(
  'an entry of %s decides over one of %s, whichever lists they are on',
  async (narrow, broad, nth) => {
    const subjects = { [narrow]: sampleOf(narrow, nth), [broad]: sampleOf(broad, nth) };
    const allowed = await allow(narrow, subjects[narrow] as string);
    const blocked = await block(broad, subjects[broad] as string);
    expect(await saidOf(subjects)).toBe(`allowed by ${narrow}`);
    await removeFromAllowlist(asking.deps, support, allowed.id);
    expect(await saidOf(subjects)).toBe(`blocked by ${broad}`);

    await removeFromBlocklist(asking.deps, support, blocked.id);
    await block(narrow, subjects[narrow] as string);
    await allow(broad, subjects[broad] as string);
    expect(await saidOf(subjects)).toBe(`blocked by ${narrow}`);
  },
);

test('where both lists have the same, the blocklist decides; of two ranges the narrower one', async () => {
  const user = freshSubject();
  await allow('user', user);
  await block('user', user);
  expect(await saidOf({ user })).toBe('blocked by user');

  await block('address', '100.64.0.0/10');
  await allow('address', '100.65.0.0/16');
  await block('address', '100.65.7.0/24');
  expect(await saidOf({ address: '100.64.1.0/24' })).toBe('blocked by address');
  expect(await saidOf({ address: '100.65.1.0/24' })).toBe('allowed by address');
  expect(await saidOf({ address: '100.65.7.0/24' })).toBe('blocked by address');
  // Of a range that lies only partly in it nothing is known.
  expect(await saidOf({ address: '100.0.0.0/8' })).toBe('nothing');
});

test('of a set each is told of its own, and what is not known of a payer matches nothing', async () => {
  const [bad, good] = [freshSubject(), freshSubject()];
  await block('user', bad);
  await allow('device', good);
  const rows = await asking.sql(
    'select ord, blocked_by, allowed_by from listed_subjects($1, $2, $3) order by ord',
    [
      [1, 1, 2, 2, 3, 4, 4],
      ['user', 'address', 'user', 'device', 'user', 'user', 'device'],
      [bad, null, freshSubject(), good, freshSubject(), null, 'user'],
    ],
  );
  expect(rows).toEqual([
    { ord: 1, blocked_by: 'user', allowed_by: null },
    { ord: 2, blocked_by: null, allowed_by: 'device' },
  ]);
});

test('a set is looked up in long lists by their indexes', async () => {
  await asking.sql(
    `insert into risk_lists (id, list, kind, value, range, reason, created_by)
     select 'blk_long_' || n, 'block', 'user', 'long_' || n, null, 'r', 's' from generate_series(1, 10000) n
     union all
     select 'blk_wide_' || n, 'block', 'address', r::text, r, 'r', 's'
     from generate_series(1, 10000) n, cast(format('20.%s.%s.0/24', n / 256, n % 256) as cidr) r`,
  );
  await asking.sql('analyze risk_lists');
  const plan = await asking.sql(
    `explain select * from listed_subjects(array[1, 1, 2], array['user', 'address', 'card'], array['a', '10.0.0.0/24', 'c'])`,
  );
  const text = plan.map((row) => row['QUERY PLAN']).join('\n');
  expect(text).toContain('risk_lists_live');
  expect(text).toContain('risk_lists_ranges');
  expect(text).not.toContain('Seq Scan');
});

test('support keeps the lists over GraphQL, and finds an entry by its id', async () => {
  const value = freshSubject();
  const { addToBlocklist: added } = await asking.data(
    support,
    `mutation M($input: BlocklistInput!) { addToBlocklist(input: $input) { entry { id value } errors { message } } }`,
    { input: { kind: 'device', value, reason: 'Tried cards' } },
  );
  expect(added).toEqual({ entry: { id: expect.stringMatching(/^blk_/), value }, errors: [] });
  const found = '... on BlocklistEntry { value removedAt } ... on AllowlistEntry { value }';
  const node = `query Q($id: ID!) { node(id: $id) { __typename ${found} } }`;
  expect((await asking.data(support, node, added.entry)).node).toEqual({
    ...{ __typename: 'BlocklistEntry', value, removedAt: null },
  });
  expect((await asking.data({ id: 'ada', role: 'user' }, node, added.entry)).node).toBeNull();

  const bad = await asking.data(
    support,
    `mutation M($input: AllowlistInput!) { addToAllowlist(input: $input) { entry { id } errors { code path } } }`,
    { input: { kind: 'address', value: '10.0.0.0/4', reason: 'r' } },
  );
  expect(bad.addToAllowlist).toEqual({
    entry: null,
    errors: [{ code: 'INVALID_INPUT', path: ['input', 'value'] }],
  });
  const pages = `query Q($after: String) { admin { blocklist(first: 2, after: $after, kind: [device]) {
    nodes { id } pageInfo { endCursor } } } }`;
  const first = (await asking.data(support, pages)).admin.blocklist;
  expect(first.nodes[0].id).toBe(added.entry.id);
  const next = (await asking.data(support, pages, { after: first.pageInfo.endCursor })).admin.blocklist;
  expect(next.nodes.map(({ id }: { id: string }) => id)).not.toContain(added.entry.id);
});
