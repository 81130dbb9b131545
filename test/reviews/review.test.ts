// Reviews, through the adapters and the simulated providers: each path in numbers. A small package is 50 credits for INR 50.00.
import { releaseHold } from '../../src/credits/release-hold';
import { readDispute } from '../../src/disputes/read';
import { recoverRefunds } from '../../src/refunds/recover';
import { decideRiskReview } from '../../src/reviews/decide-risk-review';
import { rejectOverdueReviews } from '../../src/reviews/overdue';
import { waitingReviews } from '../../src/reviews/waiting';
import { type Bought, finance, secondPerson, useRefundStand } from '../refunds/stand';
import { eventually } from '../support/eventually';
import { openReview, passDeadline, reviewsOf } from './stand';

const stand = useRefundStand({ RISK: 'act' });

afterEach(() => {
  stand.trouble = () => null;
});

async function reviewed(
  options: Parameters<typeof stand.bought>[0] = {},
): Promise<Bought & { reviewId: string }> {
  const paid = await stand.bought(options);
  const reviewId = await openReview(stand, paid);
  if (!reviewId) throw new Error('No review');
  return { ...paid, reviewId };
}

const decide = (id: string, approve: boolean, by = finance, note = 'looked at') =>
  decideRiskReview(stand.app.deps, by, { id, approve, note });

async function disputed(paid: Bought, outcome: Parameters<Bought['play']>[0]): Promise<void> {
  await paid.play(outcome);
  const intent = await stand.app.deps.readIntent(paid.id);
  const [known] = await stand.rows(
    `select id from simulator.objects where kind = 'dispute' and root_id = $1 order by serial desc`,
    [paid.providerIntentId],
  );
  if (!intent || !known) throw new Error('Nothing to look at');
  expect(await readDispute(stand.app.deps, intent, known.id, [])).toMatchObject({ kind: 'settled' });
}

/** Somebody refunds at the provider. */
async function refundedThere(paid: Bought, amountMinor: bigint): Promise<void> {
  const { deps } = stand.app;
  const intent = await deps.readIntent(paid.id);
  const refund = await deps.providers.get(paid.provider)?.createRefund(
    {
      providerIntentId: paid.providerIntentId,
      providerPaymentId: intent?.providerPaymentId ?? '',
      amount: { amountMinor, currency: 'INR' },
      ourRefundId: `dashboard-${paid.id}`,
      reason: 'by hand',
    },
    { idempotencyKey: `dashboard-${paid.id}`, timeoutMs: 5_000 },
  );
  expect(refund?.kind).toBe('ok');
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error) => error.code ?? String(error),
  );

const statuses = async (paid: Bought) => (await reviewsOf(stand, paid.id)).map(({ status }) => status);

