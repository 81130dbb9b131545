// How the work on an event may end, and when it comes back. Pure.

import type { Intent } from '../payments/intent.entity';
import { againSeconds } from '../providers/again';
import type { Failure } from '../providers/provider';
import type { WebhookEvent } from './event.entity';
import type { Finish } from './inbox';

export type End = Pick<Finish, 'status' | 'intentId' | 'error' | 'againSeconds'> & {
  /** As it was settled. */
  readonly intent?: Intent;
};

// With the waits below about two days: longer than any outage that nobody looks at.
export const ATTEMPTS_MAX = 60;
const AGAIN_SECONDS_MIN = 5;
const AGAIN_SECONDS_MAX = 3_600;

/** Doubles from `least` to `most` seconds. */
const doubling = (attempts: number, least: number, most: number) =>
  Math.min(least * 2 ** Math.min(attempts, 30), most);

const over = (status: End['status'], intentId: string | null, error: string | null): End => ({
  status,
  intentId,
  error,
  againSeconds: null,
});

export const processed = (intentId: string): End => over('processed', intentId, null);

/** Its object was read, and what it says settled. */
export const settled = (intent: Intent): End => ({ ...processed(intent.id), intent });

/** There is nothing to do about it. @param reason why, for whoever looks at it; null: it says nothing about money */
export const ignored = (reason: string | null = null): End => over('ignored', null, reason);

/** Another business, or another integration, uses the same account: recognised and left alone. */
export const FOREIGN = 'It is of nobody here: somebody else uses the same account.';
export const foreign = (): End => ignored(FOREIGN);

/** It may never touch what it names: kept for a person, not tried again. */
export const quarantined = (error: string): End => over('quarantined', null, error);

/** News may overtake the answer that made its object: it waits for it, longer each time. */
export const parked = (event: WebhookEvent): End =>
  later(event, 'parked', null, 'No intent with this object is known yet.', waitOf(event));

/** @param random 0 to 1: spreads what failed together, so that it does not come back together. */
export const failed = (
  event: WebhookEvent,
  intentId: string | null,
  error: string,
  random = Math.random(),
): End => later(event, 'failed', intentId, error, Math.ceil(waitOf(event) * (0.5 + random / 2)));

/** The provider could not be read: not before it wants to be, and in its own words where a person has to act. */
export function unread(event: WebhookEvent, intentId: string | null, failure: Failure): End {
  const why =
    'reason' in failure ? failure.reason : failure.kind === 'misconfigured' ? failure.message : null;
  const end = failed(
    event,
    intentId,
    `The provider answered: ${failure.kind}${why === null ? '' : `, ${why}`}`,
  );
  return end.againSeconds === null ? end : { ...end, againSeconds: againSeconds(failure, end.againSeconds) };
}

const waitOf = (event: WebhookEvent) => doubling(event.attemptCount, AGAIN_SECONDS_MIN, AGAIN_SECONDS_MAX);

function later(
  event: WebhookEvent,
  status: 'parked' | 'failed',
  intentId: string | null,
  error: string,
  againSeconds: number,
): End {
  if (event.attemptCount + 1 >= ATTEMPTS_MAX) return over('dead', intentId, error);
  return { status, intentId, error, againSeconds };
}
