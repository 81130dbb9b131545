// Writes web/gql: the types of every operation that the pages send, made from the schema. Run by itself, it does only that.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import { root } from './fingerprint.mjs';

export async function generateTypes() {
  await generate(
    {
      cwd: root,
      silent: true,
      errorsOnly: true,
      schema: path.join(root, 'schema', 'schema.graphql'),
      documents: path.join(root, 'web', '**', '*.graphql'),
      generates: {
        [path.join(root, 'web', 'gql', '/')]: {
          preset: 'client',
          presetConfig: { fragmentMasking: false },
          config: {
            enumsAsTypes: true,
            useTypeImports: true,
            scalars: {
              DateTime: 'string',
              BigInt: 'string',
              CurrencyCode: 'string',
              JSON: 'unknown',
              ID: 'string',
            },
          },
        },
      },
    },
    true,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generateTypes();
