// What is shown of a refund before it is made is what it takes.
import { settleDispute } from '../../src/disputes/settle';
import { moneyBackOf, previewOf } from '../../src/refunds/preview';
import { openReview } from '../reviews/stand';
import { type Bought, useRefundStand } from './stand';

const stand = useRefundStand();

const preview = async (paid: Bought, amountMinor: bigint | null) => {
  const [back] = await moneyBackOf(stand.app.deps, [paid.id]);
  if (!back) throw new Error('Nothing was bought');
  return previewOf(back, amountMinor);
};

/** A dispute over a part of the payment, as the provider tells of it. */
async function dispute(paid: Bought, status: 'open' | 'lost', amountMinor: bigint) {
  const intent = await stand.app.deps.readIntent(paid.id);
  if (!intent) throw new Error('There is no intent');
  await settleDispute(stand.app.deps, {
    intent,
    readNumber: 100,
    notes: [],
    object: {
      providerDisputeId: `dp_preview_${paid.id}`,
      providerPaymentId: intent.providerPaymentId ?? '',
      providerIntentId: intent.providerIntentId,
      phase: 'chargeback',
      status,
      amount: { amountMinor, currency: 'INR' },
      needsAnswer: true,
      amountWithdrawnMinor: amountMinor,
      reason: 'fraudulent',
      respondBy: null,
      createdAt: 1_795_000_000,
    },
  });
}

// Of 50 credits for 5000: amounts at which floors of parts and of sums differ.
const CASES: [bigint, number[]][] = [
  [2550n, [50, 1000, 1400]],
  [199n, [101, 99, 4601]],
  [1n, [4999]],
  [4901n, [99]],
  [2500n, [1250, 1250]],
];

describe.each(['open', 'lost'] as const)('Beside a dispute over a part that is %s', (status) => {
  it.each(CASES)('of %s, refunds of %j take what was shown', async (disputed, amounts) => {
    const paid = await stand.bought();
    await dispute(paid, status, disputed);
    for (const amount of amounts) {
      const shown = await preview(paid, BigInt(amount));
      const { refund } = await paid.refund(amount);

      expect({ amount, takes: Number(shown?.creditsToRevoke) }).toEqual({
        amount,
        takes: Number(refund.creditsRevoked),
      });
    }
    expect(await preview(paid, null)).toBeNull();
  });
});

it('says when what a refund leaves is less than the provider sends back', async () => {
  const [razorpay, stripe] = [await stand.bought({ provider: 'razorpay' }), await stand.bought()];

  expect(await preview(razorpay, 4901n)).toMatchObject({ minimumMinor: 100n, restBelowMinimum: true });
  for (const amount of [null, 5000n, 4900n])
    expect(await preview(razorpay, amount)).toMatchObject({ restBelowMinimum: false });
  expect(await preview(stripe, 4999n)).toMatchObject({ minimumMinor: 1n, restBelowMinimum: false });
});

describe('Of a purchase under review', () => {
  it.each([0, 20, 50])('after %i of the 50 were spent, refunds take what was shown', async (spent) => {
    const paid = await stand.bought();
    if (spent > 0) await stand.spend(paid.userId, spent);
    await openReview(stand, paid);
    for (const amount of [1000n, 2000n, null]) {
      const shown = await preview(paid, amount);
      const before = await paid.wallet();
      await paid.refund(amount === null ? null : Number(amount));
      expect((await paid.wallet()).owed - before.owed).toBe(Number(shown?.wouldOwe));
    }
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: spent });
  });
});
