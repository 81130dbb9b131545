// What deliveries say of risk.
import type { RelayedRow } from './relayed-row';

/** Of the event of an attack. */
export function attackOf({
  subject,
  data,
}: {
  readonly subject: string;
  readonly data: Readonly<Record<string, unknown>>;
}): Readonly<Record<string, unknown>> {
  return {
    attackId: subject,
    sign: data.sign,
    seen: data.seen,
    usualMost: data.usualMost,
    startedAt: new Date(data.startedAt as string).toISOString(),
    endedAt: data.endedAt === null ? null : new Date(data.endedAt as string).toISOString(),
  };
}

const reviewOf = ({ intent_id, mode, data }: RelayedRow) => ({
  reviewId: data.reviewId,
  intentId: intent_id,
  reason: data.reason,
  mock: mode === 'mock',
});

/** Of the event of a review that was opened. */
export const openedReviewOf = (row: RelayedRow): Readonly<Record<string, unknown>> => ({
  ...reviewOf(row),
  score: row.data.score,
  creditsFrozen: row.data.creditsFrozen,
});

/** Of the event of a review that was decided. */
export const decidedReviewOf = (row: RelayedRow): Readonly<Record<string, unknown>> => ({
  ...reviewOf(row),
  status: row.data.status,
});
