// What providers say of a fraud: an early warning of the card networks, a review of theirs, or a dispute of that phase.
import { walletSubject } from '../events/event.entity';
import type { IntentDeps } from '../intents/deps';
import { invariant } from '../kernel/invariant';
import { Problem } from '../kernel/problems';
import type { ProviderName } from '../providers/provider';
import { reviewById } from './find';
import { rejectBySystem } from './reject';

type Needs = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'risk' | 'settle'
>;

export interface FraudNews {
  readonly provider: ProviderName;
  readonly providerPaymentId: string;
  readonly kind: 'early_fraud_warning' | 'review_opened' | 'review_closed' | 'fraud_dispute';
  /** Of the warning, the review or the dispute there: what is told again does nothing again. */
  readonly providerId: string;
  /** False: the payment is disputed, or all of it went back, or the provider's review is over. */
  readonly isActionable: boolean;
  /** The provider's word for it. */
  readonly reason: string | null;
  /** How the provider's review was closed; `approved` by a person there. */
  readonly closedReason: string | null;
  readonly at: Date;
}

/**
 * not_paid: no such payment is booked, or not yet. noted: it is kept, and nothing is to be done. known: its purchase was
 * reviewed because of it before. opened: it is reviewed now. refunded: and its money goes back at once. approved: the provider
 * has, and so have we.
 */
export type FraudOutcome = 'not_paid' | 'noted' | 'known' | 'opened' | 'refunded' | 'approved';

interface Answer {
  readonly outcome: Exclude<FraudOutcome, 'refunded'>;
  readonly intent_id: string;
  readonly user_id: string;
  readonly review_id: string | null;
}

/** Keeps what a provider says and does what the settings want done about it. The same news again changes nothing. */
export async function warned(deps: Needs, news: FraudNews): Promise<FraudOutcome> {
  const { risk } = deps;
  if (risk.mode === 'off') return 'noted';
  const { rows } = await deps.pool.query<Answer>(
    'select * from warn_of_fraud($1, $2, $3, $4, $5, $6, $7, $8, $9)',
    [
      ...[news.provider, news.providerPaymentId, news.kind, news.providerId, news.reason, news.isActionable],
      ...[news.at, risk.mode === 'act', news.closedReason],
    ],
  );
  const [answer] = rows;
  invariant(answer, `No answer about ${news.providerId}`);
  const { outcome, intent_id: intentId, user_id: userId, review_id: reviewId } = answer;
  if (outcome === 'opened' || outcome === 'approved') deps.hub.publish([intentId, walletSubject(userId)]);
  if (outcome !== 'not_paid' && outcome !== 'known')
    deps.log.warn('review.warned', { provider: news.provider, kind: news.kind, intentId, userId, outcome });
  return (await isSentBack(deps, news, reviewId)) ? 'refunded' : outcome;
}

/** By policy the money goes back before it becomes a dispute. What a crash left undone is done when the news comes again. */
async function isSentBack(
  deps: Needs,
  { kind, isActionable }: FraudNews,
  reviewId: string | null,
): Promise<boolean> {
  const isFraud = kind === 'early_fraud_warning' || kind === 'fraud_dispute';
  if (deps.risk.warning !== 'refund' || !isFraud || !isActionable || reviewId === null) return false;
  const review = await reviewById(deps, reviewId);
  if (review?.status !== 'open') return false;
  try {
    await rejectBySystem(deps, review, 'rejected', 'The provider warned of fraud.');
    return true;
  } catch (error) {
    // A person was quicker, or the provider refuses: then another review is open, and waits for one.
    if (error instanceof Problem) return false;
    throw error;
  }
}
