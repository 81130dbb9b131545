// Money that comes when nobody waits for it any more, and news that never came, end to end through the adapters and the
// simulator. This gateway hears no webhook event at all: what it knows, it knows from its own sweep.
import pg from 'pg';
import type { Outcome } from '../../packages/simulator/src/simulator';
import { type App, startApp } from '../../src/app';
import { cancelIntent } from '../../src/intents/cancel';
import { createIntent } from '../../src/intents/create';
import { newLeaseToken } from '../../src/intents/lease';
import { lookAgain } from '../../src/intents/look-again';
import { recoverIntents } from '../../src/intents/recover';
import { readConfig } from '../../src/providers/read-config';
import { returnUnapplied } from '../../src/refunds/return-unapplied';
import { captured, reading, silent } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
let app: App;
let owner: pg.Client;
let users = 0;

beforeAll(async () => {
  const env = { DATABASE_URL: database.url, ROLE: 'worker', UNAPPLIED_REFUND: 'manual' };
  app = await startApp(readConfig(env), silent);
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await app.close();
});

async function started(provider: 'stripe' | 'razorpay') {
  const caller = { id: `late_${++users}`, role: 'user' as const };
  const { intent } = await createIntent(app.deps, caller, { packageId: 'small', provider });
  const { id } = intent;
  return {
    caller,
    id,
    play: (outcome: Outcome) =>
      app.deps.simulator?.play({
        provider,
        providerIntentId: intent.providerIntentId ?? '',
        outcome,
        delayMs: 0,
      }),
    /** The next look at this intent is due now. */
    sweep: async () => {
      await owner.query(`update intents set lease_until = now() - interval '1 second' where id = $1`, [id]);
      await recoverIntents(app.deps);
      return app.deps.readIntent(id);
    },
    rows: async (sql: string) => (await owner.query(sql, [id])).rows,
  };
}

describe.each(['stripe', 'razorpay'] as const)('At %s', (provider) => {
  it('a payment of which no event told is found by the sweep', async () => {
    const { play, sweep } = await started(provider);
    await play('succeed');
    expect(await sweep()).toMatchObject({ status: 'succeeded', leaseUntil: null });
  });

  it('money that comes after a failure is granted once, and flagged as late', async () => {
    const { play, sweep, rows } = await started(provider);
    await play('fail');
    expect((await sweep())?.status).toBe('failed');
    await play('succeed');
    expect((await sweep())?.status).toBe('succeeded');
    expect(
      await rows(`select data->'late' as late from events where subject = $1 and kind = 'credits_granted'`),
    ).toEqual([{ late: true }]);
  });

  it('a card that the bank refuses for good ends the card and not the intent: another card pays', async () => {
    const { play, sweep } = await started(provider);
    await play('card_refused');
    expect(await sweep()).toMatchObject({
      status: 'pending',
      attemptCount: 1,
      failure: { retryable: false },
    });
    await play('succeed');
    expect(await sweep()).toMatchObject({ status: 'succeeded', attemptCount: 2, failure: null });
  });

  it('ten cards refused for good are no customer: the intent fails', async () => {
    const { play, sweep } = await started(provider);
    await play('fail');
    expect(await sweep()).toMatchObject({
      status: 'failed',
      attemptCount: 10,
      failure: { code: 'attempts', retryable: false },
    });
  });

  it('an intent whose time ran out fails, and money that still comes buys the credits', async () => {
    const { id, play, sweep, rows } = await started(provider);
    await owner.query(`update intents set expires_at = now() - interval '1 second' where id = $1`, [id]);
    await recoverIntents(app.deps);
    expect(await rows(`select status, failure->>'code' as code from intents where id = $1`)).toEqual([
      { status: 'failed', code: 'expired' },
    ]);
    // Stripe's object is canceled there and takes no more money; Razorpay's order cannot be.
    if (provider === 'stripe') return;
    await play('succeed');
    expect((await sweep())?.status).toBe('succeeded');
  });

  it('a wrong amount goes back once, whoever asks, and its break is resolved', async () => {
    const { play, sweep, rows } = await started(provider);
    await play('amount_mismatch');
    expect((await sweep())?.status).toBe('failed');
    await Promise.all([returnUnapplied(app.deps), returnUnapplied(app.deps)]);
    await returnUnapplied(app.deps);
    expect(
      await rows(
        'select amount_minor::int as amount, requested_by, status from refunds where intent_id = $1',
      ),
    ).toMatchObject([{ amount: 4999, requested_by: 'policy' }]);
    expect(await rows('select status from breaks where intent_id = $1')).toEqual([{ status: 'resolved' }]);
    expect(await rows('select kind from journal where intent_id = $1 order by id')).toEqual([
      { kind: 'unapplied' },
      { kind: 'refund' },
    ]);
    // The refund is seen at the provider by the next read, and is the same one.
    await sweep();
    expect(await rows('select 1 from refunds where intent_id = $1')).toHaveLength(1);
  });

  it('money that comes after a cancel is unapplied, and its break waits for the refund', async () => {
    const { caller, id, rows } = await started(provider);
    await cancelIntent(app.deps, caller, { id });
    const late = await app.deps.settle(reading(id, captured(`late_${id}`)));
    expect(late).toMatchObject({ outcomes: ['unapplied'], intent: { status: 'canceled' } });
    expect(await rows('select kind, status from breaks where intent_id = $1')).toEqual([
      { kind: 'unapplied', status: 'open' },
    ]);
  });
});

it('an authorisation that the provider left standing for ten minutes is captured by the sweep, once', async () => {
  const { play, sweep, rows } = await started('razorpay');
  await owner.query('update simulator.clock set offset_ms = -700000');
  await play('processing_then_succeed'); // Its second step is never played here.
  await owner.query('update simulator.clock set offset_ms = 0');
  expect((await sweep())?.status).toBe('succeeded');
  expect((await sweep())?.status).toBe('succeeded');
  expect(await rows(`select kind from journal where intent_id = $1 order by kind`)).toEqual([
    { kind: 'grant' },
    { kind: 'receipt' },
  ]);
});

it('money that is only held is not captured any more once the user has asked to cancel', async () => {
  const { id, play } = await started('razorpay');
  await owner.query('update simulator.clock set offset_ms = -700000');
  await play('processing_then_succeed'); // Its second step is never played here.
  await owner.query('update simulator.clock set offset_ms = 0');
  const sweeping = newLeaseToken();
  const intent = await app.deps.readIntent(id);
  // Whoever carries the cancel out dies before the provider is asked, and its lease runs out.
  await app.deps.leases.requestEnd(id, 'cancel', newLeaseToken());
  await owner.query(`update intents set lease_until = now() - interval '1 second' where id = $1`, [id]);
  await lookAgain(app.deps, intent!, sweeping);
  const { rows } = await owner.query(
    `select body -> 'public' ->> 'status' as status, body ->> 'status' as plain from simulator.objects
     where root_id = $1 and kind = 'payment'`,
    [intent?.providerIntentId],
  );
  expect(rows.map((row) => row.status ?? row.plain)).toEqual(['authorized']);
});

it('a create that was never answered is looked up, never sent again, once the key is too old', async () => {
  const { id, rows } = await started('stripe');
  await owner.query(
    `update intents set provider_intent_id = null, client_secret = null, created_at = now() - interval '21 hours',
       lease_until = now() - interval '1 second', lease_token = null where id = $1`,
    [id],
  );
  await recoverIntents(app.deps);
  expect(
    await rows('select status, provider_intent_id is not null as found from intents where id = $1'),
  ).toEqual([{ status: 'pending', found: true }]);
});
