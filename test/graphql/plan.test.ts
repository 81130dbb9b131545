// What is run from a plan against what graphql-js makes of the same document: every saved question over real data, and types
// whose every field does what chance says.
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {
  type ExecutionResult,
  execute,
  GraphQLError,
  GraphQLInt,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  parse,
} from 'graphql';
import { createExecute } from '../../src/graphql/execution';
import { planOf } from '../../src/graphql/plan';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { paidIntents, support, useAsking, user } from './asking';

const asking = useAsking();
const gateway = buildGatewaySchema();
const OPERATIONS = path.join(__dirname, '../../schema/operations');

/** As it would be sent, an error with where it is. */
const told = ({ data, errors }: ExecutionResult) =>
  JSON.parse(JSON.stringify({ data, errors: errors?.map((error) => error.toJSON()) }));

describe('A plan of the gateway answers as graphql-js does', () => {
  beforeAll(async () => {
    await paidIntents(asking, 'alice', 3);
  });

  const saved = fs
    .readdirSync(OPERATIONS)
    .map((name): [string, string] => [name, fs.readFileSync(path.join(OPERATIONS, name), 'utf8')])
    .filter(([, text]) => /^(query|\{)/m.test(text) && !/^(mutation|subscription)/m.test(text));

  it.each(saved)('for %s', async (_name, text) => {
    const { intents } = await asking.data(support, '{ intents(first: 1) { nodes { id } } }');
    const document = parse(text);
    const [id] = intents.nodes.map((node: { id: string }) => node.id);
    // Those that it does not declare are looked at by nobody.
    const variableValues = { id, ids: [id, 'ctx_1'], first: 2, userId: 'alice', at: '2030-01-01T00:00:00Z' };
    for (const caller of [support, user('alice'), null]) {
      const args = { schema: gateway, document, variableValues };
      const run = createExecute(gateway);
      const [one, other] = [
        await execute({ ...args, contextValue: asking.context(caller) }),
        await run({ ...args, contextValue: asking.context(caller) }),
      ];
      expect(steady(told(other))).toEqual(steady(told(one)));
    }
  });

  it('in another order of its variables, with fragments, aliases and a list', async () => {
    const text = `query Q($n: Int!) { mine: intents(first: $n) { ...Page } again: intents(first: 1) { nodes { id } ...Page } }
      fragment Page on PaymentIntentConnection { nodes { ... on Node { id __typename } amount { ...M } status } totalCount }
      fragment M on Money { amountMinor currency }`;
    const args = { schema: gateway, document: parse(text), variableValues: { n: 2 } };
    const contextValue = () => asking.context(user('alice'));
    const planned = await createExecute(gateway)({ ...args, contextValue: contextValue() });
    expect(told(planned)).toEqual(told(await execute({ ...args, contextValue: contextValue() })));
    expect(told(planned).data.mine.nodes).toHaveLength(2);
  });

  it('and leaves conditions and questions about the schema to it', () => {
    const isPlanned = (text: string) => {
      const document = parse(text);
      return planOf(gateway, document, document.definitions[0] as never) !== null;
    };
    expect(isPlanned('{ balance { credits } }')).toBe(true);
    expect(isPlanned('query ($a: Boolean!) { balance { credits @include(if: $a) } }')).toBe(false);
    expect(isPlanned('{ viewer { id } __schema { description } }')).toBe(false);
    expect(isPlanned('{ __proto__: viewer { id } }')).toBe(false);
    expect(isPlanned('subscription { balanceChanged { kind } }')).toBe(false);
  });
});

/** Without the time that passed between the two answers. */
const steady = (answer: object) =>
  JSON.parse(JSON.stringify(answer).replace(/"(latencyMs|now|upTo)":("[^"]*"|\d+)/g, '"$1":0'));

/** What a field does: its value, or how it fails, at once or later. */
type Behaviour = { readonly is: string; readonly isLater: boolean };
const KINDS = ['fine', 'null', 'undefined', 'throws', 'error', 'odd', 'problem'];
const behaviour = fc.record({ is: fc.constantFrom('fine', 'fine', 'fine', ...KINDS), isLater: fc.boolean() });

/** Answers as the next behaviour says; where they run out, all is fine. */
function nextOf(behaviours: readonly Behaviour[]): (fine: unknown, odd: unknown) => unknown {
  let at = 0;
  return (fine, odd) => {
    const { is, isLater } = behaviours[at++] ?? { is: 'fine', isLater: false };
    const make = () => {
      if (is === 'throws') throw new Error(`Failed ${at}`);
      if (is === 'problem') throw new GraphQLError('Refused', { extensions: { code: 'FORBIDDEN' } });
      return { fine, odd, null: null, undefined, error: new Error(`Answered ${at}`) }[is as 'fine'];
    };
    return isLater ? new Promise((resolve) => setImmediate(resolve)).then(make) : make();
  };
}

/** A schema in which anything can stand inside of anything. */
function chanceSchema(next: ReturnType<typeof nextOf>): GraphQLSchema {
  const Thing = new GraphQLInterfaceType({
    name: 'Thing',
    fields: { name: { type: GraphQLString } },
    resolveType: (value: { kind?: string }) => value.kind ?? 'Nowhere',
  });
  const fields = (): Record<string, any> => {
    const object = { kind: 'Box', plain: 'p', called: () => next('c', {}), later: Promise.resolve(4) };
    const of = (type: any, fine: unknown, odd: unknown) => ({ type, resolve: () => next(fine, odd) });
    return {
      name: of(GraphQLString, 'n', Symbol('odd')),
      plain: { type: GraphQLString },
      called: { type: GraphQLString },
      later: { type: GraphQLInt },
      given: {
        type: new GraphQLNonNull(GraphQLInt),
        args: { n: { type: new GraphQLNonNull(GraphQLInt) } },
        resolve: (_source: unknown, { n }: { n: number }) => next(n, 'odd'),
      },
      needed: of(new GraphQLNonNull(GraphQLString), 's', { toString: undefined }),
      box: of(Box, object, 5),
      neededBox: of(new GraphQLNonNull(Box), object, 'odd'),
      thing: of(Thing, object, { kind: 'Money' }),
      list: of(new GraphQLList(Box), [object, Promise.resolve(object), null], 'odd'),
      neededList: of(
        new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(Box))),
        // One alone: of several, graphql-js lets go of those that are not there yet when another fails.
        [object],
        [null],
      ),
      numbers: of(new GraphQLList(new GraphQLNonNull(GraphQLInt)), [1, Promise.resolve(2)], [1, 'odd', 3]),
    };
  };
  const Box: GraphQLObjectType = new GraphQLObjectType({
    name: 'Box',
    interfaces: [Thing],
    isTypeOf: (value: unknown) => typeof value === 'object',
    fields,
  });
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields }),
    mutation: new GraphQLObjectType({ name: 'Mutation', fields }),
    types: [Box],
  });
}

