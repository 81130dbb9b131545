// An account of a provider by which somebody else sells as well: payments on an object and on none, a refund and a dispute of them,
// by events and in the books. They are recognised, counted and left alone. A small package is 50 credits for INR 50.00.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { type App, startApp } from '../../src/app';
import { createIntent } from '../../src/intents/create';
import { simulatePayment } from '../../src/intents/simulate';
import { findJob } from '../../src/jobs/find';
import type { ProviderName } from '../../src/providers/provider';
import { readConfig } from '../../src/providers/read-config';
import { startReconciliation } from '../../src/reconciliation/start';
import { checkHealth } from '../../src/reports/health';
import { finance } from '../refunds/stand';
import { ownerOf } from '../support/database';
import { eventually } from '../support/eventually';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { letter, post } from '../webhooks/letters';

const database = useDatabase();
const PROVIDERS: readonly ProviderName[] = ['stripe', 'razorpay'];
let app: App;
let owner: pg.Client;
const rows = async (text: string, values: unknown[] = []) => (await owner.query(text, values)).rows;

beforeAll(async () => {
  owner = new pg.Client(ownerOf(database.url));
  await owner.connect();
  app = await startApp(
    readConfig({ DATABASE_URL: database.url, PORT: '0', METRICS_TOKEN: 'a-token-of-this-test' }),
    silent,
  );
});
afterAll(async () => {
  await app.close();
  await owner.end();
});

const KEYS = {
  stripe: 'Bearer sk_test_mock',
  razorpay: `Basic ${Buffer.from('rzp_test_mock:mock-key-secret').toString('base64')}`,
} as const;

/** A call of theirs, by the account's own key. */
async function call(provider: ProviderName, path: string, input: Record<string, unknown>) {
  const isForm = provider === 'stripe';
  const answer = await app.deps.simulator?.handle({
    method: 'POST',
    path,
    headers: {
      authorization: KEYS[provider],
      'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
    },
    body: isForm ? new URLSearchParams(input as Record<string, string>).toString() : JSON.stringify(input),
  });
  expect([answer?.status, answer?.body]).toEqual([200, expect.any(String)]);
  return JSON.parse(answer?.body ?? '');
}

const theirsAt: Readonly<Record<ProviderName, (amount: number) => Promise<string>>> = {
  stripe: async (amount) => {
    const input = {
      amount,
      currency: 'inr',
      'automatic_payment_methods[enabled]': 'true',
      'metadata[intent_id]': 'order 17',
    };
    return (await call('stripe', '/v1/payment_intents', input)).id;
  },
  razorpay: async (amount) =>
    (
      await call('razorpay', '/v1/orders', {
        amount,
        currency: 'INR',
        receipt: `order-${randomUUID().slice(0, 8)}`,
      })
    ).id,
};

async function sold(provider: ProviderName, amount: number) {
  const providerIntentId = await theirsAt[provider](amount);
  const play = (outcome: 'succeed' | 'decline' | 'dispute_open' | 'dispute_lost') =>
    app.deps.simulator?.play({ provider, providerIntentId, outcome, delayMs: 0 });
  await play('succeed');
  const [payment] = await rows(
    `select id from simulator.objects where root_id = $1 and kind in ('charge', 'payment') order by serial desc limit 1`,
    [providerIntentId],
  );
  return { providerIntentId, paymentId: String(payment?.id), play };
}

async function ours(provider: ProviderName) {
  const caller = { id: `ours_${provider}`, role: 'user' } as const;
  const { intent } = await createIntent(app.deps, caller, { packageId: 'small', provider });
  await simulatePayment(app.deps, caller, { id: intent.id, outcome: 'succeed', delayMs: 0 });
  return intent.id;
}

/** What is still to be done, or that nobody will do any more. */
const unworked = () =>
  rows(
    `select type, status, last_error from webhook_events where status not in ('processed', 'ignored') order by received_at`,
  );

