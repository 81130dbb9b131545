// Text that PostgreSQL cannot hold, in each place of each root field's arguments that takes text, as a variable and written
// in the document, over every transport. They are found in the schema, so that none that is added later is forgotten.
import {
  astFromValue,
  buildSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isRequiredArgument,
  isRequiredInputField,
  print,
} from 'graphql';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { overEvents, overHttp, overSocket, type Transport } from './transports';
import { leavingUntouched } from './untouched';

const database = useDatabase();
let gateway: GatewayProcess;
let client: Client;
let schema: GraphQLSchema;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
  client = await gateway.as('support_1', 'support');
  schema = buildSchema(await (await fetch(`${gateway.url}/schema.graphql`)).text());
});
afterAll(stopGateways);

// As GraphQL over HTTP says of application/json; a stream that does not begin; and a socket that goes on.
describe.each<[string, Transport, number]>([
  ['HTTP', overHttp, 200],
  ['SSE', overEvents, 400],
  ['a socket', overSocket, 1000],
])('Over %s', (_name, transport, expectedStatus) => {
  it.each([
    ['NUL', 'a\u0000b'],
    ['half a surrogate pair', 'a\ud800b'],
  ])('%s is refused in every argument, and nothing comes of it', async (_what, text) => {
    const calls = rootFields(transport).flatMap((root) => callsWith(root, text));
    expect(calls.length).toBeGreaterThan(transport === overHttp ? 20 : 3);
    await leavingUntouched(database.url, async () => {
      for (const call of calls)
        for (const asked of [call.withVariables, call.withLiterals]) {
          const { status, answers } = await transport(gateway.url, client.token, asked);
          const told = { call, status, answers, isRefused: isRefused(answers.at(-1)) };
          expect(told).toEqual({ ...told, status: expectedStatus, isRefused: true });
        }
    });
  });
});

it('is refused below the root as well', async () => {
  const nested = 'query Q($x: String) { packages { price { formatted(locale: $x) } } }';
  for (const asked of [
    { query: nested, variables: { x: 'en\u0000' } },
    { query: nested.replace(/\$x\b(?!:)/, '"en\\u0000"').replace('($x: String)', '') },
  ])
    expect(isRefused((await overHttp(gateway.url, null, asked)).answers[0])).toBe(true);
});

it('is taken where it is whole: an emoji, a family of them, and a right-to-left mark', async () => {
  const answer = await client.query('query Q($id: ID!) { intent(id: $id) { id } }', { id: '💳👨‍👩‍👧\u200f' });
  expect(answer).toEqual({ status: 200, data: { intent: null } });
});

// Half a surrogate pair in a document is no GraphQL at all. A scalar that looks at its text finds it wrong as well.
const REFUSALS = ['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED'];

/** An answer or an event has its errors inside; those of a socket's error are the payload itself. */
function isRefused(answer: any): boolean {
  const errors = Array.isArray(answer) ? answer : (answer?.errors ?? []);
  return errors.length > 0 && errors.every((error: any) => REFUSALS.includes(error.extensions?.code));
}

type Root = { readonly operation: string; readonly field: GraphQLField<unknown, unknown> };

/** A POST takes no subscriptions; one query and all subscriptions are enough for the other two, which share their guard. */
function rootFields(transport: Transport): Root[] {
  const under = (operation: 'query' | 'mutation' | 'subscription'): Root[] =>
    Object.values(schema.getRootType(operation as never)?.getFields() ?? {}).map((field) => ({
      operation,
      field,
    }));
  if (transport === overHttp) return [...under('query'), ...under('mutation')];
  return [...under('query').filter(({ field }) => field.name === 'intents'), ...under('subscription')];
}

interface Call {
  readonly argument: string;
  readonly withVariables: { readonly query: string; readonly variables: Record<string, unknown> };
  readonly withLiterals: { readonly query: string };
}

/** The field called once for each place in its arguments that takes text; elsewhere stands what is needed. */
function callsWith({ operation, field }: Root, text: string): Call[] {
  const isComposite = !isLeafType(getNamedType(field.type));
  return field.args.flatMap((argument) =>
    valuesWith(argument.type, text).map(({ path, value }) => {
      const others = field.args.filter((other) => other !== argument && isRequiredArgument(other));
      const given = [
        { argument, value },
        ...others.map((other) => ({ argument: other, value: needed(other.type) })),
      ];
      const call = (written: string[]) =>
        `${field.name}(${written.join(', ')})${isComposite ? ' { __typename }' : ''}`;
      const declared = given.map((each) => `$${each.argument.name}: ${each.argument.type}`).join(', ');
      return {
        argument: [field.name, argument.name, ...path].join('.'),
        withVariables: {
          query: `${operation} Call(${declared}) { ${call(given.map(({ argument: { name } }) => `${name}: $${name}`))} }`,
          variables: Object.fromEntries(given.map((each) => [each.argument.name, each.value])),
        },
        withLiterals: {
          query: `${operation} { ${call(given.map((each) => `${each.argument.name}: ${literal(each.value, each.argument.type)}`))} }`,
        },
      };
    }),
  );
}

const literal = (value: unknown, type: GraphQLInputType): string => {
  const node = astFromValue(value, type);
  if (!node) throw new Error(`${type} has no literal for ${JSON.stringify(value)}`);
  return print(node);
};

/** A value of the type for each place in it that takes text, with the text there. */
function valuesWith(type: GraphQLInputType, text: string): { path: string[]; value: unknown }[] {
  const bare = getNullableType(type);
  if (isListType(bare))
    return valuesWith(bare.ofType, text).map(({ path, value }) => ({ path, value: [value] }));
  if (isInputObjectType(bare))
    return Object.values(bare.getFields()).flatMap((field) =>
      valuesWith(field.type, text).map(({ path, value }) => ({
        path: [field.name, ...path],
        value: { ...(needed(bare) as object), [field.name]: value },
      })),
    );
  return isEnumType(bare) || ['Int', 'Float', 'Boolean'].includes(String(bare))
    ? []
    : [{ path: [], value: text }];
}

/** The least that the type takes. */
function needed(type: GraphQLInputType): unknown {
  const bare = getNullableType(type);
  if (isListType(bare)) return [];
  if (isEnumType(bare)) return bare.getValues()[0]?.name;
  if (isInputObjectType(bare))
    return Object.fromEntries(
      Object.values(bare.getFields())
        .filter(isRequiredInputField)
        .map((field) => [field.name, needed(field.type)]),
    );
  return { Int: 1, Float: 1, Boolean: true }[String(bare)] ?? 'x';
}
