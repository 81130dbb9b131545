// Whole purchases, driven from outside over HTTP and WebSocket against a gateway that runs as a process of its own.
import type { Client } from '../support/client';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const INTENT = `intent { id status providerIntentId providerStatus providerPaymentId creditsAdded attemptCount version
  failure { code message retryable } nextAction { __typename ... on MockConfirm { outcomes } } }`;
const SIMULATED = `${INTENT} balance { credits available version } webhookEvents { id status type duplicateCount }`;
const WATCH = `subscription Watch($id: ID!, $after: String) { intentStatusChanged(id: $id, after: $after) {
  kind cursor sequence status previousStatus intent { id status creditsAdded } } }`;

const database = useDatabase();
let gateway: GatewayProcess;
let users = 0;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
});
afterAll(stopGateways);

const newcomer = () => gateway.as(`journey_${++users}`);

async function create(client: Client, provider: string, packageId = 'small') {
  const made = await client.mutate(
    'createIntent',
    { packageId, provider, idempotencyKey: `key_${users}` },
    `replayed ${INTENT}`,
  );
  expect(made.errors).toEqual([]);
  return made.intent;
}

const play = (client: Client, id: string, outcome: string, delayMs = 0) =>
  client.mutate('simulatePayment', { id, outcome, delayMs }, SIMULATED);

const balanceOf = async (client: Client) =>
  (await client.query('{ balance { credits available } }')).data.balance;
const intentOf = async (client: Client, id: string) =>
  (await client.query(`query Q($id: ID!) { ${INTENT.replace('intent {', 'intent(id: $id) {')} }`, { id }))
    .data.intent;

