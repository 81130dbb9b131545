// A database that was restored to a while ago while the providers moved on, and the command that brings it up to them. A small
// package is 50 credits for INR 50.00.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spendCredits } from '../../src/credits/spend';
import { createWebhookEndpoint } from '../../src/deliveries/create-endpoint';
import { eraseUser } from '../../src/deliveries/erase-user';
import { findJob } from '../../src/jobs/find';
import { runJob } from '../../src/jobs/run';
import { savePackage } from '../../src/packages/save';
import type { ProviderName } from '../../src/providers/provider';
import { reconciliation } from '../../src/reconciliation/run';
import { startReconciliation } from '../../src/reconciliation/start';
import { refundIntent } from '../../src/refunds/refund';
import { finance } from '../refunds/stand';
import { eventually } from '../support/eventually';
import { type Sold, useRecoverStand } from './recover-stand';

const stand = useRecoverStand();
const PROVIDERS: readonly ProviderName[] = ['stripe', 'razorpay'];
const ADMIN = { id: 'adm_1', role: 'admin' } as const;
const file = path.join(os.tmpdir(), `deliveries-${process.pid}.jsonl`);
let since: Date;
const lostSpends: string[] = [];
const made: Record<string, Sold> = {};

const spend = (userId: string, credits: number, key: string) =>
  spendCredits(
    stand.app.deps,
    { id: userId, role: 'user' },
    {
      credits: BigInt(credits),
      reason: 'A picture',
      idempotencyKey: key,
    },
  );

const refund = ({ id }: Sold, amountCents: number, key: string) =>
  refundIntent(stand.app.deps, finance, { intentId: id, amountCents, reason: 'asked', idempotencyKey: key });

async function bought(userId: string, provider: ProviderName): Promise<Sold> {
  const sold = await stand.sell(userId, provider);
  await stand.play(sold, 'succeed');
  await stand.look(sold);
  return sold;
}

/** Somebody else's, who sells by the same account and calls nothing as we do. */
async function stranger(provider: ProviderName) {
  const body =
    provider === 'stripe'
      ? new URLSearchParams({
          amount: '700',
          currency: 'inr',
          'metadata[order]': '17',
          'automatic_payment_methods[enabled]': 'true',
        }).toString()
      : JSON.stringify({ amount: 700, currency: 'INR', receipt: 'order-17', notes: { shop: 'another' } });
  const answer = await stand.simulator.handle({
    method: 'POST',
    path: provider === 'stripe' ? '/v1/payment_intents' : '/v1/orders',
    headers: {
      authorization:
        provider === 'stripe'
          ? 'Bearer sk_test_mock'
          : `Basic ${Buffer.from('rzp_test_mock:mock').toString('base64')}`,
      'content-type': provider === 'stripe' ? 'application/x-www-form-urlencoded' : 'application/json',
    },
    body,
  });
  expect([answer.status, answer.body]).toEqual([200, expect.any(String)]);
}

