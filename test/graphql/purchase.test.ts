import { type ExecutionResult, graphql, parse, subscribe } from 'graphql';
import { type App, startApp } from '../../src/app';
import type { Caller } from '../../src/callers/caller';
import { createContext } from '../../src/graphql/context';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { readConfig } from '../../src/providers/read-config';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { type Answered, service, user } from './asking';

const database = useDatabase();
const schema = buildGatewaySchema();
const made: { app?: App } = {};

beforeAll(async () => {
  const config = readConfig({ DATABASE_URL: database.url, PORT: '0', LOG_LEVEL: 'silent' });
  made.app = await startApp(config, silent);
});
afterAll(() => made.app?.close());

const contextOf = (caller: Caller | null) => createContext(made.app!.deps, caller, 'request-1');

async function data(caller: Caller, source: string, variableValues = {}): Promise<Answered> {
  const answered = await graphql({ schema, source, variableValues, contextValue: contextOf(caller) });
  expect(answered.errors).toBeUndefined();
  return answered.data as Answered;
}

const CREATE = `mutation ($input: CreateIntentInput!) { createIntent(input: $input) {
  replayed
  intent { id status provider mock attemptCount nextAction { ... on MockConfirm { outcomes } } }
  errors { __typename code message path ... on IdempotencyConflictError { existing { __typename id } } }
} }`;

const create = async (caller: Caller, input: object): Promise<Answered> =>
  (await data(caller, CREATE, { input: { packageId: 'small', provider: 'stripe', ...input } })).createIntent;

const simulate = async (caller: Caller, input: object): Promise<Answered> =>
  (
    await data(
      caller,
      `mutation ($input: SimulatePaymentInput!) { simulatePayment(input: $input) {
        intent { id status creditsAdded creditsTransaction { id intent { id status } } failure { code retryable declineCode } paymentMethod { kind } }
        balance { userId credits available version }
        webhookEvents { id type status duplicateCount nextAttemptAt processedAt intent { id } }
        errors { __typename code ... on InvalidStateError { current allowedFrom } }
      } }`,
      { input },
    )
  ).simulatePayment;

test('a purchase goes from the mutation to credits that can be spent', async () => {
  const alice = user('alice');
  const { intent, replayed, errors } = await create(alice, { idempotencyKey: 'first' });
  const paid = await simulate(alice, { id: intent.id });
  const spent = await data(
    alice,
    `mutation { spendCredits(input: { credits: 20, reason: "A picture", idempotencyKey: "s1" }) {
      transaction { type credits balanceAfter reason intent { id } } balance { credits available } errors { code }
    } }`,
  );

  expect([replayed, errors]).toEqual([false, []]);
  expect(intent).toMatchObject({ status: 'pending', provider: 'stripe', mock: true, attemptCount: 0 });
  expect(intent.nextAction.outcomes).toContain('require_action');
  expect(paid.errors).toEqual([]);
  expect(paid.intent).toMatchObject({
    status: 'succeeded',
    creditsAdded: 50,
    failure: null,
    creditsTransaction: { intent: { id: intent.id, status: 'succeeded' } },
  });
  expect(paid.balance).toMatchObject({ userId: 'alice', credits: 50, available: 50 });
  expect(paid.webhookEvents.length).toBeGreaterThan(0);
  for (const event of paid.webhookEvents)
    expect(event).toMatchObject({ status: 'processed', nextAttemptAt: null, intent: { id: intent.id } });
  expect(spent.spendCredits).toEqual({
    transaction: { type: 'spend', credits: -20, balanceAfter: 30, reason: 'A picture', intent: null },
    balance: { credits: 30, available: 30 },
    errors: [],
  });
});

test('a decline is no error of the mutation: it stands on the intent, which stays open', async () => {
  const { intent } = await create(user('bob'), {});

  const declined = await simulate(user('bob'), {
    id: intent.id,
    outcome: 'insufficient_funds',
    delayMs: null,
  });

  expect(declined.errors).toEqual([]);
  expect(declined.intent).toMatchObject({
    status: 'pending',
    creditsAdded: null,
    failure: { retryable: true },
  });
});

test('each kind of problem comes as its own type', async () => {
  const carol = user('carol');
  const { intent } = await create(carol, { idempotencyKey: 'k' });
  const again = await create(carol, { idempotencyKey: 'k' });
  const conflict = await create(carol, { idempotencyKey: 'k', packageId: 'large' });
  const invalid = await create(carol, { idempotencyKey: '' });
  const missing = await simulate(carol, { id: 'int_none' });
  await simulate(carol, { id: intent.id });
  const late = await data(carol, CANCEL, { input: { id: intent.id, reason: 'changed my mind' } });

  expect(again).toMatchObject({ replayed: true, intent: { id: intent.id }, errors: [] });
  expect(conflict).toMatchObject({ replayed: false, intent: null });
  expect(conflict.errors).toEqual([
    {
      __typename: 'IdempotencyConflictError',
      code: 'IDEMPOTENCY_CONFLICT',
      message: expect.stringContaining('another input'),
      path: ['input', 'idempotencyKey'],
      existing: { __typename: 'PaymentIntent', id: intent.id },
    },
  ]);
  expect(invalid.errors).toMatchObject([{ __typename: 'GenericError', code: 'INVALID_INPUT' }]);
  expect(missing).toMatchObject({
    intent: null,
    balance: null,
    webhookEvents: [],
    errors: [{ code: 'NOT_FOUND' }],
  });
  expect(late.cancelIntent.errors).toEqual([
    {
      __typename: 'InvalidStateError',
      code: 'INVALID_STATE',
      current: 'succeeded',
      allowedFrom: ['pending', 'processing'],
    },
  ]);
});

