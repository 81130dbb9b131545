// What operators write for each other is read by operators: no user reads it, whichever way it goes, and no product is
// sent it. What is written for the user, the user is told.
import { randomUUID } from 'node:crypto';
import type { Client } from '../support/client';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let gateway: GatewayProcess;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url, ADJUST_APPROVAL_ABOVE: '100' });
});
afterAll(stopGateways);

const INTERNAL = 'looks like a fraudster';

/** All that a user can read of itself. */
const EVERYTHING = `{
  intents { nodes {
    id status failure { code message } cancelReason
    timeline { nodes { id kind actor message data } }
    refunds { nodes { id reason publicReason requestedBy } }
    disputes { id reason }
  } }
  creditTransactions { nodes { id type reason publicReason } }
  holds(status: [open, settled, released, expired]) { nodes { id reason } }
}`;

interface Everything {
  readonly intents: { readonly nodes: readonly Record<string, any>[] };
  readonly creditTransactions: { readonly nodes: readonly Record<string, any>[] };
}
const all = async (client: Client) => (await client.query(EVERYTHING)).data as unknown as Everything;

async function bought(user: Client): Promise<string> {
  const { intent } = await user.mutate('createIntent', { packageId: 'small' }, 'intent { id }');
  await user.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  return intent.id;
}

/** Everything that an operator can write about a user's things. */
async function writeEverywhere(userId: string, id: string, publicReason?: string): Promise<void> {
  const finance = await gateway.as('fin', 'finance');
  const other = await gateway.as('ann', 'finance');
  const write = async (by: Client, name: string, input: object) => {
    const { errors } = await by.mutate(name, { ...input }, '');
    expect(errors.map(({ code }: { code: string }) => code).filter(expectedNot)).toEqual([]);
  };
  const reasons = { reason: INTERNAL, publicReason };
  const key = () => ({ idempotencyKey: randomUUID() });
  await write(finance, 'adjustCredits', { userId, credits: 7, ...reasons, ...key() });
  await write(finance, 'adjustCredits', { userId, credits: -3, ...reasons, ...key() });
  await write(finance, 'adjustCredits', { userId, credits: 200, ...reasons, ...key() });
  const asked = await finance.query('{ admin { approvals(status: [open]) { nodes { id } } } }');
  for (const { id: approval } of asked.data.admin.approvals.nodes)
    await write(other, 'decideApproval', { id: approval, approve: true, note: INTERNAL });
  await write(finance, 'refundIntent', { intentId: id, amountCents: 1000, ...reasons, ...key() });
  await write(finance, 'addNote', { subjectId: id, text: INTERNAL });
  await write(finance, 'cancelIntent', { id, reason: INTERNAL });
  const { rows } = await database.pool().query(
    `insert into breaks (subject, kind, provider, provider_entry_id, intent_id) values ('payment', 'unapplied', 'stripe', $1, $2)
     returning id`,
    [randomUUID(), id],
  );
  await write(finance, 'resolveBreak', { id: `brk_${rows[0].id}`, fix: 'ignore', note: INTERNAL });
}
// A payment that succeeded is not canceled, and what is too much for one waits for the other.
const expectedNot = (code: string) => code !== 'INVALID_STATE' && code !== 'APPROVAL_REQUIRED';

