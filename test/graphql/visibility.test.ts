import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/callers/caller';
import { CLIENT_SECRET_PURPOSE } from '../../src/payments/intent.entity';
import { claimIntents } from '../support/intents';
import { type Answered, paidIntents, service, support, useAsking, user } from './asking';

const asking = useAsking();
const finance: Caller = { id: 'fin_1', role: 'finance' };

const INTENT = `query ($id: ID!) { intent(id: $id) {
  id userId status fingerprintId creditsTransactionId
  nextAction { __typename ... on MockConfirm { clientSecret outcomes } ... on StripeConfirm { publishableKey returnUrl }
    ... on RazorpayCheckout { keyId orderId name amount { amountMinor } } }
  timeline { nodes { id kind actor message data webhookEvent { id intent { id } } } }
} }`;

const intent = async (caller: Caller | null, id: string): Promise<Answered> =>
  (await asking.data(caller, INTENT, { id })).intent;

/** One open intent that the service `shop` made for `userId`, which its provider has answered. */
async function answeredIntent(userId: string, changes = ''): Promise<string> {
  const [intent] = await claimIntents(asking.database.pool(), [userId]);
  const id = intent!.id;
  await asking.sql(
    `update intents set created_by = 'shop', fingerprint_id = 'device', provider_intent_id = 'pi_mock_' || id,
       client_secret = $2 where id = $1`,
    [id, asking.deps.secrets.sealText(`secret_${id}`, CLIENT_SECRET_PURPOSE)],
  );
  if (changes) await asking.sql(`update intents set ${changes} where id = $1`, [id]);
  return id;
}

test('an intent of somebody else looks exactly like one that does not exist', async () => {
  const [id] = await paidIntents(asking, 'owner', 1);

  expect(await intent(user('owner'), id!)).toMatchObject({ id });
  expect(await intent(user('other'), id!)).toBeNull();
  expect(await intent(user('other'), 'int_none')).toBeNull();
  expect(await intent(service('shop'), id!)).toMatchObject({ id });
});

test('the next action is for the owner and for the service that made the intent', async () => {
  const id = await answeredIntent('payer');
  const shown = { __typename: 'MockConfirm', clientSecret: `secret_${id}` };

  expect((await intent(user('payer'), id)).nextAction).toMatchObject(shown);
  expect((await intent(service('shop'), id)).nextAction).toMatchObject(shown);
  expect((await intent(service('else'), id)).nextAction).toBeNull();
  expect((await intent({ id: 'shop', role: 'support' }, id)).nextAction).toBeNull();
  expect((await intent(support, id)).nextAction).toBeNull();
});

test.each([
  ['the provider has not answered', 'provider_intent_id = null'],
  ['the provider is at it', "status = 'processing'"],
  ['a cancel was asked for', 'cancel_requested_at = now()'],
  ['the time ran out', 'expire_requested_at = now()'],
  ['it is over', "status = 'canceled', completed_at = now()"],
])('there is no next action when %s', async (_, changes) => {
  const id = await answeredIntent(`waiting-${randomUUID()}`, changes);
  const [{ user_id: owner }] = (await asking.sql('select user_id from intents where id = $1', [id])) as [
    Answered,
  ];

  expect((await intent(user(owner), id)).nextAction).toBeNull();
});

test('with real keys the payer gets what the sheet of the provider needs', async () => {
  const stripe = await answeredIntent('sheet', "mode = 'test', return_url = 'https://shop.example/back'");
  const razorpay = await answeredIntent(
    'sheets',
    "mode = 'test', provider = 'razorpay', client_secret = null",
  );

  expect((await intent(user('sheet'), stripe)).nextAction).toMatchObject({
    __typename: 'StripeConfirm',
    publishableKey: 'pk_test_mock',
    returnUrl: 'https://shop.example/back',
  });
  expect((await intent(user('sheets'), razorpay)).nextAction).toMatchObject({
    __typename: 'RazorpayCheckout',
    keyId: 'rzp_test_mock',
    orderId: `pi_mock_${razorpay}`,
    name: 'Credits',
  });
});

test('at Razorpay the order id opens the checkout, and it never asks for an action', async () => {
  const id = await answeredIntent('rupees', "provider = 'razorpay', client_secret = null");

  const { nextAction } = await intent(user('rupees'), id);

  expect(nextAction.clientSecret).toBe(`pi_mock_${id}`);
  expect(nextAction.outcomes).not.toContain('require_action');
  expect((await intent(user('payer'), await answeredIntent('payer'))).nextAction.outcomes).toContain(
    'require_action',
  );
});

test("a device's fingerprint is masked below support for everybody but its owner and the service that sent it", async () => {
  const id = await answeredIntent('device-owner');
  const shown = async (caller: Caller) => (await intent(caller, id)).fingerprintId;

  expect(await shown(user('device-owner'))).toBe('device');
  expect(await shown(service('shop'))).toBe('device');
  expect(await shown(support)).toBe('device');
  expect(await shown(finance)).toBe('device');
  expect(await shown(service('else'))).toBeNull();
});