describe.each([
  ['stripe', /^pi_mock_[0-9a-f]+$/, 'requires_payment_method'],
  ['razorpay', /^order_mock_[0-9a-f]+$/, 'created'],
])('A purchase through %s', (provider, objectId, firstStatus) => {
  it('starts pending, with the object of the provider and what to do next', async () => {
    const intent = await create(await newcomer(), provider);
    expect(intent).toMatchObject({
      status: 'pending',
      providerStatus: firstStatus,
      nextAction: { __typename: 'MockConfirm' },
    });
    expect(intent.providerIntentId).toMatch(objectId);
  });

  it('succeeds: credits are added and every watcher sees it live', async () => {
    const client = await newcomer();
    const { id } = await create(client, provider);
    const watching = client.subscribe(WATCH, { id });
    await watching.count(1);
    const balances = client.subscribe(
      'subscription { balanceChanged { kind delta balance { credits version } transaction { type credits } } }',
    );
    await balances.count(1);

    const paid = await play(client, id, 'succeed');
    expect(paid).toMatchObject({
      errors: [],
      intent: { status: 'succeeded', creditsAdded: 50 },
      balance: { credits: 50, available: 50 },
    });
    expect(paid.webhookEvents.length).toBeGreaterThanOrEqual(2);
    for (const event of paid.webhookEvents) expect(['processed', 'ignored']).toContain(event.status);

    await watching.until(({ isComplete }) => isComplete);
    const sequences = watching.events.map((event) => event.sequence);
    expect(sequences).toEqual(sequences.map((_, at) => sequences[0] + at));
    expect(watching.events[0]).toMatchObject({ kind: 'snapshot', status: 'pending' });
    expect(watching.events.at(-1)).toMatchObject({
      kind: 'change',
      status: 'succeeded',
      intent: { creditsAdded: 50 },
    });
    await balances.count(2);
    expect(balances.events[1]).toMatchObject({
      kind: 'change',
      delta: 50,
      balance: { credits: 50 },
      transaction: { type: 'purchase', credits: 50 },
    });
    await balances.close();
  });

  it.each(['decline', 'insufficient_funds'])('stays open after %s and then succeeds', async (outcome) => {
    const client = await newcomer();
    const { id } = await create(client, provider);
    const refused = await play(client, id, outcome);
    expect(refused.intent).toMatchObject({
      status: 'pending',
      attemptCount: 1,
      failure: { retryable: true },
    });
    expect(refused.balance.credits).toBe(0);
    const paid = await play(client, id, 'succeed');
    expect(paid).toMatchObject({
      intent: { status: 'succeeded', attemptCount: 2, failure: null },
      balance: { credits: 50 },
    });
  });

  it('fails when the decline is final', async () => {
    const client = await newcomer();
    const { id } = await create(client, provider);
    const failed = await play(client, id, 'fail');
    expect(failed).toMatchObject({
      intent: { status: 'failed', failure: { retryable: false }, nextAction: null },
      balance: { credits: 0 },
    });
  });

  it('grants money that comes after it failed, once', async () => {
    const client = await newcomer();
    const { id } = await create(client, provider);
    const watching = client.subscribe(WATCH, { id });
    const failed = await play(client, id, 'late_success', 500);
    expect(failed).toMatchObject({ intent: { status: 'failed' }, balance: { credits: 0 } });
    await watching.until(({ isComplete }) => isComplete, 15_000);
    expect(watching.events.map((event) => event.status)).toEqual(
      expect.arrayContaining(['failed', 'succeeded']),
    );
    expect((await balanceOf(client)).credits).toBe(50);
  });

  it('books a wrong amount as unapplied and grants nothing', async () => {
    const client = await newcomer();
    const { id } = await create(client, provider);
    const paid = await play(client, id, 'amount_mismatch');
    expect(paid).toMatchObject({
      intent: { status: 'failed', failure: { code: 'amount_mismatch' } },
      balance: { credits: 0 },
    });
  });

  it('goes through processing to its end', async () => {
    const client = await newcomer();
    const first = await create(client, provider);
    const watching = client.subscribe(WATCH, { id: first.id });
    const paid = await play(client, first.id, 'processing_then_succeed');
    expect(paid.intent.status).toBe('succeeded');
    await watching.until(({ isComplete }) => isComplete);
    expect(watching.events.map((event) => event.status)).toContain('processing');
    const other = await newcomer();
    const second = await create(other, provider);
    expect((await play(other, second.id, 'processing_then_decline')).intent).toMatchObject({
      status: 'pending',
      attemptCount: 1,
    });
  });

  it('counts an event that comes three times once', async () => {
    const client = await newcomer();
    const { id } = await create(client, provider);
    const paid = await play(client, id, 'duplicate_webhook');
    expect(paid.balance.credits).toBe(50);
    // The credits are there with the first of them.
    const pool = database.pool();
    await eventually(
      () =>
        pool.query('select max(duplicate_count)::int as n from webhook_events where intent_id = $1', [id]),
      ({ rows }) => rows[0].n >= 1,
    );
  });

  it('refuses a badly signed event, stores nothing of it, and takes the right one that follows', async () => {
    const client = await newcomer();
    const { id } = await create(client, provider);
    const watching = client.subscribe(WATCH, { id });
    const refused = await play(client, id, 'bad_signature', 400);
    expect(refused).toMatchObject({ webhookEvents: [], intent: { status: 'pending' } });
    await watching.until(({ isComplete }) => isComplete, 15_000);
    expect((await balanceOf(client)).credits).toBe(50);
  });

  it('can be canceled, once and for all', async () => {
    const client = await newcomer();
    const { id } = await create(client, provider);
    const watching = client.subscribe(WATCH, { id });
    const canceled = await client.mutate('cancelIntent', { id }, INTENT);
    expect(canceled).toMatchObject({ errors: [], intent: { status: 'canceled', nextAction: null } });
    expect((await client.mutate('cancelIntent', { id }, INTENT)).intent.status).toBe('canceled');
    await watching.until(({ isComplete }) => isComplete);
  });

  it('cannot be canceled after it succeeded', async () => {
    const client = await newcomer();
    const { id } = await create(client, provider);
    await play(client, id, 'succeed');
    const canceled = await client.mutate('cancelIntent', { id }, INTENT);
    expect(canceled).toMatchObject({
      intent: null,
      errors: [{ __typename: 'InvalidStateError', code: 'INVALID_STATE' }],
    });
    expect((await intentOf(client, id)).status).toBe('succeeded');
  });

  it('is found again by its key, with the same answer', async () => {
    const client = await newcomer();
    const first = await create(client, provider);
    const again = await client.mutate(
      'createIntent',
      { packageId: 'small', provider, idempotencyKey: `key_${users}` },
      `replayed ${INTENT}`,
    );
    expect(again).toMatchObject({ replayed: true, intent: first });
  });
});

