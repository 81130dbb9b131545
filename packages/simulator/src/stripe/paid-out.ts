// What happens to a payout: the bank takes it, or sends it back. Stripe may have called it paid before it fails.
// Source: docs.stripe.com/api/payouts/object, `status`.
import { type Change, type Family, type NewEvent, rootOf, type StoredObject } from '../objects';
import { type Effect, type Stage, stageName } from '../outcomes';
import { stripeEvent } from './events';

interface Payout {
  readonly id: string;
  readonly status: string;
  readonly reconciliation_status: string;
}

/** What the payout went through until it was paid, which is all at once here. */
export function payoutNews(family: Family): readonly NewEvent[] {
  const payout = rootOf<Payout>(family)?.body;
  if (!payout) return [];
  const unread = { reconciliation_status: 'in_progress' };
  return [
    stripeEvent(payout.id, 'payout.created', { ...payout, ...unread, status: 'pending' }, family.nowMs),
    stripeEvent(payout.id, 'payout.paid', { ...payout, ...unread }, family.nowMs),
    stripeEvent(payout.id, 'payout.reconciliation_completed', payout, family.nowMs, unread),
  ];
}

/** Why this cannot be played on the object as it stands; null when it can. */
export function payoutRefusal(root: StoredObject, effect: Effect): string | null {
  if (root.kind !== 'payout') return 'Only a payout can fail to arrive: name one (po_…).';
  if (effect !== 'failPayout') return 'A payout can only fail: play payout_fails.';
  return (root.body as Payout).status === 'paid' ? null : 'This payout has failed already.';
}

/** The bank sends the money back; the trigger in books.sql books it. Null when it has failed already. */
export function failedPayout(family: Family, stage: Stage): Change | null {
  const root = rootOf<Payout>(family);
  if (!root || payoutRefusal(root, 'failPayout') !== null) return null;
  const body = {
    ...root.body,
    status: 'failed',
    failure_balance_transaction: `txn_failed_${root.id}`,
    failure_code: 'account_closed',
    failure_message: 'The bank account has been closed.',
  };
  return {
    objects: [{ ...root, body }],
    events: [stripeEvent(stageName(stage), 'payout.failed', body, family.nowMs)],
    delivery: stage.delivery,
  };
}
