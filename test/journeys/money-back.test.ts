// Money that goes back, from outside: a gateway that runs as a process of its own with both simulated providers, and a back
// end that hears of it. A small package is 50 credits for INR 50.00; a refund of more than INR 60.00 takes two people.
import { AFTER_PAYMENT } from '../../src/intents/simulate';
import { closeReceivers, type Got, type Receiver, startReceiver } from '../deliveries/receiver';
import { faultsOf } from '../deliveries/schemas';
import type { Client } from '../support/client';
import { eventually } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const PROVIDERS = ['stripe', 'razorpay'] as const;
type Provider = (typeof PROVIDERS)[number];

const INTENT = `query ($id: ID!) { intent(id: $id) {
  status version isTerminal providerPaymentId
  refundedAmount { amountMinor currency }
  all: refundPreview { creditsToRevoke unspent wouldOwe amount { amountMinor } }
  some: refundPreview(amountCents: 2000) { creditsToRevoke unspent wouldOwe amount { amountMinor } }
  tooMuch: refundPreview(amountCents: 5001) { creditsToRevoke }
  refunds { nodes { id status creditsRevoked reason requestedBy completedAt amount { amountMinor } } }
  disputes { id status creditsFrozen closedAt respondBy amount { amountMinor } }
  timeline { nodes { kind actor } }
} }`;
const BALANCE = '{ balance { credits available held frozen owed } }';

let gateway: GatewayProcess;
let receiver: Receiver;
let finance: Client;
let secondPerson: Client;
let users = 0;

beforeAll(async () => {
  gateway = await startGateway({
    DATABASE_URL: database.url,
    REFUND_APPROVAL_ABOVE: 'INR:6000',
    REFUND_APPROVAL_TOTAL_ABOVE: 'INR:1000000',
  });
  finance = await gateway.as('fin_1', 'finance');
  secondPerson = await gateway.as('fin_2', 'finance');
  receiver = await startReceiver();
  const admin = await gateway.as('admin', 'admin');
  const { data } = await admin.query(
    'mutation ($input: WebhookEndpointInput!) { createWebhookEndpoint(input: $input) { errors { code } } }',
    { input: { url: receiver.url, events: ['refund.*', 'dispute.*'] } },
  );
  expect(data.createWebhookEndpoint.errors).toEqual([]);
});
afterAll(async () => {
  await stopGateways();
  await closeReceivers();
});

interface Bought {
  readonly client: Client;
  readonly userId: string;
  readonly id: string;
  play(outcome: string): Promise<Record<string, any>>;
  intent(): Promise<Record<string, any>>;
  balance(): Promise<Record<string, number>>;
  transactions(): Promise<[string, number, number][]>;
  spend(credits: number): Promise<void>;
  refund(amountCents: number | null, key?: string, by?: Client): Promise<Record<string, any>>;
  /** What the back end was told of this payer, in the order of its coming. */
  told(count: number): Promise<readonly Got[]>;
}

async function bought(
  provider: Provider,
  { packageId = 'small', outcome = 'succeed' } = {},
): Promise<Bought> {
  const userId = `payer_${++users}`;
  const client = await gateway.as(userId);
  const { intent } = await client.mutate('createIntent', { packageId, provider }, 'intent { id }');
  const { id } = intent as { id: string };
  const play = (played: string) =>
    client.mutate('simulatePayment', { id, outcome: played }, 'intent { status } balance { credits }');
  expect((await play(outcome)).errors).toEqual([]);
  return {
    client,
    userId,
    id,
    play,
    intent: async () => (await finance.query(INTENT, { id })).data.intent,
    balance: async () => (await client.query(BALANCE)).data.balance,
    transactions: async () =>
      (
        await client.query('{ creditTransactions { nodes { type credits balanceAfter } } }')
      ).data.creditTransactions.nodes.map(({ type, credits, balanceAfter }: Record<string, unknown>) => [
        type,
        credits,
        balanceAfter,
      ]),
    spend: async (credits) => {
      const input = { credits, reason: 'A picture', idempotencyKey: 'spent' };
      expect((await client.mutate('spendCredits', input, 'balance { credits }')).errors).toEqual([]);
    },
    refund: (amountCents, key = 'back', by = finance) =>
      by.mutate(
        'refundIntent',
        { intentId: id, amountCents, reason: 'Bought twice', idempotencyKey: key },
        `refund { id status creditsRevoked requestedBy amount { amountMinor } }
         intent { refundedAmount { amountMinor } } balance { credits available frozen owed }`,
      ),
    told: async (count) => {
      const own = (all: readonly Got[]) => all.filter(({ event }) => event.userId === userId);
      return own(await receiver.until((all) => own(all).length >= count));
    },
  };
}

