// Disputes whose events never came, from outside over GraphQL: what a user sees, and what finance sees of it. A small
// package is 50 credits for INR 50.00.

import type { Outcome, Simulator } from '../../packages/simulator/src/simulator';
import { type App, startApp } from '../../src/app';
import { sweepDisputes } from '../../src/disputes/sweep';
import type { ProviderName } from '../../src/providers/provider';
import { readConfig } from '../../src/providers/read-config';
import { Client } from '../support/client';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { awayFromTheSweep } from '../support/schedule';

const database = useDatabase();
let app: App;
let users = 0;
/** What the gateway asked of Stripe, and what the test makes of the answers. */
const asked: string[] = [];
let answered = (body: string) => body;

beforeAll(async () => {
  app = await startApp(readConfig({ DATABASE_URL: database.url, PORT: '0', RATE_LIMITS: 'off' }), silent, {
    stripe: async (request) => {
      asked.push(request.path);
      const answer = await (app.deps.simulator as Simulator).handle(request);
      return { ...answer, body: answered(answer.body) };
    },
  });
});
beforeEach(awayFromTheSweep);
afterEach(() => {
  answered = (body) => body;
});
afterAll(() => app.close());

const INTENT = `query ($id: ID!) { intent(id: $id) { status disputes { status creditsFrozen amount { amountMinor } } } }`;

interface Paid {
  readonly id: string;
  readonly userId: string;
  readonly client: Client;
  /** At the bank, and no event of it is ever sent. */
  unheard(outcome: Outcome, amountMinor?: number): Promise<void>;
  sync(): Promise<Record<string, any>>;
  disputes(): Promise<Record<string, any>[]>;
  balance(): Promise<Record<string, number>>;
}

async function bought(provider: ProviderName): Promise<Paid> {
  const userId = `payer_${++users}`;
  const client = await Client.signedIn(app.url, userId, 'user');
  const { intent } = await client.mutate('createIntent', { packageId: 'small', provider }, 'intent { id }');
  const { id } = intent as { id: string };
  await client.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { status }');
  const { providerIntentId } = (await app.deps.readIntent(id)) ?? {};
  return {
    id,
    userId,
    client,
    unheard: async (outcome, amountMinor) => {
      await app.deps.simulator?.play({
        ...{ provider, providerIntentId: providerIntentId ?? '', outcome, delayMs: 0, isLost: true },
        ...(amountMinor === undefined ? {} : { amountMinor }),
      });
    },
    sync: () => client.mutate('syncIntent', { id }, 'intent { status } errors { code }'),
    disputes: async () => (await client.query(INTENT, { id })).data.intent.disputes,
    balance: async () =>
      (await client.query('{ balance { credits available held frozen owed } }')).data.balance,
  };
}

const balanceOf = (credits: number, { frozen = 0, owed = 0 } = {}) => ({
  credits,
  available: credits - frozen,
  held: 0,
  frozen,
  owed,
});

/** What our books say the provider holds of the payment, beside what came in. */
async function withdrawn({ id }: Paid): Promise<number> {
  const { rows } = await app.deps.pool.query(
    `select coalesce(sum(e.amount), 0)::int as minor from journal j join entries e on e.journal_id = j.id
     where j.intent_id = $1 and e.account like 'clearing%' and j.kind like 'dispute%'`,
    [id],
  );
  return rows[0].minor;
}

