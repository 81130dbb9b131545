// Writes what the back end's client takes from elsewhere: its documents with the types of their answers, made from
// packages/server/graphql and the schema, and the types of deliveries, made from their JSON Schemas. `npm run schema` runs it; a
// test says that both are current.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as plugin from '@graphql-codegen/typescript-operations';
import { buildSchema, Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql';
import { filesUnder, root } from './fingerprint.mjs';
import { installed } from './installed.mjs';

const CONFIG = {
  inlineFragmentTypes: 'combine',
  skipTypename: true,
  useTypeImports: true,
  avoidOptionals: { field: true },
  immutableTypes: true,
  scalars: {
    DateTime: 'string',
    BigInt: 'string',
    Credits: 'number',
    CurrencyCode: 'string',
    Metadata: 'Readonly<Record<string, string>>',
    ID: 'string',
  },
};

const read = (file) => fs.readFileSync(file, 'utf8');
const source = (name) => path.join(root, 'packages', 'server', 'src', name);
const constantOf = (name) => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();

/** A document that stands alone: with the fragments that it names, and those that they name. */
function standalone(operation, fragments) {
  const used = new Set();
  const collect = (node) =>
    visit(node, {
      FragmentSpread: ({ name }) => {
        if (used.has(name.value)) return;
        used.add(name.value);
        collect(fragments.get(name.value));
      },
    });
  collect(operation);
  const parts = [operation, ...[...used].map((name) => fragments.get(name))];
  return stripIgnoredCharacters(parts.map(print).join('\n'));
}

async function operations() {
  const schema = read(path.join(root, 'schema', 'schema.graphql'));
  const documents = filesUnder('packages/server/graphql')
    .sort()
    .map((file) => ({ location: file, document: parse(read(file)) }));
  const definitions = documents.flatMap(({ document }) => document.definitions);
  const fragments = new Map(
    definitions
      .filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const types = await codegen({
    filename: source('operations.ts'),
    schema: parse(schema),
    schemaAst: buildSchema(schema),
    documents,
    config: CONFIG,
    plugins: [{ plugin: {} }],
    pluginMap: { plugin },
  });
  const texts = definitions
    .filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const text = JSON.stringify(standalone(operation, fragments));
      return `export const ${constantOf(operation.name.value)} = ${text};`;
    });
  return `// Made by scripts/server-types.mjs from packages/server/graphql and the schema.\n${types}\n${texts.join('\n\n')}\n`;
}

const TYPES = { integer: 'number', number: 'number', string: 'string', boolean: 'boolean', null: 'null' };

/** The TypeScript of a JSON Schema, as far as docs/events uses it. */
function typeOf(schema) {
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const types = [schema.type].flat();
  return types.map((type) => (type === 'object' ? objectOf(schema) : known(type))).join(' | ');
}

function known(type) {
  if (!TYPES[type]) throw new Error(`No TypeScript for the JSON Schema type ${type}`);
  return TYPES[type];
}

function objectOf({ properties, required = [] }) {
  if (!properties) return 'Readonly<Record<string, string>>';
  const fields = Object.entries(properties).map(([name, field]) => {
    const about = field.description ? `/** ${field.description} */\n` : '';
    return `${about}readonly ${name}${required.includes(name) ? '' : '?'}: ${typeOf(field)};`;
  });
  return `{ ${fields.join('\n')} }`;
}

function deliveries() {
  const schemas = filesUnder('docs/events')
    .sort()
    .map((file) => JSON.parse(read(file)));
  const members = schemas.map((schema) => `/** ${schema.description} */ | ${objectOf(schema)}`);
  return [
    '// Made by scripts/server-types.mjs from docs/events.',
    '/** What the gateway tells a back end, by `type`. New fields and new types may come. */',
    `export type DeliveryEvent = ${members.join('\n')};`,
    "export type DeliveryType = DeliveryEvent['type'];\n",
  ].join('\n');
}

const targets = { 'operations.ts': await operations(), 'delivery-event.ts': deliveries() };
for (const [name, text] of Object.entries(targets)) fs.writeFileSync(source(name), text);
// As every other source of ours is written.
execFileSync(installed('tools/style')('biome'), ['format', '--write', ...Object.keys(targets).map(source)], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