const until = (isSo: () => Promise<boolean>) => eventually(isSo, (so) => so);

const typesOf = (got: readonly Got[]) => got.map(({ event }) => event.type);
const balanceOf = (credits: number, { frozen = 0, owed = 0 } = {}) => ({
  credits,
  available: credits - frozen,
  held: 0,
  frozen,
  owed,
});
const kindsOf = ({ timeline }: Record<string, any>) =>
  timeline.nodes.map(({ kind }: { kind: string }) => kind);
/** Every delivery about this payer is whole: its schema describes it, and its sequence rises. */
function expectWhole(got: readonly Got[], bought: Bought): void {
  expect(got.flatMap(({ event }) => faultsOf(event))).toEqual([]);
  for (const { event } of got)
    expect(event).toMatchObject({ userId: bought.userId, data: { intentId: bought.id, mock: true } });
  const sequences = got.map(({ event }) => event.sequence);
  expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
}

describe.each(PROVIDERS)('At %s', (provider) => {
  it('a refund in parts shows before what it does, takes its credits, and is told of', async () => {
    const paid = await bought(provider);
    expect(await paid.intent()).toMatchObject({
      refundedAmount: { amountMinor: '0', currency: 'INR' },
      all: { creditsToRevoke: 50, unspent: 50, wouldOwe: 0, amount: { amountMinor: '5000' } },
      some: { creditsToRevoke: 20, unspent: 50, wouldOwe: 0, amount: { amountMinor: '2000' } },
      tooMuch: null,
    });

    const part = await paid.refund(2000);
    expect(part).toMatchObject({
      errors: [],
      refund: {
        status: 'succeeded',
        creditsRevoked: 20,
        requestedBy: 'fin_1',
        amount: { amountMinor: '2000' },
      },
      intent: { refundedAmount: { amountMinor: '2000' } },
      balance: { credits: 30, available: 30, frozen: 0, owed: 0 },
    });
    // Asked again with its key it is the same one.
    expect((await paid.refund(2000)).refund.id).toBe(part.refund.id);
    await paid.spend(10);
    expect((await paid.intent()).all).toEqual({
      ...{ creditsToRevoke: 30, unspent: 20, wouldOwe: 10, amount: { amountMinor: '3000' } },
    });
    const rest = await paid.refund(null, 'rest');
    expect(rest).toMatchObject({ errors: [], balance: { credits: 0, available: 0, owed: 10 } });
    expect((await paid.refund(1, 'more')).errors).toMatchObject([
      { __typename: 'GenericError', code: 'REFUND_EXCEEDS_AMOUNT', path: ['input', 'amountMinor'] },
    ]);

    const intent = await paid.intent();
    expect(intent).toMatchObject({
      ...{ status: 'succeeded', isTerminal: true, all: null },
      refundedAmount: { amountMinor: '5000' },
    });
    expect(intent.refunds.nodes).toMatchObject([
      { id: part.refund.id, status: 'succeeded', creditsRevoked: 20, completedAt: expect.any(String) },
      { id: rest.refund.id, status: 'succeeded', creditsRevoked: 30, completedAt: expect.any(String) },
    ]);
    expect(await paid.transactions()).toEqual([
      ['refund', -20, 0],
      ['spend', -10, 20],
      ['refund', -20, 30],
      ['purchase', 50, 50],
    ]);
    expect(await paid.balance()).toEqual(balanceOf(0, { owed: 10 }));
    expect(kindsOf(intent).filter((kind: string) => kind.startsWith('refund'))).toEqual([
      ...['refund_requested', 'refund_issued', 'refund_requested', 'refund_issued'],
    ]);
    const got = await paid.told(4);
    expect(typesOf(got)).toEqual([
      'refund.created',
      'refund.succeeded',
      'refund.created',
      'refund.succeeded',
    ]);
    expectWhole(got, paid);
    expect(got[1]?.event.data).toMatchObject({
      refundId: part.refund.id,
      creditsRevoked: 20,
      status: 'succeeded',
    });
    expect(got[3]?.event.sequence).toBe(intent.version);
  });

  it('a refund that comes back from the bank gives its credits back, the debt first', async () => {
    const paid = await bought(provider);
    await paid.spend(40);
    await paid.refund(null);
    expect(await paid.balance()).toEqual(balanceOf(0, { owed: 40 }));

    expect((await paid.play('refund_fails')).errors).toEqual([]);

    expect(await paid.balance()).toEqual(balanceOf(10));
    const intent = await paid.intent();
    expect(intent).toMatchObject({ refundedAmount: { amountMinor: '0' }, all: { creditsToRevoke: 50 } });
    expect(intent.refunds.nodes).toMatchObject([{ status: 'failed' }]);
    const got = await paid.told(3);
    expect(typesOf(got)).toEqual(['refund.created', 'refund.succeeded', 'refund.failed']);
    expectWhole(got, paid);
    expect(got[2]?.event.data).toMatchObject({ status: 'failed', creditsReturned: 50 });
    const { data } = await finance.query(
      `query ($userId: ID!) { admin { refunds(filter: { userId: $userId, status: [failed] }) {
         nodes { status intent { id } } } } }`,
      { userId: paid.userId },
    );
    expect(data.admin.refunds.nodes).toEqual([{ status: 'failed', intent: { id: paid.id } }]);
  });

  it('a dispute freezes the credits, and lets them go when it is won', async () => {
    const paid = await bought(provider);
    expect((await paid.play('dispute_open')).errors).toEqual([]);
    expect(await paid.balance()).toEqual(balanceOf(50, { frozen: 50 }));
    expect((await paid.intent()).disputes).toMatchObject([
      { status: 'open', creditsFrozen: 50, closedAt: null, amount: { amountMinor: '5000' } },
    ]);
    const spent = { credits: 1, reason: 'A picture', idempotencyKey: 'frozen' };
    expect((await paid.client.mutate('spendCredits', spent, 'balance { credits }')).errors).toMatchObject([
      { code: 'INSUFFICIENT_CREDITS' },
    ]);
    expect((await paid.refund(1)).errors).toMatchObject([{ code: 'REFUND_EXCEEDS_AMOUNT' }]);

    expect((await paid.play('dispute_won')).errors).toEqual([]);

    expect(await paid.balance()).toEqual(balanceOf(50));
    const intent = await paid.intent();
    expect(intent.disputes).toMatchObject([
      { status: 'won', creditsFrozen: 0, closedAt: expect.any(String) },
    ]);
    const got = await paid.told(2);
    expect(typesOf(got)).toEqual(['dispute.opened', 'dispute.won']);
    expectWhole(got, paid);
    expect(got.map(({ event }) => event.data)).toMatchObject([
      { disputeId: intent.disputes[0].id, status: 'open', creditsFrozen: 50, creditsRevoked: 0 },
      { disputeId: intent.disputes[0].id, status: 'won', creditsFrozen: 0, creditsRevoked: 0 },
    ]);
    // The money may go back again.
    expect((await paid.refund(null, 'after')).errors).toEqual([]);
  });

  it('an inquiry that ends well moves nothing, and its end is told', async () => {
    const paid = await bought(provider);
    expect((await paid.play('dispute_inquiry')).errors).toEqual([]);
    await until(async () => (await paid.intent()).disputes[0]?.status === 'inquiry');
    expect(await paid.balance()).toEqual(balanceOf(50));

    expect((await paid.play('dispute_closed')).errors).toEqual([]);

    const got = await paid.told(1);
    expect(typesOf(got)).toEqual(['dispute.closed']);
    expectWhole(got, paid);
    expect(got[0]?.event.data).toMatchObject({ status: 'closed', creditsFrozen: 0, creditsRevoked: 0 });
    expect(await paid.balance()).toEqual(balanceOf(50));
    expect((await paid.intent()).disputes).toMatchObject([
      { status: 'closed', closedAt: expect.any(String) },
    ]);
  });

  it('an inquiry that becomes a chargeback freezes and withdraws only then, where the provider says how', async () => {
    const paid = await bought(provider);
    await paid.play('dispute_inquiry');
    expect(await paid.balance()).toEqual(balanceOf(50));
    const asked = (await paid.intent()).disputes[0];
    const booked = async () =>
      (
        await database
          .pool()
          .query("select kind from journal where intent_id = $1 and kind like 'dispute_%' order by id", [
            paid.id,
          ])
      ).rows.map(({ kind }) => kind);
    expect([asked.status, await booked()]).toEqual(['inquiry', []]);

    const { errors } = await paid.play('dispute_escalated');

    if (provider === 'razorpay') {
      expect(errors).toMatchObject([{ code: 'INVALID_STATE', message: /not published/ }]);
      expect(await paid.balance()).toEqual(balanceOf(50));
      return;
    }
    expect(errors).toEqual([]);
    expect(await paid.balance()).toEqual(balanceOf(50, { frozen: 50 }));
    expect((await paid.intent()).disputes).toMatchObject([
      { id: asked.id, status: 'open', creditsFrozen: 50, closedAt: null },
    ]);
    expect(await booked()).toEqual(['dispute_withdrawn']);
    expect((await paid.refund(1)).errors).toMatchObject([{ code: 'REFUND_EXCEEDS_AMOUNT' }]);
    expect((await paid.play('dispute_closed')).errors).toMatchObject([{ code: 'INVALID_STATE' }]);

    expect((await paid.play('dispute_won')).errors).toEqual([]);

    expect(await paid.balance()).toEqual(balanceOf(50));
    expect(await booked()).toEqual(['dispute_withdrawn', 'dispute_reinstated']);
    const got = await paid.told(2);
    expect(typesOf(got)).toEqual(['dispute.opened', 'dispute.won']);
    expectWhole(got, paid);
  });

  it('a dispute that is lost takes the credits back, and leaves a debt for what was spent', async () => {
    const paid = await bought(provider);
    await paid.spend(20);
    await paid.play('dispute_open');
    expect(await paid.balance()).toEqual(balanceOf(30, { frozen: 30 }));

    expect((await paid.play('dispute_lost')).errors).toEqual([]);

    expect(await paid.balance()).toEqual(balanceOf(0, { owed: 20 }));
    const intent = await paid.intent();
    expect(intent.disputes).toMatchObject([{ status: 'lost', creditsFrozen: 0 }]);
    expect(intent).toMatchObject({ status: 'succeeded', all: null, refundedAmount: { amountMinor: '0' } });
    expect((await paid.transactions())[0]).toEqual(['chargeback', -30, 0]);
    const got = await paid.told(2);
    expect(typesOf(got)).toEqual(['dispute.opened', 'dispute.lost']);
    expectWhole(got, paid);
    expect(got[1]?.event.data).toMatchObject({ status: 'lost', creditsFrozen: 0, creditsRevoked: 50 });
    const { data } = await finance.query(
      '{ admin { disputes(status: [lost], first: 1) { nodes { id status intent { userId } } } } }',
    );
    expect(data.admin.disputes.nodes).toEqual([
      { id: intent.disputes[0].id, status: 'lost', intent: { userId: paid.userId } },
    ]);
  });

  it('what cannot happen to a payment yet is refused with a reason', async () => {
    const userId = `payer_${++users}`;
    const client = await gateway.as(userId);
    const { intent } = await client.mutate('createIntent', { packageId: 'small', provider }, 'intent { id }');
    const refused = async (outcome: string) =>
      (await client.mutate('simulatePayment', { id: intent.id, outcome }, 'intent { id }')).errors[0];
    const unpaid = { __typename: 'InvalidStateError', code: 'INVALID_STATE' };
    for (const outcome of AFTER_PAYMENT)
      expect(await refused(outcome)).toMatchObject({
        ...unpaid,
        message: 'Nothing was paid: play succeed first.',
      });
    await client.mutate('simulatePayment', { id: intent.id, outcome: 'succeed' }, 'intent { id }');
    const reasons = [
      await refused('dispute_won'),
      await refused('dispute_lost'),
      await refused('refund_fails'),
    ];
    expect(reasons.map(({ message }) => message)).toEqual([
      'No dispute is open: play dispute_open first.',
      'No dispute is open: play dispute_open first.',
      'Nothing was refunded: refund the payment first.',
    ]);
  });

  it('a refund of a payment whose news was lost or out of order is like any other', async () => {
    const reordered = await bought(provider, { outcome: 'reordered_webhooks' });
    expect(await reordered.balance()).toEqual(balanceOf(50));
    expect(await reordered.refund(null)).toMatchObject({ errors: [], balance: { credits: 0, owed: 0 } });

    const lost = await bought(provider, { outcome: 'lost_webhook' });
    expect(await lost.balance()).toEqual(balanceOf(0));
    expect((await lost.refund(null)).errors).toMatchObject([
      { __typename: 'InvalidStateError', code: 'INVALID_STATE' },
    ]);
    await lost.client.mutate('syncIntent', { id: lost.id }, 'intent { status }');
    expect(await lost.balance()).toEqual(balanceOf(50));
    expect(await lost.refund(null)).toMatchObject({ errors: [], balance: { credits: 0, owed: 0 } });
    expectWhole(await lost.told(2), lost);
  });

  it('a large refund waits for a second person, and is done once in the name of both', async () => {
    const paid = await bought(provider, { packageId: 'medium' });
    const waits = await paid.refund(null, 'large');
    expect(waits).toMatchObject({ refund: null, errors: [{ code: 'APPROVAL_REQUIRED' }] });
    const id = /apr_\w+/.exec(waits.errors[0].message)?.[0];
    expect(await paid.balance()).toEqual(balanceOf(120));
    const decide = async (by: Client) =>
      by.mutate(
        'decideApproval',
        { id, approve: true, note: 'seen' },
        'approval { status requestedBy decidedBy }',
      );
    expect((await decide(finance)).errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['input', 'id'] }]);
    expect((await paid.intent()).refunds.nodes).toEqual([]);

    expect(await decide(secondPerson)).toEqual({
      approval: { status: 'done', requestedBy: 'fin_1', decidedBy: 'fin_2' },
      errors: [],
    });

    expect(await paid.balance()).toEqual(balanceOf(0));
    expect((await decide(secondPerson)).errors).toMatchObject([{ code: 'ALREADY_DECIDED' }]);
    const again = await paid.refund(null, 'large');
    const [refund, ...more] = (await paid.intent()).refunds.nodes;
    expect(more).toEqual([]);
    expect(again).toMatchObject({
      errors: [],
      refund: { id: refund.id, status: 'succeeded', requestedBy: 'fin_1' },
    });
    const got = await paid.told(2);
    expect(typesOf(got)).toEqual(['refund.created', 'refund.succeeded']);
    expectWhole(got, paid);
  });
});

