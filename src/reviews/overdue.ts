// Reviews that nobody decided in time: their money goes back, so that no thief waits longer than an operator.
import { type Row, rowMapper } from '../db/columns';
import type { IntentDeps } from '../intents/deps';
import { workEach } from '../jobs/quarantine';
import { Problem } from '../kernel/problems';
import { RiskReview } from '../risk/review.entity';
import { rejectBySystem } from './reject';

type Needs = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'risk' | 'settle'
>;

// Each is a call to a provider.
const AT_ONCE = 16;
const LOOP = 'reject-overdue-reviews';
const NOTE = 'Nobody approved the purchase in time.';

/** One round. @returns how many reviews ended. */
export async function rejectOverdueReviews(deps: Needs): Promise<number> {
  const { rows } = await deps.pool.query<Row>(
    `select * from risk_reviews r
     where status = 'open' and opened_at <= (select instant()) - make_interval(hours => $1)
       and not exists (select from quarantine q where q.loop = $2 and q.row_id = r.id and q.retry_at > clock_timestamp())
     order by opened_at limit $3`,
    [deps.risk.reviewHours, LOOP, AT_ONCE],
  );
  return workEach(
    deps,
    LOOP,
    rows.map(rowMapper(RiskReview)),
    ({ id }) => id,
    (review) => reject(deps, review),
  );
}

async function reject(deps: Needs, review: RiskReview): Promise<void> {
  try {
    await rejectBySystem(deps, review, 'expired', NOTE);
  } catch (error) {
    // A person was quicker, or the provider refused and another review is open since: either is an end of this one.
    const isOver = error instanceof Problem && OVER.has(error.code);
    if (!isOver) throw error;
  }
  deps.log.warn('review.overdue', { reviewId: review.id, intentId: review.intentId, userId: review.userId });
}

const OVER: ReadonlySet<string> = new Set(['ALREADY_DECIDED', 'PROVIDER_DECLINED']);
