// Writes web/gql: the types of every operation that the pages send, made from the schema. Run by itself, it does only that.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { codegen } from '@graphql-codegen/core';
import * as typedDocuments from '@graphql-codegen/typed-document-node';
import * as operations from '@graphql-codegen/typescript-operations';
import { buildSchema, parse } from 'graphql';
import { filesUnder, root } from './fingerprint.mjs';

// Parts of the console whose operations are loaded with their screens: in one module, all would come with the first load.
const AREAS = ['disputes', 'finance', 'grants', 'ledger', 'reconciliation', 'risk', 'wallets'];

const CONFIG = {
  inlineFragmentTypes: 'inline',
  useTypeImports: true,
  scalars: {
    DateTime: 'string',
    BigInt: 'string',
    Credits: 'number',
    SafeInt: 'number',
    CurrencyCode: 'string',
    Metadata: 'Record<string, string>',
    JSON: 'unknown',
    ID: 'string',
  },
};

const read = (file) => fs.readFileSync(file, 'utf8');

/** One module of types and documents from the operations in `files`. */
async function generate(schema, files, target) {
  const documents = files.sort().map((file) => ({ location: file, document: parse(read(file)) }));
  const text = await codegen({
    filename: target,
    schema: parse(schema),
    schemaAst: buildSchema(schema),
    documents,
    config: CONFIG,
    plugins: [{ operations: {} }, { typedDocuments: {} }],
    pluginMap: { operations, typedDocuments },
  });
  fs.mkdirSync(path.dirname(target), { recursive: true });
  // A file that stays as it is keeps its time, by which a build sees what changed.
  if (!fs.existsSync(target) || read(target) !== text) fs.writeFileSync(target, text);
}

export async function generateTypes() {
  const schema = read(path.join(root, 'schema', 'schema.graphql'));
  const files = filesUnder('web').filter((file) => file.endsWith('.graphql'));
  const areaOf = (file) => AREAS.find((area) => path.basename(path.dirname(file)) === area);
  for (const area of [undefined, ...AREAS])
    await generate(
      schema,
      files.filter((file) => areaOf(file) === area),
      path.join(root, 'web', 'gql', area ?? '', 'graphql.ts'),
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generateTypes();