it('a dispute at Stripe is decided for good, one at Razorpay may come back', async () => {
  const disputedTwice = async (provider: Provider) => {
    const paid = await bought(provider);
    for (const outcome of ['dispute_open', 'dispute_won']) await paid.play(outcome);
    return { paid, again: await paid.play('dispute_open') };
  };
  const stripe = await disputedTwice('stripe');
  expect(stripe.again.errors).toMatchObject([
    {
      __typename: 'InvalidStateError',
      message: 'Stripe takes one dispute for a charge, and decides it for good.',
    },
  ]);
  expect(await stripe.paid.balance()).toEqual(balanceOf(50));

  const razorpay = await disputedTwice('razorpay');
  expect(razorpay.again.errors).toEqual([]);
  expect(await razorpay.paid.balance()).toEqual(balanceOf(50, { frozen: 50 }));
  expect((await razorpay.paid.intent()).disputes).toMatchObject([{ status: 'open', closedAt: null }]);
  const got = await razorpay.paid.told(3);
  expect(typesOf(got)).toEqual(['dispute.opened', 'dispute.won', 'dispute.opened']);
  expectWhole(got, razorpay.paid);
});

it('operators find what went back: payments, refunds and disputes', async () => {
  const back = await bought('stripe');
  await back.refund(1000);
  const failed = await bought('razorpay');
  await failed.refund(1000);
  await failed.play('refund_fails');
  const kept = await bought('razorpay');
  const refunded = async (userId: string, is: boolean) =>
    (
      await finance.query('query ($filter: IntentFilter) { intents(filter: $filter) { nodes { id } } }', {
        filter: { userId, refunded: is },
      })
    ).data.intents.nodes.map(({ id }: { id: string }) => id);

  expect(await refunded(back.userId, true)).toEqual([back.id]);
  expect(await refunded(back.userId, false)).toEqual([]);
  expect(await refunded(kept.userId, true)).toEqual([]);
  expect(await refunded(kept.userId, false)).toEqual([kept.id]);
  // Its money came back to us.
  expect(await refunded(failed.userId, true)).toEqual([]);
});