beforeAll(async () => {
  await createWebhookEndpoint(stand.app.deps, ADMIN, {
    url: 'http://127.0.0.1:9/hooks',
    enabled: true,
    events: ['credits.spent'],
  });
  for (const provider of PROVIDERS) {
    const was = async (what: string) => {
      made[`${what} ${provider}`] = await bought(`${what}_${provider}`, provider);
    };
    for (const what of ['spender', 'refunded', 'disputed', 'erased']) await was(what);
    await spend(`spender_${provider}`, 10, `before-${provider}`);
    made[`in flight ${provider}`] = await stand.sell(`flight_${provider}`, provider);
  }
  since = await stand.backUp();

  await savePackage(stand.app.deps, ADMIN, {
    ...{ id: 'small', name: 'Small', credits: 60n, active: true, creditsExpireAfterDays: 90 },
    prices: [{ currency: 'INR', amountCents: 5500 }],
  });
  for (const provider of PROVIDERS) {
    const of = (what: string) => made[`${what} ${provider}`] as Sold;
    await stand.play(of('in flight'), 'succeed');
    await stand.look(of('in flight'));
    await refund(of('refunded'), 2000, `refund-${provider}`);
    await stand.play(of('disputed'), 'dispute_open');
    await spend(`spender_${provider}`, 7, `after-${provider}`);
    for (const what of ['paid', 'paid and refunded', 'paid and disputed', 'paid by the erased'])
      made[`${what} ${provider}`] = await bought(`${what.replaceAll(' ', '_')}_${provider}`, provider);
    await refund(of('paid and refunded'), 5500, `refund-lost-${provider}`);
    await stand.play(of('paid and disputed'), 'dispute_open');
    await stand.play(of('paid and disputed'), 'dispute_lost');
    made[`waiting ${provider}`] = await stand.sell(`waiting_${provider}`, provider);
    made[`declined ${provider}`] = await stand.sell(`declined_${provider}`, provider);
    await stand.play(of('declined'), 'decline');
    await stranger(provider);
  }
  await eventually(async () => {
    const told = await stand.rows(`select body from deliveries where type = 'credits.spent'`);
    expect(told).toHaveLength(4);
    fs.writeFileSync(file, `${told.map(({ body }) => body).join('\n')}\n{"broken\n`);
    lostSpends.push(
      ...told
        .map(({ body }) => JSON.parse(body))
        .filter(({ data }) => data.credits === 7)
        .map(({ data }) => data.transactionId),
    );
  });
  await stand.restore();
  for (const provider of PROVIDERS)
    await eraseUser(stand.app.deps.pool, ADMIN, `paid_by_the_erased_${provider}`);
});
afterAll(() => fs.rmSync(file, { force: true }));

const wallets = async () =>
  Object.fromEntries(
    (
      await stand.rows('select user_id, balance::int, frozen::int, owed::int from wallets order by user_id')
    ).map(({ user_id, ...rest }) => [user_id, rest]),
  );

it('says what is lost, and changes nothing, on a dry run', async () => {
  const before = await wallets();
  const said = await stand.cli('recover', '--from', since.toISOString(), '--dry-run', '--json');
  expect(said).toMatchObject({ code: 0 });
  const { providers, dryRun } = JSON.parse(said.out);
  expect(dryRun).toBe(true);
  for (const provider of PROVIDERS)
    expect(providers[provider]).toMatchObject({
      // Four were paid; one waits for its payer, and one was declined.
      ...{
        restored: 6,
        credits: 240,
        paid: { INR: '22000' },
        foreign: 1,
        refunds: 1,
        unanswered: 0,
        unreadable: [],
      },
    });
  expect(await wallets()).toEqual(before);
  expect(await stand.rows('select * from recoveries')).toEqual([]);
});

it('leaves each balance as the payments at the providers and the spends that survived say, by two runs at once beside a gateway', async () => {
  const command = ['recover', '--from', since.toISOString(), '--spends', file, '--json'];
  const [one, other] = await Promise.all([stand.cli(...command), stand.cli(...command)]);
  expect([one, other]).toMatchObject([{ code: 0 }, { code: 0 }]);
  const [first, second] = [one, other].map(({ out }) => JSON.parse(out));
  for (const provider of PROVIDERS)
    expect(first.providers[provider].restored + second.providers[provider].restored).toBe(6);

  const now = await wallets();
  for (const provider of PROVIDERS) {
    const of = (who: string) => now[`${who}_${provider}`];
    expect(of('spender')).toEqual({ balance: 40, frozen: 0, owed: 0 });
    expect(of('flight')).toEqual({ balance: 50, frozen: 0, owed: 0 });
    expect(of('refunded')).toEqual({ balance: 30, frozen: 0, owed: 0 });
    expect(of('disputed')).toMatchObject({ frozen: 50, owed: 0 });
    expect(of('erased')).toEqual({ balance: 50, frozen: 0, owed: 0 });
    expect(of('paid')).toEqual({ balance: 60, frozen: 0, owed: 0 });
    expect(of('paid_and_refunded')).toEqual({ balance: 0, frozen: 0, owed: 0 });
    expect(of('paid_and_disputed')).toEqual({ balance: 0, frozen: 0, owed: 0 });
    expect(of('paid_by_the_erased')).toEqual({ balance: 60, frozen: 0, owed: 0 });
  }
  const { spends } = first;
  expect(spends).toMatchObject({ lostCredits: 14, here: 2, unreadable: 1 });
  expect(spends.lost.map(({ transactionId }: { transactionId: string }) => transactionId).sort()).toEqual(
    lostSpends.sort(),
  );
});

