// Disputes, through the adapters and the simulated providers: each path in numbers, as docs/ledger.md shows them. A small
// package is 50 credits for INR 50.00.
import { balanceOf } from '../../src/credits/balance';
import { releaseHold } from '../../src/credits/release-hold';
import { settleHold } from '../../src/credits/settle-hold';
import { readDispute } from '../../src/disputes/read';
import { type DisputeReading, settleDispute } from '../../src/disputes/settle';
import { type Bought, useRefundStand } from '../refunds/stand';

const stand = useRefundStand();

/** What the gateway finds when it looks at the dispute of a payment. */
async function look(paid: Bought): Promise<void> {
  const intent = await stand.app.deps.readIntent(paid.id);
  const [known] = await stand.rows(
    `select id from simulator.objects where kind = 'dispute' and root_id = $1 order by serial desc`,
    [paid.providerIntentId],
  );
  if (!intent || !known) throw new Error('Nothing to look at');
  expect(await readDispute(stand.app.deps, intent, known.id, [])).toMatchObject({ kind: 'settled' });
}

const disputes = (paid: Bought) =>
  stand.rows(
    `select status, turn, withdrawn_minor::int as withdrawn, credits_frozen::int as frozen, credits_revoked::int as revoked
     from disputes where intent_id = $1`,
    [paid.id],
  );

describe.each(['stripe', 'razorpay'] as const)('A dispute at %s', (provider) => {
  const withdrawsAtOnce = provider === 'stripe';

  it('that is opened freezes the lot, blocks refunds, and books what was withdrawn', async () => {
    const paid = await stand.bought({ provider });
    await paid.play('dispute_open');
    await look(paid);
    await look(paid);

    const withdrawn = withdrawsAtOnce ? 5000 : 0;
    expect(await disputes(paid)).toEqual([{ status: 'open', turn: 1, withdrawn, frozen: 50, revoked: 0 }]);
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 50, owed: 0 });
    expect(await paid.posted('dispute_withdrawn')).toEqual(
      withdrawsAtOnce ? ['chargebacks INR -5000', 'clearing_stripe INR 5000'] : [],
    );
    await expect(paid.refund(1)).rejects.toMatchObject({ code: 'REFUND_EXCEEDS_AMOUNT' });
  });

  it('that is won lets the credits go and gives the money back', async () => {
    const paid = await stand.bought({ provider });
    await paid.play('dispute_open');
    await look(paid);
    await paid.play('dispute_won');
    await look(paid);

    expect(await disputes(paid)).toEqual([{ status: 'won', turn: 1, withdrawn: 0, frozen: 0, revoked: 0 }]);
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 0, owed: 0 });
    expect(await paid.posted('dispute_reinstated')).toEqual(
      withdrawsAtOnce ? ['chargebacks INR 5000', 'clearing_stripe INR -5000'] : [],
    );
    expect((await paid.refund(null)).refund.status).toBe('succeeded');
  });

  it('that is lost takes the credits back, and what was spent becomes a debt', async () => {
    const paid = await stand.bought({ provider });
    await stand.spend(paid.userId, 20);
    await paid.play('dispute_open');
    await look(paid);
    expect(await paid.wallet()).toEqual({ balance: 30, held: 0, frozen: 30, owed: 0 });
    await paid.play('dispute_lost');
    await look(paid);

    expect(await disputes(paid)).toEqual([
      { status: 'lost', turn: 1, withdrawn: 5000, frozen: 0, revoked: 50 },
    ]);
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 20 });
    expect(await paid.posted('dispute_withdrawn')).toEqual([
      'chargebacks INR -5000',
      `clearing_${provider} INR 5000`,
    ]);
    expect(await paid.posted('chargeback')).toEqual([
      'chargebacks INR 3000',
      'credits_issued CREDIT 50',
      'debt CREDIT -20',
      'deferred_revenue INR -3000',
      'wallet CREDIT -30',
    ]);
  });
});