test('a timeline names people, calls and data to support alone', async () => {
  const [id] = await paidIntents(asking, 'story', 1);
  const own = (await intent(user('story'), id!)).timeline.nodes;
  const full = (await intent(support, id!)).timeline.nodes;
  const kinds = (events: Answered[]) => events.map((event) => event.kind);

  expect(kinds(own)).toEqual(['created', 'attempt_declined', 'status_changed', 'credits_granted']);
  expect(kinds(full)).toEqual([
    'created',
    'attempt_declined',
    'webhook_received',
    'status_changed',
    'credits_granted',
  ]);
  expect(kinds((await intent(service('shop'), id!)).timeline.nodes)).toEqual(kinds(own));
  expect(own.map((event: Answered) => [event.actor, event.data, event.webhookEvent])).toEqual([
    ['user', null, null],
    ['provider', null, null],
    ['provider', null, null],
    ['system', null, null],
  ]);
  expect(full[0]).toMatchObject({ actor: 'story', data: { packageId: 'small' } });
  expect(full[2].webhookEvent).toEqual({ id: full[2].data.webhookEventId, intent: { id } });
});

test('a node is found by its id by whoever may see it, and is null for all others', async () => {
  const [id] = await paidIntents(asking, 'nodes', 1);
  const full = await intent(support, id!);
  const [created, , received] = full.timeline.nodes;
  const ids = [id, full.creditsTransactionId, created.id, received.id, received.webhookEvent.id];
  const found = async (caller: Caller) =>
    (await asking.data(caller, 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids })).nodes;
  const named = (...types: (string | null)[]) =>
    types.map((type, at) => type && { __typename: type, id: ids[at] });

  expect(await found(support)).toEqual(
    named('PaymentIntent', 'CreditTransaction', 'IntentEvent', 'IntentEvent', 'WebhookEvent'),
  );
  expect(await found(user('nodes'))).toEqual(
    named('PaymentIntent', 'CreditTransaction', 'IntentEvent', null, null),
  );
  expect(await found(user('other'))).toEqual([null, null, null, null, null]);
});

test.each([
  '',
  'int',
  'int_\0',
  'xyz_1',
  'iev_x',
  'iev_999999999999999999',
  'ctx_0',
  'ctx_1; drop',
  'jrn_1',
  `whe_${'x'.repeat(300)}`,
])('the id %j names nothing', async (id) => {
  expect((await asking.data(support, 'query ($id: ID!) { node(id: $id) { id } }', { id })).node).toBeNull();
});

test('an entry of a wallet is no intent event', async () => {
  await paidIntents(asking, 'wallet-owner', 1);
  const [row] = await asking.sql("select id from events where subject = 'wallet:wallet-owner'");

  const { node } = await asking.data(support, 'query ($id: ID!) { node(id: $id) { id } }', {
    id: `iev_${row!.id}`,
  });

  expect(node).toBeNull();
});

test('more nodes than the contract allows are refused', async () => {
  const { errors } = await asking.ask(support, 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: Array.from({ length: 51 }, (_, n) => `int_${n}`),
  });

  expect(errors?.[0]?.message).toBe('Ask for at most 50 ids.');
});

test('a viewer sees who they are and what their open intents would bring', async () => {
  await answeredIntent('waiter');
  const question = '{ viewer { id role pendingCredits } }';

  expect(await asking.data(user('waiter'), question)).toEqual({
    viewer: { id: 'waiter', role: 'user', pendingCredits: 50 },
  });
  expect(await asking.data(finance, question)).toEqual({
    viewer: { id: 'fin_1', role: 'finance', pendingCredits: 0 },
  });
  expect(await asking.data(null, question)).toEqual({ viewer: null });
});

test('an intent is found by each of its other keys', async () => {
  const [id] = await paidIntents(asking, 'keys', 1);
  const [row] = await asking.sql('select idempotency_key, grant_journal_id from intents where id = $1', [id]);
  const find = async (caller: Caller, lookup: object) =>
    (
      await asking.data(caller, 'query ($lookup: IntentLookup!) { intentBy(lookup: $lookup) { id } }', {
        lookup,
      })
    ).intentBy;

  expect(await find(user('keys'), { idempotencyKey: row!.idempotency_key })).toEqual({ id });
  expect(await find(user('keys'), { creditsTransactionId: `ctx_${row!.grant_journal_id}` })).toEqual({ id });
  expect(await find(user('other'), { creditsTransactionId: `ctx_${row!.grant_journal_id}` })).toBeNull();
  expect(await find(user('keys'), { creditsTransactionId: 'ctx_x' })).toBeNull();
});