it.each(PROVIDERS)(
  'events of %s about what is not ours are ignored, and none of them waits, dies or is unhealthy',
  async (provider) => {
    const refunded = await sold(provider, 7000);
    const refund =
      provider === 'stripe'
        ? { charge: refunded.paymentId, amount: '3000' }
        : { amount: 3000, speed: 'normal' };
    await call(
      provider,
      provider === 'stripe' ? '/v1/refunds' : `/v1/payments/${refunded.paymentId}/refund`,
      refund,
    );
    const disputed = await sold(provider, 9000);
    await disputed.play('dispute_open');
    await disputed.play('dispute_lost');
    const declined = await theirsAt[provider](4000);
    await app.deps.simulator?.play({ provider, providerIntentId: declined, outcome: 'decline', delayMs: 0 });

    const kinds = `select count(distinct subject)::int as kinds, count(*)::int as count from webhook_events where provider = $1`;
    await eventually(async () => {
      const [{ kinds: seen }] = (await rows(kinds, [provider])) as [{ kinds: number }];
      expect(seen).toBeGreaterThanOrEqual(3);
      expect(await unworked()).toEqual([]);
      const told = await rows(`select distinct status from webhook_events where provider = $1`, [provider]);
      expect(told).toEqual([{ status: 'ignored' }]);
    });
    expect(await rows('select * from intents where provider = $1', [provider])).toEqual([]);
    expect(await rows(`select * from breaks where provider = $1`, [provider])).toEqual([]);
  },
);

it.each(PROVIDERS)('a payment at %s that was made on no object is nobody’s here', async (provider) => {
  const { paymentId } = await sold(provider, 5500);
  const alone = `${paymentId}alone`;
  // As a payment link, an invoice or an older integration makes it.
  await rows(
    `insert into simulator.objects (id, root_id, provider, kind, created, body)
     select $2, $2, provider, kind, created, (body::jsonb || jsonb_build_object('id', $2::text, 'payment_intent', null, 'order_id', null))::json
     from simulator.objects where id = $1`,
    [paymentId, alone],
  );
  const [{ body }] = (await rows('select body from simulator.objects where id = $1', [alone])) as [
    { body: object },
  ];
  const event =
    provider === 'stripe'
      ? {
          id: `evt_${alone}`,
          object: 'event',
          type: 'charge.succeeded',
          livemode: false,
          data: { object: body },
        }
      : {
          entity: 'event',
          event: 'payment.captured',
          contains: ['payment'],
          payload: { payment: { entity: body } },
          created_at: 1,
        };
  expect(await post(app.url, letter(provider, JSON.stringify(event)))).toMatchObject({ status: 200 });
  await eventually(async () => expect(await unworked()).toEqual([]));
});

it.each(PROVIDERS)(
  'lines of %s that are not ours are no breaks, and their money is booked by nobody',
  async (provider) => {
    const id = await ours(provider);
    await eventually(async () =>
      expect(await rows('select status from intents where id = $1', [id])).toEqual([{ status: 'succeeded' }]),
    );
    await rows('select simulator.pay_out($1)', [provider]);
    for (let runs = 0; runs < 2; runs++) {
      const to = Date.now() + 1_000;
      const range = { gte: new Date(to - 3_600_000), lt: new Date(to) };
      const run = await startReconciliation(app.deps, finance, { provider, range, dryRun: false });
      const job = await eventually(
        () => findJob(app.deps, run.id),
        (seen) => seen?.status === 'succeeded',
      );
      expect(
        await rows(`select subject, kind, ours_minor, theirs_minor, provider_entry_id from breaks`),
      ).toEqual([]);
      expect(job?.result).toMatchObject({ broken: 0, differences: {}, foreign: expect.any(Number) });
      expect(Number(Object(job?.result).foreign)).toBeGreaterThanOrEqual(3);
    }
    expect(await rows('select * from breaks where provider = $1', [provider])).toEqual([]);
    // All was paid out: of ours nothing is left there, and the bank has what came, less the fee.
    const [books] = await rows(
      `select coalesce(sum(amount) filter (where account = 'clearing_' || $1), 0)::int as clearing,
       (select (amount - fee)::int from simulator.balance_entries where source = (
         select provider_payment_id from intents where id = $2)) as net
     from entries`,
      [provider, id],
    );
    expect(books?.clearing).toBe(0);
    const [bank] = await rows(
      `select -sum(e.amount)::int as minor from entries e join journal j on j.id = e.journal_id
     where e.account = 'bank' and j.reference like $1 || ':%'`,
      [provider],
    );
    expect(bank?.minor).toBe(books?.net);
  },
);

it('counts them, and calls nothing unhealthy', async () => {
  const answer = await fetch(`${app.url}/metrics`, {
    headers: { authorization: 'Bearer a-token-of-this-test' },
  });
  const text = await answer.text();
  for (const provider of PROVIDERS)
    for (const what of ['event', 'line'])
      expect(
        Number(
          new RegExp(`foreign_objects_total\\{provider="${provider}",what="${what}"\\} (\\d+)`).exec(
            text,
          )?.[1],
        ),
      ).toBeGreaterThan(2);
  const health = await checkHealth({ pool: app.deps.pool, redis: null });
  expect(health.filter(({ ok }) => !ok)).toEqual([]);
});
