// What graphql-codegen makes of operations.graphql: typed documents, which Apollo and urql send.
import type { CodegenConfig } from '@graphql-codegen/cli';

// docs/clients.md shows this.
const config: CodegenConfig = {
  schema: '../../schema/schema.graphql',
  documents: 'operations.graphql',
  generates: {
    'generated/codegen/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        strictScalars: true,
        useTypeImports: true,
        scalars: {
          BigInt: 'string',
          Credits: 'number',
          CurrencyCode: 'string',
          DateTime: 'string',
          JSON: 'unknown',
          Metadata: 'Record<string, string>',
          SafeInt: 'number',
        },
      },
    },
  },
};
export default config;