const CANCEL = `mutation ($input: CancelIntentInput!) { cancelIntent(input: $input) {
  intent { status cancelReason isTerminal } errors { __typename code ... on InvalidStateError { current allowedFrom } }
} }`;

test('a cancel says so, and a sync finds what the provider says', async () => {
  const { intent } = await create(user('dan'), {});
  const synced = await data(
    user('dan'),
    'mutation ($input: SyncIntentInput!) { syncIntent(input: $input) { intent { id status providerStatus } errors { code } } }',
    { input: { id: intent.id } },
  );
  const canceled = await data(user('dan'), CANCEL, { input: { id: intent.id } });

  expect(synced.syncIntent).toEqual({
    intent: { id: intent.id, status: 'pending', providerStatus: 'requires_payment_method' },
    errors: [],
  });
  expect(canceled.cancelIntent).toEqual({
    intent: { status: 'canceled', cancelReason: 'requested', isTerminal: true },
    errors: [],
  });
});

test('a service buys for a user and sees the next action; another service does not', async () => {
  const { intent } = await create(service('shop'), { userId: 'erin' });
  const question = 'query ($id: ID!) { intent(id: $id) { userId nextAction { __typename } } }';

  expect(intent.nextAction).not.toBeNull();
  expect((await data(service('shop'), question, { id: intent.id })).intent.nextAction).not.toBeNull();
  expect((await data(service('else'), question, { id: intent.id })).intent.nextAction).toBeNull();
});

/** The events of a stream, one by one. */
async function watch(caller: Caller, source: string, variableValues = {}) {
  const stream = await subscribe({
    schema,
    document: parse(source),
    variableValues,
    contextValue: contextOf(caller),
  });
  if (!(Symbol.asyncIterator in stream)) throw stream.errors?.[0];
  const next = async (): Promise<Answered | null> => {
    const { done, value } = (await stream.next()) as IteratorResult<ExecutionResult>;
    if (done) return null;
    expect(value.errors).toBeUndefined();
    return Object.values(value.data as Answered)[0];
  };
  return { next, leave: () => stream.return() };
}

const STATUS = `subscription ($id: ID!, $after: String) { intentStatusChanged(id: $id, after: $after) {
  kind cursor sequence status previousStatus intent { id status creditsAdded version creditsTransaction { credits } }
} }`;

test('each event of a stream shows the intent as it is then, and the stream ends with it', async () => {
  const { intent } = await create(user('frank'), {});
  const stream = await watch(user('frank'), STATUS, { id: intent.id });
  const first = await stream.next();
  await simulate(user('frank'), { id: intent.id });
  const later: Answered[] = [];
  for (let event = await stream.next(); event; event = await stream.next()) later.push(event);

  expect(first).toMatchObject({
    kind: 'snapshot',
    status: 'pending',
    intent: { status: 'pending', creditsAdded: null },
  });
  expect(later.map((event) => event.sequence)).toEqual(later.map((_, at) => first!.sequence + 1 + at));
  expect(later.at(-1)).toMatchObject({
    kind: 'change',
    status: 'succeeded',
    intent: { status: 'succeeded', creditsAdded: 50, creditsTransaction: { credits: 50 } },
  });
});

test('a stream goes on after the cursor that it left off at', async () => {
  const { intent } = await create(user('grace'), {});
  const before = await watch(user('grace'), STATUS, { id: intent.id });
  const { cursor } = (await before.next()) as Answered;
  await before.leave();
  await simulate(user('grace'), { id: intent.id });

  const after = await watch(user('grace'), STATUS, { id: intent.id, after: cursor });
  const event = (await after.next()) as Answered;

  expect(event.kind).toBe('change');
  await after.leave();
});

test('a balance is followed with the transaction behind each change', async () => {
  const heidi = user('heidi');
  const stream = await watch(
    heidi,
    'subscription { balanceChanged { kind delta balance { credits version } transaction { type credits intent { id } } } }',
  );
  const first = await stream.next();
  const { intent } = await create(heidi, {});
  await simulate(heidi, { id: intent.id });
  const second = await stream.next();
  await stream.leave();

  expect(first).toEqual({
    kind: 'snapshot',
    delta: null,
    balance: { credits: 0, version: 0 },
    transaction: null,
  });
  expect(second).toEqual({
    kind: 'change',
    delta: 50,
    balance: { credits: 50, version: 1 },
    transaction: { type: 'purchase', credits: 50, intent: { id: intent.id } },
  });
});

test('who leaves a stream that waits is gone at once', async () => {
  const stream = await watch(user('ivan'), 'subscription { balanceChanged { kind } }');
  await stream.next();
  const waiting = stream.next();
  expect([...made.app!.deps.hub.open().keys()]).toContain('wallet:ivan');

  await stream.leave();

  expect([...made.app!.deps.hub.open().keys()]).not.toContain('wallet:ivan');
  expect(await waiting).toBeNull();
});

test('a stream of a balance that is not yours is refused', async () => {
  const refused = await subscribe({
    schema,
    document: parse('subscription { balanceChanged(userId: "alice") { kind } }'),
    contextValue: contextOf(user('judy')),
  });

  expect('errors' in refused && refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});
