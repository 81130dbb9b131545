import {
  type GraphQLNamedType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { paidIntents, support, useAsking, user } from './asking';

const asking = useAsking();
const schema = buildGatewaySchema();

/** Every field of a type, and of everything that it leads to; a type comes at most twice on one way. */
function everyField(type: GraphQLNamedType | undefined, way: readonly string[] = []): string {
  if (!type || !isCompositeType(type)) return '';
  if (isUnionType(type) || isInterfaceType(type))
    return `{ __typename ${schema
      .getPossibleTypes(type)
      .map((member) => `... on ${member.name} ${everyField(member, way)}`)
      .join(' ')} }`;
  if (!isObjectType(type)) return '';
  const here = [...way, type.name];
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const target = getNamedType(field.type);
    // The nodes of the edges are those of `nodes`: asked twice on each level, the answer doubles with every level.
    if (field.name === 'edges' && 'nodes' in type.getFields()) return ['edges { cursor }'];
    if (isCompositeType(target) && here.filter((name) => name === target.name).length > 1) return [];
    const needed = field.args.filter(isRequiredArgument).map(({ name }) => `${name}: "INR"`);
    const given = needed.length > 0 ? `(${needed.join(', ')})` : '';
    return [`${field.name}${given} ${everyField(target, here)}`];
  });
  return `{ ${fields.join(' ')} }`;
}

beforeAll(async () => {
  await paidIntents(asking, 'busy', 100);
});

test('the question of this file asks for every field of an intent, also through its relations', () => {
  const question = everyField(schema.getType('PaymentIntent'));

  for (const field of [
    'nextAction',
    'creditsTransaction',
    'webhookEvent',
    'balanceAfter',
    'totalCount',
    'formatted',
  ])
    expect(everyField(schema.getType('PaymentIntentConnection'))).toContain(field);
  for (const field of Object.keys((schema.getType('PaymentIntent') as any).getFields()))
    expect(question).toContain(field);
});

test.each([50, 100])('a page of %i intents with every field takes at most 15 statements', async (first) => {
  const question = `{ intents(first: ${first}) ${everyField(schema.getType('PaymentIntentConnection'))} }`;
  await asking.data(support, question);
  asking.deps.catalogue.refresh();

  let page: any;
  const statements = await asking.statementsOf(async () => {
    page = (await asking.data(support, question)).intents;
  });

  expect(page.nodes).toHaveLength(first);
  expect(page.totalCount).toBe(100);
  expect(page.nodes[0].timeline.nodes.map((event: any) => event.webhookEvent?.intent?.id ?? null)).toContain(
    page.nodes[0].id,
  );
  expect(page.nodes.every((node: any) => node.creditsTransaction.intent.id === node.id)).toBe(true);
  expect(statements).toBeGreaterThan(3);
  expect(statements).toBeLessThanOrEqual(15);
});

test('credit transactions with every field of their intents take no more', async () => {
  const question = `{ creditTransactions(first: 100) ${everyField(schema.getType('CreditTransactionConnection'))} }`;

  const statements = await asking.statementsOf(() => asking.data(user('busy'), question));

  expect(statements).toBeLessThanOrEqual(15);
});

test('fifty nodes of all kinds take one statement for each kind', async () => {
  const { intents } = await asking.data(
    support,
    '{ intents(first: 10) { nodes { id creditsTransactionId timeline { nodes { id webhookEvent { id } } } } } }',
  );
  const ids = intents.nodes.flatMap((node: any) => [
    node.id,
    node.creditsTransactionId,
    ...node.timeline.nodes.map((event: any) => event.id).slice(0, 2),
    ...node.timeline.nodes.flatMap((event: any) => event.webhookEvent?.id ?? []),
  ]);

  let found: any[] = [];
  const statements = await asking.statementsOf(async () => {
    found = (
      await asking.data(support, 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids })
    ).nodes;
  });

  expect(found.map((node) => node.id)).toEqual(ids);
  expect(statements).toBeLessThanOrEqual(4);
});

test('spends of one moment take one statement together, and say of what they booked what the ledger says', async () => {
  const BOOKED = `id type userId credits balanceAfter reason publicReason reference metadata createdAt intent { id }`;
  const spend = (nth: number) =>
    asking.data(
      user('busy'),
      `mutation ($input: SpendCreditsInput!) { spendCredits(input: $input) {
        replayed transaction { ${BOOKED} } balance { credits version } errors { code } } }`,
      {
        input: {
          credits: nth + 1,
          reason: `Picture ${nth}`,
          idempotencyKey: `booked_${nth}`,
          ...(nth === 1 ? { reference: 'A-17', metadata: { model: 'large', order: 'A-17' } } : {}),
        },
      },
    );
  const eight = Array.from({ length: 8 }, (_, nth) => nth);
  let spent: any[] = [];

  const statements = await asking.statementsOf(async () => {
    spent = await Promise.all(eight.map(spend));
  });

  expect(statements).toBe(1);
  const ids = spent.map(({ spendCredits }) => spendCredits.transaction.id);
  const { nodes } = await asking.data(
    user('busy'),
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on CreditTransaction { ${BOOKED} } } }`,
    { ids },
  );
  expect(spent.map(({ spendCredits }) => spendCredits.transaction)).toEqual(nodes);
  expect(nodes[1]).toMatchObject({ reason: 'Picture 1', reference: 'A-17', metadata: { order: 'A-17' } });
  for (const { spendCredits } of spent)
    expect(spendCredits.balance.credits).toBe(spendCredits.transaction.balanceAfter);
  const again = (await spend(3)).spendCredits;
  expect(again).toMatchObject({ replayed: true, transaction: nodes[3] });
});
