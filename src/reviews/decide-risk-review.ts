import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { walletSubject } from '../events/event.entity';
import { invariant } from '../kernel/invariant';
import type { Money } from '../kernel/money';
import { invalidInput, notFound, StaleFiguresProblem } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import type { RefundDeps } from '../refunds/deps';
import type { RiskReview } from '../risk/review.entity';
import { reviewById } from './find';
import { alreadyDecided, rejectReview } from './reject';

type Needs = Pick<
  RefundDeps,
  | 'approvalLimits'
  | 'hub'
  | 'leases'
  | 'log'
  | 'pool'
  | 'providerTimeoutMs'
  | 'providers'
  | 'readIntent'
  | 'settle'
>;

export interface DecideRiskReviewInput {
  readonly id: string;
  /** True: the credits may be spent. False: the money goes back. */
  readonly approve: boolean;
  /** Why, for operators. */
  readonly note: string;
  /** What it was about when it was confirmed; left out: nobody looked. */
  readonly seen?: { readonly left?: Money | null; readonly frozenCredits?: bigint | null } | null;
}

const NOTE_MAX = 500; // A sentence or two, and what the providers keep beside a refund.

/**
 * Says of a purchase that waits whether its credits may be spent or its money goes back.
 * @throws Problem NOT_FOUND, INVALID_INPUT, ALREADY_DECIDED, STALE_FIGURES; and of a rejection what refundIntent throws:
 *   APPROVAL_REQUIRED leaves it open until the second person agrees
 */
export async function decideRiskReview(
  deps: Needs,
  caller: Caller,
  input: DecideRiskReviewInput,
): Promise<RiskReview> {
  const { approve, note, seen } = input;
  if (note.length === 0 || note.length > NOTE_MAX || !isStorable(note))
    throw invalidInput(`A note has 1 to ${NOTE_MAX} characters.`, 'note');
  const review = input.id.includes('\0') ? null : await reviewById(deps, input.id);
  if (!review) throw notFound('The review', ['input', 'id']);
  if (review.status !== 'open') throw alreadyDecided(review);
  const decided = approve
    ? await approveReview(deps, caller, review, note, seen?.frozenCredits ?? null)
    : await rejectReview(deps, caller, review, note, seen?.left ? Number(seen.left.amountMinor) : null);
  deps.log.info(`review.${decided.status}`, {
    reviewId: decided.id,
    intentId: decided.intentId,
    userId: decided.userId,
    decidedBy: caller.id,
  });
  return decided;
}

async function approveReview(
  deps: Needs,
  caller: Caller,
  review: RiskReview,
  note: string,
  seenFrozen: bigint | null,
): Promise<RiskReview> {
  const answer = await audited(
    deps.pool,
    caller,
    async (client) => {
      const { rows } = await client.query<{ outcome: string; frozen: bigint | null }>(
        'select * from approve_review($1, $2, $3, $4)',
        [review.id, caller.id, note, seenFrozen],
      );
      return rows[0];
    },
    (approved) =>
      approved?.outcome === 'approved'
        ? {
            action: 'decideRiskReview',
            targetId: review.id,
            reason: note,
            diff: { approve: true, intentId: review.intentId },
          }
        : null,
  );
  if (answer?.outcome === 'stale')
    throw new StaleFiguresProblem(
      `${answer.frozen} credits are frozen now, which is not what was shown. Nothing was decided.`,
      [{ name: 'credits', credits: answer.frozen }],
    );
  const after = await reviewById(deps, review.id);
  invariant(after, `Review ${review.id} is gone`);
  if (answer?.outcome !== 'approved') throw alreadyDecided(after);
  deps.hub.publish([after.intentId, walletSubject(after.userId)]);
  return after;
}
