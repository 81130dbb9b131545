// The webhook endpoint that the account has at each provider: which types of events it asked for. No provider sends
// others.
import type { Account } from './limits';
import type { ProviderName } from './objects';

/** What a gateway asks for, as docs/providers.md lists it. */
export const ASKED_FOR = {
  stripe: [
    'charge.captured',
    'charge.dispute.closed',
    'charge.dispute.created',
    'charge.dispute.funds_reinstated',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.updated',
    'charge.refunded',
    'charge.succeeded',
    'payment_intent.amount_capturable_updated',
    'payment_intent.canceled',
    'payment_intent.payment_failed',
    'payment_intent.processing',
    'payment_intent.requires_action',
    'payment_intent.succeeded',
    'payout.failed',
    'payout.paid',
    'refund.created',
    'refund.failed',
    'refund.updated',
  ],
  razorpay: [
    'order.paid',
    'payment.authorized',
    'payment.captured',
    'payment.dispute.action_required',
    'payment.dispute.closed',
    'payment.dispute.created',
    'payment.dispute.lost',
    'payment.dispute.under_review',
    'payment.dispute.won',
    'payment.failed',
    'refund.created',
    'refund.failed',
    'refund.processed',
  ],
} as const satisfies Record<ProviderName, readonly string[]>;

/** Every type that the stand-in has news of. */
export const EVENT_TYPES = {
  stripe: [
    ...ASKED_FOR.stripe,
    // Beside payment_intent.payment_failed, for each card that was declined.
    'charge.failed',
    // A charge that was captured asynchronously has its balance transaction now.
    'charge.updated',
    'payout.created',
    'payout.reconciliation_completed',
  ],
  razorpay: ASKED_FOR.razorpay,
} as const satisfies Record<ProviderName, readonly string[]>;

export type EventType = (typeof EVENT_TYPES)[ProviderName][number];

/** Whether the provider sends events of this type to us. */
export const isSent = ({ events }: Account, provider: ProviderName, type: EventType): boolean =>
  events[provider].includes(type);
