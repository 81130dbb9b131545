// Writes web/gql: the types of every operation that the pages send, made from the schema. Run by itself, it does only that.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import { root } from './fingerprint.mjs';

// Parts of the console whose operations are loaded with their screens: in one module, all would come with the first load.
const AREAS = ['finance', 'ledger', 'reconciliation'];

const output = (documents) => ({
  preset: 'client',
  documents,
  presetConfig: { fragmentMasking: false },
  config: {
    enumsAsTypes: true,
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
  },
});

export async function generateTypes() {
  const everything = path.join(root, 'web', '**', '*.graphql');
  const documentsOf = (area) => path.join(root, 'web', 'console', area, '*.graphql');
  await generate(
    {
      cwd: root,
      silent: true,
      errorsOnly: true,
      schema: path.join(root, 'schema', 'schema.graphql'),
      generates: {
        [path.join(root, 'web', 'gql', '/')]: output([
          everything,
          ...AREAS.map((area) => `!${documentsOf(area)}`),
        ]),
        ...Object.fromEntries(
          AREAS.map((area) => [path.join(root, 'web', 'gql', area, '/'), output([documentsOf(area)])]),
        ),
      },
    },
    true,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generateTypes();