describe.each(['stripe', 'razorpay'] as const)('At %s', (provider) => {
  // Razorpay takes nothing before a dispute is lost.
  const atOpening = provider === 'stripe' ? 5000 : 0;

  it.each([
    ['the user asks anew', (paid: Paid) => paid.sync()],
    ['the gateway looks by itself', () => sweepDisputes(app.deps)],
  ])('a dispute that nobody was told of freezes the credits once %s', async (_, look) => {
    const paid = await bought(provider);
    await paid.unheard('dispute_open');
    expect(await paid.balance()).toEqual(balanceOf(50));

    await look(paid);

    expect(await paid.disputes()).toMatchObject([{ status: 'open', creditsFrozen: 50 }]);
    expect(await paid.balance()).toEqual(balanceOf(50, { frozen: 50 }));
    expect(await withdrawn(paid)).toBe(atOpening);
    await look(paid);
    expect(await paid.balance()).toEqual(balanceOf(50, { frozen: 50 }));
  });

  it.each([
    ['the user asks anew', (paid: Paid) => paid.sync()],
    ['the gateway looks by itself', () => sweepDisputes(app.deps)],
  ])('one whose end nobody was told of lets the credits go, or takes them, once %s', async (_, look) => {
    const [won, lost] = [await bought(provider), await bought(provider)];
    for (const paid of [won, lost]) {
      await paid.client.mutate('simulatePayment', { id: paid.id, outcome: 'dispute_open' }, 'intent { id }');
      expect(await paid.balance()).toEqual(balanceOf(50, { frozen: 50 }));
    }
    await won.unheard('dispute_won');
    await lost.unheard('dispute_lost');

    await look(won);
    await look(lost);

    expect(await won.disputes()).toMatchObject([{ status: 'won', creditsFrozen: 0 }]);
    expect(await won.balance()).toEqual(balanceOf(50));
    expect(await withdrawn(won)).toBe(0);
    expect(await lost.disputes()).toMatchObject([{ status: 'lost', creditsFrozen: 0 }]);
    expect(await lost.balance()).toEqual(balanceOf(0));
    expect(await withdrawn(lost)).toBe(5000);
  });

  it('one of a part of which nothing was ever told takes that part once the user asks anew', async () => {
    const paid = await bought(provider);
    await paid.unheard('dispute_open', 2000);
    await paid.unheard('dispute_under_review');
    await paid.unheard('dispute_lost');

    await paid.sync();

    expect(await paid.disputes()).toMatchObject([{ status: 'lost', amount: { amountMinor: '2000' } }]);
    expect(await paid.balance()).toEqual(balanceOf(30));
    expect(await withdrawn(paid)).toBe(2000);
  });
});

it('a dispute that Stripe raises without a word freezes more once the gateway looks by itself', async () => {
  const paid = await bought('stripe');
  await paid.client.mutate('simulatePayment', { id: paid.id, outcome: 'succeed' }, 'intent { id }');
  await paid.unheard('dispute_open', 1000);
  await sweepDisputes(app.deps);
  expect(await paid.balance()).toEqual(balanceOf(50, { frozen: 10 }));
  await paid.unheard('dispute_changed', 4000);

  await sweepDisputes(app.deps);

  expect(await paid.balance()).toEqual(balanceOf(50, { frozen: 40 }));
  expect(await withdrawn(paid)).toBe(4000);
});

it('one at Razorpay that was won and comes back without a word is a turn of its own once it is looked for', async () => {
  const paid = await bought('razorpay');
  for (const outcome of ['dispute_open', 'dispute_won'] as const)
    await paid.client.mutate('simulatePayment', { id: paid.id, outcome }, 'intent { id }');
  await paid.unheard('dispute_open');

  await sweepDisputes(app.deps);

  expect(await paid.disputes()).toMatchObject([{ status: 'open', creditsFrozen: 50 }]);
});

it('a dispute in rupees that is won with dollars moved at three rates leaves nothing withdrawn', async () => {
  const paid = await bought('stripe');
  await paid.unheard('dispute_open');
  answered = inDollars([-55]);
  await paid.sync();
  expect(await withdrawn(paid)).toBe(5000);
  await paid.unheard('dispute_won');
  answered = inDollars([-55, -2, 56]);

  await paid.sync();

  expect(await paid.disputes()).toMatchObject([{ status: 'won', creditsFrozen: 0 }]);
  expect(await withdrawn(paid)).toBe(0);
  expect(await paid.balance()).toEqual(balanceOf(50));
});

/** Stripe's answers about disputes, as those of an account whose balance is in dollars. */
const inDollars = (moves: readonly number[]) => (body: string) =>
  JSON.stringify(JSON.parse(body), (name, value) => {
    if (name !== 'balance_transactions' || value.length === 0) return value;
    return moves.map((amount, nth) => ({
      ...value[0],
      ...{ id: `txn_${nth}`, amount, net: amount, fee: 0, currency: 'usd', created: value[0].created + nth },
    }));
  });

it('a payer who is back from the bank is not made to wait for a look at disputes', async () => {
  const client = await Client.signedIn(app.url, 'payer_back', 'user');
  const { intent } = await client.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe' },
    'intent { id }',
  );
  const { id } = intent as { id: string };
  const { providerIntentId } = (await app.deps.readIntent(id)) ?? {};
  await app.deps.simulator?.play({
    ...{ provider: 'stripe', providerIntentId: providerIntentId ?? '', outcome: 'succeed', delayMs: 0 },
    isLost: true,
  });
  asked.length = 0;

  const synced = await client.mutate('syncIntent', { id }, 'intent { status }');

  expect(synced.intent).toEqual({ status: 'succeeded' });
  expect(asked.filter((path) => path.startsWith('/v1/disputes'))).toEqual([]);
});
