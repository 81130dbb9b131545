// Refunds that the bank takes its time with: accepted, pending, and then settled or sent back.
import pg from 'pg';
import type { Outcome } from '../../packages/simulator/src/simulator';
import { type App, startApp } from '../../src/app';
import { createIntent } from '../../src/intents/create';
import { readConfig } from '../../src/providers/read-config';
import { refundIntent } from '../../src/refunds/refund';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let app: App;
let owner: pg.Client;
let users = 0;

beforeAll(async () => {
  app = await startApp(readConfig({ DATABASE_URL: database.url, PORT: '0' }), silent);
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  if (app.deps.simulator) app.deps.simulator.account.holdsRefunds = true;
});
afterAll(async () => {
  await owner.end();
  await app.close();
});

const rowOf = async (sql: string, id: string) => (await owner.query(sql, [id])).rows[0];

/** A payment that was paid and whose whole refund is on its way. */
async function refunding(provider: 'stripe' | 'razorpay') {
  const caller = { id: `pending_${++users}`, role: 'user' as const };
  const { intent } = await createIntent(app.deps, caller, { packageId: 'small', provider });
  const play = async (outcome: Outcome) => {
    const played = await app.deps.simulator?.play({
      provider,
      providerIntentId: intent.providerIntentId ?? '',
      outcome,
      delayMs: 0,
    });
    const ids = played?.providerEventIds ?? [];
    for (let looks = 0; looks < 200 && !(await app.deps.worked.areWorked(provider, ids, true)); looks++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return ids;
  };
  await play('succeed');
  const finance = { id: 'finance_1', role: 'finance' as const };
  await refundIntent(app.deps, finance, {
    intentId: intent.id,
    reason: 'Asked for',
    idempotencyKey: `key_${users}`,
  });
  const state = async () => ({
    refund: (await rowOf('select status from refunds where intent_id = $1', intent.id))?.status,
    ...(await rowOf(
      'select balance::int as balance, frozen::int as frozen from wallets where user_id = $1',
      caller.id,
    )),
  });
  return { play, state };
}

describe.each(['stripe', 'razorpay'] as const)('At %s', (provider) => {
  it('a refund that stays pending keeps the credits frozen, and settles when the bank is done', async () => {
    const { play, state } = await refunding(provider);
    const pending = await state();
    expect(pending).toMatchObject({ refund: 'pending' });
    expect(pending.balance === 0 || pending.frozen > 0).toBe(true);

    const events = await play('refund_settles');

    expect(events).toHaveLength(1);
    expect(await state()).toEqual({ refund: 'succeeded', balance: 0, frozen: 0 });
  });

  it('a pending refund that comes back leaves the payer what was bought', async () => {
    const { play, state } = await refunding(provider);

    await play('refund_fails');

    expect(await state()).toEqual({ refund: 'failed', balance: 50, frozen: 0 });
  });
});
