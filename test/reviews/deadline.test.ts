// The deadline of a review, to the millisecond, where the clock stands, goes and steps.
import { decideRiskReview } from '../../src/reviews/decide-risk-review';
import { rejectOverdueReviews } from '../../src/reviews/overdue';
import { finance, useRefundStand } from '../refunds/stand';
import { type StillClock, stopClock } from '../risk/still-clock';
import { openReview, reviewsOf } from './stand';

const HOUR = 3_600_000;
const DEADLINE = 24 * HOUR;

const stand = useRefundStand({ RISK: 'act' });
let clock: StillClock;

beforeAll(async () => {
  clock = await stopClock(stand.database.url, new Date());
});
afterAll(() => clock.end());

async function statusAfter(from: Date, afterMs: number, id: string): Promise<string | undefined> {
  await clock.set(new Date(from.getTime() + afterMs));
  await rejectOverdueReviews(stand.app.deps);
  return (await reviewsOf(stand, id))[0]?.status;
}

it.each([
  ['on any day', '2027-06-10T12:00:00.000Z'],
  ['from the last millisecond of a day', '2027-06-10T23:59:59.999Z'],
])('a review waits for its hours %s, and not a millisecond less', async (_when, start) => {
  const from = new Date(start);
  await clock.set(from);
  const paid = await stand.bought();
  await openReview(stand, paid);

  expect(await statusAfter(from, DEADLINE - 1, paid.id)).toBe('open');
  expect(await statusAfter(from, DEADLINE, paid.id)).toBe('expired');
  expect(await paid.refunds()).toMatchObject([{ status: 'succeeded', amount: 5000 }]);
});

it.each([5 * 60_000, HOUR])(
  'a clock that steps back by %i ms before the deadline has a review wait by the clock, and after it opens none again',
  async (step) => {
    const from = new Date('2027-06-20T12:00:00.000Z');
    await clock.set(from);
    const paid = await stand.bought();
    const reviewId = (await openReview(stand, paid)) ?? '';

    expect(await statusAfter(from, -step, paid.id)).toBe('open');
    expect(await statusAfter(from, DEADLINE - step, paid.id)).toBe('open');
    expect(await statusAfter(from, DEADLINE, paid.id)).toBe('expired');
    expect(await statusAfter(from, DEADLINE - step, paid.id)).toBe('expired');
    const approve = decideRiskReview(stand.app.deps, finance, { id: reviewId, approve: true, note: 'Late.' });
    await expect(approve).rejects.toMatchObject({ code: 'ALREADY_DECIDED' });
    expect(await paid.refunds()).toHaveLength(1);
  },
);

it('a review that a person decides after the clock stepped back is decided once', async () => {
  const from = new Date('2027-07-20T12:00:00.000Z');
  await clock.set(from);
  const paid = await stand.bought();
  const id = (await openReview(stand, paid)) ?? '';
  await clock.set(new Date(from.getTime() - HOUR));

  const review = await decideRiskReview(stand.app.deps, finance, { id, approve: true, note: 'Looked at.' });
  expect(review).toMatchObject({ status: 'approved' });
  expect(await paid.wallet()).toEqual({ balance: 50, held: 0, frozen: 0, owed: 0 });
  expect(await statusAfter(from, 2 * DEADLINE, paid.id)).toBe('approved');
});