it('what operators write about a user is in nothing that the user, its back end or its product is told', async () => {
  const userId = `watched_${randomUUID()}`;
  const user = await gateway.as(userId);
  const admin = await gateway.as('adm', 'admin');
  await admin.query(
    'mutation { createWebhookEndpoint(input: {url: "http://127.0.0.1:9/hooks", events: ["*"]}) { endpoint { id } } }',
  );
  const id = await bought(user);
  await writeEverywhere(userId, id);

  const told = await all(user);
  expect(told.creditTransactions.nodes.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['adjustment', 'refund', 'purchase']),
  );
  expect(told.intents.nodes[0]?.refunds.nodes).toMatchObject([{ reason: null, publicReason: null }]);
  expect(JSON.stringify(told)).not.toContain(INTERNAL);
  const service = await gateway.as('backend', 'service');
  const asService = await service.query(
    `query ($id: ID!) { creditTransactions(userId: $id) { nodes { reason } } intents(filter: {userId: $id}) { nodes {
       refunds { nodes { reason } } timeline { nodes { message data } } } } }`,
    { id: userId },
  );
  expect(asService.data.creditTransactions.nodes).not.toHaveLength(0);
  expect(JSON.stringify(asService)).not.toContain(INTERNAL);
  const sent = async () =>
    (
      await database
        .pool()
        .query('select body from deliveries where body::jsonb ->> $1 = $2', ['userId', userId])
    ).rows.map(({ body }) => body as string);
  const rows = await eventually(sent, (bodies) =>
    ['credits.adjusted', 'refund.succeeded'].every((type) =>
      bodies.some((body) => JSON.parse(body).type === type),
    ),
  );
  expect(JSON.stringify(rows)).not.toContain(INTERNAL);
});

it('what is written for the user the user reads, and operators read both', async () => {
  const userId = `told_${randomUUID()}`;
  const user = await gateway.as(userId);
  const id = await bought(user);
  await writeEverywhere(userId, id, 'With our apologies');

  const told = await all(user);
  const adjusted = (by: Everything) =>
    by.creditTransactions.nodes.filter(({ type }) => type === 'adjustment').map(({ reason }) => reason);
  expect(adjusted(told)).toEqual(Array(3).fill('With our apologies'));
  expect(told.intents.nodes[0]?.refunds.nodes).toMatchObject([
    { reason: 'With our apologies', publicReason: 'With our apologies', requestedBy: null },
  ]);
  const support = await gateway.as('sup', 'support');
  const { data } = await support.query(
    `query ($user: ID!) { creditTransactions(userId: $user) { nodes { type reason publicReason } }
       intents(filter: {userId: $user}) { nodes { refunds { nodes { reason publicReason } } } } }`,
    { user: userId },
  );
  const both = { reason: INTERNAL, publicReason: 'With our apologies' };
  expect(data.creditTransactions.nodes).toEqual(
    expect.arrayContaining([expect.objectContaining({ type: 'adjustment', ...both })]),
  );
  expect(data.intents.nodes[0].refunds.nodes).toEqual([both]);
});

it('another text for the user under the same key is another input', async () => {
  const finance = await gateway.as('fin', 'finance');
  const input = { userId: 'ada', credits: 1, reason: 'r', idempotencyKey: randomUUID() };
  expect((await finance.mutate('adjustCredits', input, '')).errors).toEqual([]);
  const other = await finance.mutate('adjustCredits', { ...input, publicReason: 'Hello' }, '');
  expect(other.errors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }]);
});

it('support releases what a back end holds, which is written down, and spends nothing of it', async () => {
  const userId = `holder_${randomUUID()}`;
  const user = await gateway.as(userId);
  await bought(user);
  const service = await gateway.as('backend', 'service');
  const input = { userId, credits: 10, reason: 'A film', idempotencyKey: 'job' };
  const { hold } = await service.mutate('holdCredits', input, 'hold { id }');
  for (const role of ['support', 'finance', 'admin']) {
    const operator = await gateway.as(`${role}_1`, role);
    const settle = { id: hold.id, credits: 10, idempotencyKey: role };
    expect((await operator.mutate('settleHold', settle, '')).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
    const spend = { userId, credits: 1, reason: 'r', idempotencyKey: role };
    expect((await operator.mutate('spendCredits', spend, '')).errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  }
  const support = await gateway.as('support_1', 'support');
  const released = await support.mutate(
    'releaseHold',
    { id: hold.id },
    'hold { status } balance { available }',
  );
  expect(released).toMatchObject({ errors: [], hold: { status: 'released' }, balance: { available: 50 } });
  const { rows } = await database
    .pool()
    .query(`select actor, role from audit_log where action = 'releaseHold' and target_id = $1`, [hold.id]);
  expect(rows).toEqual([{ actor: 'support_1', role: 'support' }]);
});
