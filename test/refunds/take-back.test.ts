// Where a refund takes its credits from, in numbers: the lot that the payment bought, other lots, holds, debt; what the
// provider refuses; and what a back end is told of it. A small package is 50 credits for INR 50.00.
import { createWebhookEndpoint } from '../../src/deliveries/create-endpoint';
import { faultsOf } from '../deliveries/schemas';
import { reading, refunded } from '../support/intents';
import { relayAll } from '../support/relay-all';
import { useRefundStand } from './stand';

const stand = useRefundStand();
afterEach(() => {
  stand.trouble = () => null;
});

it('takes the lot that the payment bought, also when another would be spent first', async () => {
  const first = await stand.bought();
  const second = await stand.bought({ userId: first.userId });
  await second.refund(null);
  expect(await first.lot()).toMatchObject({ remaining: 50 });
  expect(await second.lot()).toMatchObject({ remaining: 0, deferred: 0 });
});

it('of more than came is not booked: the books stay, and a person has to look', async () => {
  const paid = await stand.bought();
  await paid.refund(4000);
  const [payment] = await stand.rows(
    'select provider_payment_id as id from intent_payments where intent_id = $1',
    [paid.id],
  );
  const news = reading(paid.id, refunded(payment?.id, `re_more_${paid.id}`, 2000n));
  expect((await stand.app.deps.settle(news)).outcomes).toEqual(['illegal']);
  expect(await stand.rows('select kind from breaks where intent_id = $1', [paid.id])).toEqual([
    { kind: 'amount_mismatch' },
  ]);
  expect(await paid.wallet()).toMatchObject({ balance: 10, owed: 0 });
});

it('is told once, however often the provider is read', async () => {
  const paid = await stand.bought();
  await paid.refund(1000);
  const told = () =>
    stand.rows(`select kind from events where subject = $1 and kind like 'refund%' order by sequence`, [
      paid.id,
    ]);
  const before = await told();
  await paid.look();
  await paid.look();
  expect(before.length).toBeGreaterThan(0);
  expect(await told()).toEqual(before);
});

it('takes from other lots what is gone of its own, at their price', async () => {
  const first = await stand.bought();
  const second = await stand.bought({ userId: first.userId });
  await stand.spend(first.userId, 40);
  await first.refund(null);

  expect(await second.lot()).toEqual({ remaining: 10, held: 0, frozen: 0, deferred: 1000 });
  expect(await first.wallet()).toEqual({ balance: 10, held: 0, frozen: 0, owed: 0 });
  expect(await first.posted('refund')).toEqual([
    'clearing_stripe INR 5000',
    'credits_issued CREDIT 50',
    'deferred_revenue INR -5000',
    'wallet CREDIT -50',
  ]);
});

it('shrinks a hold before it makes a debt', async () => {
  const paid = await stand.bought();
  await stand.spend(paid.userId, 20);
  const hold = await stand.hold(paid.userId, 25);
  await paid.refund(2500);
  expect(await paid.wallet()).toEqual({ balance: 5, held: 5, frozen: 0, owed: 0 });
  expect(await stand.rows('select credits::int, held::int, status from holds where id = $1', [hold])).toEqual(
    [{ credits: 25, held: 5, status: 'open' }],
  );
  const [told] = await stand.rows(
    `select data -> 'holdsShrunk' as shrunk from events where subject = $1 and data ? 'holdsShrunk'`,
    [`wallet:${paid.userId}`],
  );
  expect(told?.shrunk).toEqual([{ id: hold, credits: 20 }]);

  await paid.refund(null);
  expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 20 });
});

it('takes all 50 credits after 40 were spent: 10 are there, 40 are owed, and the next purchase pays them first', async () => {
  const paid = await stand.bought();
  await stand.spend(paid.userId, 40);
  await paid.refund(null);
  expect(await paid.posted('refund')).toEqual([
    'clearing_stripe INR 5000',
    'credits_issued CREDIT 50',
    'debt CREDIT -40',
    'deferred_revenue INR -1000',
    'refunds INR -4000',
    'wallet CREDIT -10',
  ]);
  await stand.bought({ userId: paid.userId });
  expect(await paid.wallet()).toEqual({ balance: 10, held: 0, frozen: 0, owed: 0 });
});

it('gives back to the lot what had been owed and paid meanwhile', async () => {
  const paid = await stand.bought();
  await stand.spend(paid.userId, 40);
  await paid.refund(null);
  await stand.bought({ userId: paid.userId });
  await paid.play('refund_fails');
  await paid.look();

  expect(await paid.wallet()).toEqual({ balance: 60, held: 0, frozen: 0, owed: 0 });
  expect(await paid.lot()).toEqual({ remaining: 50, held: 0, frozen: 0, deferred: 5000 });
  expect(await paid.posted('refund_reversal')).toEqual([
    'clearing_stripe INR -5000',
    'credits_issued CREDIT -50',
    'deferred_revenue INR 5000',
    'wallet CREDIT 50',
  ]);
});

