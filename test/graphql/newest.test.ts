// A user's own list, newest first: read by a statement of its own, and of the columns that are shown alone.
import { type GraphQLObjectType, getNamedType, isCompositeType, isRequiredArgument } from 'graphql';
import { cursorAt } from '../../src/db/page';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { claimIntents } from '../support/intents';
import { paidIntents, service, support, useAsking, user } from './asking';

const asking = useAsking();
const type = buildGatewaySchema().getType('PaymentIntent') as GraphQLObjectType;

const FIELDS = Object.values(type.getFields())
  .filter(({ args }) => !args.some(isRequiredArgument))
  .map((field) => `${field.name}${isCompositeType(getNamedType(field.type)) ? ' { __typename }' : ''}`);

const PAGE = `query ($first: Int, $after: String, $filter: IntentFilter) {
  intents(first: $first, after: $after, filter: $filter) { nodes { id } edges { cursor } pageInfo { hasNextPage endCursor } } }`;

let ids: string[];
beforeAll(async () => {
  ids = await paidIntents(asking, 'shown', 3);
  await asking.sql(
    `update intents set fingerprint_id = 'device', reference = 'A-17', metadata = '{"order": "1"}', return_url = 'https://shop.example',
       requires_action = true, risk_score = 40, risk_decision = 'allow' where user_id = 'shown'`,
  );
  await claimIntents(asking.database.pool(), ['shown', 'other']);
});

test.each(FIELDS)('%s is on a page, asked for alone, what it is of the intent by its id', async (field) => {
  for (const caller of [user('shown'), service('srv_1'), support]) {
    const variables = { filter: caller.role === 'user' ? null : { userId: 'shown' } };
    const { intents } = await asking.data(
      caller,
      `query ($filter: IntentFilter) { intents(filter: $filter) { nodes { id } edges { node { shown: ${field} } } } }`,
      variables,
    );
    expect(intents.nodes).toHaveLength(4);
    for (const [at, { id }] of intents.nodes.entries()) {
      const { intent } = await asking.data(caller, `{ intent(id: "${id}") { shown: ${field} } }`);
      expect(intents.edges[at].node).toEqual(intent);
    }
  }
});

test('a page is the same, to its cursors, as one that a filter which changes nothing was asked for', async () => {
  const all = { status: ['pending', 'processing', 'succeeded', 'failed', 'canceled'] };
  const end = cursorAt('intents:createdAt:desc', ['1', 'int_1']);
  for (const first of [1, 2, 3, 100])
    for (const after of [null, end])
      expect(await asking.data(user('shown'), PAGE, { first, after })).toEqual(
        await asking.data(user('shown'), PAGE, { first, after, filter: all }),
      );
});

test('pages that are asked for at the same time are one statement, each of its own user, size and place', async () => {
  const { intents: whole } = await asking.data(user('shown'), PAGE, { first: 100 });
  const cursors = whole.edges.map((edge: { cursor: string }) => edge.cursor);
  const newest = whole.nodes.map((node: { id: string }) => node.id);
  const ask = (id: string, variables: object) =>
    asking.data(user(id), PAGE, { ...variables }).then(({ intents }) => intents);
  let answers: any[] = [];

  const statements = await asking.statementsOf(async () => {
    answers = await Promise.all([
      ask('shown', { first: 2 }),
      ask('other', { first: 2 }),
      ask('nobody', { first: 2 }),
      ask('shown', { first: 2, after: cursors[1] }),
      ask('shown', { first: 1, after: cursors[0] }),
    ]);
  });

  const shown = answers.map(({ nodes }) => nodes.map((node: { id: string }) => node.id));
  expect(shown[0]).toEqual(newest.slice(0, 2));
  expect(shown[1]).toHaveLength(1);
  expect(newest).not.toContain(shown[1][0]);
  expect(shown.slice(2)).toEqual([[], newest.slice(2, 4), newest.slice(1, 2)]);
  expect(answers.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, false, false, false, true]);
  expect(statements).toBe(1);
});

test('however many sets of fields are asked for, each shows what it should', async () => {
  const plain = ['status', 'version', 'currency', 'provider', 'packageName', 'attemptCount', 'createdAt'];
  const { intent } = await asking.data(user('shown'), `{ intent(id: "${ids[0]}") { ${plain.join(' ')} } }`);

  const sent = jest.spyOn(asking.deps.pool, 'query');
  for (let set = 1; set < 2 ** plain.length; set++) {
    const fields = plain.filter((_, at) => set & (1 << at));
    const { intents } = await asking.data(user('shown'), `{ intents { nodes { id ${fields.join(' ')} } } }`);
    const found = intents.nodes.find((node: { id: string }) => node.id === ids[0]);
    expect(found).toEqual({ id: ids[0], ...Object.fromEntries(fields.map((name) => [name, intent[name]])) });
  }
  const names = sent.mock.calls.map(([statement]) => (statement as unknown as { name: string }).name);
  sent.mockRestore();
  expect(names).toHaveLength(2 ** plain.length - 1);
  expect(new Set(names).size).toBeLessThan(35);
});

test("another user's id beside one's own finds nothing, and one that cannot be stored neither", async () => {
  const of = (caller: ReturnType<typeof user>, userId: string) =>
    asking.data(caller, PAGE, { filter: { userId } }).then(({ intents }) => intents.nodes);

  expect(await of(user('other'), 'shown')).toEqual([]);
  expect(await of(user('shown'), 'shown')).toHaveLength(4);
  expect(await of(support, 'shown\0')).toEqual([]);
});
