// What a rejected review does: the money of its purchase goes back as a fraud, through the one path by which money goes back.
import type { Caller } from '../callers/caller';
import { invariant } from '../kernel/invariant';
import { Problem } from '../kernel/problems';
import type { RefundDeps } from '../refunds/deps';
import { refundBySystem, refundIntent } from '../refunds/refund';
import type { RefundIntentInput, ReviewToEnd } from '../refunds/request';
import type { RiskReview } from '../risk/review.entity';
import { reviewById } from './find';

type SystemNeeds = Parameters<typeof refundBySystem>[0];
type Needs = SystemNeeds & Pick<RefundDeps, 'approvalLimits'>;

/** What the user is told: whoever was tried by a thief is told no more than the thief. */
const PUBLIC_REASON = 'The payment was checked and sent back.';

/**
 * Rejects an open review as a person wants it.
 * @param seenLeftCents minor units that were left to refund when it was confirmed; null: nobody looked.
 * @returns it as it is then; its refund may be under way.
 * @throws Problem ALREADY_DECIDED, and as refundIntent
 */
export const rejectReview = (
  deps: Needs,
  caller: Caller,
  review: RiskReview,
  note: string,
  seenLeftCents: number | null,
): Promise<RiskReview> =>
  ended(deps, review, refundIntent(deps, caller, { ...inputOf(review, 'rejected', note), seenLeftCents }));

/**
 * Rejects an open review where no person does: nobody decided in time, or a provider's word is enough.
 * @throws Problem ALREADY_DECIDED, and as refundIntent
 */
export const rejectBySystem = (
  deps: SystemNeeds,
  review: RiskReview,
  status: ReviewToEnd['status'],
  note: string,
): Promise<RiskReview> => ended(deps, review, refundBySystem(deps, inputOf(review, status, note, ':system')));

/** Each review is rejected once: whoever comes second under its key finds what was done. */
const inputOf = (
  { id, intentId }: RiskReview,
  status: ReviewToEnd['status'],
  note: string,
  byWhom = '',
): RefundIntentInput => ({
  intentId,
  reason: note,
  publicReason: PUBLIC_REASON,
  idempotencyKey: `review:${id}${byWhom}`,
  review: { id, status, note },
});

async function ended(
  deps: SystemNeeds,
  review: RiskReview,
  refunding: Promise<{ readonly replayed: boolean }>,
): Promise<RiskReview> {
  let isReplayed = false;
  try {
    isReplayed = (await refunding).replayed;
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'REFUND_EXCEEDS_AMOUNT')) throw error;
    // Nothing was left to be sent back, and it is rejected all the same.
  }
  const after = await reviewById(deps, review.id);
  invariant(after && after.status !== 'open', `Review ${review.id} was rejected and is open`);
  if (isReplayed) throw alreadyDecided(after);
  return after;
}

export const alreadyDecided = ({ status }: RiskReview) =>
  new Problem('ALREADY_DECIDED', `It was decided before: ${status}.`, ['input', 'id']);