const LEAVES = ['name', 'plain', 'called', 'later', 'given(n: $n)', 'needed', 'numbers', '__typename'];
const BOXES = ['box', 'neededBox', 'list', 'neededList'];

const selection = fc.letrec<{ set: string }>((tie) => ({
  set: fc
    .array(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...LEAVES),
        fc.tuple(fc.constantFrom(...BOXES), tie('set')).map(([name, inner]) => `${name} ${inner}`),
        tie('set').map((inner) => `thing { name ... on Box ${inner} }`),
        tie('set').map((inner) => `... ${inner}`),
      ),
      { minLength: 1, maxLength: 5 },
    )
    .map((parts) => `{ ${parts.join(' ')} }`),
})).set;

it('hears of every item of a list that fails, also after another one has', async () => {
  const Item = new GraphQLObjectType({
    name: 'Item',
    fields: { value: { type: new GraphQLNonNull(GraphQLInt), resolve: (source: () => unknown) => source() } },
  });
  const list = new GraphQLList(new GraphQLNonNull(Item));
  const later = () => Promise.reject(new Error('Failed later'));
  const items = [later, later, () => null];
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { items: { type: list, resolve: () => items } } }),
  });

  const answered = await createExecute(schema)({ schema, document: parse('{ items { value } }') });
  // A rejection that nobody handles would fail this test.
  await new Promise((resolve) => setImmediate(resolve));

  expect(told(answered)).toMatchObject({
    data: { items: null },
    errors: [
      {
        message: 'Cannot return null for non-nullable field Item.value.',
        path: ['items', 2, 'value'],
      },
    ],
  });
});

it('answers as graphql-js does, whatever its fields do', async () => {
  const words = (answer: ReturnType<typeof told>) =>
    JSON.stringify({
      data: answer.data,
      // What is said of a value that is none of its type is said to nobody.
      errors: answer.errors?.map(({ path: at, locations, message, extensions }: any) => ({
        at,
        locations,
        message: /^(Failed|Answered|Refused|Cannot return null)/.test(message) ? message : 'odd',
        extensions,
      })),
    });
  let planned = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('query', 'mutation'),
      selection,
      fc.array(behaviour, { maxLength: 40 }),
      fc.constantFrom<unknown>(1, 1, 1, 'odd', undefined),
      async (kind, set, behaviours, n) => {
        const document = parse(`${kind} Q($n: Int!) ${set}`);
        const answers = await Promise.all(
          [execute, null].map(async (own) => {
            const schema = chanceSchema(nextOf(behaviours));
            if (!own && planOf(schema, document, document.definitions[0] as never)) planned++;
            const run = own ?? createExecute(schema);
            return words(told(await run({ schema, document, variableValues: { n }, rootValue: undefined })));
          }),
        );
        expect(answers[1]).toBe(answers[0]);
      },
    ),
    { numRuns: Number(process.env.PLAN_RUNS ?? 300) },
  );
  expect(planned).toBeGreaterThan(200);
});
