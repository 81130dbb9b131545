// What a user guesses never meets what a back end uses: the scope of a key is the owner of the money, the operation, the
// kind of caller and the key. Each answer says whether it is a repeat.
import { randomUUID } from 'node:crypto';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let gateway: GatewayProcess;
let service: Client;

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
  service = await gateway.as('backend', 'service');
});
afterAll(stopGateways);

async function buyer(): Promise<{ user: Client; userId: string }> {
  const userId = `buyer_${randomUUID()}`;
  const user = await gateway.as(userId);
  const { intent } = await user.mutate('createIntent', { packageId: 'small' }, 'intent { id }');
  await user.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');
  return { user, userId };
}

const HOLD = 'replayed hold { id status } balance { held available }';
const SPEND = 'replayed transaction { id credits } balance { credits }';

it("a user who guesses a back end's key holds for itself, and cannot release what the back end holds", async () => {
  const { user, userId } = await buyer();
  const input = { userId, credits: 10, reason: 'A film', ttlSeconds: 60, idempotencyKey: 'job-1' };
  const own = await user.mutate('holdCredits', input, HOLD);
  const held = await service.mutate('holdCredits', input, HOLD);

  expect(held).toMatchObject({ replayed: false, errors: [], balance: { held: 20 } });
  expect(held.hold.id).not.toBe(own.hold.id);
  const released = await user.mutate('releaseHold', { id: held.hold.id }, HOLD);
  expect(released).toMatchObject({ replayed: false, hold: null, errors: [{ code: 'NOT_FOUND' }] });
  await user.mutate('releaseHold', { id: own.hold.id }, HOLD);
  expect(await service.mutate('holdCredits', input, HOLD)).toMatchObject({ replayed: true, hold: held.hold });
  expect(await user.mutate('holdCredits', input, HOLD)).toMatchObject({
    replayed: true,
    hold: { id: own.hold.id, status: 'released' },
  });
});

it("a user's refused spend is no conflict for the back end's charge under the same key", async () => {
  const userId = `poor_${randomUUID()}`;
  const user = await gateway.as(userId);
  const refused = { credits: 1, reason: 'A guess', idempotencyKey: 'fee-2026-12' };
  expect((await user.mutate('spendCredits', refused, SPEND)).errors).toMatchObject([
    { code: 'INSUFFICIENT_CREDITS' },
  ]);
  const { intent } = await user.mutate('createIntent', { packageId: 'small' }, 'intent { id }');
  await user.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { status }');

  const fee = { userId, credits: 5, reason: 'December', idempotencyKey: 'fee-2026-12' };
  const charged = await service.mutate('spendCredits', fee, SPEND);
  expect(charged).toMatchObject({ replayed: false, errors: [], balance: { credits: 45 } });
  expect(await service.mutate('spendCredits', fee, SPEND)).toMatchObject({
    replayed: true,
    transaction: charged.transaction,
    balance: { credits: 45 },
  });
  // Its own refusal is kept, for it alone.
  expect((await user.mutate('spendCredits', refused, SPEND)).errors).toMatchObject([
    { code: 'INSUFFICIENT_CREDITS' },
  ]);
});

it('a purchase of a user and one that a back end starts for it share no key', async () => {
  const userId = `shopper_${randomUUID()}`;
  const user = await gateway.as(userId);
  const select = 'replayed intent { id package { id } }';
  const own = await user.mutate('createIntent', { packageId: 'small', idempotencyKey: 'order-7' }, select);
  const forUser = { userId, packageId: 'medium', idempotencyKey: 'order-7' };
  const made = await service.mutate('createIntent', forUser, select);

  expect(made).toMatchObject({ replayed: false, errors: [], intent: { package: { id: 'medium' } } });
  expect(await service.mutate('createIntent', forUser, select)).toMatchObject({
    replayed: true,
    intent: made.intent,
  });
  const lookup = 'query ($lookup: IntentLookup!) { intentBy(lookup: $lookup) { id } }';
  const found = (client: Client) => client.query(lookup, { lookup: { idempotencyKey: 'order-7' } });
  expect((await found(user)).data.intentBy.id).toBe(own.intent.id);
  expect((await found(service)).data.intentBy.id).toBe(made.intent.id);
});

it('a hold of a user can be settled by both under the same key, once', async () => {
  const { user, userId } = await buyer();
  const holdOf = async (client: Client, idempotencyKey: string) =>
    (await client.mutate('holdCredits', { userId, credits: 10, reason: 'r', idempotencyKey }, HOLD)).hold.id;
  const [own, theirs] = [await holdOf(user, 'h'), await holdOf(service, 'h')];
  const settle = (client: Client, id: string) =>
    client.mutate('settleHold', { id, credits: 3, idempotencyKey: 'settled' }, HOLD);

  expect(await settle(user, own)).toMatchObject({ replayed: false, errors: [] });
  expect(await settle(service, theirs)).toMatchObject({
    replayed: false,
    errors: [],
    balance: { available: 44, held: 0 },
  });
  expect(await settle(user, own)).toMatchObject({ replayed: true });
  expect(await settle(service, theirs)).toMatchObject({ replayed: true });
  expect(await service.mutate('releaseHold', { id: await holdOf(service, 'r') }, HOLD)).toMatchObject({
    replayed: false,
    hold: { status: 'released' },
  });
  expect(await service.mutate('releaseHold', { id: await holdOf(service, 'r') }, HOLD)).toMatchObject({
    replayed: true,
  });
});

it('what finance did before says so when it is asked again', async () => {
  const { user, userId } = await buyer();
  const finance = await gateway.as('fin', 'finance');
  const { data } = await user.query('{ intents { nodes { id } } }');
  const adjust = { userId, credits: 5, reason: 'Sorry', idempotencyKey: 'a' };
  const refund = { intentId: data.intents.nodes[0].id, reason: 'Asked for', idempotencyKey: 'r' };
  for (const replayed of [false, true]) {
    expect(await finance.mutate('adjustCredits', adjust, 'replayed')).toEqual({ replayed, errors: [] });
    expect(await finance.mutate('refundIntent', refund, 'replayed')).toEqual({ replayed, errors: [] });
  }
});

it('a key from before the kinds were told apart holds for each of them', async () => {
  const { userId, user } = await buyer();
  const spend = { userId, credits: 5, reason: 'Old', idempotencyKey: 'old' };
  const before = await service.mutate('spendCredits', spend, SPEND);
  await database.pool().query(`update idempotency_keys set caller_kind = 'any' where user_id = $1`, [userId]);

  for (const client of [service, user])
    expect(await client.mutate('spendCredits', spend, SPEND)).toMatchObject({
      replayed: true,
      transaction: before.transaction,
      balance: { credits: 45 },
    });
});