it('a dispute at Razorpay that was won and comes back is a turn of its own, with postings of its own', async () => {
  const paid = await stand.bought({ provider: 'razorpay' });
  for (const outcome of ['dispute_open', 'dispute_won', 'dispute_open'] as const) {
    await paid.play(outcome);
    await look(paid);
  }
  expect(await disputes(paid)).toEqual([{ status: 'open', turn: 2, withdrawn: 0, frozen: 50, revoked: 0 }]);
  await paid.play('dispute_lost');
  await look(paid);
  expect(await disputes(paid)).toEqual([
    { status: 'lost', turn: 2, withdrawn: 5000, frozen: 0, revoked: 50 },
  ]);
  expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
});

it('what Stripe cannot do is refused with a reason', async () => {
  const paid = await stand.bought();
  await expect(paid.play('dispute_won')).rejects.toThrow('No dispute is open: play dispute_open first.');
  await expect(paid.play('refund_fails')).rejects.toThrow('Nothing was refunded: refund the payment first.');
  await paid.play('dispute_open');
  await paid.play('dispute_won');
  await expect(paid.play('dispute_open')).rejects.toThrow('Stripe takes one dispute for a charge');
});

describe('What a reading says of a dispute', () => {
  let disputed = 0;

  /** News at the door itself, as readings in the order of their numbers. */
  async function disputedBy(paid: Bought) {
    const intent = await stand.app.deps.readIntent(paid.id);
    const id = `dp_by_${++disputed}`;
    let readNumber = 100;
    if (!intent) throw new Error('No intent');
    return (object: Partial<DisputeReading['object']>, number = ++readNumber) =>
      settleDispute(stand.app.deps, {
        intent,
        readNumber: number,
        notes: [],
        object: {
          providerDisputeId: id,
          providerPaymentId: intent.providerPaymentId ?? '',
          providerIntentId: intent.providerIntentId,
          phase: 'chargeback',
          status: 'open',
          amount: { amountMinor: 5000n, currency: 'INR' },
          needsAnswer: true,
          amountWithdrawnMinor: 0n,
          reason: 'fraudulent',
          respondBy: null,
          createdAt: 1_795_000_000,
          ...object,
        },
      });
  }

  it('an inquiry moves nothing, whether it ends well or becomes a chargeback', async () => {
    const paid = await stand.bought();
    const news = await disputedBy(paid);
    await news({ phase: 'inquiry', status: 'inquiry' });
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 0, owed: 0 });
    await news({ phase: 'inquiry', status: 'closed' });
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 0, owed: 0 });
    expect(await disputes(paid)).toMatchObject([{ status: 'closed', frozen: 0 }]);

    const other = await stand.bought();
    const again = await disputedBy(other);
    await again({ phase: 'inquiry', status: 'inquiry' });
    await again({ amountWithdrawnMinor: 5000n });
    expect(await other.wallet()).toMatchObject({ frozen: 50 });
    expect(await other.posted('dispute_withdrawn')).toEqual([
      'chargebacks INR -5000',
      'clearing_stripe INR 5000',
    ]);
  });

  it('an earlier reading that comes later changes nothing', async () => {
    const paid = await stand.bought();
    const news = await disputedBy(paid);
    await news({}, 110);
    await news({ status: 'won' }, 112);
    expect(await news({}, 111)).toMatchObject({ outcome: 'stale', dispute: { status: 'won', turn: 1 } });
    expect(await paid.wallet()).toMatchObject({ balance: 50, frozen: 0 });
  });

  it('a dispute of half freezes and takes half, beside refunds of the rest', async () => {
    const paid = await stand.bought();
    const news = await disputedBy(paid);
    await news({ amount: { amountMinor: 2500n, currency: 'INR' }, amountWithdrawnMinor: 2500n });
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 25, owed: 0 });
    await expect(paid.refund(2501)).rejects.toMatchObject({ code: 'REFUND_EXCEEDS_AMOUNT' });
    await news({
      status: 'lost',
      amount: { amountMinor: 2500n, currency: 'INR' },
      amountWithdrawnMinor: 2500n,
    });
    expect(await paid.wallet()).toEqual({ balance: 25, held: 0, frozen: 0, owed: 0 });
    await news({
      status: 'lost',
      amount: { amountMinor: 2500n, currency: 'INR' },
      amountWithdrawnMinor: 2500n,
    });
    expect(await disputes(paid)).toMatchObject([{ status: 'lost', revoked: 25, turn: 1 }]);
  });

  const of = (amountMinor: bigint) => ({ amount: { amountMinor, currency: 'INR' } });

  it('one whose amount is raised freezes more, and one whose amount is lowered lets the rest go', async () => {
    const paid = await stand.bought();
    const news = await disputedBy(paid);
    await news({ ...of(1000n), amountWithdrawnMinor: 1000n });
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 10, owed: 0 });
    await news({ ...of(4000n), amountWithdrawnMinor: 4000n });
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 40, owed: 0 });
    expect(await disputes(paid)).toEqual([
      { status: 'open', turn: 1, withdrawn: 4000, frozen: 40, revoked: 0 },
    ]);
    await expect(paid.refund(1001)).rejects.toMatchObject({ code: 'REFUND_EXCEEDS_AMOUNT' });
    await news({ ...of(2500n), amountWithdrawnMinor: 2500n });
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 25, owed: 0 });
    expect(await disputes(paid)).toMatchObject([{ status: 'open', turn: 1, frozen: 25 }]);
  });

  it('one that was lost for less than it is lost for in the end takes the rest, as a turn of its own', async () => {
    const paid = await stand.bought();
    const news = await disputedBy(paid);
    await news({ status: 'lost', ...of(1000n), amountWithdrawnMinor: 1000n });
    expect(await paid.wallet()).toEqual({ balance: 40, held: 0, frozen: 0, owed: 0 });
    await news({ status: 'lost', ...of(5000n), amountWithdrawnMinor: 5000n });
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
    expect(await disputes(paid)).toEqual([
      { status: 'lost', turn: 2, withdrawn: 5000, frozen: 0, revoked: 50 },
    ]);
    expect(await paid.posted('chargeback')).toHaveLength(8);
  });

  it.each(['released', 'expired', 'settled'] as const)(
    'what was held of the lot is frozen, not free, once its hold is %s while the dispute is open',
    async (end) => {
      const paid = await stand.bought();
      const hold = await stand.hold(paid.userId, 30);
      const news = await disputedBy(paid);
      await news({});
      expect(await paid.wallet()).toEqual({ balance: 50, held: 30, frozen: 20, owed: 0 });

      const caller = { id: paid.userId, role: 'user' as const };
      if (end === 'released') await releaseHold(stand.app.deps, caller, { id: hold });
      if (end === 'settled')
        await settleHold(stand.app.deps, caller, { id: hold, credits: 12n, idempotencyKey: 'used-12' });
      if (end === 'expired') {
        await stand.rows(
          `update holds set created_at = created_at - interval '1 day', expires_at = expires_at - interval '1 day'
           where id = $1`,
          [hold],
        );
        await balanceOf(stand.app.deps, paid.userId);
      }
      const spent = end === 'settled' ? 12 : 0;
      const left = 50 - spent;
      expect(await paid.wallet()).toEqual({ balance: left, held: 0, frozen: left, owed: 0 });
      expect(await disputes(paid)).toMatchObject([{ status: 'open', frozen: left }]);

      await news({ status: 'lost' });
      expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: spent });
    },
  );

  it('the end of a hold and news of the dispute at one instant never wait for each other, and all is frozen in the end', async () => {
    for (let round = 0; round < 10; round++) {
      const paid = await stand.bought();
      const hold = await stand.hold(paid.userId, 30);
      const news = await disputedBy(paid);
      await news({});
      const caller = { id: paid.userId, role: 'user' as const };
      await Promise.all([
        news(of(4998n)),
        releaseHold(stand.app.deps, caller, { id: hold }),
        news(of(4999n)),
        balanceOf(stand.app.deps, paid.userId),
      ]);
      await news({});
      expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 50, owed: 0 });
    }
  });

  it('what a refund that the provider refuses lets go of is frozen for the dispute that came meanwhile', async () => {
    const paid = await stand.bought();
    stand.trouble = ({ path }) => (path.includes('refund') ? 'lost' : null);
    const { refund } = await paid.refund(5000, 'beside-a-dispute');
    stand.trouble = () => null;
    const news = await disputedBy(paid);
    await news({});
    expect(await disputes(paid)).toMatchObject([{ status: 'open', frozen: 0 }]);
    await stand.rows('select refuse_refund($1, $2)', [refund.id, 'Disputed.']);
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 50, owed: 0 });
    expect(await disputes(paid)).toMatchObject([{ status: 'open', frozen: 50 }]);
  });

  it('beside a refund that fails pays what the user owes both times: when it froze too much, and when it gives back', async () => {
    const first = await stand.bought();
    const second = await stand.bought({ userId: first.userId });
    const news = await disputedBy(first);
    await news(of(50n));
    stand.trouble = ({ path }) => (path.includes('refund') ? 'answerLost' : null);
    await first.refund(150);
    stand.trouble = () => null;
    // 0.5 credits are disputed and 1.5 asked back: 2 in all as long as nothing is decided.
    expect(await first.wallet()).toEqual({ balance: 100, held: 0, frozen: 2, owed: 0 });
    await stand.spend(first.userId, 98);
    await second.refund(null);
    expect(await first.wallet()).toEqual({ balance: 2, held: 0, frozen: 2, owed: 50 });

    await first.look();
    expect(await first.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 49 });
    await first.play('refund_fails');
    await first.look();
    expect(await first.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 48 });
    expect(await first.posted('debt_payment')).toHaveLength(8);
  });

  it('one that was lost and is won after all gives the credits back, the debt first', async () => {
    const paid = await stand.bought();
    await stand.spend(paid.userId, 20);
    const news = await disputedBy(paid);
    await news({ amountWithdrawnMinor: 5000n });
    await news({ status: 'lost', amountWithdrawnMinor: 5000n });
    await news({ status: 'won' });

    expect(await paid.wallet()).toEqual({ balance: 30, held: 0, frozen: 0, owed: 0 });
    expect(await paid.lot()).toEqual({ remaining: 30, held: 0, frozen: 0, deferred: 3000 });
    expect(await paid.posted('chargeback_reversal')).toEqual([
      'chargebacks INR -3000',
      'credits_issued CREDIT -50',
      'debt CREDIT 20',
      'deferred_revenue INR 3000',
      'wallet CREDIT 30',
    ]);
    expect(await disputes(paid)).toEqual([{ status: 'won', turn: 2, withdrawn: 0, frozen: 0, revoked: 0 }]);
  });

  it('one that is won pays the debt that another refund left meanwhile', async () => {
    const first = await stand.bought();
    const second = await stand.bought({ userId: first.userId });
    const news = await disputedBy(first);
    await news({});
    await stand.spend(first.userId, 50);
    await second.refund(null);
    expect(await first.wallet()).toEqual({ balance: 50, held: 0, frozen: 50, owed: 50 });

    await news({ status: 'won' });

    expect(await first.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
    expect(await first.posted('debt_payment')).toEqual([
      'debt CREDIT 50',
      'deferred_revenue INR -5000',
      'revenue INR 5000',
      'wallet CREDIT -50',
    ]);
  });

  it('is not believed of a payment that is not on the intent', async () => {
    const paid = await stand.bought();
    const news = await disputedBy(paid);
    expect(await news({ providerPaymentId: 'ch_of_somebody' })).toEqual({
      outcome: 'not_paid',
      dispute: null,
    });
  });
});
