// What belongs to somebody else answers exactly like what was never there: the whole answers are compared, over every
// transport, so that nobody can find out which ids exist.
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { overEvents, overHttp, overSocket, type Transport } from './transports';
import { leavingUntouched } from './untouched';

const database = useDatabase();
const KEY = 'the-key-of-the-owner';
let gateway: GatewayProcess;
let stranger: Client;
/** Each thing of the owner's beside one of the same form that does not exist. */
const things = new Map<string, readonly [theirs: string, none: string]>();

beforeAll(async () => {
  gateway = await startGateway({ DATABASE_URL: database.url });
  const owner = await gateway.as('owner');
  stranger = await gateway.as('stranger');
  const made = await owner.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe', idempotencyKey: KEY, fingerprintId: 'device-1' },
    'intent { id providerIntentId }',
  );
  const { id, providerIntentId } = made.intent;
  const paid = await owner.mutate(
    'simulatePayment',
    { id, outcome: 'succeed' },
    'intent { creditsTransactionId timeline { nodes { id } } } webhookEvents { id }',
  );
  const order = await owner.mutate(
    'createIntent',
    { packageId: 'large', provider: 'razorpay' },
    'intent { id }',
  );
  const held = await owner.mutate(
    'holdCredits',
    { credits: 1, reason: 'A film', idempotencyKey: 'hold' },
    'hold { id }',
  );
  const last = (text: string) => `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`;
  const [event] = paid.intent.timeline.nodes;
  const [webhookEvent] = paid.webhookEvents;
  things.set('intent', [id, last(id)]);
  things.set('order', [order.intent.id, last(order.intent.id)]);
  things.set('intent event', [event.id, 'iev_999999']);
  things.set('transaction', [paid.intent.creditsTransactionId, 'ctx_999999']);
  things.set('webhook event', [webhookEvent.id, last(webhookEvent.id)]);
  things.set('provider intent', [providerIntentId, last(providerIntentId)]);
  things.set('key', [KEY, 'a-key-that-nobody-used']);
  things.set('hold', [held.hold.id, last(held.hold.id)]);
  things.set('user', ['owner', 'nobody-at-all']);
  const shop = await gateway.as('shop', 'service');
  const input = { name: 'Acme', ownerId: 'owner', idempotencyKey: 'acme' };
  const { wallet } = await shop.mutate('createWallet', input, 'wallet { id }');
  things.set('wallet', [wallet.id, last(wallet.id)]);
});
afterAll(stopGateways);