it('keeps room in each lot for what another refund took of it and may give back', async () => {
  const first = await stand.bought();
  const second = await stand.bought({ userId: first.userId });
  await stand.spend(first.userId, 50);
  // The first lot is spent: the second one pays for its refund, and is itself refunded by a debt, which a third one pays.
  await first.refund(null);
  await second.refund(null);
  const third = await stand.bought({ userId: first.userId });
  expect(await first.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });

  await second.play('refund_fails');
  await second.look();
  expect(await first.lot()).toEqual({ remaining: 50, held: 0, frozen: 0, deferred: 5000 });
  await first.play('refund_fails');
  await first.look();

  expect(await first.wallet()).toEqual({ balance: 100, held: 0, frozen: 0, owed: 0 });
  expect(await second.lot()).toEqual({ remaining: 50, held: 0, frozen: 0, deferred: 5000 });
  expect(await third.lot()).toEqual({ remaining: 0, held: 0, frozen: 0, deferred: 0 });
});

it('undoes the debt that is left and pays another one with the rest', async () => {
  const first = await stand.bought();
  const second = await stand.bought({ userId: first.userId });
  await stand.spend(first.userId, 90);
  await second.refund(null);
  await first.refund(null);
  expect(await first.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 90 });
  await second.play('refund_fails');
  await second.look();
  expect(await first.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 40 });
});

it('lets the credits go when the provider refuses, and says so again when the key comes again', async () => {
  const paid = await stand.bought();
  // The bank has the money already: somebody lost a dispute that we have not heard of.
  await paid.play('dispute_open');
  await expect(paid.refund(2500, 'refused-1')).rejects.toMatchObject({ code: 'PROVIDER_DECLINED' });
  expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 0, owed: 0 });
  expect(await paid.refunds()).toEqual([
    { status: 'failed', amount: 2500, credits_revoked: 0, credits_frozen: 0 },
  ]);
  await expect(paid.refund(2500, 'refused-1')).rejects.toMatchObject({ code: 'PROVIDER_DECLINED' });
  await expect(paid.refund(2501, 'refused-1')).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  expect(await paid.refunds()).toHaveLength(1);
});

it('only what was paid can go back', async () => {
  const paid = await stand.bought();
  await expect(paid.refund(5001)).rejects.toMatchObject({ code: 'REFUND_EXCEEDS_AMOUNT' });
  await expect(paid.refund(0)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  await paid.refund(4999);
  await expect(paid.refund(2)).rejects.toMatchObject({ code: 'REFUND_EXCEEDS_AMOUNT' });
});

it('a refund that was made at the provider beside one of ours is not taken for ours', async () => {
  const paid = await stand.bought();
  stand.trouble = ({ path }) => (path.includes('refund') ? 'lost' : null);
  const { refund } = await paid.refund(2500, 'ours-beside-theirs');
  stand.trouble = () => null;
  const provider = stand.app.deps.providers.get('stripe');
  const intent = await stand.app.deps.readIntent(paid.id);
  await provider?.createRefund(
    {
      providerIntentId: paid.providerIntentId,
      providerPaymentId: intent?.providerPaymentId ?? '',
      amount: { amountMinor: 2500n, currency: 'INR' },
      ourRefundId: 'somebody-at-the-dashboard',
      reason: 'by hand',
    },
    { idempotencyKey: 'dashboard-of-this-test', timeoutMs: 5000 },
  );
  await paid.look();
  const rows = await stand.rows('select requested_by, status from refunds where intent_id = $1 order by id', [
    paid.id,
  ]);
  expect(rows).toEqual(
    expect.arrayContaining([
      { requested_by: 'fin_1', status: 'pending' },
      { requested_by: 'provider', status: 'succeeded' },
    ]),
  );
  expect(await paid.wallet()).toEqual({ balance: 25, held: 0, frozen: 25, owed: 0 });
  expect(refund.status).toBe('pending');
});

it('tells back ends of every refund and dispute, each as its schema says', async () => {
  const { deps } = stand.app;
  const admin = { id: 'admin_1', role: 'admin' as const };
  const input = { url: 'http://127.0.0.1:9/hook', events: ['refund.*', 'dispute.*'], enabled: true };
  const { endpoint } = await createWebhookEndpoint(deps, admin, input);
  const paid = await stand.bought({ provider: 'razorpay' });
  await paid.refund(1000);
  await paid.play('refund_fails');
  await paid.look();
  const types = async () => {
    await relayAll(deps.pool);
    const rows = await stand.rows('select body from deliveries where endpoint_id = $1', [endpoint.id]);
    return rows.map(({ body }) => JSON.parse(body)).filter((event) => event.data.intentId === paid.id);
  };
  const events = await types();
  expect(events.flatMap(faultsOf)).toEqual([]);
  expect(events.map(({ type, userId }) => [type, userId]).sort()).toEqual(
    ['refund.created', 'refund.failed', 'refund.succeeded'].map((type) => [type, paid.userId]),
  );
});
