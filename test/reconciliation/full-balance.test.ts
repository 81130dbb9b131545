// A balance has at most as many credits as every client reads exactly. What is given back beyond that waits for a person.
import { randomUUID } from 'node:crypto';
import { adjustCredits } from '../../src/credits/adjust';
import { balanceOf } from '../../src/credits/balance';
import { settleDispute } from '../../src/disputes/settle';
import { CREDITS_MAX } from '../../src/kernel/credits';
import { type Bought, finance } from '../refunds/stand';
import { useBreaks } from './breaks';

const stand = useBreaks();

const adjust = (userId: string, credits: bigint) =>
  adjustCredits(stand.app.deps, finance, {
    ...{ userId, credits, reason: 'A test of what fits' },
    idempotencyKey: randomUUID(),
  });

async function openBreak(bought: Bought, subject: 'refund' | 'dispute') {
  const rows = await stand.rows(
    `select 'brk_' || id as id from breaks
     where intent_id = $1 and subject = $2 and kind = 'missing_here' and status = 'open'`,
    [bought.id, subject],
  );
  return rows[0] as { id: string } | undefined;
}

describe.each(['stripe', 'razorpay'] as const)('At %s', (provider) => {
  it('a refund that fails gives its credits back when there is room for them', async () => {
    const bought = await stand.bought({ provider });
    await bought.refund(null);
    await adjust(bought.userId, CREDITS_MAX);

    await bought.play('refund_fails');
    await bought.look();

    const found = (await openBreak(bought, 'refund'))!;
    expect(await balanceOf(stand.app.deps, bought.userId)).toMatchObject({ balance: CREDITS_MAX });
    expect(await bought.refunds()).toMatchObject([{ status: 'succeeded' }]);
    expect((await stand.resolve(found.id, 'apply_to_intent')).errors).toMatchObject([
      { code: 'INVALID_STATE' },
    ]);

    await adjust(bought.userId, -50n);
    expect((await stand.resolve(found.id, 'apply_to_intent')).errors).toEqual([]);
    expect(await openBreak(bought, 'refund')).toBeUndefined();
    expect(await balanceOf(stand.app.deps, bought.userId)).toMatchObject({ balance: CREDITS_MAX });
    expect(await bought.refunds()).toMatchObject([{ status: 'failed', credits_revoked: 0 }]);
  });

  it('a dispute that was lost and is won after all gives its credits back when there is room for them', async () => {
    const bought = await stand.bought({ provider });
    const intent = (await stand.app.deps.readIntent(bought.id))!;
    let readNumber = 1_000;
    const news = (status: 'lost' | 'won') =>
      settleDispute(stand.app.deps, {
        intent,
        readNumber: ++readNumber,
        notes: [],
        object: {
          ...{ providerDisputeId: `dp_${bought.id}`, providerPaymentId: intent.providerPaymentId ?? '' },
          ...{ providerIntentId: bought.providerIntentId, phase: 'chargeback', status },
          ...{ amount: { amountMinor: 5000n, currency: 'INR' } },
          needsAnswer: true,
          amountWithdrawnMinor: status === 'lost' ? 5000n : 0n,
          ...{ reason: 'fraudulent', respondBy: null, createdAt: 1_795_000_000 },
        },
      });
    await news('lost');
    await adjust(bought.userId, CREDITS_MAX);

    expect(await news('won')).toMatchObject({ outcome: 'same', dispute: { status: 'lost' } });
    expect(await openBreak(bought, 'dispute')).toBeDefined();
    await adjust(bought.userId, -50n);

    expect(await news('won')).toMatchObject({ outcome: 'changed', dispute: { status: 'won' } });
    expect(await openBreak(bought, 'dispute')).toBeUndefined();
    expect(await balanceOf(stand.app.deps, bought.userId)).toMatchObject({ balance: CREDITS_MAX, owed: 0n });
  });
});
