// What an entry of a timeline says to a person, made from its kind and data when it is read: words can be mended, stored
// events cannot. Pure.
import type { StoredEvent } from '../../events/event.entity';
import { formatMoney, isKnownCurrency } from '../../kernel/money';

export type Told = Pick<StoredEvent, 'kind' | 'toStatus' | 'data'>;

/**
 * One or two sentences for a person. Never throws, whatever an older version stored.
 * @param isForOperators false: for a payer, who may be the thief of whom a review is.
 */
export function messageOf(event: Told, isForOperators = true): string {
  const { data } = event;
  switch (event.kind) {
    case 'created':
      return `A purchase of package ${text(data, 'packageId')}${amount(data, ' for ')} was started.`;
    case 'provider_answered':
      return 'The provider is ready to take the payment.';
    case 'status_changed':
      return statusMessage(event);
    case 'attempt_declined':
      return `Attempt ${text(data, 'attemptCount')} was declined. ${failure(data)}`.trim();
    case 'payment_changed':
      return `The provider has news about the payment. ${failure(data)}`.trim();
    case 'refund_requested':
      return `${amount(data) || 'The payment'} is to go back.`;
    case 'refund_issued':
      return `${amount(data) || 'The payment'} went back, and ${text(data, 'creditsRevoked')} credits were taken back.`;
    case 'refund_succeeded':
      return `The refund${amount(data, ' of ')} arrived.`;
    case 'refund_failed':
      return `The refund${amount(data, ' of ')} failed, and ${text(data, 'creditsReturned')} credits were given back.`;
    case 'dispute_opened':
      return `The payer disputes ${amount(data) || 'the payment'} at the bank; ${text(data, 'creditsFrozen')} credits are frozen.`;
    case 'dispute_won':
      return `The dispute${amount(data, ' over ')} was won.`;
    case 'dispute_lost':
      return `The dispute${amount(data, ' over ')} was lost, and ${text(data, 'creditsRevoked')} credits were taken back.`;
    case 'dispute_closed':
      return `The dispute${amount(data, ' over ')} ended without a loss.`;
    case 'dispute_changed':
      return `The provider has news about a dispute (${words(data, 'status')}).`;
    case 'review_opened':
      return reviewMessage(data, isForOperators);
    case 'review_approved':
      return isForOperators ? 'The review was approved; the credits are free.' : 'The credits were checked.';
    case 'review_rejected':
      return 'The review was rejected; what is left of the payment goes back.';
    case 'review_expired':
      return 'Nobody decided the review in time; what is left of the payment goes back.';
    case 'credits_granted':
      return `${text(data, 'credits')} credits were added.`;
    case 'money_unapplied':
      return `${amount(data) || 'Money'} came that buys nothing (${words(data, 'break')}); it is kept apart and goes back.`;
    case 'break_opened':
      return `What the provider says and what we know differ (${words(data, 'break')}); a person must look.`;
    case 'provider_called':
      return `The provider was asked (${words(data, 'call')}).${data.refused ? ` It refused: ${text(data, 'refused')}.` : ''}`;
    case 'webhook_received':
      return `The provider sent ${text(data, 'type')}.`;
    case 'note':
      return text(data, 'text');
    case 'balance_low':
      return `The balance came down to ${text(data, 'level')} credits.`;
    case 'promo_redeemed':
      return `The code ${text(data, 'code')} was redeemed.`;
    case 'balance_changed':
      return 'The balance changed.';
    case 'job_changed':
      return jobMessage(data);
    case 'hold_changed':
      return 'The hold changed.';
    case 'break_resolved':
      return `A difference (${words(data, 'break')}) was settled${typeof data.fix === 'string' ? ` by ${words(data, 'fix')}` : ''}: ${text(data, 'status')}.`;
    case 'break_changed':
      return `What differs has changed (${words(data, 'break')}).`;
    case 'attack_started':
      return `An attack began: ${text(data, 'seen')} ${words(data, 'sign')} in five minutes, where at most ${text(data, 'usualMost')} are usual.`;
    case 'attack_ended':
      return 'The attack is over.';
    case 'approval_changed':
      return `${text(data, 'summary')}: ${text(data, 'status')}.`;
  }
}

function reviewMessage(data: Fields, isForOperators: boolean): string {
  return isForOperators
    ? `A person has to look at the purchase (${words(data, 'reason')}, score ${text(data, 'score')}); ${text(data, 'creditsFrozen')} credits are frozen.`
    : 'The credits are being checked.';
}

function jobMessage(data: Fields): string {
  const of = typeof data.total === 'number' ? ` of ${data.total}` : '';
  return `Work in the background is ${text(data, 'status')}: ${text(data, 'done')}${of} done.`;
}

function statusMessage({ toStatus, data }: Told): string {
  switch (toStatus) {
    case 'processing':
      return 'The provider is working on the payment.';
    case 'succeeded':
      return 'The payment succeeded.';
    case 'failed':
      return `The payment failed. ${failure(data)}`.trim();
    case 'canceled':
      return 'The payment was canceled.';
    default:
      return `The payment can be tried again. ${failure(data)}`.trim();
  }
}

type Fields = StoredEvent['data'];

/** A value as text; a question mark where an event has none, which is better than no timeline. */
function text(data: Fields, name: string): string {
  const value = data[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '?';
}

const words = (data: Fields, name: string): string => text(data, name).replaceAll('_', ' ');

/** The amount after `lead`, or nothing when the event has none that we can write. */
function amount(data: Fields, lead = ''): string {
  const { amountMinor, currency } = data;
  if (!Number.isSafeInteger(amountMinor) || typeof currency !== 'string' || !isKnownCurrency(currency))
    return '';
  return lead + formatMoney({ amountMinor: BigInt(amountMinor as number), currency }, 'en-IN');
}

function failure(data: Fields): string {
  const said = data.failure;
  const message = typeof said === 'object' && said !== null && 'message' in said ? said.message : null;
  return typeof message === 'string' ? message : '';
}