it('nobody below finance sends money back, and nobody below support sees who asked', async () => {
  const paid = await bought('stripe');
  for (const role of ['user', 'support']) {
    const answer = await (await gateway.as(paid.userId, role)).query(
      `mutation ($input: RefundIntentInput!) { refundIntent(input: $input) { refund { id } errors { code } } }`,
      { input: { intentId: paid.id, reason: 'Mine', idempotencyKey: role } },
    );
    expect(answer.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  }
  await paid.refund(1000);
  const seen = await paid.client.query(
    'query ($id: ID!) { intent(id: $id) { refundPreview { creditsToRevoke } refunds { nodes { creditsRevoked requestedBy } } } }',
    { id: paid.id },
  );
  expect(seen.data.intent).toEqual({
    refundPreview: null,
    refunds: { nodes: [{ creditsRevoked: 10, requestedBy: null }] },
  });
  expect((await paid.balance()).credits).toBe(40);
});

describe('Page by page', () => {
  const walk = async (field: string, selection: string) => {
    const ids: string[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const { data }: { data: Record<string, any> } = await finance.query(
        `query ($after: String) { admin { ${field.replace('$page', 'first: 2, after: $after')} {
           nodes { id } edges { cursor node { id } } pageInfo { hasNextPage endCursor } ${selection} } } }`,
        { after },
      );
      const page = Object.values(data.admin)[0] as Record<string, any>;
      expect(page.edges.map((edge: any) => edge.node.id)).toEqual(page.nodes.map(({ id }: any) => id));
      expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? null);
      ids.push(...page.nodes.map(({ id }: any) => id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
      pages++;
    } while (after !== null);
    return { ids, pages };
  };
  const stored = async (text: string) => (await database.pool().query(text)).rows.map(({ id }) => id);

  it('every dispute is listed once, newest first', async () => {
    const all = await stored('select id from disputes order by opened_at desc, id desc');
    expect(all.length).toBeGreaterThan(4);
    const { ids, pages } = await walk('disputes($page)', 'totalCount');
    expect(ids).toEqual(all);
    expect(pages).toBe(Math.ceil(all.length / 2));
    const won = await stored(`select id from disputes where status = 'won' order by opened_at desc, id desc`);
    expect((await walk('disputes($page, status: [won])', 'totalCount')).ids).toEqual(won);
    const counted = await finance.query('{ admin { disputes(first: 1, status: [won]) { totalCount } } }');
    expect(counted.data.admin.disputes.totalCount).toBe(won.length);
  });

  it('every approval is listed once, newest first, the open ones unless others are asked for', async () => {
    const paid = await bought('stripe', { packageId: 'medium' });
    for (const key of ['one', 'two', 'three', 'four', 'five']) await paid.refund(7000, key);
    const open = await stored(
      `select id from approvals where status = 'open' order by created_at desc, id desc`,
    );
    expect(open).toHaveLength(5);
    expect(await walk('approvals($page)', '')).toEqual({ ids: open, pages: 3 });
    const all = await stored('select id from approvals order by created_at desc, id desc');
    expect(all.length).toBeGreaterThan(open.length);
    expect((await walk('approvals($page, status: null)', '')).ids).toEqual(all);
    expect((await walk('approvals($page, status: [done])', '')).ids).toEqual(
      all.filter((id) => !open.includes(id)),
    );
  });

  it('every refund is listed once, newest first', async () => {
    const all = await stored('select id from refunds order by created_at desc, id desc');
    expect(all.length).toBeGreaterThan(4);
    expect((await walk('refunds($page)', '')).ids).toEqual(all);
  });

  it('a cursor of another list is refused', async () => {
    const { data } = await finance.query('{ admin { disputes(first: 1) { pageInfo { endCursor } } } }');
    const answer = await finance.query(
      'query ($after: String) { admin { approvals(after: $after) { nodes { id } } } }',
      { after: data.admin.disputes.pageInfo.endCursor },
    );
    expect(answer.errors?.[0]?.extensions?.code).toBe('INVALID_INPUT');
  });
});