it('makes purchases again under their own ids, as they were sold, and leaves out the texts of a user who was erased', async () => {
  for (const provider of PROVIDERS) {
    const intentOf = async (what: string) => {
      const { id } = made[`${what} ${provider}`] as Sold;
      return (await stand.rows('select * from intents where id = $1', [id]))[0];
    };
    expect(await intentOf('paid')).toMatchObject({
      ...{ status: 'succeeded', credits: '60', credits_expire_after_days: 90, amount_minor: '5500' },
      reference: `order-paid_${provider}`,
    });
    expect(await intentOf('paid by the erased')).toMatchObject({
      status: 'succeeded',
      reference: null,
      metadata: null,
    });
    expect(await intentOf('waiting')).toMatchObject({ status: 'pending' });
    expect(await intentOf('declined')).toMatchObject({ status: 'pending', attempt_count: 1 });
  }
  const [{ foreign }] = (await stand.rows(
    `select count(*)::int as foreign from intents where provider_intent_id in (select unnest($1::text[]))`,
    [
      (
        await stand.there(
          `select id from simulator.objects where body::text like '%another%' or body::text like '%"order":"17"%'`,
        )
      ).map(({ id }) => id),
    ],
  )) as [{ foreign: number }];
  expect(foreign).toBe(0);
});

it('finds nothing more to do, gives no number away twice, and says in the audit trail who did it', async () => {
  const again = await stand.cli('recover', '--from', since.toISOString(), '--json');
  expect(again.code).toBe(0);
  for (const provider of PROVIDERS)
    expect(JSON.parse(again.out).providers[provider]).toMatchObject({ restored: 0, refunds: 0 });
  const numbers = lostSpends.map((id) => Number(id.slice('ctx_'.length)));
  const [{ posted }] = (await stand.rows(
    `select min(id)::float8 as posted from journal where posted_at >= $1`,
    [since],
  )) as [{ posted: number }];
  expect(posted).toBeGreaterThan(Math.max(...numbers));
  const audit = await stand.rows(`select actor, action from audit_log where action = 'recover'`);
  expect(audit).toHaveLength(3);
  expect(audit[0]).toEqual({ actor: expect.stringMatching(/^cli:/), action: 'recover' });
});

it.each(PROVIDERS)('leaves the books equal to those of %s, and the ledger whole', async (provider) => {
  await stand.there('select simulator.pay_out($1)', [provider]);
  const { deps } = stand.app;
  const to = Date.now() + 1_000;
  const range = { gte: new Date(to - 3_600_000), lt: new Date(to) };
  const { id } = await startReconciliation(deps, finance, { provider, range, dryRun: false });
  await runJob(deps, [reconciliation(deps)], id, new AbortController().signal);
  await eventually(async () =>
    expect(await findJob(deps, id)).toMatchObject({ status: 'succeeded', result: { broken: 0 } }),
  );
  expect(
    await stand.rows(`select * from breaks where status = 'open' and provider = $1`, [provider]),
  ).toEqual([]);
  expect(await stand.cli('ledger', 'verify')).toMatchObject({ code: 0 });
});

it('is called wrongly without a time, with one to come, and with a file that is not there', async () => {
  expect(await stand.cli('recover')).toMatchObject({ code: 2, err: expect.stringContaining('--from') });
  expect(await stand.cli('recover', '--from', '2999-01-01')).toMatchObject({
    code: 2,
    err: expect.stringContaining('is to come'),
  });
  expect(await stand.cli('recover', '--from', since.toISOString(), '--spends', '/nowhere')).toMatchObject({
    code: 2,
  });
});
