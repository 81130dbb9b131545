import fs from 'node:fs';
import path from 'node:path';
import { buildSchema, parse, validate, validateSchema } from 'graphql';
import { buildGatewaySchema, printGatewaySchema } from '../../src/graphql/schema';
import { factsOf, parentOf } from './coordinates';

const folder = path.join(__dirname, '..', '..', 'schema');
const read = (...names: string[]) => fs.readFileSync(path.join(folder, ...names), 'utf8');
const schema = buildGatewaySchema();

test('what the gateway serves is a valid schema', () => {
  expect(validateSchema(schema)).toEqual([]);
});

test('everything that is served is in the contract, word for word', () => {
  const contract = factsOf(buildSchema(read('contract.graphql')));

  const served = factsOf(schema);

  const contracted = Object.fromEntries([...served.keys()].map((name) => [name, contract.get(name)]));
  expect(Object.fromEntries(served)).toEqual(contracted);
});

test('what the contract has and the gateway does not serve is exactly what is listed as to come', () => {
  const contracted = [...factsOf(buildSchema(read('contract.graphql'))).keys()];
  const served = factsOf(schema);

  // A type or a field that is missing covers what is in it.
  const missing = new Set(contracted.filter((name) => !served.has(name)));
  const toCome = [...missing].filter((name) => !missing.has(parentOf(name) ?? ''));

  const lines = read('to-come.txt').split('\n');
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual(toCome.sort());
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
