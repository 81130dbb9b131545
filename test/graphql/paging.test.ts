import { cursorAt } from '../../src/db/page';
import { claimIntents } from '../support/intents';
import { type Asking, paidIntents, problemIn, service, support, useAsking, user } from './asking';

const asking = useAsking();

const PAGE = `query ($first: Int, $after: String, $last: Int, $before: String, $filter: IntentFilter, $orderBy: IntentOrder) {
  intents(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    edges { cursor node { id } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

/** Seven intents inside one millisecond, three of them inside one microsecond; newest first as a list shows them. */
async function burst(userId: string): Promise<string[]> {
  await claimIntents(
    asking.database.pool(),
    Array.from({ length: 7 }, () => userId),
  );
  await asking.sql(
    `update intents i set created_at = timestamptz '2026-03-01 10:00:00.123Z' + microseconds.n * interval '1 microsecond',
       updated_at = timestamptz '2026-03-01 10:00:00.123Z' + microseconds.n * interval '1 microsecond'
     from (select id, greatest(3, row_number() over (order by id)) as n from intents where user_id = $1) microseconds
     where microseconds.id = i.id`,
    [userId],
  );
  const rows = await asking.sql(
    'select id from intents where user_id = $1 order by created_at desc, id desc',
    [userId],
  );
  return rows.map((row) => row.id);
}

async function allPages(from: Asking, userId: string, variables: Record<string, unknown>): Promise<string[]> {
  const isBackward = 'last' in variables;
  const ids: string[] = [];
  let place = {};
  // Seven rows never need more pages; a broken cursor would go round for ever.
  for (let pages = 0; pages < 10; pages++) {
    const { intents } = await from.data(user(userId), PAGE, { ...variables, ...place });
    const page = intents.nodes.map((node: { id: string }) => node.id);
    if (isBackward) ids.unshift(...page);
    else ids.push(...page);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = intents.pageInfo;
    if (!(isBackward ? hasPreviousPage : hasNextPage)) return ids;
    place = isBackward ? { before: startCursor } : { after: endCursor };
  }
  throw new Error(`The list has no end: ${ids}`);
}

test.each([1, 2, 3, 7])('rows of one millisecond come once each, forward in pages of %i', async (first) => {
  const ids = await burst(`forward-${first}`);

  expect(await allPages(asking, `forward-${first}`, { first })).toEqual(ids);
});

test.each([1, 2, 3])('rows of one millisecond come once each, backward in pages of %i', async (last) => {
  const ids = await burst(`backward-${last}`);

  expect(await allPages(asking, `backward-${last}`, { last })).toEqual(ids);
});

test.each(['createdAt', 'updatedAt', 'amountMinor', 'amountCents'])(
  'every order by %s goes both ways',
  async (field) => {
    const ids = await burst(`order-${field}`);
    const orderBy = (direction: string) => ({ first: 2, orderBy: { field, direction } });

    expect(await allPages(asking, `order-${field}`, orderBy('desc'))).toHaveLength(ids.length);
    const ascending = await allPages(asking, `order-${field}`, orderBy('asc'));
    expect(ascending).toEqual((await allPages(asking, `order-${field}`, orderBy('desc'))).reverse());
  },
);

test('a page says what lies on both sides of it', async () => {
  const ids = await burst('sides');
  const { intents: whole } = await asking.data(user('sides'), PAGE, { first: 100 });
  const cursors = whole.edges.map((edge: { cursor: string }) => edge.cursor);

  const { intents: middle } = await asking.data(user('sides'), PAGE, { first: 2, after: cursors[1] });
  const { intents: end } = await asking.data(user('sides'), PAGE, { last: 2, before: cursors[2] });
  const { intents: between } = await asking.data(user('sides'), PAGE, {
    after: cursors[1],
    before: cursors[4],
  });

  expect(whole.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  expect(middle.nodes.map((node: { id: string }) => node.id)).toEqual(ids.slice(2, 4));
  expect(middle.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true, endCursor: cursors[3] });
  expect(end.nodes.map((node: { id: string }) => node.id)).toEqual(ids.slice(0, 2));
  expect(end.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false, startCursor: cursors[0] });
  expect(between.nodes.map((node: { id: string }) => node.id)).toEqual(ids.slice(2, 4));
});

test.each([
  [{ first: 0 }, 'first must be from 1 to 100.'],
  [{ first: 101 }, 'first must be from 1 to 100.'],
  [{ last: -1 }, 'last must be from 1 to 100.'],
  [{ after: 'bm90IGEgY3Vyc29y' }, 'after is not a cursor of this list.'],
  [{ after: '' }, 'after is not a cursor of this list.'],
  [{ before: cursorAt('intents:createdAt:asc', ['1', 'int_1']) }, 'before is not a cursor of this list.'],
  [{ after: cursorAt('intents:createdAt:desc', ['1']) }, 'after is not a cursor of this list.'],
  [
    { after: cursorAt('intents:createdAt:desc', ['1; drop', 'int_1']) },
    'after is not a cursor of this list.',
  ],
  [
    { after: cursorAt('intents:createdAt:desc', ['99999999999999999', 'int_1']) },
    'after is not a cursor of this list.',
  ],
  [{ after: cursorAt('intents:createdAt:desc', ['1', 'int_\0']) }, 'after is not a cursor of this list.'],
  [
    { after: `${cursorAt('intents:createdAt:desc', ['1', 'int_1'])}=` },
    'after is not a cursor of this list.',
  ],
  [{ after: cursorAt('transactions:bad', ['1']) }, 'after is not a cursor of this list.'],
])('a page of %j is refused', async (variables, message) => {
  const { errors } = await asking.ask(user('bad'), PAGE, variables);

  expect(problemIn(errors)).toMatchObject({ code: 'INVALID_INPUT', message });
});

test('the largest place that a cursor can name finds an empty page', async () => {
  const after = cursorAt('intents:createdAt:asc', ['9999999999999999', 'int_1']);
  const { intents } = await asking.data(user('bad'), PAGE, { after, orderBy: { direction: 'asc' } });

  expect(intents.nodes).toEqual([]);
});

test('a size of null is the default', async () => {
  await burst('nulls');
  const { intents } = await asking.data(user('nulls'), PAGE, {
    first: null,
    after: null,
    filter: null,
    orderBy: null,
  });

  expect(intents.nodes).toHaveLength(7);
});

test('a user sees own intents only, support everybody, a service the user it names', async () => {
  const [alice, bob] = [await burst('alice'), await burst('bob')];
  const idsOf = async (...question: Parameters<Asking['data']>) =>
    (await asking.data(...question)).intents.nodes.map((node: { id: string }) => node.id);

  expect(await idsOf(user('alice'), PAGE, { first: 100 })).toEqual(alice);
  expect(await idsOf(user('alice'), PAGE, { filter: { userId: 'bob' } })).toEqual([]);
  expect(await idsOf(support, PAGE, { first: 100 })).toEqual(expect.arrayContaining([...alice, ...bob]));
  expect(await idsOf(support, PAGE, { filter: { userId: 'bob' } })).toEqual(bob);
  expect(await idsOf(service('shop'), PAGE, { filter: { userId: 'alice' } })).toEqual(alice);
  const refused = await asking.ask(service('shop'), PAGE, {});
  expect(problemIn(refused.errors)).toMatchObject({
    code: 'INVALID_INPUT',
    path: ['filter', 'userId'],
  });
  expect((await asking.ask(null, PAGE)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('each condition of a filter narrows the list, and the count counts what it leaves', async () => {
  const ids = await burst('filters');
  const [paid] = await paidIntents(asking, 'filters', 1);
  const counted = async (filter: object) =>
    (
      await asking.data(
        user('filters'),
        'query ($filter: IntentFilter) { intents(first: 1, filter: $filter) { totalCount } }',
        { filter },
      )
    ).intents.totalCount;

  expect(await counted({})).toBe(ids.length + 1);
  expect(await counted({ status: ['succeeded', 'failed'] })).toBe(1);
  expect(await counted({ status: [] })).toBe(0);
  expect(await counted({ provider: ['razorpay'] })).toBe(0);
  expect(await counted({ packageId: ['small', 'large'] })).toBe(ids.length + 1);
  expect(await counted({ packageId: ['large', '\0'] })).toBe(0);
  expect(await counted({ userId: '\0' })).toBe(0);
  expect(await counted({ currency: 'USD' })).toBe(0);
  expect(await counted({ amountCents: { gte: 5000, lte: 5000 } })).toBe(ids.length + 1);
  expect(await counted({ amountCents: { gte: 5001 } })).toBe(0);
  expect(await counted({ amountCents: { lte: 4999 } })).toBe(0);
  expect(
    await counted({ createdAt: { gte: '2026-03-01T10:00:00.123Z', lt: '2026-03-01T10:00:00.124Z' } }),
  ).toBe(ids.length);
  expect(await counted({ createdAt: { lt: '2026-03-01T10:00:00.123Z' } })).toBe(0);
  const { intents } = await asking.data(user('filters'), PAGE, { filter: { status: ['succeeded'] } });
  expect(intents.nodes).toEqual([{ id: paid }]);
});

test('credit transactions come newest first, page by page, and no other user names them', async () => {
  await paidIntents(asking, 'history', 3);
  const QUERY = `query ($userId: ID, $first: Int, $after: String, $filter: CreditTransactionFilter) {
    creditTransactions(userId: $userId, first: $first, after: $after, filter: $filter) {
      totalCount nodes { id type credits balanceAfter intent { userId } } pageInfo { hasNextPage endCursor }
    }
  }`;
  const first = (await asking.data(user('history'), QUERY, { first: 2 })).creditTransactions;
  const after = first.pageInfo.endCursor;
  const second = (await asking.data(support, QUERY, { userId: 'history', first: 2, after }))
    .creditTransactions;

  expect([...first.nodes, ...second.nodes].map((node) => node.balanceAfter)).toEqual([150, 100, 50]);
  expect(first.nodes[0]).toMatchObject({ type: 'purchase', credits: 50, intent: { userId: 'history' } });
  expect([first.totalCount, first.pageInfo.hasNextPage, second.pageInfo.hasNextPage]).toEqual([
    3,
    true,
    false,
  ]);
  const spent = await asking.data(user('history'), QUERY, {
    filter: { type: ['spend', 'refund', 'adjustment'] },
  });
  expect(spent.creditTransactions.totalCount).toBe(0);
  const old = await asking.data(user('history'), QUERY, {
    filter: { createdAt: { lt: '2020-01-01T00:00:00Z' } },
  });
  expect(old.creditTransactions).toMatchObject({ totalCount: 0, nodes: [] });
  expect((await asking.ask(user('else'), QUERY, { userId: 'history' })).errors?.[0]?.extensions.code).toBe(
    'FORBIDDEN',
  );
  const foreign = await asking.ask(user('else'), QUERY, { after });
  expect(problemIn(foreign.errors)).toMatchObject({ code: 'INVALID_INPUT' });
});

test('a timeline is paged oldest first, and its cursor serves no other intent', async () => {
  const [one, two] = await paidIntents(asking, 'timelines', 2);
  const QUERY = `query ($id: ID!, $first: Int, $after: String) {
    intent(id: $id) { timeline(first: $first, after: $after) { nodes { kind sequence } pageInfo { hasNextPage hasPreviousPage endCursor } } }
  }`;
  const first = (await asking.data(user('timelines'), QUERY, { id: one, first: 2 })).intent.timeline;
  const after = first.pageInfo.endCursor;
  const rest = (await asking.data(user('timelines'), QUERY, { id: one, first: 2, after })).intent.timeline;
  const detailed = (await asking.data(support, QUERY, { id: one })).intent.timeline;

  const kinds = (timeline: { nodes: { kind: string }[] }) => timeline.nodes.map((node) => node.kind);
  expect(kinds(first)).toEqual(['created', 'attempt_declined']);
  expect(kinds(rest)).toEqual(['status_changed', 'credits_granted']);
  expect([first.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
  expect([first.pageInfo.hasPreviousPage, rest.pageInfo.hasPreviousPage]).toEqual([false, true]);
  expect(kinds(detailed)).toEqual([
    'created',
    'attempt_declined',
    'webhook_received',
    'status_changed',
    'credits_granted',
  ]);
  const foreign = await asking.ask(user('timelines'), QUERY, { id: two, after });
  expect(problemIn(foreign.errors)).toMatchObject({ code: 'INVALID_INPUT' });
});
