import { GraphQLError, graphql, parse, subscribe, validate } from 'graphql';
import { formatError, isFault } from '../../src/graphql/errors';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { claimIntents } from '../support/intents';
import { support, useAsking, user } from './asking';

const asking = useAsking();
const schema = buildGatewaySchema();

/** What a client would get: the errors of an answer as they leave. */
async function errorsOf(caller: Parameters<typeof asking.ask>[0], source: string, variables = {}) {
  const { errors } = await asking.ask(caller, source, variables);
  return errors?.map((error) => formatError(error.toJSON(), error, 'request-1'));
}

test('a fault leaves nothing but a request id', async () => {
  const context = asking.context(user('alice'));
  const secret = new Error('password is hunter2');
  const broken = { ...context, deps: { ...context.deps, readIntent: () => Promise.reject(secret) } };

  const { errors, data } = await graphql({
    schema,
    source: '{ intent(id: "int_1") { id } }',
    contextValue: broken,
  });
  const error = errors?.[0] as GraphQLError;

  expect(data).toEqual({ intent: null });
  expect(isFault(error)).toBe(true);
  expect(formatError(error.toJSON(), error, 'request-1')).toEqual({
    message: 'Internal error',
    locations: [{ line: 1, column: 3 }],
    path: ['intent'],
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-1' },
  });
});

test('a fault inside a mutation is no payload', async () => {
  const context = asking.context(user('alice'));
  const broken = {
    ...context,
    deps: { ...context.deps, spend: () => Promise.reject(new TypeError('hunter2')) },
  };
  const source =
    'mutation { spendCredits(input: {credits: 1, reason: "x", idempotencyKey: "k"}) { errors { code } } }';

  const { errors, data } = await graphql({ schema, source, contextValue: broken });

  expect(data).toBeNull();
  expect(isFault(errors?.[0])).toBe(true);
});

test('a value that cannot be shown is a fault of ours, not of the request', async () => {
  await claimIntents(asking.database.pool(), ['broken']);
  await asking.sql("update intents set cancel_reason = 'risk' where user_id = 'broken'");

  const errors = await errorsOf(user('broken'), '{ intents { nodes { cancelReason } } }');

  expect(errors).toMatchObject([
    { message: 'Internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
  ]);
});

test('a problem in a query keeps its code and words, at the field that met it', async () => {
  const errors = await errorsOf(user('alice'), '{ balance { credits } intents(first: 0) { nodes { id } } }');

  expect(errors).toEqual([
    {
      message: 'first must be from 1 to 100.',
      locations: [{ line: 1, column: 23 }],
      path: ['intents'],
      extensions: { code: 'INVALID_INPUT', input: ['first'] },
    },
  ]);
});

test('a problem at the start of a subscription keeps its code', async () => {
  const document = parse('subscription { intentStatusChanged(id: "int_none") { kind } }');

  const refused = await subscribe({ schema, document, contextValue: asking.context(user('alice')) });

  const [error] = ('errors' in refused && refused.errors) || [];
  expect(formatError(error!.toJSON(), error, 'request-1')).toMatchObject({
    message: 'The intent was not found.',
    path: ['intentStatusChanged'],
    extensions: { code: 'NOT_FOUND' },
  });
});

test('a locale that is none is named, not masked', async () => {
  const errors = await errorsOf(null, '{ packages { price { formatted(locale: "not a locale") } } }');

  expect(errors?.[0]).toMatchObject({
    path: ['packages', 0, 'price', 'formatted'],
    extensions: { code: 'INVALID_INPUT' },
  });
});

test.each([
  ['a syntax error', '{ intents(', {}, /Syntax Error/],
  [
    'a variable of the wrong type',
    'query ($first: Int) { intents(first: $first) { nodes { id } } }',
    { first: 'x' },
    /\$first/,
  ],
  [
    'a variable that a scalar refuses',
    'query ($at: DateTime) { intents(filter: { createdAt: { gte: $at } }) { nodes { id } } }',
    { at: '2026-02-30T00:00:00Z' },
    /\$at/,
  ],
  [
    'a null where there is none',
    'query ($field: IntentOrderField) { intents(orderBy: { field: $field }) { nodes { id } } }',
    { field: null },
    /orderBy/,
  ],
  [
    'two keys of a look-up',
    'query ($lookup: IntentLookup!) { intentBy(lookup: $lookup) { id } }',
    { lookup: { idempotencyKey: 'a', providerIntentId: 'b' } },
    /Exactly one key/,
  ],
])("%s keeps GraphQL's own words", async (_, source, variables, words) => {
  const errors = await errorsOf(user('alice'), source, variables);

  expect(errors).toHaveLength(1);
  expect(errors?.[0]?.message).toMatch(words);
  expect(errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT');
});

test('a look-up by two keys is already refused when the document is checked', () => {
  const source = '{ intentBy(lookup: { idempotencyKey: "a", providerIntentId: "b" }) { id } }';

  expect(validate(schema, parse(source))).toHaveLength(1);
});

test('what a server says of itself before a resolver runs is masked too', () => {
  const wrapped = new GraphQLError('Context creation failed: hunter2', {
    originalError: new Error('hunter2'),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });

  expect(formatError(wrapped.toJSON(), wrapped, 'request-1')).toEqual({
    message: 'Internal error',
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'request-1' },
  });
});

test('a request id that the server wrote into the error is found there', () => {
  const error = new GraphQLError('hunter2', {
    originalError: new Error('hunter2'),
    extensions: { requestId: 'request-2' },
  });

  expect(formatError(error.toJSON(), error).extensions).toEqual({
    code: 'INTERNAL_SERVER_ERROR',
    requestId: 'request-2',
  });
});

test('a user may not name another one, whether or not that one exists; support may', async () => {
  const question = '{ balance(userId: "nobody") { userId credits version } }';

  expect((await errorsOf(user('alice'), question))?.[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
  expect((await asking.data(support, question)).balance).toEqual({
    userId: 'nobody',
    credits: 0,
    version: 0,
  });
});
