// What the browser's package sends, and the types that it says the answers have, against the schema as it is.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { buildSchema, parse, validate } from 'graphql';
import { type Installed, install } from './installed';

const ROOT = path.resolve(__dirname, '..', '..');
const SCHEMA = path.join(ROOT, 'schema', 'schema.graphql');
let product: Installed;
let documents: Record<string, string>;

beforeAll(() => {
  product = install(['client'], ['graphql-ws', 'graphql']);
  const text = `
    import { documentsOf } from './node_modules/@credits-gateway/client/dist/esm/documents.js';
    import { DOCUMENTS } from './node_modules/@credits-gateway/client/dist/esm/gateway.js';
    import { DOCUMENTS as offered } from '@credits-gateway/client/offer';
    import { sheets } from '@credits-gateway/client/sheets';
    console.log(JSON.stringify({ ...documentsOf(sheets), ...DOCUMENTS, ...offered }));`;
  documents = JSON.parse(product.run('documents.mjs', text));
});
afterAll(() => product.remove());

const titled = (name: string) => `${name[0]?.toUpperCase()}${name.slice(1)}`;
/** The document with a name, by which the types of its answer are called. */
const named = (name: string, text: string) =>
  text.startsWith('{') ? `query ${titled(name)} ${text}` : text.replace(/^\w+ /, `$&${titled(name)}`);

it('sends documents that the schema knows', () => {
  const schema = buildSchema(fs.readFileSync(SCHEMA, 'utf8'));
  const problems = Object.entries(documents).map(([name, text]) => [name, validate(schema, parse(text))]);
  expect(problems.length).toBeGreaterThan(10);
  expect(problems.filter(([, found]) => found?.length !== 0)).toEqual([]);
});

it('declares what the answers are by the schema', () => {
  const text = Object.entries(documents).map(([name, document]) => named(name, document));
  const generate = `
    import fs from 'node:fs';
    import { codegen } from '@graphql-codegen/core';
    import * as plugin from '@graphql-codegen/typescript-operations';
    import { buildSchema, parse } from 'graphql';
    const schema = fs.readFileSync(${JSON.stringify(SCHEMA)}, 'utf8');
    const scalars = { DateTime: 'string', BigInt: 'string', Credits: 'number', CurrencyCode: 'string', ID: 'string' };
    const config = { inlineFragmentTypes: 'combine', skipTypename: true, avoidOptionals: true, immutableTypes: true, scalars };
    const document = parse(fs.readFileSync(0, 'utf8'));
    process.stdout.write(await codegen({ filename: 'a.ts', schema: parse(schema), schemaAst: buildSchema(schema),
      documents: [{ location: 'a.graphql', document }], config, plugins: [{ plugin: {} }], pluginMap: { plugin } }));`;
  const types = execFileSync(process.execPath, ['--input-type=module', '-e', generate], {
    cwd: ROOT,
    encoding: 'utf8',
    input: text.join('\n'),
  });
  fs.writeFileSync(path.join(product.folder, 'answers.ts'), types);
  const use = `import type * as answers from './answers';
    import type { Balance, BalanceEvent, CreditPackage, Intent, IntentEvent, Page, Transaction } from '@credits-gateway/client';
    declare function same<Declared>(answer: Declared): void;
    declare const a: {
      packages: answers.PackagesQuery; intent: answers.IntentQuery; intentBy: answers.IntentByQuery;
      created: answers.CreateIntentMutation; canceled: answers.CancelIntentMutation; balance: answers.BalanceQuery;
      transactions: answers.CreditTransactionsQuery; status: answers.WatchIntentSubscription; change: answers.WatchBalanceSubscription };
    same<readonly CreditPackage[]>(a.packages.packages);
    same<Intent | null>(a.intent.intent);
    same<Intent | null>(a.intentBy.intent);
    same<Intent | null>(a.created.payload.intent);
    same<boolean>(a.created.payload.replayed);
    same<Intent | null>(a.canceled.payload.intent);
    same<Balance>(a.balance.balance);
    same<Page<Transaction>>(a.transactions.creditTransactions);
    same<IntentEvent>(a.status.event);
    same<BalanceEvent>(a.change.event);
    // @ts-expect-error: nothing above is any, which would fit everything
    same<string>(a.change.event.balance.credits);`;
  const flags = ['--noEmit', '--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2023,dom'];
  product.compile('a.ts', use, flags);
});
