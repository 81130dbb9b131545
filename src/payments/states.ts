// The states of an intent and what each news does to them, as a table that anyone can read in five seconds. The same
// table stands in the database, where judge_facts() decides by it under the row's lock; a test compares the two.

export const INTENT_STATUSES = ['pending', 'processing', 'succeeded', 'failed', 'canceled'] as const;
export type IntentStatus = (typeof INTENT_STATUSES)[number];

export const NEWS = [
  'accepted',
  'captured',
  'declined',
  'reopened',
  'failed',
  'expired',
  'canceled',
  'mismatched',
  'applied',
] as const;
/** `applied` comes from no provider: finance gives the credits for money that had bought nothing. */
export type News = (typeof NEWS)[number];

/**
 * same: the status stays. orphan: the status stays, the money is unapplied and goes back. illegal: the status stays and
 * a break is opened for a person; it is never an error.
 */
export type Result = IntentStatus | 'same' | 'orphan' | 'illegal';

export const TRANSITIONS: Readonly<Record<IntentStatus, Readonly<Record<News, Result>>>> = {
  pending: {
    accepted: 'processing',
    captured: 'succeeded',
    declined: 'same',
    reopened: 'same',
    failed: 'failed',
    expired: 'failed',
    canceled: 'canceled',
    mismatched: 'failed',
    applied: 'succeeded',
  },
  processing: {
    accepted: 'same',
    captured: 'succeeded',
    declined: 'same',
    reopened: 'pending',
    failed: 'failed',
    expired: 'same',
    canceled: 'canceled',
    mismatched: 'failed',
    applied: 'succeeded',
  },
  succeeded: {
    accepted: 'same',
    captured: 'same',
    declined: 'same',
    reopened: 'same',
    failed: 'same',
    expired: 'same',
    canceled: 'illegal',
    mismatched: 'same',
    applied: 'same',
  },
  failed: {
    accepted: 'same',
    captured: 'succeeded',
    declined: 'same',
    reopened: 'same',
    failed: 'same',
    expired: 'same',
    canceled: 'same',
    mismatched: 'same',
    applied: 'succeeded',
  },
  canceled: {
    accepted: 'same',
    captured: 'orphan',
    declined: 'same',
    reopened: 'same',
    failed: 'same',
    expired: 'same',
    canceled: 'same',
    mismatched: 'orphan',
    applied: 'succeeded',
  },
};

/** True while the payer may still act or the provider is at it. */
export const isOpen = (status: IntentStatus): boolean => status === 'pending' || status === 'processing';

/** Statuses that no provider and no user can change any more; a live stream ends with them. */
export const isFinal = (status: IntentStatus): boolean => status === 'succeeded' || status === 'canceled';

/** From where a user may ask for a cancel. */
export const CANCELABLE_FROM: readonly IntentStatus[] = ['pending', 'processing'];

/**
 * Final, or failed and past the time in which the provider's money may still come.
 * @param lateWindowSeconds the provider's capability of that name.
 */
export function isTerminal(
  intent: { readonly status: IntentStatus; readonly completedAt: Date | null },
  lateWindowSeconds: number,
  nowMs: number,
): boolean {
  if (isFinal(intent.status)) return true;
  if (intent.status !== 'failed' || intent.completedAt === null) return false;
  return intent.completedAt.getTime() + lateWindowSeconds * 1000 < nowMs;
}