describe.each(['stripe', 'razorpay'] as const)('A review of a purchase at %s', (provider) => {
  it('freezes what was bought, once, so that nobody spends it', async () => {
    const paid = await reviewed({ provider });
    expect(await openReview(stand, paid)).toBeNull();
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 50, owed: 0 });
    await expect(stand.hold(paid.userId, 1)).rejects.toMatchObject({ code: 'INSUFFICIENT_CREDITS' });
  });

  it('that is approved lets the credits go, and moves no money', async () => {
    const paid = await reviewed({ provider });
    expect(await decide(paid.reviewId, true)).toMatchObject({ status: 'approved', decidedBy: 'fin_1' });
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 0, owed: 0 });
    expect(await paid.refunds()).toEqual([]);
    await stand.spend(paid.userId, 50);
  });

  it('that is rejected sends the money back as a fraud, and the credits leave', async () => {
    const paid = await reviewed({ provider });
    expect(await decide(paid.reviewId, false)).toMatchObject({ status: 'rejected', decidedBy: 'fin_1' });
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
    const [refund] = await stand.rows('select * from refunds where intent_id = $1', [paid.id]);
    expect(refund).toMatchObject({ amount_minor: '5000', review_id: paid.reviewId, reason: 'looked at' });
    expect(refund?.request).toMatchObject({ isFraudulent: true });
    expect(refund?.public_reason).not.toMatch(/fraud/i);
    expect(await codeOf(decide(paid.reviewId, true))).toBe('ALREADY_DECIDED');
  });

  it('that nobody decides in time is rejected by that, once', async () => {
    const paid = await reviewed({ provider });
    await rejectOverdueReviews(stand.app.deps);
    expect(await statuses(paid)).toEqual(['open']);
    await passDeadline(stand, paid.id);
    await Promise.all([rejectOverdueReviews(stand.app.deps), rejectOverdueReviews(stand.app.deps)]);
    expect(await reviewsOf(stand, paid.id)).toMatchObject([{ status: 'expired', by: 'system', frozen: 0 }]);
    expect(await paid.refunds()).toMatchObject([{ status: 'succeeded', amount: 5000, credits_revoked: 50 }]);
  });

  it('that two decide at once, or one while its time runs out, has one end and one refund at most', async () => {
    for (const answers of [
      [true, false],
      [false, false],
      [false, true, false],
    ]) {
      const paid = await reviewed({ provider });
      await passDeadline(stand, paid.id);
      const codes = await Promise.all([
        ...answers.map((approve, at) =>
          codeOf(decide(paid.reviewId, approve, at ? secondPerson : finance, `no. ${at}`)),
        ),
        rejectOverdueReviews(stand.app.deps).then(() => 'looked'),
      ]);
      const [review] = await reviewsOf(stand, paid.id);
      expect(codes.filter((code) => code === 'done')).toHaveLength(review?.by === 'system' ? 0 : 1);
      expect(codes.filter((code) => !['done', 'ALREADY_DECIDED', 'looked'].includes(code))).toEqual([]);
      const isApproved = review?.status === 'approved';
      expect((await paid.refunds()).length).toBe(isApproved ? 0 : 1);
      expect((await paid.wallet()).balance).toBe(isApproved ? 50 : 0);
    }
  });

  it('whose refund is not answered is rejected, and the refund is carried on', async () => {
    const paid = await reviewed({ provider });
    stand.trouble = () => 'answerLost';
    expect(await decide(paid.reviewId, false)).toMatchObject({ status: 'rejected' });
    stand.trouble = () => null;
    await stand.rows('update refunds set lease_until = instant() where intent_id = $1', [paid.id]);
    await eventually(async () => {
      await recoverRefunds(stand.app.deps);
      expect(await paid.refunds()).toMatchObject([{ status: 'succeeded', credits_revoked: 50 }]);
    });
    expect(await statuses(paid)).toEqual(['rejected']);
  });

  it('whose refund the provider refuses is followed by another one, with what is left frozen', async () => {
    const paid = await reviewed({ provider });
    // Of which we have not heard: what is left there is less than we ask for.
    await refundedThere(paid, 2000n);
    expect(await codeOf(decide(paid.reviewId, false))).toBe('PROVIDER_DECLINED');
    const reviews = await reviewsOf(stand, paid.id);
    expect(reviews).toMatchObject([{ status: 'rejected' }, { status: 'open', frozen: 30 }]);
    expect(await paid.wallet()).toEqual({ balance: 30, held: 0, frozen: 30, owed: 0 });
    expect(await decide(reviews[1]?.id ?? '', false)).toMatchObject({ status: 'rejected' });
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
  });

  it('is over when all of it turns out to have gone back at the provider', async () => {
    const paid = await reviewed({ provider });
    await refundedThere(paid, 5000n);
    expect(await codeOf(decide(paid.reviewId, false))).toBe('PROVIDER_DECLINED');
    expect(await statuses(paid)).toEqual(['rejected']);
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
  });

  it('hands its credits to a dispute, and has them again when that is won', async () => {
    const paid = await reviewed({ provider });
    await disputed(paid, 'dispute_open');
    expect(await reviewsOf(stand, paid.id)).toMatchObject([{ status: 'open', frozen: 0 }]);
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 50, owed: 0 });
    await disputed(paid, 'dispute_won');
    expect(await reviewsOf(stand, paid.id)).toMatchObject([{ status: 'open', frozen: 50 }]);
    await decide(paid.reviewId, true);
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 0, owed: 0 });
  });

  it.each([true, false])(
    'that is decided (%s) while a dispute is open leaves the credits to the bank',
    async (approve) => {
      const paid = await reviewed({ provider });
      await disputed(paid, 'dispute_open');
      await decide(paid.reviewId, approve);
      expect(await paid.refunds()).toEqual([]);
      expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 50, owed: 0 });
      await disputed(paid, 'dispute_lost');
      expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
    },
  );

  it('can be approved after a chargeback, which frees nothing', async () => {
    const paid = await reviewed({ provider });
    await disputed(paid, 'dispute_open');
    await disputed(paid, 'dispute_lost');
    expect(await decide(paid.reviewId, true)).toMatchObject({ status: 'approved' });
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
  });

  it('keeps what a refund of a part leaves, and ends with a refund of the rest', async () => {
    const paid = await reviewed({ provider });
    await paid.refund(2000);
    expect(await reviewsOf(stand, paid.id)).toMatchObject([{ status: 'open', frozen: 30 }]);
    expect(await paid.wallet()).toEqual({ balance: 30, held: 0, frozen: 30, owed: 0 });
    await paid.refund(null);
    expect(await reviewsOf(stand, paid.id)).toMatchObject([{ status: 'rejected', by: 'fin_1', frozen: 0 }]);
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
  });

  it('ends when all of it is refunded at the provider', async () => {
    const paid = await reviewed({ provider });
    await refundedThere(paid, 5000n);
    await paid.look();
    expect(await reviewsOf(stand, paid.id)).toMatchObject([{ status: 'rejected', by: 'provider' }]);
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
  });

  it('freezes what was on hold once its hold ends', async () => {
    const paid = await stand.bought({ provider });
    const hold = await stand.hold(paid.userId, 30);
    await openReview(stand, paid);
    expect(await paid.wallet()).toEqual({ balance: 50, held: 30, frozen: 20, owed: 0 });
    await releaseHold(stand.app.deps, { id: paid.userId, role: 'user' }, { id: hold });
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 50, owed: 0 });
  });

  it('after everything was spent freezes nothing, and its rejection leaves a debt that the next purchase pays', async () => {
    const paid = await stand.bought({ provider });
    await stand.spend(paid.userId, 50);
    const id = await openReview(stand, paid);
    expect(await reviewsOf(stand, paid.id)).toMatchObject([{ status: 'open', frozen: 0 }]);
    await decide(id ?? '', false);
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 50 });
    await stand.bought({ provider, userId: paid.userId, packageId: 'medium' });
    expect((await paid.wallet()).owed).toBe(0);
  });

  it('of a user who owes pays the debt first when it is approved', async () => {
    const spent = await stand.bought({ provider });
    const paid = await reviewed({ provider, userId: spent.userId });
    await stand.spend(spent.userId, 50);
    await spent.refund(null);
    expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 50, owed: 50 });
    await decide(paid.reviewId, true);
    expect(await paid.wallet()).toEqual({ balance: 0, held: 0, frozen: 0, owed: 0 });
  });
});

it('is counted with the time for which the first one waits, until it is decided', async () => {
  const { deps } = stand.app;
  const before = await waitingReviews(deps);
  const { reviewId } = await reviewed();
  const waits = await waitingReviews(deps);
  expect(waits.reviews).toBe(before.reviews + 1);
  expect(waits.oldestSeconds).toBeGreaterThan(0);
  await decide(reviewId, true);
  expect((await waitingReviews(deps)).reviews).toBe(before.reviews);
});

it('of which other figures were shown is not decided', async () => {
  const paid = await reviewed();
  await paid.refund(1000);
  const stale = (approve: boolean, seen: object) =>
    codeOf(decideRiskReview(stand.app.deps, finance, { id: paid.reviewId, approve, note: 'n', seen }));
  expect(await stale(true, { frozenCredits: 50n })).toBe('STALE_FIGURES');
  expect(await stale(false, { left: { amountMinor: 5000n, currency: 'INR' } })).toBe('STALE_FIGURES');
  expect(await statuses(paid)).toEqual(['open']);
  expect(await stale(true, { frozenCredits: 40n })).toBe('done');
});