describe('Other ways to a purchase', () => {
  it('asks for an action where the provider has such a thing, and says so where it has not', async () => {
    const client = await newcomer();
    const stripe = await create(client, 'stripe');
    expect((await play(client, stripe.id, 'require_action')).intent).toMatchObject({
      status: 'pending',
      providerStatus: 'requires_action',
    });
    expect((await play(client, stripe.id, 'succeed')).intent.status).toBe('succeeded');
    const other = await newcomer();
    const razorpay = await create(other, 'razorpay');
    expect((await play(other, razorpay.id, 'require_action')).errors[0].code).toBe('INVALID_STATE');
  });

  it('finds the open intent of a double click without a key, and makes a new one after it is paid', async () => {
    const client = await newcomer();
    const call = () => client.mutate('createIntent', { packageId: 'large' }, `replayed ${INTENT}`);
    const [first, second] = await Promise.all([call(), call()]);
    expect(first.intent.id).toBe(second.intent.id);
    await play(client, first.intent.id, 'succeed');
    expect((await call()).intent.id).not.toBe(first.intent.id);
  });

  it('learns by syncIntent what no event told', async () => {
    const client = await newcomer();
    const { id } = await create(client, 'stripe');
    await play(client, id, 'bad_signature', 30_000);
    const synced = await client.mutate('syncIntent', { id }, INTENT);
    expect(synced).toMatchObject({ errors: [], intent: { status: 'succeeded', creditsAdded: 50 } });
    expect((await balanceOf(client)).credits).toBe(50);
  });

  it('spends what was bought, once for each key, and says when there is not enough', async () => {
    const client = await newcomer();
    const { id } = await create(client, 'stripe');
    await play(client, id, 'succeed');
    const spend = (credits: number, key: string) =>
      client.mutate(
        'spendCredits',
        { credits, reason: 'A picture', idempotencyKey: key },
        'transaction { id type credits balanceAfter } balance { credits }',
      );
    const first = await spend(20, 'picture-1');
    expect(first).toMatchObject({
      errors: [],
      transaction: { type: 'spend', credits: -20, balanceAfter: 30 },
      balance: { credits: 30 },
    });
    expect(await spend(20, 'picture-1')).toEqual(first);
    expect((await spend(31, 'picture-2')).errors[0].code).toBe('INSUFFICIENT_CREDITS');
    expect((await spend(21, 'picture-1')).errors[0]).toMatchObject({
      __typename: 'IdempotencyConflictError',
      code: 'IDEMPOTENCY_CONFLICT',
    });
    expect((await balanceOf(client)).credits).toBe(30);
  });

  it('lets a service buy and spend for a user, who sees it all', async () => {
    const user = await newcomer();
    const service = await gateway.as('backend', 'service');
    const made = await service.mutate(
      'createIntent',
      { packageId: 'small', provider: 'stripe', userId: `journey_${users}`, idempotencyKey: 's' },
      INTENT,
    );
    await play(service, made.intent.id, 'succeed');
    expect((await balanceOf(user)).credits).toBe(50);
    const spent = await service.mutate(
      'spendCredits',
      { userId: `journey_${users}`, credits: 5, reason: 'r', idempotencyKey: 's' },
      'balance { credits }',
    );
    expect(spent.balance.credits).toBe(45);
    expect((await intentOf(user, made.intent.id)).status).toBe('succeeded');
  });
});
