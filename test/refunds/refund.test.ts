// Refunds that we ask for, through the adapters and the simulated providers: each path in numbers, as docs/ledger.md
// shows them. A small package is 50 credits for INR 50.00.
import { recoverRefunds } from '../../src/refunds/recover';
import { useRefundStand } from './stand';

const stand = useRefundStand();
afterEach(() => {
  stand.trouble = () => null;
});

const untilRecovered = async (userId: string) => {
  await stand.rows(
    `update refunds set lease_until = now() - interval '1 second' from intents i
     where i.id = intent_id and i.user_id = $1 and refunds.lease_until is not null`,
    [userId],
  );
  await recoverRefunds(stand.app.deps);
};

describe.each(['stripe', 'razorpay'] as const)('A refund at %s', (provider) => {
  it('of half takes half of the credits out of the lot that the payment bought', async () => {
    const paid = await stand.bought({ provider });
    const { refund } = await paid.refund(2500);

    expect(refund).toMatchObject({
      status: 'succeeded',
      amountMinor: 2500n,
      creditsRevoked: 25n,
      creditsFrozen: 0n,
    });
    expect(await paid.wallet()).toEqual({ balance: 25, held: 0, frozen: 0, owed: 0 });
    expect(await paid.lot()).toEqual({ remaining: 25, held: 0, frozen: 0, deferred: 2500 });
    expect(await paid.posted('refund')).toEqual([
      `clearing_${provider} INR 2500`,
      'credits_issued CREDIT 25',
      'deferred_revenue INR -2500',
      'wallet CREDIT -25',
    ]);
  });

  it('in three parts takes every credit and nothing more, the last one the rest', async () => {
    const paid = await stand.bought({ provider });
    const revoked = [];
    for (const amount of [1667, 1667, null])
      revoked.push(Number((await paid.refund(amount)).refund.creditsRevoked));

    // floor(50 × 1667 ÷ 5000) = 16, floor(50 × 3334 ÷ 5000) = 33, all 50.
    expect(revoked).toEqual([16, 17, 17]);
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
    await expect(paid.refund(1)).rejects.toMatchObject({ code: 'REFUND_EXCEEDS_AMOUNT' });
  });

  it('of a currency with three digits is refused where the provider cannot send so much back, and takes nothing', async () => {
    await stand.rows(
      `insert into prices (package_id, currency, amount_minor) values ('small', 'KWD', 5000) on conflict do nothing`,
    );
    stand.app.deps.catalogue.refresh();
    const paid = await stand.bought({ provider, currency: 'KWD' });

    await expect(paid.refund(1005)).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('in steps of'),
    });
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 0, owed: 0 });
    expect(await stand.rows('select id from refunds where intent_id = $1', [paid.id])).toEqual([]);
    expect((await paid.refund(1010)).refund).toMatchObject({ status: 'succeeded', currency: 'KWD' });
    expect((await paid.refund(null)).refund).toMatchObject({ status: 'succeeded', amountMinor: 3990n });
  });

  it('that fails after it succeeded gives the credits back to their lot', async () => {
    const paid = await stand.bought({ provider });
    await stand.spend(paid.userId, 40);
    await paid.refund(null);
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 40 });

    await paid.play('refund_fails');
    await paid.look();

    expect(await paid.wallet()).toEqual({ balance: 10, held: 0, frozen: 0, owed: 0 });
    expect(await paid.lot()).toEqual({ remaining: 10, held: 0, frozen: 0, deferred: 1000 });
    expect(await paid.posted('refund_reversal')).toEqual([
      `clearing_${provider} INR -5000`,
      'credits_issued CREDIT -50',
      'debt CREDIT 40',
      'deferred_revenue INR 1000',
      'refunds INR 4000',
      'wallet CREDIT 10',
    ]);
    // The money is there again, and can be refunded again.
    expect((await paid.refund(null)).refund).toMatchObject({ status: 'succeeded', creditsRevoked: 50n });
    await paid.look();
    expect(await paid.refunds()).toMatchObject([{ status: 'failed' }, { status: 'succeeded' }]);
  });

  it.each(['lost', 'answerLost'] as const)(
    'whose call is %s stays pending with its credits frozen, and is made once',
    async (trouble) => {
      const paid = await stand.bought({ provider });
      stand.trouble = ({ path }) => (path.includes('refund') ? trouble : null);
      const { refund } = await paid.refund(2500, 'key-of-trouble-1');

      expect(refund).toMatchObject({ status: 'pending', creditsFrozen: 25n, creditsRevoked: 0n });
      expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 25, owed: 0 });
      expect((await paid.refund(2500, 'key-of-trouble-1')).refund.id).toBe(refund.id);

      stand.trouble = () => null;
      await untilRecovered(paid.userId);

      expect(await paid.refunds()).toEqual([
        { status: 'succeeded', amount: 2500, credits_revoked: 25, credits_frozen: 0 },
      ]);
      expect(await paid.wallet()).toEqual({ balance: 25, held: 0, frozen: 0, owed: 0 });
      const made = await stand.rows(
        `select count(*)::int as n from simulator.objects where kind = 'refund' and root_id = $1`,
        [paid.providerIntentId],
      );
      expect(made).toEqual([{ n: 1 }]);
    },
  );

  it('that waits for its provider is counted against what is left, before anybody knows whether it was made', async () => {
    const paid = await stand.bought({ provider });
    stand.trouble = ({ path }) => (path.includes('refund') ? 'lost' : null);
    expect((await paid.refund(3000)).refund).toMatchObject({ status: 'pending', creditsFrozen: 30n });

    await expect(paid.refund(2001)).rejects.toMatchObject({
      code: 'REFUND_EXCEEDS_AMOUNT',
      message: expect.stringContaining('20.00 can be refunded'),
    });
    expect((await paid.refund(null)).refund).toMatchObject({ amountMinor: 2000n, creditsFrozen: 20n });
    await expect(paid.refund(1)).rejects.toMatchObject({ code: 'REFUND_EXCEEDS_AMOUNT' });

    stand.trouble = () => null;
    await untilRecovered(paid.userId);
    expect((await paid.refunds()).map(({ status, amount }) => [status, amount])).toEqual([
      ['succeeded', 3000],
      ['succeeded', 2000],
    ]);
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
  });
});