const MONEY = 'id credits reason';
const READS: [what: string, thing: string, query: string][] = [
  ['intent', 'intent', 'query Q($x: ID!) { intent(id: $x) { id status } }'],
  ['node', 'intent', 'query Q($x: ID!) { node(id: $x) { id } }'],
  ['node', 'intent event', 'query Q($x: ID!) { node(id: $x) { id } }'],
  ['node', 'transaction', 'query Q($x: ID!) { node(id: $x) { id } }'],
  ['node', 'hold', 'query Q($x: ID!) { node(id: $x) { id } }'],
  ['node', 'webhook event', 'query Q($x: ID!) { node(id: $x) { id } }'],
  ['nodes', 'intent', 'query Q($x: ID!) { nodes(ids: [$x, "pkg", $x]) { id } }'],
  ['intentBy', 'provider intent', 'query Q($x: String!) { intentBy(lookup: {providerIntentId: $x}) { id } }'],
  ['intentBy', 'transaction', 'query Q($x: ID!) { intentBy(lookup: {creditsTransactionId: $x}) { id } }'],
  ['intentBy', 'key', 'query Q($x: String!) { intentBy(lookup: {idempotencyKey: $x}) { id } }'],
  ['intents', 'user', 'query Q($x: ID!) { intents(filter: {userId: $x}) { totalCount nodes { id } } }'],
  ['balance', 'user', 'query Q($x: ID!) { balance(userId: $x) { credits version } }'],
  [
    'creditTransactions',
    'user',
    `query Q($x: ID!) { creditTransactions(userId: $x) { nodes { ${MONEY} } } }`,
  ],
  ['holds', 'user', 'query Q($x: ID!) { holds(userId: $x) { nodes { id } } }'],
  [
    'balanceAt',
    'user',
    'query Q($x: ID!) { balanceAt(userId: $x, at: "2026-01-01T00:00:00.000Z") { credits } }',
  ],
];
READS.push(
  ['wallet', 'wallet', 'query Q($x: ID!) { wallet(id: $x) { id name } }'],
  ['node', 'wallet', 'query Q($x: ID!) { node(id: $x) { id } }'],
  ['balance', 'wallet', 'query Q($x: ID!) { balance(walletId: $x) { credits version } }'],
  [
    'creditTransactions',
    'wallet',
    `query Q($x: ID!) { creditTransactions(walletId: $x) { nodes { ${MONEY} } } }`,
  ],
  ['holds', 'wallet', 'query Q($x: ID!) { holds(walletId: $x) { nodes { id } } }'],
  ['intents', 'wallet', 'query Q($x: ID!) { intents(filter: {walletId: $x}) { nodes { id } } }'],
);
const ERRORS = 'errors { __typename code message path }';
const ACTS: [what: string, thing: string, query: string][] = [
  ...['cancelIntent', 'simulatePayment', 'syncIntent'].flatMap((name) =>
    ['intent', 'order'].map((thing): [string, string, string] => [
      name,
      thing,
      `mutation M($x: ID!) { ${name}(input: {id: $x}) { intent { id } ${ERRORS} } }`,
    ]),
  ),
  [
    'confirmPayment',
    'order',
    `mutation M($x: ID!) { confirmPayment(input: {id: $x, proof: {razorpay_order_id: "order_1",
      razorpay_payment_id: "pay_1", razorpay_signature: "s"}}) { intent { id } ${ERRORS} } }`,
  ],
  [
    'confirmRazorpayPayment',
    'order',
    `mutation M($x: ID!) { confirmRazorpayPayment(input: {id: $x, razorpayOrderId: "order_1",
      razorpayPaymentId: "pay_1", razorpaySignature: "s"}) { intent { id } ${ERRORS} } }`,
  ],
  [
    'spendCredits',
    'user',
    `mutation M($x: ID!) { spendCredits(input: {userId: $x, credits: 1, reason: "r", idempotencyKey: "k"}) {
      transaction { id } balance { credits } ${ERRORS} } }`,
  ],
  [
    'holdCredits',
    'user',
    `mutation M($x: ID!) { holdCredits(input: {userId: $x, credits: 1, reason: "r", idempotencyKey: "k"}) {
      hold { id } balance { credits } ${ERRORS} } }`,
  ],
  [
    'moveCredits',
    'user',
    `mutation M($x: ID!) { moveCredits(input: {userId: $x, toUserId: "eve", credits: 1, reason: "r", idempotencyKey: "k"}) {
      transaction { id } balance { credits } ${ERRORS} } }`,
  ],
  [
    'adjustCredits',
    'user',
    `mutation M($x: ID!) { adjustCredits(input: {userId: $x, credits: 1, reason: "r", idempotencyKey: "k"}) {
      transaction { id } balance { credits } ${ERRORS} } }`,
  ],
  [
    'settleHold',
    'hold',
    `mutation M($x: ID!) { settleHold(input: {id: $x, credits: 1, idempotencyKey: "k"}) { hold { id } ${ERRORS} } }`,
  ],
  ['releaseHold', 'hold', `mutation M($x: ID!) { releaseHold(input: {id: $x}) { hold { id } ${ERRORS} } }`],
  [
    'createIntent',
    'user',
    `mutation M($x: ID!) { createIntent(input: {userId: $x, packageId: "small"}) { intent { id } ${ERRORS} } }`,
  ],
];
ACTS.push(
  ...[
    'spendCredits(input: {walletId: $x, credits: 1, reason: "r", idempotencyKey: "k"})',
    'holdCredits(input: {walletId: $x, credits: 1, reason: "r", ttlSeconds: 60, idempotencyKey: "k"})',
    'setLowBalance(input: {walletId: $x, levels: []})',
    'setSpendLimit(input: {walletId: $x, memberId: "owner", per: day, credits: 1})',
    'createIntent(input: {walletId: $x, packageId: "small", idempotencyKey: "k"})',
    'setWalletMember(input: {walletId: $x, userId: "stranger", role: owner})',
    'removeWalletMember(input: {walletId: $x, userId: "owner"})',
  ].map((call): [string, string, string] => [
    call.slice(0, call.indexOf('(')),
    'wallet',
    `mutation M($x: ID!) { ${call} { ${ERRORS} } }`,
  ]),
);
const WATCHES: [what: string, thing: string, query: string][] = [
  [
    'intentStatusChanged',
    'intent',
    'subscription S($x: ID!) { intentStatusChanged(id: $x) { kind status } }',
  ],
  [
    'balanceChanged',
    'user',
    'subscription S($x: ID!) { balanceChanged(userId: $x) { balance { credits } } }',
  ],
  [
    'balanceChanged',
    'wallet',
    'subscription S($x: ID!) { balanceChanged(walletId: $x) { balance { credits } } }',
  ],
];

async function expectAlike(transport: Transport, thing: string, query: string) {
  const [theirs, none] = things.get(thing) ?? ['', ''];
  const ask = async (x: string) => {
    const told = await transport(gateway.url, stranger.token, { query, variables: { x } });
    return JSON.stringify(told).replaceAll(x, 'X');
  };
  await leavingUntouched(database.url, async () => expect(await ask(theirs)).toBe(await ask(none)));
}

it.each([...READS, ...ACTS])('%s of a foreign %s answers like one of none', (_what, thing, query) =>
  expectAlike(overHttp, thing, query),
);

it.each([...READS.slice(0, 2), ...ACTS.slice(0, 1), ...WATCHES])(
  '%s of a foreign %s answers like one of none over SSE',
  (_what, thing, query) => expectAlike(overEvents, thing, query),
);

it.each([...READS.slice(0, 2), ...ACTS.slice(0, 1), ...WATCHES])(
  '%s of a foreign %s answers like one of none over a socket',
  (_what, thing, query) => expectAlike(overSocket, thing, query),
);

it('finds all of it for one who may see it', async () => {
  const owner = await gateway.as('owner', 'support');
  for (const [what, thing, query] of READS) {
    const { data } = await owner.query(query, { x: things.get(thing)?.[0] });
    expect([what, thing, data[what]]).toEqual([what, thing, expect.anything()]);
  }
});

it("buys for a stranger under the owner's key as if nobody had used it", async () => {
  const made = await stranger.mutate(
    'createIntent',
    { packageId: 'small', idempotencyKey: KEY },
    'replayed intent { userId }',
  );
  expect(made).toEqual({ replayed: false, intent: { userId: 'stranger' }, errors: [] });
});
