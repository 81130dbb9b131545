// More of a payment goes back than came: it is refunded whole, and then the bank takes the money as well. From outside over
// GraphQL. A small package is 50 credits for INR 50.00.
import pg from 'pg';
import type { Outcome } from '../../packages/simulator/src/simulator';
import { type App, startApp } from '../../src/app';
import type { ProviderName } from '../../src/providers/provider';
import { readConfig } from '../../src/providers/read-config';
import { Client } from '../support/client';
import { silent } from '../support/intents';
import { heardPool, useDatabase } from '../support/pools';

const database = useDatabase();
let app: App;
let finance: Client;
let owner: pg.Pool;
let users = 0;

beforeAll(async () => {
  owner = heardPool({ connectionString: database.url, max: 1 });
  app = await startApp(readConfig({ DATABASE_URL: database.url, PORT: '0', RATE_LIMITS: 'off' }), silent);
  finance = await Client.signedIn(app.url, 'fin_1', 'finance');
});
afterAll(async () => {
  await app.close();
  await owner.end();
});

const BREAKS = `{ admin { breaks(filter: { kind: [more_back_than_paid] }) { nodes {
  id status subject suggestedFix intent { id } ours { amountMinor } theirs { amountMinor } resolvedBy } } } }`;

const breaksOf = async (intentId: string): Promise<Record<string, any>[]> =>
  (await finance.query(BREAKS)).data.admin.breaks.nodes.filter(
    (item: { intent: { id: string } }) => item.intent.id === intentId,
  );

async function refundedWhole(provider: ProviderName) {
  const payer = await Client.signedIn(app.url, `payer_${++users}`, 'user');
  const { intent } = await payer.mutate('createIntent', { packageId: 'small', provider }, 'intent { id }');
  const { id } = intent as { id: string };
  const play = (outcome: Outcome) =>
    payer.mutate('simulatePayment', { id, outcome }, 'intent { status } errors { message }');
  await play('succeed');
  const refund = (key: string, amountCents: number | null = null) =>
    finance.mutate(
      'refundIntent',
      { intentId: id, amountCents, reason: 'asked', idempotencyKey: key },
      'refund { status } errors { code }',
    );
  expect(await refund(`${id}_1`)).toMatchObject({ refund: { status: 'succeeded' }, errors: [] });
  return { id, payer, play };
}

/** What the provider's books and ours have of a payment, before fees, in minor units. */
async function books(intentId: string): Promise<[theirs: number, ours: number]> {
  const { rows } = await app.deps.pool.query(
    `select -sum(e.amount)::int as ours from journal j join entries e on e.journal_id = j.id
     where j.intent_id = $1 and e.account like 'clearing%'`,
    [intentId],
  );
  const { rows: theirs } = await owner.query(
    `select sum(amount)::int as minor from simulator.balance_entries
     where root_id = (select provider_intent_id from intents where id = $1)`,
    [intentId],
  );
  return [theirs[0].minor, rows[0].ours];
}

describe.each(['stripe', 'razorpay'] as const)('At %s', (provider) => {
  it('a refund and then a lost dispute over the same money open a break that says what is gone', async () => {
    const { id, payer, play } = await refundedWhole(provider);
    expect(await breaksOf(id)).toEqual([]);

    await play('dispute_open');
    await play('dispute_lost');

    const [found] = await breaksOf(id);
    expect(found).toMatchObject({
      status: 'open',
      subject: 'payment',
      suggestedFix: 'accept_loss',
      ours: { amountMinor: '5000' },
      theirs: { amountMinor: '10000' },
    });
    expect(await books(id)).toEqual([-5000, -5000]);
    const { data } = await payer.query('{ balance { credits frozen owed } }');
    expect(data.balance).toEqual({ credits: 0, frozen: 0, owed: 0 });

    const resolved = await finance.mutate(
      'resolveBreak',
      { id: found?.id, fix: 'accept_loss', note: 'The bank was told too late.' },
      'break { status resolvedBy suggestedFix } errors { code }',
    );
    expect(resolved).toEqual({
      break: { status: 'resolved', resolvedBy: 'fin_1', suggestedFix: null },
      errors: [],
    });
    expect(await books(id)).toEqual([-5000, -5000]);
    // The same news once more opens nothing anew.
    await payer.mutate('syncIntent', { id }, 'intent { id }');
    expect(await breaksOf(id)).toMatchObject([{ status: 'resolved', resolvedBy: 'fin_1' }]);
  });

  it('the break closes by itself once the refund has failed after all', async () => {
    const { id, play } = await refundedWhole(provider);
    await play('dispute_open');
    await play('dispute_lost');
    expect(await breaksOf(id)).toMatchObject([{ status: 'open' }]);

    await play('refund_fails');

    expect(await breaksOf(id)).toMatchObject([{ status: 'resolved', resolvedBy: null }]);
    expect(await books(id)).toEqual([0, 0]);
  });
});

it('at Stripe, which takes the money at once, it opens with the dispute and closes when that is won', async () => {
  const { id, play } = await refundedWhole('stripe');
  await play('dispute_open');
  expect(await breaksOf(id)).toMatchObject([{ status: 'open', theirs: { amountMinor: '10000' } }]);

  await play('dispute_won');

  expect(await breaksOf(id)).toMatchObject([{ status: 'resolved', resolvedBy: null }]);
  expect(await books(id)).toEqual([0, 0]);
});
