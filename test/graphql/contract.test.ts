import fs from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  parse,
  validate,
  validateSchema,
} from 'graphql';
import { buildGatewaySchema, printGatewaySchema } from '../../src/graphql/schema';

const folder = path.join(__dirname, '..', '..', 'schema');
const read = (...names: string[]) => fs.readFileSync(path.join(folder, ...names), 'utf8');
const schema = buildGatewaySchema();

/** A change that breaks on purpose, in the words that the test below prints, and why it has to. */
interface Deliberate {
  readonly change: string;
  readonly reason: string;
}

test('what the gateway serves is a valid schema', () => {
  expect(validateSchema(schema)).toEqual([]);
});

/** What a client of the `before` schema can no longer rely on, less what is listed; and what is listed in vain. */
function unexpected(before: GraphQLSchema, after: GraphQLSchema, listed: readonly Deliberate[]): string[] {
  const changes = findBreakingChanges(before, after).map(({ description }) => description);
  const expected = listed.map(({ change }) => change);
  return [
    ...changes.filter((change) => !expected.includes(change)).map((change) => `breaks: ${change}`),
    ...expected.filter((change) => !changes.includes(change)).map((change) => `listed in vain: ${change}`),
  ];
}

test('nothing breaks a client of the last release but what is listed with its reason', () => {
  const listed: Deliberate[] = JSON.parse(read('breaking-changes.json'));
  expect(listed.filter(({ reason }) => !reason)).toEqual([]);

  expect(unexpected(buildSchema(read('released.graphql')), schema, listed)).toEqual([]);
});

test('a change that breaks is named until it is listed, and listed only while it breaks', () => {
  const before = buildSchema('type Query { a: Int b(id: ID): Int }');
  const after = buildSchema('type Query { b(id: ID!): Int }');

  const named = unexpected(before, after, []).map((line) => line.replace('breaks: ', ''));
  expect(named).toHaveLength(2);
  expect(named[0]).toContain('Query.a');
  expect(named[1]).toContain('from ID to ID!');
  const listed = named.map((change) => ({ change, reason: 'nobody asks it' }));
  expect(unexpected(before, after, listed)).toEqual([]);
  expect(unexpected(before, before, listed)).toEqual(named.map((change) => `listed in vain: ${change}`));
});

test('schema.graphql is the schema that the code makes (npm run schema writes it)', () => {
  expect(read('schema.graphql')).toBe(printGatewaySchema(schema));
});

const operations = fs.readdirSync(path.join(folder, 'operations'));

test('there is a saved operation for every root field', () => {
  const asked = new Set(
    operations.flatMap((name) =>
      parse(read('operations', name)).definitions.flatMap((definition) =>
        'selectionSet' in definition && definition.selectionSet
          ? definition.selectionSet.selections.map((selection) =>
              'name' in selection ? selection.name.value : '',
            )
          : [],
      ),
    ),
  );

  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = roots.flatMap((root) => Object.keys(root?.getFields() ?? {}));
  expect(fields.filter((field) => !asked.has(field))).toEqual([]);
});

test.each(operations)('the saved operation %s can be sent as it is', (name) => {
  expect(validate(schema, parse(read('operations', name)))).toEqual([]);
});

test('each mutation answers with a payload of its own, called like it', () => {
  const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
  const wrong = fields.filter(
    ({ name, type }) => String(type) !== `${name[0]?.toUpperCase()}${name.slice(1)}Payload!`,
  );
  expect(wrong.map(({ name, type }) => `${name}: ${type}`)).toEqual([]);
  expect(fields.length).toBeGreaterThan(25);
});
